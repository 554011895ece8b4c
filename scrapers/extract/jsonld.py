"""Read JSON-LD as sites write it: broken, nested, repeated, escaped twice.

Gives flat objects (`Thing`) with readers for the shapes a value comes in. Which thing
matters, and what its properties mean, is others' business.
"""

from __future__ import annotations

import html
import json
import re
from functools import lru_cache

from scrapers.clean.text import line

# A page's JSON-LD says what the page says: no honest one is larger, deeper or longer.
MAX_BYTES = 2_000_000
MAX_DEPTH = 8
MAX_THINGS = 300
MAX_VALUES = 50

_OPENING = re.compile(r"\s*(?:<!--|//\s*<!\[CDATA\[|/\*.*?\*/|<!\[CDATA\[)", re.DOTALL)
_CLOSING = re.compile(r"(?:-->|//\s*\]\]>|\]\]>|;)$")
MAX_CLOSING = 20  # characters in which it is looked for
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_TAG = re.compile(r"<[^>]*>")
_HOLDING = (dict, list)  # a union of the two would be made anew for each value
_DECODER = json.JSONDecoder(strict=False)


@lru_cache(maxsize=512)
def _kind(name: str) -> str:
    """A type's name without the vocabulary: "https://schema.org/Person" → "person"."""
    return re.split("[/#:]", name)[-1].lower()


def _unwrapped(script: str) -> str:
    opening = _OPENING.match(script)
    bare = script[opening.end() if opening else 0 :].rstrip()
    closing = _CLOSING.search(bare, max(0, len(bare) - MAX_CLOSING))
    return bare[: closing.start()] if closing else bare


def _without_commas(script: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", _unwrapped(script))


def _unescaped(script: str) -> str:
    return html.unescape(_unwrapped(script))


_MENDED = (str, _unwrapped, _without_commas, _unescaped)


class Thing:
    """One object of JSON-LD; every reader takes whatever stands there."""

    __slots__ = ("_ids", "_types", "_values")

    def __init__(
        self, values: dict[str, object], ids: dict[str, dict[str, object]] | None = None
    ) -> None:
        self._values = values
        self._ids = ids if ids is not None else {}
        self._types: list[str] | None = None

    def is_a(self, types: frozenset[str]) -> bool:
        """Tell whether one of its types, without namespace, is among these."""
        own = self._types
        return not types.isdisjoint(self.types() if own is None else own)

    def types(self) -> list[str]:
        """Its types in lower case, without the vocabulary's address."""
        if self._types is None:
            kinds = self._values.get("@type") or self._values.get("type")
            listed = kinds if isinstance(kinds, list) else [kinds]
            self._types = [_kind(k) for k in listed[:MAX_VALUES] if isinstance(k, str)]
        return self._types

    def get(self, key: str) -> object:
        """The value as it stands, None where there is none."""
        return self._values.get(key)

    def each(self, key: str) -> list[Thing | str]:
        """The values of a property: objects (references resolved) or clean lines."""
        value = self._values.get(key)
        if value is None:
            return []
        listed = value if isinstance(value, list) else [value]
        made: list[Thing | str] = []
        for item in listed[:MAX_VALUES]:
            if isinstance(item, dict):
                made.append(Thing(self._resolved(item), self._ids))
            elif isinstance(item, str) and (text := _plain(item)):
                made.append(text)
        return made

    def text(self, key: str) -> str | None:
        """The first value as a line: a string, or an object's name or @value."""
        value = self._values.get(key)
        if isinstance(value, str):  # nearly always
            return _plain(value) or None
        for item in self.each(key):
            if isinstance(item, str):
                return item
            if found := item.text("name") or item.text("@value"):
                return found
        return None

    def texts(self, key: str) -> list[str]:
        """All values as lines."""
        found = (
            item if isinstance(item, str) else item.text("name")
            for item in self.each(key)
        )
        return [text for text in found if text]

    def long_text(self, key: str) -> str | None:
        """A string value with its line breaks, as `articleBody` has them."""
        value = self._values.get(key)
        return value if isinstance(value, str) else None

    def link(self, key: str) -> str | None:
        """The first value as an address: a string, or an object's url, contentUrl."""
        for item in self.each(key):
            if isinstance(item, str):
                return item
            for name in ("url", "contentUrl", "@id"):
                if found := item.text(name):
                    return found
        return None

    def number(self, key: str) -> int | None:
        """A positive whole number, also when written "640" or "640px"."""
        value = self._values.get(key)
        if isinstance(value, dict):
            value = value.get("@value") or value.get("value")
        if isinstance(value, str):
            found = re.match(r"\s*(\d{1,6})", value)
            value = int(found[1]) if found else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return int(value) if 0 < value < 10**6 else None

    def describes(self, url: str) -> bool:
        """Tell whether it names this address as its own."""
        end = url.split("?")[0].split("#")[0].rstrip("/")
        for key in ("url", "mainEntityOfPage", "@id"):
            link = self.link(key)
            if link and link.split("?")[0].split("#")[0].rstrip("/") == end:
                return True
        return False

    def _resolved(self, item: dict[str, object]) -> dict[str, object]:
        name = item.get("@id")
        if isinstance(name, str) and "name" not in item:
            return self._ids.get(name, item)
        return item


def read_things(scripts: list[str]) -> list[Thing]:
    """Read the objects of these scripts, outermost first; broken ones are left out."""
    found: list[dict[str, object]] = []
    for script in scripts:
        if len(script) <= MAX_BYTES:
            _walk(_load(script), MAX_DEPTH, found)
        if len(found) > MAX_THINGS:
            break
    found = found[:MAX_THINGS]
    ids: dict[str, dict[str, object]] = {}
    for values in found:
        name = values.get("@id")
        if isinstance(name, str) and len(values) > len(ids.get(name, ())):
            ids[name] = values
    typed = (v for v in found if "@type" in v or "type" in v)
    return [Thing(values, ids) for values in typed]


def _load(script: str) -> object:
    """Read a script: as it is, nearly always, else mended in ways that sites need."""
    last = None
    for mend in _MENDED:
        text = mend(script).strip()
        if text == last:  # which was no JSON
            continue
        try:
            return _DECODER.decode(text)
        except RecursionError:
            return None
        except ValueError:
            last = text
    return None


def _walk(value: object, depth: int, found: list[dict[str, object]]) -> None:
    """Add the dictionaries in a value, to a depth, the outer before the inner."""
    if depth == 0 or len(found) > MAX_THINGS:
        return
    if isinstance(value, dict):
        found.append(value)
        for item in value.values():
            if isinstance(item, _HOLDING):
                _walk(item, depth - 1, found)
    elif isinstance(value, list):
        for item in value[:MAX_THINGS]:
            if isinstance(item, _HOLDING):
                _walk(item, depth - 1, found)


def _plain(text: str) -> str:
    """A line without the markup and references some sites leave in their JSON."""
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return line(text)
