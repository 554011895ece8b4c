"""What may be asked of one feed and not of another, and what there is instead.

How a parameter is written is checked in `service.feeds.asking`; here it is known which
feed it is for.
"""

from __future__ import annotations

from collections.abc import Sequence

from db.catalogue import list_slugs
from db.engine import Session
from db.scopes import ALL, Moved, Scope, find_scope, list_unknown
from service.feeds.asking import Asked

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


def no_such(what: str, name: str, where: str, known: Sequence[str]) -> str:
    """Say that something is not there, and what is."""
    some = ", ".join(known[:MAX_SUGGESTIONS]) or "none yet"
    more = ", …" if len(known) > MAX_SUGGESTIONS else ""
    return f"There is no {what} {name!r} {where}. There are: {some}{more}."


def _no_source(session: Session, unknown: Sequence[str]) -> str:
    slugs = list_slugs(session, limit=MAX_SUGGESTIONS + 1)
    lines = []
    for slug in unknown:
        former = find_scope(session, slug) if slug.isprintable() else None
        if isinstance(former, Moved):
            lines.append(
                f"Parameter 'source' = {slug!r}: it is called {former.slug!r} now."
            )
        else:
            lines.append(no_such("source", slug, "for the parameter 'source'", slugs))
    return " ".join(lines)
