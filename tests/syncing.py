"""One real pass over a site on loopback: sockets, parsing child and database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

from config.settings import Settings
from db import sources
from db.engine import transaction
from db.migrate import upgrade
from db.runs import Run
from service.jobs.sync import sync_source
from service.services import Services, build
from service.visiting import build_sandbox, build_worker
from tests.story_site import StorySite


@contextmanager
def real_services(folder: Path, **settings: Any) -> Iterator[Services]:
    """Services over a new SQLite database; loopback is allowed, and no host waits."""
    url = f"sqlite:///{folder}/wireroom.db"
    values = {"database_url": url, "allow_nets": "127.0.0.0/8", "host_pause": 0}
    services = build(Settings(**(values | settings)))
    upgrade(services.engine)
    yield services
    services.engine.dispose()


def sync(services: Services, site: StorySite, **overrides: Any) -> Run:
    """Watch the site's sitemap and make one pass."""
    spec = {
        "name": "The Daily Example",
        "home": f"{site.url}/",
        "discover": [{"kind": "sitemap", "url": f"{site.url}/sitemap.xml"}],
    }
    now = services.clock()
    with transaction(services.engine) as session:
        definition = sources.Definition(slug="example", spec=spec | overrides)
        sources.add_source(session, definition, origin="api", now=now)
        source = sources.claim_source(
            session,
            "example",
            owner=services.name,
            now=now,
            until=now + services.settings.lease,
        )
    assert source is not None
    with build_sandbox(services.settings) as sandbox:
        worker = build_worker(services, sandbox, Event())
        return sync_source(worker, source, most_backoff=timedelta(hours=1))
