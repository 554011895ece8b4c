"""What can go wrong in the database layer.

DbError
├── NotFound             no such row; `what` and `key`
├── Conflict             there is one already; `what` and `key`
├── SchemaMismatch       the schema is outside the range this version works with
├── RowRefused           the database will not have a row: its values, or a constraint
└── DatabaseUnavailable  locked, full or away: nothing was written, try again later
    ├── Hangs            somebody waited in vain just now: not even tried
    └── TooSlow          what was asked takes too long: ask for less
"""

from __future__ import annotations


class DbError(Exception):
    """Root of this package's errors."""


class NotFound(DbError):
    """No such row."""

    def __init__(self, what: str, key: object, remedy: str = "") -> None:
        super().__init__(f"no {what} {key!r}{'; ' + remedy if remedy else ''}")
        self.what = what
        self.key = key


class Conflict(DbError):
    """There is one already."""

    def __init__(self, what: str, key: object, remedy: str = "") -> None:
        super().__init__(
            f"there is a {what} {key!r} already{'; ' + remedy if remedy else ''}"
        )
        self.what = what
        self.key = key


class SchemaMismatch(DbError):
    """The schema is outside the range this version of Wireroom works with."""


class RowRefused(DbError):
    """The database will not have a row: nothing was written, nor would it be later."""


class DatabaseUnavailable(DbError):
    """Locked, full or away: nothing was written, and it may be tried again later."""


class Hangs(DatabaseUnavailable):
    """Somebody has just waited for the database in vain: it was not even tried."""


class TooSlow(DatabaseUnavailable):
    """What was asked takes the database longer than it may: ask for less."""
