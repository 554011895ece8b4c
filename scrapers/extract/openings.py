"""With which letters a text begins that a pattern matches, read off the pattern.

Most texts begin with none of them, which compiled code sees at a glance: a pattern is
asked of the others alone. A beginning is short and may promise too much, never too
little.
"""

from __future__ import annotations

import re

# So long is a beginning, unless more is asked for, and so many has an alternative at
# most before it is cut short.
LENGTH = 5
MOST = 300
# What stands for a number, and for every space, in a beginning.
DIGIT, SPACE = "0", " "

_PIECE = re.compile(r"\\.|\[[^\]]*\]|\(\?:|\(\?P<\w+>|\{[\d,]*\}\??|[*+?]\??|.")
_PLAIN_CLASS = re.compile(r"\[[^\\^-]{1,6}\]")
_NOTHING = frozenset({"^", "$", r"\b"})  # stands between letters
# A text that is in all that an alternative matches which begins with any letter.
_RUN = re.compile(r"(?:[^\\\[\](){}.*+?|^$](?![*+?{]))+")
_HELD = re.compile(r"\\.|\[[^\]]*\][*+?]?|\{[\d,]*\}|\((?:[^()]|\([^()]*\))*\)[*+?]?")
_MIN_RUN = 3

_Starts = tuple[set[str], set[str]]  # those that what follows goes on, and the others


def openings(
    alternatives: list[str], length: int = LENGTH
) -> tuple[set[str], set[str]]:
    """The beginnings, and a text inside for each of the others, in small letters.

    A text that is matched by one of the alternatives begins with one of the former or
    has one of the latter in it; "" is in every text.
    """
    begins: set[str] = set()
    within: set[str] = set()
    plain = re.compile(rf"[^\\\[\](){{}}.*+?|^$\d\s]{{{length}}}(?![*+?{{])")
    for one in alternatives:
        if found := plain.match(one):  # as most do; the rest takes ten times as long
            begins.add(found[0].lower())
            continue
        whole, cut = _Reading(one, length).alternatives()
        made = whole | cut
        if "" in made:
            within.add(_inside(one))
        else:
            begins |= made
    return begins, within


def _inside(pattern: str) -> str:
    runs = _RUN.findall(_HELD.sub("\\\\", pattern))
    longest = max(runs, key=len, default="")
    return longest if len(longest) >= _MIN_RUN else ""


class _Reading:
    """Goes through a pattern once; a group calls itself."""

    def __init__(self, pattern: str, length: int) -> None:
        self._length = length
        self._pieces: list[str] = _PIECE.findall(pattern)
        self._at = 0

    def alternatives(self) -> _Starts:
        whole, cut = self._sequence()
        while self._next() == "|":
            self._at += 1
            more, others = self._sequence()
            whole |= more
            cut |= others
        return whole, cut

    def _next(self) -> str:
        return self._pieces[self._at] if self._at < len(self._pieces) else ""

    def _sequence(self) -> _Starts:
        whole: set[str] = {""}
        cut: set[str] = set()
        while self._next() not in ("", "|", ")"):
            if not whole:
                self._pass()
                break
            more, others = self._repeated(*self._atom())
            cut |= {one + other for one in whole for other in others}
            whole = {one + other for one in whole for other in more}
            if len(whole) > MOST:
                whole, cut = set(), whole | cut
            long = {one for one in whole if len(one) >= self._length}
            whole, cut = whole - long, cut | {one[: self._length] for one in long}
        return whole, {one[: self._length] for one in cut}

    def _pass(self) -> None:
        """Go to the end of an alternative, of which no more is asked."""
        depth = 0
        while self._at < len(self._pieces):
            piece = self._pieces[self._at]
            if not depth and piece in ("|", ")"):
                break
            depth += (piece[0] == "(") - (piece == ")")
            self._at += 1

    def _atom(self) -> _Starts:
        piece = self._next()
        self._at += 1
        if piece[0] == "(" and len(piece) > 1:
            found = self.alternatives()
            self._at += 1  # its end
            return found
        if piece in _NOTHING:
            return {""}, set()
        letters = _letters(piece)
        return letters, set() if letters else {""}

    def _repeated(self, whole: set[str], cut: set[str]) -> _Starts:
        mark = self._next()
        if mark[:1] not in ("*", "+", "?", "{") or not mark:
            return whole, cut
        self._at += 1
        if mark[0] == "?":
            return whole | {""}, cut
        may_be_none = mark[0] == "*" or mark.startswith(("{0", "{,"))
        none = {""} if may_be_none else set()
        if whole == {DIGIT}:  # of which several are one number
            return none | whole, cut
        return none, whole | cut


def _letters(piece: str) -> set[str]:
    """What one character of a pattern may be; none where it may be too much."""
    if piece in (r"\d", r"\s"):
        return {DIGIT if piece == r"\d" else SPACE}
    if _PLAIN_CLASS.fullmatch(piece):
        return {_spelt(one) for one in piece[1:-1]}
    if piece[0] == "\\":
        return set() if piece[1].isalnum() else {piece[1]}
    return set() if piece == "." or piece[0] == "[" else {_spelt(piece)}


def _spelt(letter: str) -> str:
    if letter.isspace():
        return SPACE
    return DIGIT if letter.isdecimal() else letter.lower()
