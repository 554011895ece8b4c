"""What people type to name a row: its number, or something else of its own."""

from __future__ import annotations

# No number of a row has more digits: SQLite and PostgreSQL count in 64 bits.
MOST_DIGITS = 18


def number_of(key: str) -> int | None:
    """Read a key as a row's number; None for what cannot be one."""
    if key.isascii() and key.isdigit() and len(key) <= MOST_DIGITS:
        return int(key)
    return None
