"""A message for Slack's incoming webhooks, and for what takes the same.

https://docs.slack.dev/reference/block-kit/blocks/section-block tells the limits. The
title and the credit are mrkdwn, for their link; all other text is `plain_text`, where
no markup has a meaning.
"""

from __future__ import annotations

import json
from typing import Any

from service.webhooks.notices import Notice
from service.webhooks.wording import Wording, disarmed, fit, wording_of

NAME = "slack"
CONTENT_TYPE = "application/json"

# Slack's: a section's text, an image's address and its description.
MAX_TEXT = 3000
MAX_URL = 3000
MAX_ALT = 2000
# Ours: what is linked or stands in small print is a line, and the rest of the section
# is for its address.
MAX_TITLE = 500
MAX_CREDIT = 500
MAX_LINK = 2000

# Slack has no escape for these: look-alikes that mean nothing to it stand in.
LOOK_ALIKES = str.maketrans({"*": "∗", "_": "＿", "~": "∼", "`": "ˋ"})


def render(notice: Notice) -> bytes:
    """Give the body as UTF-8 JSON."""
    said = wording_of(notice)
    fallback = ": ".join(filter(None, (said.label, said.title)))
    document = {
        # What notifications show, and clients that know no blocks.
        "text": fit(fallback, MAX_TITLE, escaped),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": _blocks(said),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def escaped(text: str) -> str:
    """Write a plain text so that Slack finds no control and no mention in it."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return disarmed(text)


def unmarked(text: str) -> str:
    """Write a plain text for a place where Slack reads markup: none is found."""
    return escaped(text.translate(LOOK_ALIKES))


def _blocks(said: Wording) -> list[dict[str, Any]]:
    title = _linked(fit(said.title, MAX_TITLE, unmarked), said.url)
    label = f"{said.label}\n" if said.label else ""
    head: dict[str, Any] = {
        "type": "section",
        "text": _mrkdwn(f"{label}*{title}*"),
    }
    if (image := said.image) and len(escaped(image.url)) <= MAX_URL:
        alt = fit(image.alt or said.title, MAX_ALT, disarmed)
        head["accessory"] = {"type": "image", "image_url": image.url, "alt_text": alt}
    blocks = [head]
    if said.text:
        text = fit(said.text, MAX_TEXT, escaped)
        blocks.append({"type": "section", "text": _plain(text)})
    small = [text for text in (said.byline, said.credit) if text]
    elements = [_plain(fit(text, MAX_CREDIT, escaped)) for text in small]
    return [*blocks, {"type": "context", "elements": elements}]


def _linked(written: str, url: str | None) -> str:
    """Link a text; an address that no link can hold is left out."""
    if url is None:
        return written
    address = url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E")
    address = address.replace("&", "&amp;").replace(" ", "%20")
    return f"<{address}|{written}>" if len(address) <= MAX_LINK else written


def _mrkdwn(text: str) -> dict[str, Any]:
    # Verbatim: addresses, channels and names in the text stay text.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}
