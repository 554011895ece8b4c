"""The sentence or two that stand for an article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from selectolax.lexbor import LexborNode

from scrapers.clean.text import line, shorten
from scrapers.compiled import load
from scrapers.extract.document import field_of
from scrapers.extract.reading import Reading
from scrapers.extract.titles import key_of

MAX_SUMMARY = 600

# How far above the headline what follows it is looked at, how many elements of what
# follows, and how many inside each.
LEVELS, FOLLOWING, INSIDE = 3, 4, 3
# Shorter is a kicker or a label.
MIN_STANDFIRST = 25

# The names of a standfirst in the languages of those who write templates. These are
# searched in lower case: to ignore case takes several times as long.
_STANDFIRST = re.compile(
    r"stand-?first|sub-?title|sub-?head|sub-?line|(?<![a-z])dec?k(?![a-z])"
    r"|(?<![a-z])(?:lead|lede|leadin|intro|teaser|excerpt|abstract|summary|strapline)"
    r"(?![a-z])|(?:lead|intro|summary)-?(?:text|paragraph)|vorspann|chapo"
    r"|entradilla|bajada|copete|subtitulo|sottotitolo|occhiello|ingress|manchet"
    r"|perex|spot(?![a-z])|lid(?![a-z])"
)
# Names that hold one of these words too, and are of something else.
_OTHER = re.compile(
    r"image|img|media|figure|photo|picture|author|byline|date|audio|video|caption|link"
)
_ENDS = frozenset({"body", "article", "main"})
_APART = frozenset({"figure", "picture", "nav", "aside", "ul", "time", "a", "button"})
# A credit, a byline, a date.
_CREDIT = re.compile(
    r"^(?:by|von|par|por|di|door|av)\s|photo|foto:|©|getty|copyright|\d\d?:\d\d"
    r"|\b20\d\d\b.{0,12}$",
    re.IGNORECASE,
)
TAIL = 60  # characters in which such an end is looked for
# One of which is in every such end, in small letters.
_TELLING = ("…", "...", "&hellip;", "read", "weiterlesen", "lire")
_MARKUP = re.compile(r"<[^<>]{1,200}>")
# What WordPress and feeds put at the end of an excerpt.
_TAIL = re.compile(
    r"\s*(?:\[?(?:…|\.\.\.|&hellip;)\]?|\(?(?:read|continue reading|weiterlesen|lire)"
    r"(?: more)?\W*)\s*$",
    re.IGNORECASE,
)


def summary_of(reading: Reading) -> str | None:
    """The standfirst, a recipe's or the one under the headline, else a description.

    Descriptions are the page's own, then the hint's.
    """
    for text in filter(None, _stated(reading)):
        made = tidy(text)
        if made and key_of(made) != key_of(reading.title):
            return made
    return None


def _stated(reading: Reading) -> Iterator[str | None]:
    document = reading.document
    yield reading.first_text(reading.recipe.summary)
    yield standfirst(reading.headline)
    yield document.meta("og:description")
    yield document.article.text("description")
    yield document.meta("description", "twitter:description", "dc.description")
    yield reading.hints.summary


def standfirst(headline: LexborNode | None) -> str | None:
    """What stands under a headline, or under what it is in, and is named for it.

    Only the few elements that follow are looked at; a search of the page would find
    other articles' too.
    """
    named = _named_under(headline) if headline is not None else None
    text = field_of(named) if named is not None else ""
    is_one = len(text) >= MIN_STANDFIRST and not _CREDIT.search(text)
    return text if is_one else None


def _named_under(headline: LexborNode) -> LexborNode | None:
    if _compiled is not None:
        found: LexborNode | None = _compiled.under(headline)
        return found
    node: LexborNode | None = headline
    for _ in range(LEVELS):
        if node is None or node.tag in _ENDS:
            return None
        for one in _following(node):
            for named in (one, *islice(one.iter(), INSIDE)):
                if _is_standfirst(named):
                    return named
        node = node.parent
    return None


def _following(node: LexborNode) -> Iterator[LexborNode]:
    """The next few elements after one, up to the first paragraph of the text."""
    one, seen = node.next, 0
    while one is not None and seen < FOLLOWING:
        if one.is_element_node:
            seen += 1
            if one.tag not in _APART:
                yield one
        one = one.next


def _is_standfirst(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    named = f"{attributes.get('class') or ''} {attributes.get('data-testid') or ''}"
    return _is_named(named, attributes.get("itemprop") or "")


def _is_named(named: str, held: str) -> bool:
    """Tell whether a class and a test id, and an itemprop, are a standfirst's."""
    if held in ("description", "alternativeHeadline"):
        return _OTHER.search(named.lower()) is None
    return len(named) > 1 and _names_standfirst(named.lower())


@lru_cache(maxsize=4096)
def _names_standfirst(named: str) -> bool:
    """Tell whether an element of this name, in lower case, is one."""
    return bool(_STANDFIRST.search(named)) and not _OTHER.search(named)


_standfirst = load("standfirst")
_compiled = (
    _standfirst.Standfirsts(_ENDS, _APART, (LEVELS, FOLLOWING, INSIDE), _is_named)
    if _standfirst
    else None
)


def tidy(text: str) -> str:
    """One line without markup or "[…]", at most MAX_SUMMARY characters."""
    made = line(_MARKUP.sub(" ", text) if "<" in text else text)
    cut, end = made, made[-TAIL:].lower()
    if True in [part in end for part in _TELLING]:
        cut = made[:-TAIL] + _TAIL.sub("", made[-TAIL:])
    if cut != made and not cut.endswith((".", "!", "?", "。")):
        cut += "…"
    return shorten(cut, MAX_SUMMARY) if cut.strip("…") else ""
