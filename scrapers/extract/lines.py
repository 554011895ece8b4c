"""The lines of text around an element: what stands beside a headline.

Byline, date and trail stand there. What is inside an article is read by
`scrapers.extract.blocks`.
"""

from __future__ import annotations

from operator import attrgetter

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.clean.text import line

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

INLINE, BLOCK, SKIP, BREAK, TEXT = range(5)


def _kinds() -> dict[int, tuple[int, str]]:
    """Kind and name of each element by lexbor's number of its tag, which is cheaper."""
    tree = LexborHTMLParser("<p>x<!-- x -->")
    text = next(tree.tags("p")[0].iter(include_text=True))
    kinds = {text.tag_id: (TEXT, "")}
    for words, kind in ((_BLOCK, BLOCK), (_SKIP, SKIP), ("br", BREAK)):
        for word in words.split():
            kinds[tree.create_node(word).tag_id] = (kind, word)
    if text.next is not None:
        kinds[text.next.tag_id] = (SKIP, "")  # a comment
    return kinds


_KIND = _kinds()
_INLINE = (INLINE, "")
_ENDS = frozenset(tag for tag, (_, name) in _KIND.items() if name == "body")


def lines_after(node: LexborNode, limit: int) -> list[str]:
    """The first lines after an element in document order, at most `limit`."""
    return _lines(node, limit, "next", "first_child")


def lines_before(node: LexborNode, limit: int) -> list[str]:
    """The last lines before an element in document order, at most `limit`."""
    return _lines(node, limit, "prev", "last_child")[::-1]


def _lines(start: LexborNode, limit: int, onward: str, inward: str) -> list[str]:
    found = _Lines(onward, inward)
    node: LexborNode | None = start
    for _ in range(MAX_STEPS):
        node = found.next_after(node) if node is not None else None
        while node is not None and len(found.lines) < limit:
            deeper = found.enter(node)
            if deeper is None:
                break
            node = deeper
        if node is None or len(found.lines) >= limit:
            break
    found.flush()
    return found.lines[:limit]


class _Lines:
    """The lines met on a walk from one element onward, or backward."""

    def __init__(self, onward: str, inward: str) -> None:
        self.further, self.inner = attrgetter(onward), attrgetter(inward)
        self.order = 1 if onward == "next" else -1
        self.lines: list[str] = []
        self.pieces: list[str] = []

    def next_after(self, node: LexborNode) -> LexborNode | None:
        """The node after this one and all that is in it; None at the body's end."""
        following: LexborNode | None = self.further(node)
        while following is None:
            parent = node.parent
            if parent is None or parent.tag_id in _ENDS:
                return None
            node = parent
            if _KIND.get(node.tag_id, _INLINE)[0] == BLOCK:
                self.flush()
            following = self.further(node)
        return following

    def enter(self, node: LexborNode) -> LexborNode | None:
        """Take a node's text; give what is first in it."""
        kind = _KIND.get(node.tag_id, _INLINE)[0]
        if kind == TEXT:
            self.pieces.append(node.text_content or "")
        elif kind in (BLOCK, BREAK):
            self.flush()
        if kind in (SKIP, TEXT):
            return None
        inner: LexborNode | None = self.inner(node)
        return inner

    def flush(self) -> None:
        """End a line."""
        if text := line("".join(self.pieces[:: self.order])):
            self.lines.append(text)
        self.pieces.clear()
