"""How the press says in its languages who wrote an article: "Nivîskar: …", "โดย …".

What is common to the languages of Western Europe is in `scrapers.extract.bylines`,
which makes names of what is found here; East Asia's ways are in
`scrapers.extract.credits`.
"""

from __future__ import annotations

import re

# What ends a sentence in the scripts of the press.
STOPS = ".!?。！？؟۔।…"
# A longer line says more than who wrote.
MAX_BYLINE = 120
# Of a line without a colon so many words are a name at most.
MOST_WORDS = 4

# Letters from here on have no capitals that names begin with: Hebrew and all after it.
_CASELESS = "\u0590"

# Words for "author", "text" and "reporter" that a colon follows, a line a region.
_LABELS = """
লেখক লেখিকা লেখা প্রতিবেদক নিজস্ব_প্রতিবেদক প্রতিবেদন लेखक लेखिका रिपोर्ट रिपोर्टर संवाददाता द्वारा लेखन எழுதியவர் ஆசிரியர் கட்டுரையாளர் రచయిత రిపోర్టర్ എഴുതിയത് ലേഖകൻ ತಯಾರಕರು ಲೇಖಕರು લેખક ਲੇਖਕ
ผู้เขียน ผู้สื่อข่าว เรื่อง โดย รายงาน ရေးသားသူ tác_giả bài bài_viết người_viết penulis reporter oleh wartawan pewarta kontributor
συντάκτης συντάκτρια γράφει_ο γράφει_η κείμενο ρεπορτάζ επιμέλεια ავტორი ჟურნალისტი հեղինակ ዘጋቢ ጸሐፊ ጸሀፊ ደራሲ
تحریر رپورٹ مصنف نامہ_نگار لیکوال لیکونکی رپوټ نووسەر نوسەر نووسین ئامادەکردنی ئامادەکردن بقلم كتب كتبت كتبه إعداد الكاتب گزارش خبرنگار به_قلم נכתב_על_ידי כתב כתבה מאת
nivîskar nûçegihan amadekar haber yazar yazan muhabir müəllif автор авторка автори текст журналіст журналист корреспондент аутор пише текст_и_фото автори аўтар муаллиф автору тексті
autor autorka autorė autorius autors autore autorica piše tekst tekstas teksti teksts text kirjoittaja kirjoittanut toimittaja írta szerző szöveg írta_és_fényképezte napsal napsala napisał napisała przygotował przygotowała scris_de redactor publicat_de text_de
egilea testua redacció autoria mwandishi na_mwandishi imeandikwa_na words marubucin daga qoraa cruthaithe_ag
"""  # noqa: E501 - a line a region
# Of these a space is enough, where only a name follows.
_BEFORE = """
โดย oleh του της na per por piše пише írta kirjoittanut yazan מאת بقلم كتب كتبت به_قلم ji_aliyê γράφει_ο γράφει_η от napsal napsala napisał napisała de_către
"""  # noqa: E501 - one line


def _any(words: str) -> str:
    ordered = sorted({*words.split()}, key=len, reverse=True)
    return "|".join(re.escape(word).replace("_", r"\s") for word in ordered)


_COLONS = ":：՝፡"
_COLON = rf"\s?[{_COLONS}]+\s*"
_LABELLED = re.compile(rf"(?:{_any(_LABELS)}){_COLON}(?P<name>\S.*)", re.IGNORECASE)
_SPACED = re.compile(rf"(?:{_any(_BEFORE)})\s(?P<name>\S.*)", re.IGNORECASE)
# Where a name ends: before a figure, another part of the line, or another fact's label.
_END = re.compile(r"\s*(?:[\d٠-٩۰-۹०-९০-৯๐-๙|•·–—(\[]|\s-\s|\s[^\s:]{2,20}\s?[:՝፡]).*")
# What such a line begins with, in small letters, perhaps with a colon: looking it up is
# the cheapest thing to ask.
STARTS = frozenset(
    f"{start}{colon}"
    for start in {word.split("_")[0] for word in f"{_LABELS} {_BEFORE}".split()}
    for colon in ("", *_COLONS)
)


def writer_in(text: str) -> str | None:
    """The name, or names, that a line tells after a word for who wrote it."""
    if text.partition(" ")[0].lower() not in STARTS or len(text) > MAX_BYLINE:
        return None
    if found := _LABELLED.match(text):
        name = _END.sub("", found["name"]).strip()
        return None if not name or _begins_small(name) else name
    found = _SPACED.match(text)
    name = _END.sub("", found["name"]).strip(" ,") if found else ""
    return name if _is_name(name) else None


def is_byline(text: str) -> bool:
    """Tell whether a line only tells who wrote."""
    name = writer_in(text)
    return name is not None and _is_name(name, fewest=1)


def _is_name(text: str, *, fewest: int = 2) -> bool:
    """Tell whether a text is so many words at most, none of which begins small."""
    words = text.split()
    if not fewest <= len(words) <= MOST_WORDS or text[-1] in STOPS:
        return False
    return not any(map(_begins_small, words))


def _begins_small(word: str) -> bool:
    """Tell whether a word begins small, in a script whose names begin with capitals."""
    return word[0].islower() and word[0] < _CASELESS
