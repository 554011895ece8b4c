"""How values are written in feeds: text in XML, JSON, moments, pictures, recordings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from html import escape
from urllib.parse import quote

from scrapers.items import Enclosure, Image

__all__ = [
    "ARCHIVE",
    "attributes",
    "element",
    "escape",
    "feed_address",
    "given",
    "http_date",
    "json_text",
    "media_content",
    "media_file",
    "rfc822",
    "rfc3339",
]


# Says that the document is an archive (RFC 5005 section 4), its prefix declared.
ARCHIVE = "<fh:archive/>"


def element(name: str, text: str | None, **attrs: object) -> str:
    """Write `<name attr="…">text</name>`, escaped; nothing for None or empty text.

    Attributes that are None are left out; a trailing underscore in a name is dropped.
    """
    if not text:
        return ""
    about = attributes(**attrs) if attrs else ""
    return f"<{name}{about}>{escape(text)}</{name}>"


def attributes(**values: object) -> str:
    """Write ` a="1" b="2"`, escaped, without those that are None."""
    return "".join(
        [
            f'{_attribute(name)}"{escape(str(value))}"'
            for name, value in values.items()
            if value is not None
        ]
    )


@cache
def _attribute(name: str) -> str:
    """Write ` xml:lang=` of `xml__lang`, and ` class=` of `class_`."""
    return f" {name.rstrip('_').replace('__', ':')}="


def given(values: Mapping[str, object]) -> dict[str, object]:
    """Leave out the members that hold nothing."""
    return {name: v for name, v in values.items() if v not in (None, "", [])}


def json_text(value: object) -> str:
    """Write JSON without blanks, in its own script."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def feed_address(base_url: str, slug: str) -> str:
    """Give a feed's address without its ending; Unicode is percent-encoded."""
    return f"{base_url}/feeds/{quote(slug, safe='/')}"


def media_content(image: Image) -> str:
    """Write a picture as Media RSS does: linked, with what is known of it."""
    about = attributes(
        url=image.url,
        type=image.media_type,
        medium="image",
        width=image.width,
        height=image.height,
    )
    said = element("media:description", image.alt, type="plain")
    return f"<media:content{about}>{said}</media:content>"


def media_file(file: Enclosure) -> str:
    """Write a recording, or another file, as Media RSS does."""
    medium = (file.media_type or "").partition("/")[0]
    about = attributes(
        url=file.url,
        type=file.media_type,
        medium=medium if medium in ("audio", "video") else "document",
        fileSize=file.length,
        duration=file.duration_seconds,
    )
    said = element("media:title", file.title, type="plain")
    return f"<media:content{about}>{said}</media:content>"


def rfc3339(moment: datetime) -> str:
    """Write a moment as Atom and JSON Feed do: 2026-03-01T12:00:05Z."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")[:-6] + "Z"


def rfc822(moment: datetime) -> str:
    """Write a moment as RSS does: Sun, 01 Mar 2026 12:00:05 +0000."""
    return format_datetime(moment.astimezone(UTC))


def http_date(seconds: int) -> str:
    """Write seconds since 1970 as HTTP does (RFC 9110 section 5.6.7)."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)
