"""Bring the files of sources and feeds into their tables, at the start of a process.

The shipped ones that SOURCES names, and all in the operator's own folder; afterwards
only the table is read. A bad file keeps nobody else from running: its source stays as
the table has it, and whoever called tells the operator.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from config.settings import SettingError, Settings
from db.engine import Session, transaction
from db.saved import list_taken, sync_declared
from db.scopes import list_unknown
from db.sources import Definition, find_source, sync_definitions
from scrapers.definitions import load_folder, load_shipped, shipped_slugs
from scrapers.errors import SourceError
from scrapers.explain import nearest
from scrapers.source import SourceSpec
from service.feed_file import FeedFile, read_feeds
from service.services import Services

# The definition of the bundled example site.
SAMPLE = "sample"


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """What the files say: the good definitions, and what is wrong with the others.

    `unread` are the slugs of files that are there but say nothing that can be used.
    """

    definitions: tuple[Definition, ...]
    faults: tuple[SourceError, ...]
    unread: tuple[str, ...]


def read_files(settings: Settings) -> Files:
    """Read what SOURCES and SOURCES_DIR name; an unknown name raises SettingError."""
    known = shipped_slugs()
    for slug in settings.sources:
        if slug not in known:
            hint = nearest(slug, known)
            message = (
                f"WIREROOM_SOURCES={','.join(settings.sources)}: no shipped source is "
                f"called {slug!r}{hint}; there are {', '.join(known)}"
            )
            raise SettingError(message)
    shipped = load_shipped(settings.sources)
    specs, faults = dict(shipped.specs), list(shipped.errors)
    present = set(settings.sources)
    if settings.sources_dir is not None:
        own = load_folder(settings.sources_dir)
        faults += own.errors
        present |= {path.stem for path in settings.sources_dir.glob("*.toml")}
        for slug, spec in own.specs:
            if slug in specs:
                where = settings.sources_dir / f"{slug}.toml"
                reason = f"{where}: SOURCES names a shipped {slug!r} too; rename one"
                faults.append(SourceError(reason))
            specs.setdefault(slug, spec)
    return Files(
        definitions=tuple(
            Definition(slug=slug, spec=_spec(slug, spec, settings))
            for slug, spec in specs.items()
        ),
        faults=tuple(faults),
        unread=tuple(sorted(present - specs.keys())),
    )


def _spec(slug: str, spec: SourceSpec, settings: Settings) -> dict[str, Any]:
    values = spec.to_dict()
    default = Settings.model_fields["sample_bind"].default
    if slug != SAMPLE or settings.sample_bind == default:
        return values
    # The example site is where SAMPLE_BIND says; its file can only know the default.
    text = json.dumps(values).replace(f"//{default}/", f"//{settings.sample_bind}/")
    moved: dict[str, Any] = json.loads(text)
    return moved


def sync_files(services: Services, *, retires: bool = True) -> tuple[SourceError, ...]:
    """Make the table agree with the files; give what was wrong with them. Commits.

    A command beside a service, which may be given other files, retires no source.
    """
    files = read_files(services.settings)
    now = services.clock()
    with transaction(services.engine) as session:
        found = (find_source(session, slug) for slug in files.unread)
        kept = [
            Definition(slug=source.slug, spec=source.spec)
            for source in found
            if source is not None
        ]
        taken = set(list_taken(session, [one.slug for one in files.definitions]))
        free = [one for one in files.definitions if one.slug not in taken]
        sync_definitions(session, [*free, *kept], retires=retires, now=now)
        told = _sync_feeds(session, services.settings.feeds_file, now=now)
    return (*files.faults, *map(_taken, sorted(taken)), *told)


def _sync_feeds(
    session: Session, path: Path | None, *, now: datetime
) -> tuple[SourceError, ...]:
    """Make the feeds those of the file; without one all stay as they are."""
    found = FeedFile(unread=None) if path is None else read_feeds(path, now=now)
    if found.unread is None:
        return found.faults
    faults, unread, good = list(found.faults), list(found.unread), []
    for feed in found.feeds:
        unknown = list_unknown(session, feed.filter.sources)
        if unknown:
            reason = f"{path}: [{feed.slug}]: no public source is called {unknown[0]!r}"
            faults.append(SourceError(reason))
            unread.append(feed.slug)
        else:
            good.append(feed)
    for slug in sync_declared(session, good, unread=unread, now=now):
        reason = f"{path}: [{slug}]: a source or another feed is called so: rename it"
        faults.append(SourceError(reason))
    return tuple(faults)


def _taken(slug: str) -> SourceError:
    reason = f"{slug}.toml: a feed is called {slug!r}: rename one of the two"
    return SourceError(reason)
