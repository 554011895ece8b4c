"""Find dates that are announced as those of publication, wherever they stand.

Looked for only where nothing near the headline and no data of the page tell: below the
text, in a table, in a script. Also the short spellings of East Asia, which put the year
first or leave it out. Reading a date's text is `scrapers.extract.dates`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from scrapers.extract.mentions import near

# What is announced stands within so many characters.
NEAR = 50
# Labels looked at: the first are the page's own.
MAX_LABELS = 12
# Languages that write the year first.
YEAR_FIRST = frozenset({"zh", "ja", "ko", "yue"})

# In small letters, since to ignore case takes ten times as long. Those of other scripts
# than the Latin one are looked for in texts whose letters mostly take several bytes.
_LABEL = re.compile(
    r"(?:发布|發布|发表|發表|刊发|发稿|发文|上传|更新)(?:时间|時間|日期|于|於)"
    r"|(?:时|日|時)(?<![^\s|｜].)\s?(?:间|期|間)\s?[:：]"
    r"|(?:投稿|公開|掲載|配信|更新)日時?|(?:등록|작성|게시|입력|발행)(?:일시?|날짜)?\s?[:：]"
    r"|تاريخ النشر|تم النشر|نُ?شر (?:في|بتاريخ)|تاریخ انتشار|منتشر شده"
    r"|प्रकाशित|เผยแพร่|วันที่(?:โพสต์|เผยแพร่|ลงข่าว)|פורסם"
    r"|дата публикации|опубликован[оа]?|опубліковано|δημοσι(?:εύ[τθ]ηκε|ευση|εύθηκε)"
)
BYTES_PER_LETTER = 1.3
_LATIN = re.compile(
    r"publi(?:shed|cation date)(?: on)?\s?:|date (?:published|of publication)\s?:"
    r"|veröffentlicht(?: am)?\s?:|publi(?:é|cado|cato|kováno|kované)\s?:"
    r"|data publikacji|datum (?:zveřejnění|objave)|ngày (?:đăng|xuất bản)"
    r"|yayın(?:lanma)? (?:tarihi|zamanı)|diterbitkan|dipublikasikan"
)
# What these begin with: a plain search for each takes a tenth of the pattern's time.
_STARTS = (
    "publi", "date ", "veröff", "data publ", "datum ", "ngày ", "yayın", "diterb",
    "dipubl",
)  # fmt: skip
# What of these is the same in capitals and in small letters; and how many bytes of a
# text behind it are read, for the label and for what it announces.
_STEMS = (
    b"publi", b"date ", b"ver\xc3", b"data publ", b"datum ", b"ng\xc3", b"yay\xc4",
    b"diterb", b"dipubl",
)  # fmt: skip
BEHIND = 4 * (NEAR + 40)
# What scripts set the date to, by names that say less than "published". It begins with
# the end of the name, which is the same in all: a search for it takes a tenth.
_SET = tuple(
    re.compile(
        end + rb"""["']?\s*[:=]\s*["']?"""
        rb"((?:19|20)\d\d[-/]\d\d?[-/]\d\d?(?:[T ]\d\d:\d\d[\d:]*)?|1\d{9})\b"
    )
    for end in (b"ime", b"ate")
)
_SET_NAME = re.compile(
    rb"(?:[cC]reate|[pP]ub(?:lish)?|[pP]ost|[rR]elease|[nN]ews|[aA]rticle)_?[tTdD]$"
)
MAX_SET_NAME = 9
_SHORT = re.compile(r"(\d\d)(?<![\d.:/-]..)([-./])(\d\d?)\2(\d\d?)(?![\d/-])")
_NO_YEAR = re.compile(
    r"(?<![\d.:/年-])(?:(?P<m>\d\d)-(?P<d>\d\d)|(?P<m2>\d\d?)月(?P<d2>\d\d?)日)"
    r"\s{0,2}(?P<clock>\d\d:\d\d)"
)


def announced_in(text: str) -> Iterator[str]:
    """The starts of what stands behind each label in the text of a page."""
    data = text.encode(errors="replace")
    is_latin = len(data) <= BYTES_PER_LETTER * len(text)
    if is_latin:
        text = near(data, _STEMS, BEHIND).decode(errors="ignore")
    small = text.lower()
    # Of a few letters ("İ") small ones are more: places are the small text's then.
    written = text if len(small) == len(text) else small
    for end in islice(_label_ends(small, is_latin=is_latin), MAX_LABELS):
        yield " ".join(written[end : end + NEAR].split())


def _label_ends(small: str, *, is_latin: bool) -> Iterator[int]:
    """Where the labels in a text in small letters end, in its order."""
    if not is_latin:
        yield from (label.end() for label in _LABEL.finditer(small))
        return
    for at in sorted(place for start in _STARTS for place in _places(small, start)):
        if label := _LATIN.match(small, at):
            yield label.end()


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def assigned_in(page: bytes) -> Iterator[str]:
    """What the page's scripts give names such as "createTime"."""
    found = [one for pattern in _SET for one in pattern.finditer(page)]
    named = (one for one in sorted(found, key=re.Match.start) if _is_named(page, one))
    for one in islice(named, MAX_LABELS):
        yield one[1].decode()


def _is_named(page: bytes, value: re.Match[bytes]) -> bool:
    start = value.start()
    return _SET_NAME.search(page[max(0, start - MAX_SET_NAME) : start]) is not None


def year_first(text: str) -> str:
    """A line whose dates of two digits a part begin with the year: "18-03-08"."""
    return _SHORT.sub(r"20\1-\3-\4", text)


def may_be_short(text: str) -> bool:
    """Tell whether a text has a date of two digits a part."""
    return _SHORT.search(text) is not None


def with_year(text: str, now: datetime) -> str | None:
    """The date and time of a line that leaves out the year: the latest not ahead."""
    found = _NO_YEAR.search(text)
    if found is None:
        return None
    month, day = int(found["m"] or found["m2"]), int(found["d"] or found["d2"])
    try:
        this = now.replace(month=month, day=day)
    except ValueError:
        return None
    year = now.year if this <= now + timedelta(days=1) else now.year - 1
    return f"{year}-{month:02d}-{day:02d} {found['clock']}"
