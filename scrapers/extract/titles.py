"""Choose the headline: the h1 that agrees with what the metadata calls the page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from selectolax.lexbor import LexborNode

from scrapers.clean.text import weight
from scrapers.clean.urls import absolute, is_home, same_publisher
from scrapers.compiled import compiled_in, load
from scrapers.extract.blocks import OWN_LINKS
from scrapers.extract.document import Document, field_of

MAX_TITLE = 300
# So much of a text is looked at for one: a site's name stands behind no longer title.
MAX_STATED = 2000
# Headings looked at: a page with more has none that is its headline.
MAX_HEADINGS = 40
# Shorter ones agree with too much: "News", "Sport".
MIN_HEADLINE = 12
# The same by weight: of seven Chinese characters on, which six of a section's name are
# not.
MIN_WEIGHT = 20

# What trails are called, and how far above a heading one that it is in is looked for.
_TRAIL, TRAIL_DEPTH = "breadcrumb", 5
_around = load("around")
_said = _around.Said(_TRAIL, TRAIL_DEPTH) if _around else None

_KICKER = re.compile(
    r"kicker|overline|titleheader|hiddendash|eyebrow|dachzeile|topline|sub-?title"
    r"|spitzmarke|antetitulo|prefix",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
# What follows in the address of another page, or another version, of one article.
_VERSION = re.compile(r"/(?:(?:page/?)?\d{1,3}|amp|print|index\.\w+)?/?")
# Marks of the press that are not of Latin-1.
_MARKS = "’“”–‘—„…"
_UNTOLD = b"\0"  # what stands for a character of a key that is spelt with several
# Of one line, whose spaces are single. Each way begins with a plain character, so that
# the others are passed over quickly.
_WIDE, _WIDE_END = "[\u3040-\u9fff]", "[\u3040-\u9fff\uff01\uff1f]"
_SUFFIX = re.compile(
    r" (?:[|–—»·•‹›«~]|--?|::|/) | [|｜] ?|\| ?|｜ ?|:(?<=\S:) (?=\S)"
    rf"| (?<={_WIDE_END} )[-_—]{{1,2}}(?={_WIDE})"
    rf"|-(?<={_WIDE_END}-)[-_—]?(?={_WIDE})|_(?<={_WIDE_END}_)[-_—]?(?=\S)"
    rf"|—(?<={_WIDE_END}—)[-_—]?(?={_WIDE})"
)
_KEPT_SUFFIX = re.compile(f"({_SUFFIX.pattern})")  # which a split keeps
_PARTING = re.compile("[-_~/:|｜–—»·•‹›«]")  # one of which is in every such mark
_MARKED_OFF = tuple("|｜>»<«–—-·•:")
_LEAD = re.compile(r"\s+(?:[|–—»·•]|-{1,2})\s+|[|｜]")


def _key_byte(character: str) -> bytes:
    """What a character of Latin-1 is in a key."""
    key = _spelt_key(character)
    if not key:
        return b" "
    return key.encode("latin-1") if len(key) == 1 and key <= "\xff" else _UNTOLD


def _spelt_key(text: str) -> str:
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


_KEYS = b"".join(_key_byte(chr(code)) for code in range(256))


def _key_by_itself(character: str) -> str:
    """What a character is in every key, a space for none; "" where that depends.

    It depends on what stands beside it where that may join with it to one character,
    as the parts of a Hangul syllable do.
    """
    plain = unicodedata.normalize("NFKC", character)
    key = _spelt_key(character)
    joins = unicodedata.category(plain[0])[0] == "M" or "\u1100" <= plain[0] <= "\u11ff"
    if joins or (key and len(plain.casefold()) > 1):
        return ""
    return key or " "


if _texts := load("texts"):
    _texts.keys_are(_key_by_itself)


@dataclass(slots=True, eq=False)
class Heading:
    """A heading of the page, its text and what of it is compared."""

    node: LexborNode
    text: str
    key: str
    is_first: bool  # of the first level
    at: int  # which of the document's marks it is
    _in_trail: bool | None = None

    @property
    def holds_elements(self) -> bool:
        """Tell whether any of its text is in an element of its own; mostly none is."""
        inner = self.node.first_child
        while inner is not None and not inner.is_element_node:
            inner = inner.next
        return inner is not None

    @property
    def in_trail(self) -> bool:
        """Tell whether it is the last step of the trail, set as an h1 for robots."""
        if self._in_trail is None:
            self._in_trail = is_in_trail(self.node)
        return self._in_trail


def may_be_headline(text: str) -> bool:
    """Tell whether a text, or what of it is compared, is long enough for a headline."""
    return len(text) >= MIN_HEADLINE or weight(text) >= MIN_WEIGHT


@compiled_in("texts")
@lru_cache(maxsize=4096)
def key_of(text: str) -> str:
    """Letters and digits only, casefolded: what two spellings of a title share."""
    plain = text
    for mark in _MARKS if not text.isascii() else "":
        plain = plain.replace(mark, " ")
    try:  # the languages of Western Europe take a third of the time
        words = plain.encode("latin-1").translate(_KEYS)
    except UnicodeEncodeError:
        return _spelt_key(text)
    if _UNTOLD in words:
        return _spelt_key(text)
    return b" ".join(words.split()).decode("latin-1")


def headings_of(document: Document) -> list[Heading]:
    """The headings that may be a headline by their length, in the page's order."""
    found = []
    for at in document.heads[:MAX_HEADINGS]:
        node = document.marks[at]
        text = _without_own_link(field_of(node), node)
        key = key_of(text) if len(text) <= MAX_TITLE else ""
        if key:
            found.append(Heading(node, text, key, node.tag == "h1", at))
    return found


def _without_own_link(text: str, node: LexborNode) -> str:
    """Leave out the sign of the link by which a heading is linked to: "Setting up¶"."""
    if text[-1:] in OWN_LINKS and node.css_first('a[href*="#"]'):
        return text[:-1].rstrip()
    return text


def title_of(
    document: Document, headings: list[Heading], names: Set[str]
) -> str | None:
    """The page's headline without the site's name; None where nothing names the page.

    `names` are the keys of those the site goes by.
    """
    whole = document.title_element
    stated = [*_stated(document), *([whole] if whole else [])]
    above = [h for h in headings if h.is_first and _leads_up(h, document)]
    names = names | {heading.key for heading in above}
    headings = [h for h in headings if h.key not in names]
    if whole in [h.text for h in headings] and without_site(whole, names) != whole:
        # The title element again, with the site's name, in a heading nobody sees.
        others = [h for h in headings if h.text != whole]
        headings = others if any(_begins(whole, h.text) for h in others) else headings
    found = _agreeing(headings, stated)
    if found is None and not _is_confirmed(document):
        found = _lone(headings)
    made = {text: without_site(text, names) for text in set(stated)}
    bare = [made[text] for text in stated]
    if found:
        return _without_kicker(found, stated, bare)
    short = next((h.text for h in headings if h.is_first), "")
    rest = [heading.text for heading in above]
    return next((text for text in (*bare, short, *rest) if text), None)


def _begins(whole: str, text: str) -> bool:
    """Tell whether a title begins with a text that a mark parts from the rest."""
    rest = whole.removeprefix(text).lstrip()
    return len(text) >= MIN_HEADLINE and rest != whole and rest[:1] in _MARKED_OFF


def readings_of(document: Document, title: str) -> list[str]:
    """What may be the headline where no heading says the title, the likeliest first.

    The title itself; and where nothing but the title element states it, what is left
    without the names before and after: "The Daily: Flood" → "Flood".
    """
    if is_stated(document):
        return [title]
    parts, marks = _SUFFIX.split(title), [*_SUFFIX.findall(title), ""]
    whole = [part + mark for part, mark in zip(parts, marks, strict=True)]
    ends = ["".join(whole[n:]) for n in range(1, len(parts))]
    starts = ["".join([*whole[: n - 1], parts[n - 1]]) for n in range(1, len(parts))]
    return [title, *sorted([*ends, *starts], key=len, reverse=True)]


def is_stated(document: Document) -> bool:
    """Tell whether anything but the title element states a title."""
    return bool(_stated(document))


def saying(headings: list[Heading], title: str) -> list[Heading]:
    """The headings outside the trail that say the title, perhaps with a kicker."""
    key = key_of(title)
    return [
        heading
        for heading in headings
        if key
        and key in heading.key
        and 2 * len(key) > len(heading.key)
        and not heading.in_trail
    ]


def _leads_up(heading: Heading, document: Document) -> bool:
    """Tell whether a heading is a link to the site or section that the page is in."""
    inner = heading.node.css_first("a[href]") if heading.holds_elements else None
    node = inner or heading.node.parent
    if node is None or node.tag != "a" or key_of(field_of(node)) != heading.key:
        return False
    link = absolute(document.base, node.attributes.get("href") or "")
    page = document.url.partition("?")[0]
    if link is None or link == page:
        return False
    top = link.rstrip("/")
    if page.startswith(top + "/"):
        return _VERSION.fullmatch(page, len(top)) is None
    return is_home(link) and same_publisher(link, page)


def _link_of(node: LexborNode) -> LexborNode | None:
    """The link that is in a heading, else the one that it stands in."""
    if _around:
        found: LexborNode | None = _around.link_of(node)
        return found
    inside: LexborNode | None = node.css_first("a[href]")
    if inside is None and node.parent is not None and node.parent.tag == "a":
        return node.parent
    return inside


def _is_confirmed(document: Document) -> bool:
    """Tell whether the title element repeats the structured data's headline.

    OpenGraph's title it repeats nearly always: search engines and readers get
    different ones, and where there is a lone h1 it is the readers'.
    """
    headline = key_of(document.article.text("headline") or "")
    return may_be_headline(headline) and headline in key_of(document.title_element)


def _without_kicker(heading: Heading, stated: list[str], titles: list[str]) -> str:
    """Cut what stands before the headline in its element: "Opinion  The flood".

    What most of the stated titles repeat is no kicker but part of the headline;
    `titles` are these without the site's name.
    """
    keys = [key_of(text) for text in titles]
    whole = zip(map(key_of, stated), keys, strict=True)
    with_it = sum(heading.key in both for both in whole)
    bare = _bare(heading)
    if bare and (not with_it or key_of(bare) in keys):
        return bare
    for text, short in zip(titles, keys, strict=True):
        is_end = may_be_headline(short) and heading.key.endswith(" " + short)
        if is_end and keys.count(short) > with_it:
            return text
    return heading.text


def _stated(document: Document) -> list[str]:
    article = document.article
    found = (
        article.text("headline"),
        document.meta("og:title"),
        document.meta("twitter:title"),
        article.text("name"),
        document.meta("dc.title", "parsely-title", "sailthru.title", "headline"),
    )
    return [text[:MAX_TITLE] for text in found if text]


def _agreeing(headings: list[Heading], stated: list[str]) -> Heading | None:
    """The heading that most of the stated titles repeat."""
    known: dict[str, int] = {}
    for text in stated:
        known[key_of(text)] = known.get(key_of(text), 0) + 1
    best, best_rank = None, (0, 0)
    for heading in headings:
        if best_rank == (len(stated), 1):
            break  # none can be better
        own = heading.key
        votes = sum([n for key, n in known.items() if own == key or _agree(own, key)])
        if not votes and heading.is_first and len(heading.key) >= MIN_HEADLINE:
            votes = any(key_of(_LEAD.split(text)[0]) == heading.key for text in stated)
        rank = (int(votes), 1 if heading.is_first else 0)
        if votes and rank > best_rank and not heading.in_trail:
            best, best_rank = heading, rank
    return best


def _lone(headings: list[Heading]) -> Heading | None:
    """The only h1 that is a headline by its length: sites show others another one."""
    found = {
        heading.key: heading
        for heading in headings
        if heading.is_first
        and len(heading.text) >= MIN_HEADLINE
        and not heading.in_trail
    }
    return found.popitem()[1] if len(found) == 1 else None


def is_in_trail(node: LexborNode) -> bool:
    """Tell whether an element, or one around it, is called a trail of breadcrumbs."""
    if _said:
        return bool(_said.around(node))
    above: LexborNode | None = node
    for _ in range(TRAIL_DEPTH):
        if above is None:
            return False
        for name, value in above.attributes.items():
            if _TRAIL in name or (value and _TRAIL in value.lower()):
                return True
        above = above.parent
    return False


def _bare(heading: Heading) -> str:
    """What a heading says without the parts marked as kickers; "" if none is."""
    if not heading.holds_elements:
        return ""
    parts = heading.node.css("span, small, div, em, strong")
    marked = (part for part in parts if any(map(_KICKER.search, _names(part))))
    kickers = [field_of(part) for part in marked]
    text = heading.text
    for kicker in kickers:
        text = text.removeprefix(kicker).removesuffix(kicker).strip(" –—-:|/")
    return text if kickers else ""


def _names(node: LexborNode) -> list[str]:
    attributes = node.attributes
    return [*attributes, *(value or "" for value in attributes.values())]


def _agree(heading: str, stated: str) -> bool:
    """Tell whether one repeats the other with a little more."""
    less, more = heading, stated
    if len(less) > len(more):
        less, more = stated, heading
    # What is hardly ever so comes first.
    return (
        less in more and len(less) < len(more) < 2 * len(less) and may_be_headline(less)
    )


def without_site(text: str, names: Set[str]) -> str:
    """Cut the site's name off a title: "Flood – The Daily" → "Flood".

    `names` are the keys of those the site goes by.
    """
    pieces = _KEPT_SUFFIX.split(text) if _PARTING.search(text) else ()
    if len(pieces) < 2:
        return text.strip()[:MAX_TITLE]
    parts, marks = pieces[::2], pieces[1::2]
    while len(parts) > 1 and _is_site(parts[-1], parts[:-1], names, marks[-1]):
        parts, marks = parts[:-1], marks[:-1]
    while len(parts) > 1 and key_of(parts[0]) in names:
        parts, marks = parts[1:], marks[1:]
    made = parts[0] + "".join(m + p for m, p in zip(marks, parts[1:], strict=True))
    return made.strip()[:MAX_TITLE]


def _is_site(last: str, rest: list[str], names: Set[str], mark: str) -> bool:
    if key_of(last) in names:
        return True
    if mark.strip() == ":":
        return False
    # An unknown name is the site's when it is short beside what it follows.
    words = len(last.split())
    return words <= 5 and len(last) < 0.6 * sum(map(len, rest)) and len(last) < 40
