"""CloudEvents 1.0 in the structured JSON mode, with the `data` of `standard`.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md and its JSON format.
"""

from __future__ import annotations

import json

from service.entries import head_of_source
from service.webhooks.events import DISABLED
from service.webhooks.notices import Notice
from service.webhooks.payloads.standard import data_of, moment

NAME = "cloudevents"
CONTENT_TYPE = "application/cloudevents+json"

# A ping comes from no source, and the attribute may not be empty.
OWN = "wireroom"


def render(notice: Notice) -> bytes:
    """Give the body as UTF-8 JSON."""
    subject = _subject(notice)
    document = {
        "specversion": "1.0",
        "id": _id(notice, subject),
        "source": _source(notice),
        "type": notice.type,
        **({"subject": subject} if subject else {}),
        "time": moment(notice.timestamp),
        "datacontenttype": "application/json",
        "data": data_of(notice),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _subject(notice: Notice) -> str | None:
    """Name what it is about: an article's id, a source's slug, a subscription's uid."""
    if notice.entry is not None:
        return notice.entry.id
    if notice.type == DISABLED:
        return str(notice.details.get("subscription"))
    return notice.source.slug if notice.source else None


def _source(notice: Notice) -> str:
    if notice.source is None:
        return OWN
    head = head_of_source(notice.source)
    return head.home or f"{OWN}/sources/{head.slug}"


def _id(notice: Notice, subject: str | None) -> str:
    """Give the same id to the same event, and to no other of any installation.

    The type belongs to it: one edit can be `article.updated` to one subscriber and
    `article.withdrawn` to another, and both may pass their events on.
    """
    if notice.seq and subject:
        return f"{subject.removeprefix('urn:uuid:')}.{notice.seq}.{notice.type}"
    about = notice.details.get("subscription", "")
    return ".".join((notice.type, f"{about}", moment(notice.timestamp)))
