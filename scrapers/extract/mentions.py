"""Cut out of a page, or a long text, what stands behind some words.

What is looked for beside a word ("author", "published on") is then looked for in
little: a search for each of several names in the whole page takes longer than all the
rest of reading who wrote it.
"""

from __future__ import annotations

from collections.abc import Iterator

from scrapers.compiled import load

# What parts the pieces that are cut out: no text of a parsed page has it.
PARTING = b"\0"
_compiled = load("near")


def near(data: bytes, words: tuple[bytes, ...], span: int) -> bytes:
    """All places that begin with one of these words, each so many bytes long.

    In the page's order, parted by `PARTING`; those that overlap are one. The words are
    in small letters, of which those beyond ASCII are found as they are; what is found
    may have any. It may also give a place that begins with none of them.
    """
    if _compiled is not None:
        made: bytes = _compiled.near(data, words, span, PARTING)
        return made
    small = data.lower()
    found: list[bytes] = []
    begin = end = -1
    for at in sorted(place for word in words for place in _places(small, word)):
        if at > end:
            found += [data[begin:end]] if end >= 0 else []
            begin = at
        end = at + span
    found += [data[begin:end]] if end >= 0 else []
    return PARTING.join(found)


def _places(text: bytes, part: bytes) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)
