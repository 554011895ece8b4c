"""Put what a page streams late in its place, as the page's own scripts do.

React sends a page with placeholders, and what belongs there at its end, hidden: a
`template` with the id "B:1" or "P:1", and a hidden `div` with the id "S:1". An article
whose sections came late would stand outside of its element, or be taken for hidden.
"""

from __future__ import annotations

import re
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

# Pages with more are made to take time.
MOST_SEGMENTS = 500
# What stands in for a segment until it comes is at most so many nodes.
MOST_FALLBACK = 200

_MARK = b' id="S:'
_CALL = re.compile(
    rb'\$R[CS]\(\s*"([BP]:[0-9a-f]+)"\s*,\s*"(S:[0-9a-f]+)"'
    rb'|\$RS\(\s*"(S:[0-9a-f]+)"\s*,\s*"(P:[0-9a-f]+)"'
)


def put_in_place(tree: LexborHTMLParser, text: bytes) -> bool:
    """Move each segment of a streamed page to its placeholder.

    `text` is the page the tree was parsed from. A segment without a placeholder stays.
    Tells whether the page is streamed, so that the tree may be another.
    """
    if _MARK not in text:
        return False
    places = {node.id or "": node for node in tree.css("template[id]")}
    called = dict(_calls(text))
    for segment in tree.css('div[hidden][id^="S:"]')[:MOST_SEGMENTS]:
        name = segment.id or ""
        number = name.removeprefix("S:")
        likely = called.get(name), f"P:{number}", f"B:{number}"
        place = next((places.pop(at) for at in likely if at in places), None)
        if place is not None and not _is_inside(place, segment):
            _move(segment, place)
    return True


def _calls(text: bytes) -> list[tuple[str, str]]:
    """Which placeholder is each segment's, as the page's scripts say."""
    return [
        ((found[2] or found[3]).decode(), (found[1] or found[4]).decode())
        for found in islice(_CALL.finditer(text), MOST_SEGMENTS)
    ]


def _is_inside(node: LexborNode, other: LexborNode) -> bool:
    identity = other.mem_id
    above = node.parent
    while above is not None and above.mem_id != identity:
        above = above.parent
    return above is not None


def _move(segment: LexborNode, place: LexborNode) -> None:
    for node in _fallback(place):
        node.decompose()
    for node in list(segment.iter(include_text=True)):
        place.insert_before(node, move=True)
    segment.decompose()
    place.decompose()


def _fallback(place: LexborNode) -> list[LexborNode]:
    """What stands in for the segment: all up to the comment that ends it."""
    found: list[LexborNode] = []
    node = place.next
    while node is not None and len(found) < MOST_FALLBACK:
        if node.is_comment_node:
            return found if node.comment_content == "/$" else []
        found.append(node)
        node = node.next
    return []
