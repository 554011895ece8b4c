"""What may be asked of one feed and not of another, and what there is instead.

How a parameter is written is checked in `service.feeds.asking`; here it is known which
feed it is for.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

from db.catalogue import list_slugs
from db.engine import Session
from db.scopes import ALL, Moved, Scope, find_scope, list_unknown
from service.feeds.asking import Asked, read_parameters

# Of what there is instead, an error names so many.
MAX_SUGGESTIONS = 20


def refusal(session: Session, scope: Scope, asked: Asked) -> str | None:
    """Say why a feed cannot be had so: it names the parameter; None when it can."""
    if asked.token is not None and not scope.is_private:
        return "Parameter 'token': this feed is open to all; leave it out."
    sources = asked.narrowing.filter.sources
    own = scope.slug.partition("/")[0] if scope.source is not None else None
    others = [slug for slug in sources if own is not None and slug != own]
    if others:
        return (
            f"Parameter 'source' = {others[0]!r}: this feed is of {own!r} alone; "
            f"ask the feed {ALL!r}."
        )
    unknown = list_unknown(session, sources, scope)
    return _no_source(session, unknown) if unknown else None


def renamed(session: Session, asked: Asked) -> Asked | None:
    """Ask for sources by the names they have now; None where none was renamed."""
    now = {
        slug: former.slug
        for slug in asked.narrowing.filter.sources
        if isinstance(former := find_scope(session, slug), Moved)
    }
    if not now:
        return None
    pairs = parse_qsl(asked.query, keep_blank_values=True)
    return read_parameters(
        (name, now.get(value, value) if name == "source" else value)
        for name, value in pairs
    )


def no_such(what: str, name: str, where: str, known: Sequence[str]) -> str:
    """Say that something is not there, and what is."""
    some = ", ".join(known[:MAX_SUGGESTIONS]) or "none yet"
    more = ", …" if len(known) > MAX_SUGGESTIONS else ""
    return f"There is no {what} {name!r} {where}. There are: {some}{more}."


def _no_source(session: Session, unknown: Sequence[str]) -> str:
    slugs = list_slugs(session, limit=MAX_SUGGESTIONS + 1)
    where = "for the parameter 'source'"
    return " ".join(no_such("source", slug, where, slugs) for slug in unknown)
