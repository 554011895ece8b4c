"""Hold a host for a visit: lease its row, open a fetcher, give both back.

Only the holder of that lease sends the host requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from db import hosts
from db.engine import transaction
from db.runs import Tally
from db.sources import Source
from scrapers.items import HostState
from scrapers.source import from_dict
from service.jobs.visit import Visit, Worker


@contextmanager
def hold(
    worker: Worker,
    source: Source,
    host: str,
    *,
    clock: Callable[[], datetime],
    holds_source: bool,
    progress: Callable[[Tally], None],
) -> Iterator[Visit | None]:
    """Lease a host for a visit; None while it is another's or wants to be left alone.

    At the end what the host told is stored and the lease given back.
    """
    now = clock()
    with transaction(worker.engine) as session:
        state = hosts.claim_host(
            session, host, owner=worker.name, now=now, until=now + worker.lease
        )
    if state is None:
        yield None
        return
    with worker.visits.open(state, clock) as fetcher:
        try:
            yield Visit(
                worker=worker,
                source=source,
                spec=from_dict(source.spec, name=source.slug),
                host=host,
                fetcher=fetcher,
                clock=clock,
                holds_source=holds_source,
                progress=progress,
            )
        finally:
            _release(worker, fetcher.state)


def _release(worker: Worker, state: HostState) -> None:
    with transaction(worker.engine) as session:
        hosts.release_host(session, state, owner=worker.name)
