"""The lines of text around an element: what stands beside a headline.

Byline, date and trail stand there. What is inside an article is read by
`scrapers.extract.blocks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from operator import attrgetter

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.clean.text import line
from scrapers.compiled import load

# Lines are looked for in so many nodes at most.
MAX_STEPS = 300

_BLOCK = (
    "address article aside blockquote body caption center dd details div dl dt fieldset"
    " figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr li main nav ol p pre"
    " section summary table tbody td tfoot th thead tr ul form"
)
_SKIP = (
    "script style noscript iframe object embed svg math canvas audio video select"
    " button input textarea option datalist head link meta title progress meter map"
    " template dialog"
)

BLOCK, SKIP, BREAK, TEXT = range(4)


def _kinds() -> dict[int, int]:
    """The kind of nodes by lexbor's number of their tag; inline elements have none."""
    tree = LexborHTMLParser("<p>x<!-- x -->")
    text = next(tree.tags("p")[0].iter(include_text=True))
    kinds = {text.tag_id: TEXT}
    for words, kind in ((_BLOCK, BLOCK), (_SKIP, SKIP), ("br", BREAK)):
        for word in words.split():
            kinds[tree.create_node(word).tag_id] = kind
    if text.next is not None:
        kinds[text.next.tag_id] = SKIP  # a comment
    return kinds


_KIND = _kinds()
_BODY = LexborHTMLParser("").create_node("body").tag_id
_shown = load("shown")
_compiled = (
    _shown.Lines(
        *(
            {n for n, kind in _KIND.items() if kind == one}
            for one in (BLOCK, SKIP, BREAK)
        ),
        _BODY,
        MAX_STEPS,
    )
    if _shown
    else None
)


class Drawn:
    """What an iterator gives, asked for only as far as somebody reads, and kept."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._seen: list[str] = []

    def __iter__(self) -> Iterator[str]:
        """Give them from the first one on; each reader may stop where it likes."""
        at = 0
        while at < len(self._seen) or self._has_more():
            yield self._seen[at]
            at += 1

    def _has_more(self) -> bool:
        for one in self._source:
            self._seen.append(one)
            return True
        return False


def drawn(source: Iterator[str]) -> Iterable[str]:
    """What several read: all of it at once, where that costs next to nothing."""
    return list(source) if _compiled else Drawn(source)


def lines_after(node: LexborNode, limit: int) -> Iterator[str]:
    """The first lines after an element in document order, at most `limit`."""
    if _compiled:
        return iter(_compiled.after(node, limit))
    return islice(_lines(_texts(node, "next", "first_child"), 1), limit)


def lines_before(node: LexborNode, limit: int) -> list[str]:
    """The last lines before an element in document order, at most `limit`."""
    if _compiled:
        return list(_compiled.before(node, limit))
    return [*islice(_lines(_texts(node, "prev", "last_child"), -1), limit)][::-1]


def lines_within(node: LexborNode) -> Iterator[str]:
    """The lines of an element's own text."""
    if _compiled:
        return iter(_compiled.within(node))
    inside = node.traverse(include_text=True, skip_empty=True)
    return _lines((_told(one) for one in inside), 1)


def _told(node: LexborNode) -> str | None:
    """A text, "" for an element in a line, None for one that ends a line."""
    kind = _KIND.get(node.tag_id)
    if kind == TEXT:
        return node.text_content
    return None if kind in (BLOCK, BREAK) else ""


def _lines(texts: Iterator[str | None], order: int) -> Iterator[str]:
    pieces: list[str] = []
    for text in texts:
        if text is not None:
            pieces.append(text)
        elif pieces:
            if made := line("".join(pieces[::order])):
                yield made
            pieces.clear()
    if made := line("".join(pieces[::order])):
        yield made


def _texts(start: LexborNode, onward: str, inward: str) -> Iterator[str | None]:
    """The texts met on a walk from an element onward, or backward; None ends a line."""
    further, inner = attrgetter(onward), attrgetter(inward)
    node, is_begun = start, False
    for _ in range(MAX_STEPS):
        deeper = further(node)
        while deeper is None:
            parent = node.parent
            if parent is None or parent.tag_id == _BODY:
                return
            node = parent
            if is_begun and _KIND.get(node.tag_id) == BLOCK:
                is_begun = False
                yield None
            deeper = further(node)
        while deeper is not None:
            node, kind = deeper, _KIND.get(deeper.tag_id)
            if kind == TEXT:
                # Most are the spaces between blocks, which begin no line.
                if is_begun or not node.is_empty_text_node:
                    is_begun = True
                    yield node.text_content or ""
                break
            if is_begun and kind in (BLOCK, BREAK):
                is_begun = False
                yield None
            deeper = inner(node) if kind != SKIP else None
