"""What is sent, read once and held once, however many it goes to.

A feed of megabytes is pushed to hundreds: with a copy for each a worker would fill the
machine. Its statement is a ready one (db.ready). Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakValueDictionary

from sqlalchemy import Select, select

from db.engine import Session
from db.models import PayloadRow
from db.outbox import Payload
from db.ready import among_ids, is_sqlite


class Bodies:
    """The payloads of one worker that something under way still holds, by digest."""

    def __init__(self) -> None:
        self._held: WeakValueDictionary[str, Payload] = WeakValueDictionary()

    def read(self, session: Session, wanted: Mapping[str, int]) -> dict[str, Payload]:
        """Give payloads by their digests, for which `wanted` has their numbers."""
        found = {
            digest: held
            for digest in wanted
            if (held := self._held.get(digest)) is not None
        }
        missing = [key for digest, key in wanted.items() if digest not in found]
        if missing:
            statement = _READ[is_sqlite(session)]
            rows = session.connection().execute(statement, {"ids": missing})
            for digest, content_type, body, link in rows:
                made = Payload(content_type=content_type, body=body, link=link)
                self._held[digest] = found[digest] = made
        return found


def _read(*, sqlite: bool) -> Select[str, str, bytes, str | None]:
    row = PayloadRow
    return select(row.digest, row.content_type, row.body, row.link).where(
        among_ids(row.id, sqlite=sqlite)
    )


_READ = {sqlite: _read(sqlite=sqlite) for sqlite in (True, False)}
