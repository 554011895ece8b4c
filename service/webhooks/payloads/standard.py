"""Our own JSON, as Standard Webhooks recommends: type, timestamp and data.

docs/webhooks.md and the JSON Schema (service.webhooks.schema) document every key. Keys
may be added; none is renamed, removed or given another meaning. A key without a value
is null, so that all are always there.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from db.records import SourceHead
from scrapers.items import Enclosure, Image
from service.entries import Entry
from service.webhooks.notices import Notice

NAME = "standard"
CONTENT_TYPE = "application/json"
# Details come as the stream keeps them: JSON has no times.
DETAILED_MOMENTS = frozenset({"failing_since", "last_success_at"})


def render(notice: Notice) -> bytes:
    """Give the body as UTF-8 JSON."""
    document = document_of(notice)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def document_of(notice: Notice) -> dict[str, Any]:
    """Give the message, as values for JSON."""
    return {
        "type": notice.type,
        "timestamp": moment(notice.timestamp),
        "data": data_of(notice),
    }


def moment(at: datetime) -> str:
    """Write a time as RFC 3339 in UTC, to the millisecond."""
    utc = at.astimezone(UTC).isoformat(timespec="milliseconds")
    return utc.removesuffix("+00:00") + "Z"


def data_of(notice: Notice) -> dict[str, Any]:
    """Give what `data` holds, as values for JSON."""
    if notice.entry is None:
        source = {"source": _source(notice.source)} if notice.source else {}
        return source | {
            name: moment(datetime.fromisoformat(value))
            if name in DETAILED_MOMENTS and value
            else value
            for name, value in notice.details.items()
        }
    article = _article(notice.entry)
    if notice.withdrawn_at is not None:
        article["withdrawn_at"] = moment(notice.withdrawn_at)
    return article


def _article(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "version": entry.version,
        "url": entry.url,
        "title": entry.title,
        "content": entry.content,
        "summary": entry.summary or None,
        "content_html": entry.body_html or None,
        "authors": [{"name": a.name, "url": a.url} for a in entry.authors],
        "categories": [list(category.names) for category in entry.categories],
        "tags": list(entry.tags),
        "language": entry.language,
        "image": _image(entry.image),
        "enclosures": [_enclosure(file) for file in entry.enclosures],
        "published_at": moment(entry.stated_at),
        "published_precision": str(entry.published_precision),
        "updated_at": moment(entry.updated_at),
        "source": _source(entry.source),
    }


def _source(source: SourceHead) -> dict[str, Any]:
    return {
        "slug": source.slug,
        "name": source.name,
        "home": source.home or None,
        "rights": source.rights,
    }


def _image(image: Image | None) -> dict[str, Any] | None:
    if image is None:
        return None
    return {
        "url": image.url,
        "width": image.width,
        "height": image.height,
        "alt": image.alt,
        "media_type": image.media_type,
    }


def _enclosure(file: Enclosure) -> dict[str, Any]:
    return {
        "url": file.url,
        "media_type": file.media_type,
        "length": file.length,
        "title": file.title,
        "duration_seconds": file.duration_seconds,
    }
