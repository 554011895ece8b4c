"""Tell which class names of an element will still be there tomorrow.

Build tools hash names, themes number items and mark states; a selector made of such
names finds nothing on the next page. Used where selectors are learned from a page.
"""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborNode

_PLAIN = re.compile(r"[A-Za-z][A-Za-z_-]*[A-Za-z]")
# "html" and "wpdm" are words of a kind; five consonants in a row are none.
MOST_CONSONANTS = 4
# Of a word in camelCase each hump has so many letters, and a short one a vowel.
FEWEST_LETTERS, MANY_LETTERS = 2, 4
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
# Made by build tools: css-1q2w3e has a digit and is no plain name anyhow.
_HASHED = re.compile(
    r"^(?:css|sc|jss|jsx|svelte|astro|emotion|styled|chakra|Mui)-|"
    r"^(?:ng|v|data|js|qa|test)-|__[A-Za-z_-]*[a-z][A-Z][A-Za-z]*$"
)
# Of one item, or of the moment: the next item has another.
_PASSING = re.compile(
    r"^(?:category-|tag-|status-|format-|has-|is-|term-|page-id|menu-item-"
    r"|cat-|wp-container|wp-image|attachment|align|size-|lang-)|"
    r"^(?:odd|even|first|last|active|current|sticky|hidden|open|opened|closed|selected"
    r"|lazy|loaded|lazyload|new|visited|alt|clearfix|clear|fix|group|row|col|left|right"
    r"|dark|light|fade|show|big|small|large|medium|no-image|with-image)$",
    re.IGNORECASE,
)
# Utility frameworks say how a thing looks, and every second element has them.
_UTILITY = re.compile(
    r"^(?:[mp][trblxyse]?|text|bg|border|font|flex|grid|[wh]|max|min|col|row|gap|items"
    r"|justify|rounded|shadow|leading|tracking|d|float|order|space|hover|line|inline"
    r"|block|relative|absolute|overflow|object|uppercase|truncate|underline)(?:-|$)"
)


def classes_of(node: LexborNode) -> tuple[str, ...]:
    """Give the lasting class names of an element, in its order."""
    names = (node.attributes.get("class") or "").split()
    return tuple(name for name in names if is_lasting(name))


def id_of(node: LexborNode) -> str | None:
    """Give the lasting id of an element, if it has one."""
    name = node.attributes.get("id") or ""
    return name if is_lasting(name) else None


@lru_cache(maxsize=4096)
def is_lasting(name: str) -> bool:
    """Tell whether a class or id is the theme's word for a kind of thing."""
    if not _PLAIN.fullmatch(name) or len(name) > 60:
        return False
    if any(p.search(name) for p in (_HASHED, _PASSING, _UTILITY)):
        return False
    return not any(map(_is_random, re.split(r"[-_]+", name)))


def _is_random(word: str) -> bool:
    """Tell "cPpCwE" and "dshqxb" from "cardTitle" and "card": words have vowels."""
    if word.islower() or word.isupper():
        return len(word) > MOST_CONSONANTS and not _VOWEL.search(word)
    return any(
        len(part) < FEWEST_LETTERS
        or (len(part) < MANY_LETTERS and not _VOWEL.search(part))
        for part in _HUMPS.findall(word)
    )
