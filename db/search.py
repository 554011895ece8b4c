"""What is searched for: `q` read once, and said three ways.

`read_search` is the parser; it takes any text and never makes a query that a database
refuses. A `Search` says itself to FTS5, to PostgreSQL, and of words in memory; what is
looked through is in `db.indexing`, what a word is in `db.words`.

    flood kenya          both words
    "flash flood"        next to each other
    flood -kenya         the first without the second; NOT is the same
    flood OR drought     one of them; OR binds closer than the space between words
    (flash flood) OR drought
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from db.words import words_of

# A question, not a text: what is longer was pasted by mistake.
MAX_LENGTH = 300
# Each word is a list to walk; a Chinese sentence of so many signs is one phrase.
MAX_WORDS = 40
# Deeper than anybody thinks.
MAX_DEPTH = 5

SYNTAX = 'it is words, "a phrase", -without, this OR that, with ( ) to group'

# Where each word of an article stands, counted from its beginning.
Places = Mapping[str, Sequence[int]]
# Which words it has: cheaper to tell, and most searches go no further.
Words = Set[str]

_PIECE = re.compile(r'["“”„«»](?P<phrase>[^"“”„«»]*)["“”„«»]?|[()]|[^\s"“”„«»()]+')


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand next to each other; a single word is one too."""

    words: tuple[str, ...]

    def written(self) -> str:
        """Write it as `q` takes it."""
        joined = "".join(self.words)
        if len(self.words) == 1 or tuple(words_of(joined)) == self.words:
            return joined
        return f'"{" ".join(self.words)}"'

    def fts5(self) -> str:
        """Write it as SQLite's MATCH takes it."""
        return f'"{" ".join(self.words)}"'

    def tsquery(self) -> str:
        """Write it as PostgreSQL's tsquery is written."""
        return "(" + " <-> ".join(f"'{word}'" for word in self.words) + ")"

    @property
    def has_phrase(self) -> bool:
        """Whether it matters where words stand."""
        return len(self.words) > 1

    def may_be_in(self, words: Words) -> bool:
        """Say whether an article of these words can hold it."""
        return all(word in words for word in self.words)

    def is_in(self, places: Places) -> bool:
        """Say whether words in memory hold it."""
        starts = set(places.get(self.words[0], ()))
        for distance, word in enumerate(self.words[1:], 1):
            starts &= {place - distance for place in places.get(word, ())}
        return bool(starts)


@dataclass(frozen=True, slots=True)
class Either:
    """One of several, at least two."""

    parts: tuple[Node, ...]

    def written(self) -> str:
        """Write it as `q` takes it."""
        return " OR ".join(map(_closed, self.parts))

    def fts5(self) -> str:
        """Write it as SQLite's MATCH takes it."""
        return "(" + " OR ".join(part.fts5() for part in self.parts) + ")"

    def tsquery(self) -> str:
        """Write it as PostgreSQL's tsquery is written."""
        return "(" + " | ".join(part.tsquery() for part in self.parts) + ")"

    @property
    def has_phrase(self) -> bool:
        """Whether it matters where words stand."""
        return any(part.has_phrase for part in self.parts)

    def may_be_in(self, words: Words) -> bool:
        """Say whether an article of these words can hold it."""
        return any(part.may_be_in(words) for part in self.parts)

    def is_in(self, places: Places) -> bool:
        """Say whether words in memory hold it."""
        return any(part.is_in(places) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Both:
    """All of some, at least one, and none of the others; two in all or more."""

    parts: tuple[Node, ...]
    without: tuple[Node, ...] = ()

    def written(self) -> str:
        """Write it as `q` takes it."""
        wanted = [part.written() for part in self.parts]
        return " ".join([*wanted, *(f"-{_closed(part)}" for part in self.without)])

    def fts5(self) -> str:
        """Write it as SQLite's MATCH takes it."""
        wanted = "(" + " AND ".join(part.fts5() for part in self.parts) + ")"
        if not self.without:
            return wanted
        return f"({wanted} NOT ({' OR '.join(part.fts5() for part in self.without)}))"

    def tsquery(self) -> str:
        """Write it as PostgreSQL's tsquery is written."""
        wanted = [part.tsquery() for part in self.parts]
        others = [f"!{part.tsquery()}" for part in self.without]
        return "(" + " & ".join(wanted + others) + ")"

    @property
    def has_phrase(self) -> bool:
        """Whether it matters where words stand."""
        return any(part.has_phrase for part in (*self.parts, *self.without))

    def may_be_in(self, words: Words) -> bool:
        """Say whether an article of these words can hold it."""
        return all(part.may_be_in(words) for part in self.parts)

    def is_in(self, places: Places) -> bool:
        """Say whether words in memory hold it."""
        if not all(part.is_in(places) for part in self.parts):
            return False
        return not any(part.is_in(places) for part in self.without)


Node = Phrase | Either | Both


def _closed(node: Node) -> str:
    return node.written() if isinstance(node, Phrase) else f"({node.written()})"


@lru_cache(maxsize=1024)
def read_search(text: str) -> Node:
    """Read what somebody searches for.

    Equal questions give equal values, and what `written` gives is read as the same.
    ValueError says in one sentence what is wrong, and what would be right.
    """
    _check(len(text), MAX_LENGTH, "characters")
    found = _Reader(text).read()
    # A single character may stand for a sentence (U+FDFA): what is written counts too.
    _check(len(found.written()), MAX_LENGTH, "characters")
    _check(_count(found), MAX_WORDS, "words")
    return found


@lru_cache(maxsize=1024)
def read_searches(texts: tuple[str, ...]) -> Node:
    """Read several, of which one is to be found; ValueError as `read_search`."""
    found = either([read_search(text) for text in texts])
    _check(_count(found), MAX_WORDS, "words")
    return found


def _check(count: int, most: int, what: str) -> None:
    if count > most:
        message = f"these are {count} {what}: a search takes at most {most}"
        raise ValueError(message)


def _count(node: Node) -> int:
    if isinstance(node, Phrase):
        return len(node.words)
    others = node.without if isinstance(node, Both) else ()
    return sum(map(_count, (*node.parts, *others)))


def either(nodes: Sequence[Node]) -> Node:
    """Join by OR; of equal ones one is enough."""
    parts: dict[Node, None] = {}
    for node in nodes:
        parts |= dict.fromkeys(node.parts if isinstance(node, Either) else (node,))
    ordered = tuple(sorted(parts, key=_order))
    return ordered[0] if len(ordered) == 1 else Either(ordered)


def both(nodes: Sequence[Node], without: Sequence[Node] = ()) -> Node:
    """Join by AND, with what may not be there; there is at least one in `nodes`."""
    parts: dict[Node, None] = {}
    others = dict.fromkeys(without)
    for node in nodes:
        if isinstance(node, Both):
            parts |= dict.fromkeys(node.parts)
            others |= dict.fromkeys(node.without)
        else:
            parts[node] = None
    wanted = tuple(sorted(parts, key=_order))
    if len(wanted) == 1 and not others:
        return wanted[0]
    return Both(wanted, tuple(sorted(others, key=_order)))


def _order(node: Node) -> str:
    return node.written()


@dataclass(frozen=True, slots=True)
class _Not:
    node: Node


class _Reader:
    """Reads one question, piece by piece (recursive descent)."""

    def __init__(self, text: str) -> None:
        self._pieces = list(_pieces(text))
        self._at = 0

    def read(self) -> Node:
        """Read the whole of it."""
        found = self._all(0)
        if self._at < len(self._pieces):
            raise _wrong("a ) that nothing opens")
        if found is None:
            raise _wrong("no letter or digit to search for")
        return found

    def _next(self) -> str:
        return self._pieces[self._at] if self._at < len(self._pieces) else ""

    def _take(self, *pieces: str) -> bool:
        is_next = self._next() in pieces
        self._at += is_next
        return is_next

    def _all(self, depth: int) -> Node | None:
        """Read what stands between parentheses, or all."""
        wanted: list[Node] = []
        without: list[Node] = []
        while self._next() not in ("", ")"):
            if self._take("AND") and not wanted + without:
                raise _wrong("an AND with nothing before it")
            found = self._either(depth)
            if isinstance(found, _Not):
                without.append(found.node)
            elif found is not None:
                wanted.append(found)
        if without and not wanted:
            raise _wrong("only what may not be there, and nothing to look for")
        return both(wanted, without) if wanted else None

    def _either(self, depth: int) -> Node | _Not | None:
        found = [self._item(depth)]
        while self._take("OR"):
            found.append(self._item(depth))
        if len(found) > 1 and any(isinstance(one, _Not) for one in found):
            raise _wrong("an OR beside an exclusion")
        nodes = [one for one in found if isinstance(one, Phrase | Either | Both)]
        if len(found) > 1:
            return either(nodes) if nodes else None
        return found[0]

    def _item(self, depth: int) -> Node | _Not | None:
        if self._take("-", "NOT"):
            node = self._item(depth)
            if isinstance(node, _Not):
                raise _wrong("an exclusion of an exclusion")
            return None if node is None else _Not(node)
        if self._take("("):
            return self._group(depth + 1)
        piece = self._next()
        if piece in ("", ")", "OR", "AND"):
            raise _wrong(f"nothing before {piece!r}" if piece else "nothing at its end")
        self._at += 1
        words = tuple(words_of(piece))
        return Phrase(words) if words else None

    def _group(self, depth: int) -> Node | None:
        if depth > MAX_DEPTH:
            raise _wrong(f"more than {MAX_DEPTH} parentheses in each other")
        found = self._all(depth)
        if not self._take(")"):
            raise _wrong("a ( that nothing closes")
        return found


def _pieces(text: str) -> Iterator[str]:
    """Give words, phrases (with a quotation mark before), operators, parentheses."""
    for match in _PIECE.finditer(text):
        piece = match[0]
        if match["phrase"] is not None:
            yield f'"{match["phrase"]}'
            continue
        is_bare = piece == "-"
        follows = match.end() < len(text) and not text[match.end()].isspace()
        if piece.startswith("-") and (not is_bare or follows):
            yield "-"
            piece = piece.lstrip("-")
        if piece and not is_bare:
            yield piece


def _wrong(what: str) -> ValueError:
    return ValueError(f"there is {what}: {SYNTAX}")
