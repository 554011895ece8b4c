"""Find how a listing leads to its next page, where it leads there at all.

Pure; works on a parsed page in the parsing child. What a listing does with it is
`scrapers.discover.listing`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.discover.classes import classes_of
from scrapers.discover.listing import NEXT, PAGE, PAGE_BEFORE, SECOND, page_of
from scrapers.discover.paging import follow
from scrapers.extract.document import text_of

MOST_LINKS = 800
LONGEST_LABEL = 40
# Names of elements around a link that are tried.
HOLDERS = 6
# More pages than this are a calendar, or a counter that never ends.
MOST_PAGES = 10_000
# What pagers call the number of the page that is shown.
CURRENT = frozenset({"active", "current", "is-active", "selected", "on", "cur"})

# The number of the page, where addresses of second pages have it.
_NUMBERED = re.compile(
    r"(?P<before>.*(?:/(?:page|p|pg|seite|pagina|strona|sida)[/_-]?"
    r"|[?&][\w-]*(?:page|paged|pg|seite|pagina|p)=|/))(?P<number>\d{1,5})"
    r"(?P<after>/?|\.html?|/?[?&#].*)",
    re.IGNORECASE,
)
# Any other place in an address, where the pager has a third page made alike.
_COUNTED = re.compile(
    r"(?P<before>[^?#]+(?:\?(?:.*&)?[^=&#]+=|[/_-]))(?P<number>\d{1,5})"
    r"(?P<after>|[&#].*|\.\w{3,5})"
)
_NEXT_WORDS = re.compile(
    r"\b(?:next|older|more (?:news|stories|posts|articles)|weiter|nächste|ältere"
    r"|suivante?|précédents|siguiente|anteriores|próxim[oa]|volgende|oudere|nästa|äldre"
    r"|successiv[oa]|starsze|następna|далее|следующ\w+|старые)\b"
    r"|^(?:→|»|›|>|>>|下一页|下一頁|次へ|次のページ|다음|التالي|بعدی|صفحه بعد)$",
    re.IGNORECASE,
)
# createPageHTML(21, 0, "index", "html"): how many pages, which one, how they are named.
_CALL = re.compile(
    r"createPageHTML\(\s*(?:[\"'][\w-]*[\"']\s*,\s*)?(?P<last>\d{1,5})\s*,"
    r"\s*(?P<current>[01])\s*,\s*[\"'](?P<name>[\w-]+)[\"']\s*,"
    r"\s*[\"'](?P<end>\w{2,5})[\"']"
)
# What a pager's link says: its number, beside a word that only screen readers say.
_SPOKEN = re.compile(r"(?:[^\W\d_]{2,10}\s?)?(?P<number>\d{1,5})(?:\s?[^\W\d_]{2,10})?")
# What a second page is numbered, where the first is 1 or has no number, or is 0.
_SECONDS = {2: PAGE, 1: PAGE_BEFORE}
# What points onward at the end of a label in any language.
_ARROW = re.compile(r"(?:>>?|[»›→])\s*$")
_NEXT_NAME = re.compile(r"next|older", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Onward:
    """The way on: `url` is the second page's address, None where there is none.

    `next` or `pattern` is what a definition must say to go there; with neither the page
    marks it as most do. `last` is the highest number a pager shows, 0 without one.
    """

    url: str | None = None
    next: str | None = None
    pattern: str | None = None
    last: int = 0


def onward_of(tree: LexborHTMLParser, base: str, url: str) -> Onward:
    """Find the way from a first page to the second."""
    links = _links(tree, base, url)
    patterned = _pattern(links)
    last = _last(links, patterned)
    for node in tree.css(NEXT):
        following = follow(url, node.attributes.get("href") or "")
        if following is not None and following != url:
            return Onward(url=following, last=last)
    named = _named(tree, links)
    if named is not None:
        return Onward(url=named[1], next=named[0], last=last)
    if patterned is not None:
        second = page_of(patterned, SECOND)
        return Onward(url=second, pattern=patterned, last=last)
    pointed = _pointed(links, url)
    if pointed is not None:
        return Onward(url=page_of(pointed, SECOND), pattern=pointed, last=last)
    placed = _after_current(tree, links)
    if placed is not None:
        return Onward(url=placed[1], next=placed[0], last=last)
    return _written(tree, url) or Onward()


def _written(tree: LexborHTMLParser, url: str) -> Onward | None:
    """The way on that a pager written by a script takes: "index_1.html" comes second.

    As TRS WCM has it, on which most offices of the Chinese state publish.
    """
    for node in tree.css("script:not([src])")[:MOST_LINKS]:
        found = _CALL.search(node.text())
        if found is None or not SECOND <= int(found["last"]) <= MOST_PAGES:
            continue
        number = PAGE_BEFORE if found["current"] == "0" else PAGE
        name = f"{found['name']}_{number}.{found['end']}"
        pattern = f"{url.split('?')[0].rpartition('/')[0]}/{name}"
        last = int(found["last"])
        return Onward(url=page_of(pattern, SECOND), pattern=pattern, last=last)
    return None


def _links(
    tree: LexborHTMLParser, base: str, url: str
) -> list[tuple[LexborNode, str, str]]:
    found = []
    for node in tree.css("a[href]")[:MOST_LINKS]:
        href = follow(base, node.attributes.get("href") or "")
        if href is not None and href != url:
            found.append((node, href, text_of(node)))
    return found


def _pattern(links: list[tuple[LexborNode, str, str]]) -> str | None:
    """The address of the second page with {page} in place of its number."""
    thirds = {_made(_COUNTED, href, text, 3) for _, href, text in links}
    for _, href, text in links:
        found = _made(_NUMBERED, href, text, 2)
        counted = _made(_COUNTED, href, text, 2)
        if found or (counted and counted in thirds):
            return found or counted
    return None


def _made(shape: re.Pattern[str], href: str, text: str, number: int) -> str | None:
    """The address with {page} in it, if link and address both say this number."""
    match = shape.fullmatch(href)
    # The link may say it in the digits of its own script.
    said = _SPOKEN.fullmatch(text)
    is_said = said is not None and int(said["number"]) == number
    if not is_said or match is None or match["number"] != str(number) or "{" in href:
        return None
    return f"{match['before']}{{page}}{match['after']}"


def _last(links: list[tuple[LexborNode, str, str]], pattern: str | None) -> int:
    numbers = [0]
    for _, href, _text in links:
        match = _NUMBERED.fullmatch(href) or _COUNTED.fullmatch(href)
        if match is None:
            continue
        made = f"{match['before']}{{page}}{match['after']}"
        if made == pattern or (pattern is None and "page" in match["before"].lower()):
            numbers.append(int(match["number"]))
    return min(max(numbers), MOST_PAGES)


def _named(
    tree: LexborHTMLParser, links: list[tuple[LexborNode, str, str]]
) -> tuple[str, str] | None:
    """A selector of the link that says "next", and where it leads."""
    for node, href, text in links:
        attributes = node.attributes
        label = attributes.get("aria-label") or attributes.get("title") or ""
        says = _NEXT_WORDS.search(text) or _NEXT_WORDS.search(label)
        classes = " ".join(classes_of(node)).replace("-", " ").replace("_", " ")
        if len(text) > LONGEST_LABEL or not (says or re.search(r"\bnext\b", classes)):
            continue
        if not re.search(r"\d", unquote(href)):
            continue  # "More stories" that leads to a section
        for css in _selectors(node):
            first = tree.css_first(css)
            if first is not None and first.mem_id == node.mem_id:
                return css, href
    return None


def _pointed(links: list[tuple[LexborNode, str, str]], url: str) -> str | None:
    """The address with {page} of a link with an arrow to the listing's own next number.

    Only the number in the query differs: whatever the link says, it is the pager's.
    """
    for _, href, text in links:
        if len(text) > LONGEST_LABEL or not _ARROW.search(text):
            continue
        match = _NUMBERED.fullmatch(href) or _COUNTED.fullmatch(href)
        if match is None or "?" not in match["before"] or "{" in href:
            continue
        before, after = match["before"], match["after"]
        bare = before.rpartition("?" if before.count("=") == 1 else "&")[0] + after
        number = int(match["number"])
        if number in _SECONDS and url in (bare, f"{before}{number - 1}{after}"):
            return f"{before}{_SECONDS[number]}{after}"
    return None


def _after_current(
    tree: LexborHTMLParser, links: list[tuple[LexborNode, str, str]]
) -> tuple[str, str] | None:
    """A selector of the link that stands after the pager's current page, 1."""
    for node, href, text in links:
        if text.isdecimal() and len(text) < 6 and int(text) == 2:
            for css in _steps(node):
                first = tree.css_first(css)
                if first is not None and first.mem_id == node.mem_id:
                    return css, href
    return None


def _steps(node: LexborNode) -> Iterator[str]:
    """Selectors of a link by the number before it: by its class, else by its place."""
    for here, tail in ((node, "a"), (node.parent, f"{_tag(node.parent)} a")):
        before = _element_before(here)
        text = text_of(before) if before is not None else ""
        if before is None or not (text.isdecimal() and int(text) == 1):
            continue
        yield from (f".{n} + {tail}" for n in CURRENT & set(_classes(before)))
        if before.css_first("a[href]") is None and before.tag != "a":
            around = before.parent
            names = classes_of(around) if around is not None else []
            yield from (f".{name} {before.tag} + {tail}" for name in names)


def _tag(node: LexborNode | None) -> str:
    return str(node.tag) if node is not None else ""


def _classes(node: LexborNode) -> list[str]:
    return (node.attributes.get("class") or "").split()


def _element_before(node: LexborNode | None) -> LexborNode | None:
    before = node.prev if node is not None else None
    while before is not None and before.tag == "-text":
        before = before.prev
    return before


def _selectors(node: LexborNode) -> list[str]:
    """Name a pager's next link; what the link back has on the second page comes last.

    On the first page there may be none, and any name would do.
    """
    holders = list(islice(_holders(node), HOLDERS))
    found = [f"a.{name}" for name in classes_of(node)]
    found += [f".{name} a" for name in holders]
    sure = [css for css in found if _NEXT_NAME.search(css)]
    for name in ("aria-label", "title"):
        label = node.attributes.get(name) or ""
        if _is_quotable(label):
            sure.append(f'a[{name}="{label}"]')
    said = text_of(node)
    if _is_quotable(said) and _NEXT_WORDS.search(said):
        sure += [f'.{name} a:lexbor-contains("{said}")' for name in holders]
        # No headline says this word; a Latin one may be any sentence's.
        sure += [] if said.isascii() else [f'a:lexbor-contains("{said}")']
    return [*sure, *(css for css in found if css not in sure)]


def _holders(node: LexborNode) -> Iterator[str]:
    """The classes of what stands around a link, the inner first."""
    above = node.parent
    while above is not None and above.tag != "body":
        yield from classes_of(above)
        above = above.parent


def _is_quotable(text: str) -> bool:
    return bool(text) and '"' not in text and "\\" not in text
