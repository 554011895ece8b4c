"""Make enclosures of what feeds and pages state: whole addresses, types, numbers.

Where they are stated is the callers' to know; what stands there may be anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields, replace
from urllib.parse import urlsplit

from scrapers.clean.text import line, shorten
from scrapers.clean.urls import absolute
from scrapers.items import Enclosure

# A season's episodes, a report with its tables: whatever has more lists something else.
MOST_ENCLOSURES = 20
LONGEST_TITLE = 200
# No file is larger (an exabyte), none plays for longer (a month).
LARGEST = 10**18
LONGEST_SECONDS = 31 * 86_400

# The ending of a recording's address, and its type: what players know (RFC 4337, 6381,
# 5334, 7845). Playlists (m3u8, mpd) are no files: they have no length and never end.
_TYPES = {
    "aac": "audio/aac",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "ogv": "video/ogg",
    "webm": "video/webm",
}
_OTHERS = {"pdf": "application/pdf", "epub": "application/epub+zip"}
# What servers and feedparser say of a file they know nothing of.
_SAYS_NOTHING = frozenset({"text/html", "application/octet-stream"})
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_STREAM = re.compile(r"mpegurl|dash\+xml|x-mpeg-?url|x-scpls", re.IGNORECASE)
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2})(?:\.\d+)?", re.ASCII)
_SECONDS = re.compile(r"(\d{1,8})(?:\.\d+)?\s*s?", re.ASCII)
_PERIOD = re.compile(
    r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,8})(?:\.\d+)?S)?)?",
    re.ASCII,
)


def enclosure_of(
    base: str,
    url: str,
    *,
    media_type: str = "",
    length: object = None,
    title: str = "",
    duration: object = None,
) -> Enclosure | None:
    """Make an enclosure of what is stated of it; None for no web address, a playlist.

    `length` is in bytes, `duration` as RSS modules, JSON Feed or schema.org write it.
    """
    found = absolute(base, url) if url else None
    if found is None:
        return None
    stated = media_type.partition(";")[0].strip().lower()
    is_told = bool(_MEDIA_TYPE.fullmatch(stated)) and stated not in _SAYS_NOTHING
    kind = stated if is_told else type_of(found)
    if (kind and _STREAM.search(kind)) or _ending(found) in ("m3u8", "mpd", "m3u"):
        return None
    return Enclosure(
        url=found,
        media_type=kind,
        length=_whole(length, LARGEST),
        title=shorten(line(title), LONGEST_TITLE) or None,
        duration_seconds=seconds_of(duration),
    )


def type_of(url: str) -> str | None:
    """Give the media type an address's ending tells, None where it tells none."""
    ending = _ending(url)
    return _TYPES.get(ending) or _OTHERS.get(ending)


def is_recording(found: Enclosure) -> bool:
    """Tell whether it is something to hear or to see."""
    return (found.media_type or "").startswith(("audio/", "video/"))


def seconds_of(duration: object) -> int | None:
    """Read how long it plays: 3723, "1:02:03", "PT1H2M3S"; None for anything else."""
    if isinstance(duration, int | float):
        return _whole(duration, LONGEST_SECONDS)
    text = duration.strip() if isinstance(duration, str) else ""
    for form, weights in (
        (_CLOCK, (3600, 60, 1)),
        (_SECONDS, (1,)),
        (_PERIOD, (86_400, 3600, 60, 1)),
    ):
        if match := form.fullmatch(text):
            parts = zip(match.groups(), weights, strict=True)
            total = sum(int(part or 0) * weight for part, weight in parts)
            return _whole(total, LONGEST_SECONDS)
    return None


def gathered(found: Iterable[Enclosure | None]) -> tuple[Enclosure, ...]:
    """Give each file once, in the order of first sight, with all that is told of it."""
    files: dict[str, Enclosure] = {}
    for one in found:
        if one is None:
            continue
        name = name_of(one.url)
        known = files.get(name)
        files[name] = _joined(known, one) if known else one
    return tuple(files.values())[:MOST_ENCLOSURES]


def name_of(url: str) -> str:
    """Give what stays of a file's address: hosts rotate, queries carry tokens.

    What is no file by its ending is told apart by its query.
    """
    return urlsplit(url).path if type_of(url) else url


def _joined(first: Enclosure, second: Enclosure) -> Enclosure:
    gaps = {
        field.name: getattr(second, field.name)
        for field in fields(Enclosure)
        if getattr(first, field.name) is None
    }
    return replace(first, **gaps)


def _ending(url: str) -> str:
    return urlsplit(url).path.rpartition(".")[2].lower()


def _whole(value: object, most: int) -> int | None:
    if isinstance(value, str):
        text = value.strip()
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 1 <= value <= most else None  # also false of NaN
