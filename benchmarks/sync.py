"""First sync of a site, beside bare keep-alive httpx fetching the same pages.

    python -m benchmarks.sync [--pages 2000] [--rounds 3] [--database sqlite postgresql]

Both fetch from one local origin without a pause, in turn, several rounds; the table has
the median of each and the ratio. Ours discovers, fetches, extracts, cleans and stores,
as a worker does that has just started: its parsing child starts within the time. Of the
settings only the pause of a host is another than by default (a second), since it would
be all that is measured; robots.txt is asked for and obeyed. Garbage is collected as
seldom as in every command of ours, for the peer as well.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx
from sqlalchemy import text

import service.cli.main  # noqa: F401 - sets how often garbage is collected
from db.engine import build_engine, transaction
from tests.databases import postgresql_url
from tests.syncing import real_services, sync


class Site:
    """What `tests.syncing.sync` needs to know of a site."""

    def __init__(self, url: str) -> None:
        self.url = url


@contextmanager
def origin(pages: int, *data: str) -> Iterator[str]:
    """Start the origin in a process of its own and give its address."""
    command = [sys.executable, "-m", "benchmarks.origin", str(pages), *data]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def bare(url: str, pages: int) -> float:
    """Fetch every page in one thread over one connection; pages a second."""
    with httpx.Client(trust_env=False) as client:
        begun = time.perf_counter()
        for n in range(pages):
            client.get(f"{url}/story/{n}/").raise_for_status()
        return pages / (time.perf_counter() - begun)


def ours(url: str, pages: int, server: str | None) -> float:
    """Make a first pass into a new database; articles a second.

    The database is SQLite, or that of the PostgreSQL `server`, emptied first.
    """
    settings = {} if server is None else {"database_url": emptied(server)}
    with (
        tempfile.TemporaryDirectory() as folder,
        real_services(Path(folder), **settings) as services,
    ):
        begun = time.perf_counter()
        run = sync(services, Site(url))  # type: ignore[arg-type] # only its url is read
        took = time.perf_counter() - begun
    assert run.tally.new == pages, run
    return pages / took


def emptied(server: str) -> str:
    """Drop all that a PostgreSQL database has; give its address."""
    engine = build_engine(server)
    with transaction(engine) as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return server


@contextmanager
def database(backend: str) -> Iterator[str | None]:
    """Yield the address of a PostgreSQL server while it runs; None for SQLite."""
    if backend == "sqlite":
        yield None
        return
    with postgresql_url() as url:
        yield url


def main() -> None:
    """Measure in turn and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", nargs="*", default=["sqlite", "postgresql"])
    options = parser.parse_args()
    for backend in options.database:
        with origin(options.pages) as url, database(backend) as server:
            rounds = [
                (bare(url, options.pages), ours(url, options.pages, server))
                for _ in range(options.rounds)
            ]
        floor, rate = (median(column) for column in zip(*rounds, strict=True))
        ratio = median(b / a for a, b in rounds)
        print(f"bare httpx             {floor:8.0f} pages/s")
        print(f"sync, {backend:16} {rate:8.0f} articles/s   {ratio:.2f} of bare")


if __name__ == "__main__":
    main()
