"""Texts as words to search for: the one normaliser before both databases.

Neither FTS5 nor tsvector knows Persian spelling, Chinese words or Unicode newer than
itself; here all is made of plain words before they see it, in what is stored and in
what is asked. The databases' own analysers have nothing left to do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# What is longer is no word; PostgreSQL refuses 2 KB of one.
MAX_WORD = 64

# Of more words that are not plain all are folded at once: each that is folded alone
# has to be found and put back.
MOST_OTHERS = 0.5

# Letters that no decomposition leads to the letter people type in their place.
_LETTERS = {
    "ي": "ی",  # Arabic yeh, as Persian writes it
    "ى": "ی",
    "ك": "ک",  # Arabic kaf
    "ە": "ه",
    "ـ": "",  # tatweel only lengthens a line
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ʹ": " ",  # apostrophes that Unicode calls letters
    "ʻ": " ",
    "ʼ": " ",
}

# Signs without a width that part words: ZERO WIDTH SPACE, and the non-joiner between
# the parts of a Persian word.
_PARTING = "\u200b\u200c"

# Scripts that put no space between words, and Korean, which puts one after endings:
# each sign is a word, and more of them are looked for as a phrase.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1100-\u11ff"  # Burmese, Korean
    "\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf"  # Khmer, Tai
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u312f\u3130-\u318f\u31a0-\u31ff"
    "\u3400-\u4dbf\u4e00-\ua4cf"  # Chinese, Yi
    "\ua960-\ua97f\ua980-\ua9df\ua9e0-\ua9ff\uaa60-\uaadf"
    "\uac00-\ud7ff\uf900-\ufaff"
    "\U00016fe0-\U0001b2ff\U00020000-\U0003ffff]"
)


class _Folding(dict[int, str]):
    """What becomes of each character, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = _fold(chr(code))
        self[code] = folded
        return folded


def _fold(char: str) -> str:
    """Give what stands for a character: itself, another, nothing, or a space."""
    if char in _LETTERS:
        return _LETTERS[char]
    if char in _PARTING:
        return " "
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category[0] == "M":
        return "" if _is_accent(char, category) else char
    if category == "Cf":
        return ""
    return char if category[0] in "LN" else " "


def _is_accent(char: str, category: str) -> bool:
    """Whether a mark only accents a letter; a vowel of India or Thailand does not."""
    order = unicodedata.combining(char)
    if order == 0:
        return category == "Me" or "VARIATION" in unicodedata.name(char, "VARIATION")
    return order in (1, 7) or 10 <= order <= 36 or order >= 200


_FOLDING = _Folding({ord("\n"): "\n"})
_ASCII = bytes(
    ord(chr(code).lower()) if chr(code).isalnum() and code < 128 else 32
    for code in range(256)
)
# The same, and the bytes of other letters stay.
_ASCII_ALONE = _ASCII[:128] + bytes(range(128, 256))


def words_of(text: str) -> list[str]:
    """Give the words of a text as they are compared; the same of what it gave.

    Case, accents, punctuation and the width of letters do not matter. No word has any
    sign but letters, digits and the marks of its script.
    """
    return [word[:MAX_WORD] for word in spaced(text).split()]


def words_of_all(texts: Iterable[str], gap: str) -> list[str]:
    """Give the words of several texts (at least one), each followed by a `gap`."""
    words = f" {gap} ".join(map(spaced, texts)).split()
    words.append(gap)
    if max(map(len, set(words))) > MAX_WORD:
        return [word[:MAX_WORD] for word in words]
    return words


def spaced(text: str) -> str:
    """Make a text nothing but its words and spaces; they may still be too long."""
    if text.isascii():
        return text.encode().translate(_ASCII).decode()
    words = text.split()
    others = [word for word in words if not word.isascii()]
    if len(others) > len(words) * MOST_OTHERS:
        return _folded(text)
    # No space takes part in what becomes of the letters on its sides.
    folded = iter(_folded("\n".join(others)).split("\n"))
    mixed = " ".join([word if word.isascii() else next(folded) for word in words])
    return mixed.encode().translate(_ASCII_ALONE).decode()


def _folded(text: str) -> str:
    """Fold a text of any letters; what was a line stays one."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    spread = unicodedata.normalize("NFKD", spread).translate(_FOLDING)
    joined = unicodedata.normalize("NFC", spread)
    return _UNSPACED.sub(r" \g<0> ", joined)
