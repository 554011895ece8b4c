"""Take values out of parsed JSON or feeds, where anything may be of any type.

What is not of the type asked for counts as absent.
"""

from __future__ import annotations


def text(item: dict[str, object], key: str) -> str:
    """Give the text under `key`, or ""."""
    # dict.get, since feedparser's own dictionary lets its keys answer for one another.
    value = dict.get(item, key)
    return value if isinstance(value, str) else ""


def number(item: dict[str, object], key: str) -> int | None:
    """Give the positive whole number under `key`, or None; digits count as a number."""
    value = dict.get(item, key)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:9])
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and isinstance(value, int) and value > 0 else None


def mapping(value: object) -> dict[str, object]:
    """Give a plain dictionary with the content of `value`, or an empty one."""
    return dict(value) if isinstance(value, dict) else {}


def mappings(value: object) -> list[dict[str, object]]:
    """Give the dictionaries in a list; everything else in it is left out."""
    if not isinstance(value, list):
        return []
    return [dict(one) for one in value if isinstance(one, dict)]
