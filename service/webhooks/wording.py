"""What a notice says to people: the one view that the chat formats render.

It also holds what these formats share: cutting to a limit, and taking the power from
mentions. Markup is each format's own affair.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from db.records import SourceHead
from scrapers.items import Image
from service.entries import Entry, head_of_source
from service.plain import excerpt, plain
from service.webhooks.events import (
    DISABLED,
    FAILING,
    PUBLISHED,
    RESTORED,
    UPDATED,
    WITHDRAWN,
)
from service.webhooks.notices import Notice

LABELS = {UPDATED: "Updated", WITHDRAWN: "Withdrawn", RESTORED: "Restored"}
LEFT = "It was withdrawn, or it no longer matches what is sent here."

# An invisible character behind the @ leaves the text as it looks and calls nobody.
_BROKEN_AT = "@\u200b"
# Not inside an address of mail, except for the words that call everybody.
_MENTION = re.compile(
    r"(?<!\w)@(?=\w)|@(?=(?:here|channel|everyone|all)\b)", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """Plain texts, any of them of any length, some of them empty.

    `label` says what became of an article that is not new. `credit` names the source
    and its rights: no message of an article goes without it.
    """

    label: str = ""
    title: str
    text: str
    url: str | None = None
    byline: str = ""
    credit: str
    image: Image | None = None
    at: datetime


def wording_of(notice: Notice) -> Wording:
    """Say a notice of any type in words."""
    if notice.entry is not None:
        return _of_article(notice, notice.entry)
    if notice.source is not None:
        return _of_source(notice, head_of_source(notice.source))
    if notice.type == DISABLED:
        return _of_subscription(notice)
    return Wording(
        title="Hello from Wireroom",
        text="This subscription works: what it asks for arrives here.",
        credit="Wireroom",
        at=notice.timestamp,
    )


def fit(text: str, limit: int, write: Callable[[str], str] = str) -> str:
    """Cut a plain text at a word so that it fits once it is written; give it written.

    `limit` counts UTF-16 units, as the targets may: nothing counts to more.
    """
    shorter = text
    while (over := _units(write(shorter)) - limit) > 0 and len(shorter) > 1:
        # Never by more than what is over, so that as much stays as can.
        growth = _units(write(shorter)) / len(shorter)
        room = len(shorter) - max(1, int(over / max(growth, 1)))
        shorter = excerpt(text, max(1, room))
    return write(shorter)


def disarmed(text: str) -> str:
    """Break mentions such as @here, so that they call nobody."""
    return _MENTION.sub(_BROKEN_AT, text)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _of_article(notice: Notice, entry: Entry) -> Wording:
    has_left = notice.type == WITHDRAWN
    return Wording(
        label=LABELS.get(notice.type, ""),
        title=entry.title,
        text=LEFT if has_left else entry.summary,
        url=entry.url or None,
        byline=", ".join(author.name for author in entry.authors),
        credit=" · ".join(filter(None, (entry.source.name, entry.source.rights))),
        image=entry.image,
        at=entry.published_at if notice.type == PUBLISHED else notice.timestamp,
    )


def _of_source(notice: Notice, source: SourceHead) -> Wording:
    fails = notice.type == FAILING
    has_changed = notice.details.get("health") == "drifting"
    trouble = "has changed: new articles wait" if has_changed else "cannot be read"
    happened = trouble if fails else "can be read again"
    return Wording(
        title=f"{source.name} {happened}",
        text=plain(str(notice.details.get("reason") or "")),
        url=source.home or None,
        credit=source.name,
        at=notice.timestamp,
    )


def _of_subscription(notice: Notice) -> Wording:
    facts = notice.details
    named = facts.get("description") or facts.get("host") or ""
    return Wording(
        title=plain(f"Subscription {facts.get('number')} is disabled: {named}"),
        text=plain(str(facts.get("reason") or "")),
        credit="Wireroom",
        at=notice.timestamp,
    )
