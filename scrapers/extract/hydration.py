"""Read an article out of the data that a page's own scripts are fed with.

Pages made by scripts often bring what they will show as JSON: a story is a list of
blocks, each a tree of texts, or HTML in a string. Asked only where the page itself
shows little; what is found must be the story of this page, by its title or its opening.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from scrapers.clean.markup import without_tags
from scrapers.clean.text import lines, weight
from scrapers.extract.titles import MAX_TITLE, key_of

# Less is a setting; more is refused rather than read.
LEAST_BYTES, MOST_BYTES = 500, 5_000_000
# Values looked at, all scripts of a page together, and how deep they may be nested.
MOST_VALUES, MOST_DEPTH = 300_000, 100
# A story has so many paragraphs, none so long: a longer one would be another story.
FEWEST, LONGEST = 3, 5_000
# So much of it is prose, in paragraphs of so many letters: a list of tags is none.
PROSE_SHARE, PROSE_CHARS = 0.6, 60
# How much of a text the page shows is looked for in what the data hold.
SHOWN_CHARS = 40

_SCRIPT = re.compile(rb"<script\b([^<>]{0,1000})>\s*", re.IGNORECASE)
_END = re.compile(rb"</script", re.IGNORECASE)
_OF_DATA = re.compile(rb"\btype\s*=\s*[\"']?application/json\b", re.IGNORECASE)
# The same, as a script that gives it to a variable: it begins with JSON.
_STATE = re.compile(
    rb"(?:window|self|globalThis|var|let|const)\b[^=<;]{1,80}=\s*(?=[{\[])"
)
# How editors' formats call what a value is, and where a text's letters stand.
_KINDS = ("type", "nodeType", "_type", "__typename", "kind", "tagName", "tag")
_LETTERS = ("text", "value", "content", "data", "html")
_INNER = (*_LETTERS, "children", "items", "elements", "root", "attributes", "attrs")
_HOLDING = frozenset(_INNER)
_APART = re.compile(
    r"paragraph|heading|header|list.?item|quote|block|^(?:p|li|h[1-6])$",
    re.IGNORECASE,
)
# What stands between paragraphs and is none of them.
_BESIDE = re.compile(
    r"image|photo|picture|figure|video|audio|media|embed|gallery|caption|credit|advert"
    r"|\bads?\b|promo|newsletter|related|recirc|recommend|widget|divider|byline|author"
    r"|iframe|tweet|button|^(?:script|style)$",
    re.IGNORECASE,
)
_HAS_PARAGRAPHS = re.compile(r"<p\b", re.IGNORECASE)


@dataclass(slots=True)
class _Search:
    """What is looked for, and the best that was found."""

    title: str
    shown: str
    left: int = MOST_VALUES
    best: str = ""

    def is_spent(self) -> bool:
        """Count a value; tell whether enough were looked at."""
        self.left -= 1
        return self.left < 0


def story_of(page: bytes, title: str, shown: str) -> str:
    """Give the text of the story that a page's data hold, a paragraph a line, or "".

    `title` is the page's headline, `shown` what text it shows: one of the two must be
    told by the data too.
    """
    search = _Search(key_of(title), key_of(shown[: 4 * SHOWN_CHARS])[:SHOWN_CHARS])
    for value in _data(page):
        _look(value, search, is_told=False, depth=0)
    return search.best


def _data(page: bytes) -> Iterator[object]:
    decoder = json.JSONDecoder()
    for text in _scripts(page):
        if LEAST_BYTES <= len(text) <= MOST_BYTES:
            try:
                yield decoder.raw_decode(text.decode("utf-8", "replace").lstrip())[0]
            except (ValueError, RecursionError):
                continue


def _scripts(page: bytes) -> Iterator[bytes]:
    """What the scripts that hold data hold, each passed through once."""
    found = _SCRIPT.search(page)
    while found:
        start, ended = found.end(), _END.search(page, found.end())
        if ended is None:
            return
        end = ended.start()
        if _OF_DATA.search(found[1]):
            yield page[start:end]
        elif state := _STATE.match(page, start, end):
            yield page[state.end() : end]
        found = _SCRIPT.search(page, end)


def _look(value: object, search: _Search, *, is_told: bool, depth: int) -> None:
    """Look for stories in a value; `is_told` says that the title stands beside it."""
    if search.is_spent() or depth > MOST_DEPTH:
        return
    if isinstance(value, dict):
        is_told = is_told or _tells(value, search.title)
        for name, one in value.items():
            if isinstance(one, str):
                if name in _LETTERS or name.lower().endswith(("body", "html")):
                    _offer(_of_html(one), search, is_told=is_told)
            elif isinstance(one, dict | list):
                _look(one, search, is_told=is_told, depth=depth + 1)
    elif isinstance(value, list):
        _offer(_of_blocks(value, search), search, is_told=is_told)
        for one in value:
            if isinstance(one, dict | list):
                _look(one, search, is_told=is_told, depth=depth + 1)


def _tells(value: dict[str, object], title: str) -> bool:
    # What is shorter is not the title, however it is spelt; most strings are.
    least = len(title) // 2
    texts = [one for one in value.values() if isinstance(one, str)] if title else []
    likely = [one for one in texts if least <= len(one) <= MAX_TITLE]
    return title in map(key_of, likely)


def _offer(paragraphs: list[str], search: _Search, *, is_told: bool) -> None:
    """Keep what is longer than the best, if it is this page's."""
    if len(paragraphs) < FEWEST or max(map(len, paragraphs)) > LONGEST:
        return
    text = "\n".join(paragraphs)
    size = weight(text)
    if size <= weight(search.best):
        return
    prose = sum(w for w in map(weight, paragraphs) if w >= PROSE_CHARS)
    if prose < PROSE_SHARE * size:
        return
    if is_told or (len(search.shown) == SHOWN_CHARS and search.shown in key_of(text)):
        search.best = text


def _of_html(text: str) -> list[str]:
    """The paragraphs of a text that is HTML; none of any other."""
    if len(_HAS_PARAGRAPHS.findall(text)) < FEWEST:
        return []
    return _lines_of(text)


def _lines_of(text: str) -> list[str]:
    bare = html.unescape(without_tags(text))
    return lines(bare).splitlines()


def _of_blocks(values: list[object], search: _Search) -> list[str]:
    """The paragraphs of a list of blocks; none of a list of anything else."""
    blocks = [one for one in values if isinstance(one, dict)]
    if len(blocks) < max(FEWEST, len(values)):
        return []
    if all(_HOLDING.isdisjoint(one) for one in blocks):  # as of most lists
        return []
    found: list[str] = []
    for one in blocks:
        found.extend(_lines_of("".join(_letters(one, search, 0))))
    return found


def _letters(value: object, search: _Search, depth: int) -> Iterator[str]:
    """The letters of a block, in order; lines end where blocks inside it do."""
    if search.is_spent() or depth > MOST_DEPTH:
        return
    if isinstance(value, list):
        for one in value:
            yield from _letters(one, search, depth + 1)
    if not isinstance(value, dict):
        return
    kind = next((k for name in _KINDS if isinstance(k := value.get(name), str)), "")
    if _BESIDE.search(kind):
        return
    end = "\n" if _APART.search(kind) else ""
    yield end
    for name in _INNER:
        one = value.get(name)
        if isinstance(one, str) and one:
            yield one
            break
        if isinstance(one, list | dict):
            yield from _letters(one, search, depth + 1)
    yield end
