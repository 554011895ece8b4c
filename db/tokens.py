"""API tokens: who may ask for what, known by the hash of what they show.

A token is shown once and never stored. Nothing here commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from db.engine import Session
from db.errors import NotFound
from db.models import ApiTokenRow

REMEDY = "`wireroom token list` shows them"


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiToken:
    """One token as its row has it: all but what is shown by whoever holds it."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


def add_token(
    session: Session,
    *,
    name: str,
    digest: str,
    scopes: tuple[str, ...],
    expires_at: datetime | None,
    now: datetime,
) -> ApiToken:
    """Add a token by the digest of its text."""
    row = ApiTokenRow(
        name=name,
        digest=digest,
        scopes=list(scopes),
        created_at=now,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return _token(row)


def find_token(session: Session, digest: str) -> ApiToken | None:
    """Give the token of a digest, expired or not; None when there is none."""
    row = session.scalar(select(ApiTokenRow).where(ApiTokenRow.digest == digest))
    return None if row is None else _token(row)


def find_named(session: Session, name: str) -> ApiToken | None:
    """Give the token of a name, None when there is none."""
    row = session.scalar(select(ApiTokenRow).where(ApiTokenRow.name == name))
    return None if row is None else _token(row)


def list_tokens(session: Session) -> list[ApiToken]:
    """List all of them, the oldest first."""
    chosen = select(ApiTokenRow).order_by(ApiTokenRow.id)
    return [_token(row) for row in session.scalars(chosen)]


def record_use(session: Session, token_id: int, *, now: datetime) -> None:
    """Note that a token was used."""
    session.execute(
        update(ApiTokenRow)
        .where(ApiTokenRow.id == token_id)
        .values(last_used_at=now)
        .execution_options(synchronize_session=False)
    )


def remove_token(session: Session, name: str) -> None:
    """Remove a token by its name, or raise NotFound."""
    gone = delete(ApiTokenRow).where(ApiTokenRow.name == name)
    if session.execute(gone.returning(ApiTokenRow.id)).first() is None:
        raise NotFound("token", name, REMEDY)


def _token(row: ApiTokenRow) -> ApiToken:
    return ApiToken(
        id=row.id,
        name=row.name,
        scopes=tuple(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )
