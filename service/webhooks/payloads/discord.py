"""A message for Discord's webhooks: one embed, and nobody is called.

https://discord.com/developers/docs/resources/message#embed-object tells the limits.
"""

from __future__ import annotations

import json
import re
from typing import Any

from service.webhooks.notices import Notice
from service.webhooks.payloads.standard import moment
from service.webhooks.wording import Wording, disarmed, fit, wording_of

NAME = "discord"
CONTENT_TYPE = "application/json"

# Discord's: all texts of an embed together make 6000 at most, so the footer gets less
# than its 2048 and the four need no second look.
MAX_TITLE = 256
MAX_DESCRIPTION = 4096
MAX_AUTHOR = 256
MAX_FOOTER = 1000
MAX_URL = 2048

# Whatever begins emphasis, code, links, spoilers, mentions or timestamps.
_MARKUP = re.compile(r"[\\*_~`|<>\[\]()]")
# Headings, small print and lists are told by how a line begins.
_LINE_START = re.compile(r"^(\s*)([#+-]|\d+(?=\.))", re.MULTILINE)
# Addresses become links without any markup.
_SCHEME = re.compile(r":(?=//)")


def render(notice: Notice) -> bytes:
    """Give the body as UTF-8 JSON."""
    said = wording_of(notice)
    document = {
        **({"content": said.label} if said.label else {}),
        "embeds": [_embed(said)],
        "allowed_mentions": {"parse": []},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def escaped(text: str) -> str:
    """Write a plain text so that Discord finds no markup and no mention in it."""
    text = _MARKUP.sub(r"\\\g<0>", text)
    text = _LINE_START.sub(_marked, text)
    return disarmed(_SCHEME.sub(r"\\:", text))


def _marked(match: re.Match[str]) -> str:
    space, mark = match.groups()
    # A digit cannot be escaped; the full stop behind it can.
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"


def _embed(said: Wording) -> dict[str, Any]:
    embed: dict[str, Any] = {
        "title": fit(said.title, MAX_TITLE, escaped),
        "timestamp": moment(said.at),
        "footer": {"text": fit(said.credit, MAX_FOOTER, disarmed)},
    }
    if said.text:
        embed["description"] = fit(said.text, MAX_DESCRIPTION, escaped)
    if said.byline:
        embed["author"] = {"name": fit(said.byline, MAX_AUTHOR, disarmed)}
    if _is_address(said.url):
        embed["url"] = said.url
    if said.image and _is_address(said.image.url):
        embed["image"] = {"url": said.image.url}
    return embed


def _is_address(url: str | None) -> bool:
    return bool(url) and len(url or "") <= MAX_URL
