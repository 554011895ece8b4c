"""Tell the language of a page: what it declares, if its letters agree.

Tags are BCP 47: "en-US", "fa", "zh-Hant".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from scrapers.extract import tongues
from scrapers.extract.reading import Reading

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:[-_](?P<script>[a-z]{4}))?"
    r"(?:[-_](?P<region>[a-z]{2}|\d{3}))?(?:[-_.@].*)?",
    re.IGNORECASE,
)
# Spelt out, or by a code that BCP 47 does not have.
_NAMES = {
    "english": "en",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "spanish": "es",
    "swahili": "sw",
    "persian": "fa",
    "farsi": "fa",
    "arabic": "ar",
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "jp": "ja",
    "kr": "ko",
    "cn": "zh",
    "gr": "el",
    "dk": "da",
    "cz": "cs",
    "ua": "uk",
    "se": "sv",
}
# The scripts that are told apart, with the languages of the press written in them; the
# first is taken when nothing is declared that fits.
_SCRIPTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("arabic", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff",
     ("ar", "fa", "ur", "ps", "ku", "ckb", "sd", "ug", "prs", "pnb", "az", "ks", "ms")),
    ("cyrillic", "\u0400-\u052f",
     ("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg", "uz", "tt", "sh")),
    ("greek", "\u0370-\u03ff\u1f00-\u1fff", ("el",)),
    ("hebrew", "\u0590-\u05ff", ("he", "yi")),
    ("kana", "\u3040-\u30ff", ("ja",)),
    ("hangul", "\uac00-\ud7af", ("ko",)),
    ("han", "\u4e00-\u9fff\u3400-\u4dbf", ("zh", "ja", "yue", "ko")),
    ("thai", "\u0e00-\u0e7f", ("th",)),
    ("devanagari", "\u0900-\u097f", ("hi", "mr", "ne", "sa", "bho", "mai")),
    ("bengali", "\u0980-\u09ff", ("bn", "as")),
    ("gurmukhi", "\u0a00-\u0a7f", ("pa",)),
    ("gujarati", "\u0a80-\u0aff", ("gu",)),
    ("odia", "\u0b00-\u0b7f", ("or",)),
    ("tamil", "\u0b80-\u0bff", ("ta",)),
    ("telugu", "\u0c00-\u0c7f", ("te",)),
    ("kannada", "\u0c80-\u0cff", ("kn",)),
    ("malayalam", "\u0d00-\u0d7f", ("ml",)),
    ("sinhala", "\u0d80-\u0dff", ("si",)),
    ("tibetan", "\u0f00-\u0fff", ("bo", "dz")),
    ("georgian", "\u10a0-\u10ff", ("ka",)),
    ("armenian", "\u0530-\u058f", ("hy",)),
    ("ethiopic", "\u1200-\u137f", ("am", "ti")),
    ("khmer", "\u1780-\u17ff", ("km",)),
    ("lao", "\u0e80-\u0eff", ("lo",)),
    ("burmese", "\u1000-\u109f", ("my",)),
)  # fmt: skip
_SCRIPT = re.compile(
    "|".join(f"(?P<{name}>[{ranges}])" for name, ranges, _ in _SCRIPTS)
)
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
# Latin letters and general punctuation, most of most pages, are counted apart.
_EUROPEAN = re.compile("[\x00-\u024f\u2000-\u206f]+")
_LANGUAGES = {name: languages for name, _, languages in _SCRIPTS}
_OTHER_SCRIPTS = frozenset(
    language
    for name, _, languages in _SCRIPTS
    for language in languages
    if language not in ("ms", "az", "uz", "ku", "sr", "sh", "tt", "kk", "mn")
)
SAMPLE = 400  # characters that tell the script


@lru_cache(maxsize=1024)
def tag_of(text: str | None) -> str | None:
    """Write a language as BCP 47 does: "en_us" → "en-US"; None for what is none."""
    value = (text or "").strip()
    if value.lower() in _NAMES:
        return _NAMES[value.lower()]
    found = _TAG.fullmatch(value)
    if not found:
        return None
    language = found["language"].lower()
    parts = [_NAMES.get(language, language)]
    if found["script"]:
        parts.append(found["script"].title())
    if found["region"]:
        parts.append(found["region"].upper())
    return "-".join(parts)


def language_of(reading: Reading, text: str) -> str | None:
    """The language of a page with this text: the recipe's, its own, the hints'."""
    return choose(_declared(reading), f"{reading.title} {text[: tongues.SAMPLE]}")


def _declared(reading: Reading) -> Iterator[str | None]:
    """What is said of the language, in order of trust: the first nearly always fits."""
    document = reading.document
    root = document.tree.root
    attributes = root.attributes if root is not None else {}
    yield reading.first_text(reading.recipe.language)
    yield attributes.get("lang") or attributes.get("xml:lang")
    yield document.meta("og:locale")
    yield document.article.text("inLanguage")
    stated = document.meta("content-language", "dc.language", "language") or ""
    yield stated.split(",")[0]
    yield (reading.page.header("content-language") or "").split(",")[0]
    yield reading.hints.language
    yield reading.site.language


def choose(declared: Iterable[str | None], text: str) -> str | None:
    """The first declared language that the text's letters and words do not contradict.

    Themes ship with lang="en" and stay so on Persian and on Turkish sites. Where none
    fits, letters and words decide.
    """
    script = script_of(text)
    tags: list[str] = []
    for tag in filter(None, map(tag_of, declared)):
        if _fits(tag, script):
            is_theme = script == "latin" and tag.startswith("en")
            if is_theme and not tongues.is_english(text):
                return tongues.by_words(text) or tag
            return tag
        tags.append(tag)
    if script is None:
        return tags[0] if tags else None
    if script == "latin":
        return tongues.by_words(text)
    return tongues.by_letters(script, text) or _LANGUAGES[script][0]


def script_of(text: str) -> str | None:
    """The script most letters at the start of a text belong to."""
    text = text[:SAMPLE]
    if text.isascii():
        return "latin" if _LATIN.search(text) else None
    others = _EUROPEAN.sub("", text)
    if not others:
        return "latin" if _LATIN.search(text) else None
    counts = Counter(
        found.lastgroup for found in _SCRIPT.finditer(others) if found.lastgroup
    )
    if latin := len(_LATIN.findall(text)):
        counts["latin"] = latin
    if counts.get("kana", 0) * 5 > counts.get("han", 0) > 0:
        return "kana"
    common = counts.most_common(1)
    return common[0][0] if common else None


def _fits(tag: str, script: str | None) -> bool:
    language = tag.partition("-")[0]
    if script is None:
        return True
    if script == "latin":
        return language not in _OTHER_SCRIPTS
    return language in _LANGUAGES[script]
