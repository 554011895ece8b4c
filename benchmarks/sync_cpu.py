"""CPU of a first sync over real pages, beside what it cannot do without.

    python -m benchmarks.sync_cpu [DATA] [--pages 1000] [--rounds 3]

For each page: what bare keep-alive httpx takes to fetch it, four times what selectolax
takes to parse it, and 1 ms; beside it what a sync into SQLite takes, all processes of
ours together, the start of the parsing child within it. DATA is a folder of data sets
with `pages/ID.html.gz`; a page that is no article counts as one.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx
from selectolax.lexbor import LexborHTMLParser

from benchmarks.origin import real
from benchmarks.sync import Site, origin
from tests.syncing import real_services, sync

DATA = Path(__file__).parents[1].parent / "shared" / "data" / "extraction"
PARSES = 4
SECONDS = 0.001


def fetched(url: str, count: int) -> float:
    """Fetch every page in one thread over one connection; CPU seconds."""
    with httpx.Client(trust_env=False) as client, cpu() as spent:
        for n in range(count):
            client.get(f"{url}/story/{n}/").raise_for_status()
    return spent[0]


def parsed(pages: Sequence[bytes]) -> float:
    """Parse every page; CPU seconds."""
    with cpu() as spent:
        for page in pages:
            LexborHTMLParser(page)
    return spent[0]


def synced(url: str, count: int) -> float:
    """Make a first pass into a new database; CPU seconds."""
    with (
        tempfile.TemporaryDirectory() as folder,
        real_services(Path(folder)) as services,
        cpu() as spent,
    ):
        run = sync(services, Site(url))  # type: ignore[arg-type] # only its url is read
    assert run.tally.fetched == count, run
    return spent[0]


@contextmanager
def cpu() -> Iterator[list[float]]:
    """Note the CPU seconds that a block takes, here and in processes that end in it."""
    spent: list[float] = []
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.process_time()
    yield spent
    own, after = (
        time.process_time() - begun,
        resource.getrusage(resource.RUSAGE_CHILDREN),
    )
    spent.append(
        own + after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    )


def main() -> None:
    """Measure in turn and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", default=DATA)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    pages = real(options.data, options.pages)
    count = len(pages)
    if not count:
        parser.error(f"{options.data} holds no pages: name the folder of the data sets")

    with origin(options.pages, str(options.data)) as url:
        rounds = [
            [fetched(url, count), parsed(pages), synced(url, count)]
            for _ in range(options.rounds)
        ]
    rounds = [[seconds * 1000 / count for seconds in each] for each in rounds]
    fetch, parse, ours = (median(column) for column in zip(*rounds, strict=True))
    ratio = median(s / (f + PARSES * p + SECONDS * 1000) for f, p, s in rounds)
    print(f"{count} pages: fetch {fetch:.2f} ms, parse {parse:.2f} ms of CPU a page")
    print(f"sync {ours:.2f} ms, {ratio:.2f} of fetch + {PARSES} x parse + 1 ms")


if __name__ == "__main__":
    main()
