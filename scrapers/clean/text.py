"""Make text fit to store and to stand in XML: no control characters, plain spaces.

Text goes in as a page has it; no markup is known here.
"""

from __future__ import annotations

import re

from scrapers.compiled import compiled_in

# XML 1.0, production 2, allows no other character; a lone surrogate cannot be encoded.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffc\U00010000-\U0010ffff]")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
# Marks that show nothing and break words for whoever searches: soft hyphen, word
# joiner, byte order mark. ZWNJ and ZWJ stay: Persian and emoji are spelt with them.
_INVISIBLE = re.compile("[\x7f-\x84\x86-\x9f\xad\u2060\ufeff]")
# Kana, Han and Hangul, which write a word in one to three characters.
WIDE = (("\u3040", "\u9fff"), ("\uac00", "\ud7af"))
# Runs of them: an object a character would cost several times as much.
_WIDE = re.compile(f"[{''.join(f'{first}-{last}' for first, last in WIDE)}]+")
# A text of so many letters a byte that ASCII has not is not in their script.
FEW_BYTES = 10


@compiled_in("texts")
def legal(text: str) -> str:
    """Drop what XML 1.0 forbids: NUL, most control characters, lone surrogates."""
    if text.isascii() and text.isprintable():
        return text
    # What is not there in UTF-8 needs no search, which takes several times as long.
    data = text.encode("utf-8", "surrogatepass")
    if len(data.translate(None, _CONTROLS)) == len(data) and not (
        b"\xef\xbf" in data or b"\xed" in data  # U+FFC0 to U+FFFF; surrogates, Hangul
    ):
        return text
    return _ILLEGAL.sub("", text)


@compiled_in("texts")
def line(text: str) -> str:
    """Make one line of it: legal characters, single plain spaces, none at the ends."""
    # Of all spaces only the plain one is printable: most texts are clean as they are.
    if text.isprintable() and "  " not in text:
        return text.strip()
    # str.split knows the spaces of every script, U+00A0 and U+3000 among them.
    made = " ".join(text.split())
    if made.isprintable():  # nearly always, and the cheapest thing to ask
        return made
    return " ".join(_INVISIBLE.sub("", _ILLEGAL.sub("", made)).split())


@compiled_in("texts")
def lines(text: str) -> str:
    """Clean each line and drop the empty ones: a paragraph a line."""
    made = (line(part) for part in text.splitlines())
    return "\n".join(part for part in made if part)


@compiled_in("texts")
def weight(text: str) -> int:
    """The length of a text in an alphabet's letters: a Chinese character says three."""
    size = len(text)
    # Such a character takes three bytes in UTF-8: hardly any text has to be searched.
    if (
        text.isascii()
        or len(text.encode("utf-8", "replace")) - size < size // FEW_BYTES
    ):
        return size
    return size + 2 * len("".join(_WIDE.findall(text)))


@compiled_in("texts")
def weighs(text: str, least: int) -> bool:
    """Tell whether a text is so long in an alphabet's letters, or longer."""
    return len(text) >= least or weight(text) >= least  # most need no weighing


def word_count(text: str) -> int:
    """Count words; of scripts that set none apart, eight letters' weight are one."""
    return max(len(text.split()), weight(text) // 8)


def shorten(text: str, limit: int) -> str:
    """Cut at a word's end so that at most `limit` characters stay, "…" included."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    cut = head.rfind(" ")
    # A language without spaces is cut where the limit falls.
    return (head[:cut] if cut > limit // 2 else head).rstrip(" ,;:.–—-") + "…"
