"""The query shapes of feeds on many articles, beside the unfiltered feed, both cold.

    python -m benchmarks.queries [--size 100000] [--database sqlite] [--plans]

Fills an empty database with invented articles (`benchmarks.newsstand`) and renders each
feed from nothing: statements, articles, entries, Atom, gzip. The shapes take turns, so
that what else the machine does meets all of them; the table has medians in ms, the best
of all rounds, and its ratio to that of everything: other work only adds. The first six
are the promise (at most 3 times the unfiltered feed), the others what could go wrong
beside them. `--plans` prints how each is read. `--past 10000` marks so many of the
newest as brought by `sync --since`, which no feed's window shows. PostgreSQL comes from
a wheel, as in the tests; `--url` takes a database of yours, which is filled if it is
empty, and stays.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from statistics import median

from sqlalchemy import Engine, event, func, select
from sqlalchemy.engine import Connection

from benchmarks.newsstand import (
    CATEGORY,
    COMMON_WORD,
    RARE_AUTHOR,
    RARE_LANGUAGE,
    RARE_TAG,
    RARE_WORD,
    Stand,
    fill,
)
from db import migrate
from db.engine import build_engine
from db.models import ArticleRow, SourceRow
from service.feeds.asking import read_parameters
from service.feeds.formats import load_formats
from service.feeds.headers import Freshness
from service.feeds.render import Renderer
from tests.databases import postgresql_url

ALL = "everything"
Shape = tuple[str, list[tuple[str, str]]]  # a feed's slug, and its parameters
MOST = 3.0


def shapes_of(stand: Stand) -> dict[str, Shape]:
    """Give what is measured, by name."""
    big, middling = stand.sources[0], stand.sources[len(stand.sources) // 2]
    deep = str(stand.size // 10)
    return {
        ALL: ("all", []),
        "one source": (middling, []),
        "one category": (f"{big}/{CATEGORY}", []),
        "rare author": ("all", [("author", RARE_AUTHOR)]),
        "rare word": ("all", [("q", RARE_WORD)]),
        "common word": ("all", [("q", COMMON_WORD)]),
        "word and category": ("all", [("q", COMMON_WORD), ("category", CATEGORY)]),
        "— a category of all": ("all", [("category", CATEGORY)]),
        "— a rare tag of many": ("all", [("tag", RARE_TAG)]),
        "— a rare language": (big, [("lang", RARE_LANGUAGE)]),
        "— a middling word": ("all", [("q", "w500")]),
        "— two middling words": ("all", [("q", "w500 w700")]),
        "— a rare phrase of common words": ("all", [("q", '"w9 w8 w7 w9"')]),
        "— without common words": ("all", [("q", "w300 -w2 -w3")]),
        "— rare and common": ("all", [("q", f"{RARE_WORD} {COMMON_WORD}")]),
        "— a word in a source": (middling, [("q", "w50")]),
        "— nothing has both": ("all", [("q", "w9"), ("lang", RARE_LANGUAGE)]),
        "— deep in the past": ("all", [("before", deep)]),
        "— a word deep in the past": ("all", [("q", "w50"), ("before", deep)]),
    }


def cold_renderer(engine: Engine) -> Renderer:
    """Make one that has written no entry yet."""
    return Renderer(
        engine,
        base_url="https://wire.example",
        entries=50,
        freshness=Freshness(seconds=60, while_asking=60, on_error=60),
        now=time.time,
    )


def measure(engine: Engine, stand: Stand, rounds: int) -> dict[str, list[float]]:
    """Render every shape in turn, `rounds` times; give the times in ms."""
    form = load_formats()["atom"]
    times: dict[str, list[float]] = {}
    for turn in range(rounds + 1):  # the first time is for the machine's caches
        for name, (slug, pairs) in shapes_of(stand).items():
            renderer = cold_renderer(engine)
            began = time.perf_counter()
            made = renderer.make(slug, form, None, read_parameters(pairs))
            spent = (time.perf_counter() - began) * 1000
            if made is None:
                message = f"{name}: there is no feed {slug!r}"
                raise SystemExit(message)
            if turn:
                times.setdefault(name, []).append(spent)
    return times


def report(times: Mapping[str, list[float]]) -> bool:
    """Print the table; say whether the six keep the promise."""
    floor = min(times[ALL])
    holds = True
    for name, spent in times.items():
        ratio = min(spent) / floor
        holds &= ratio <= MOST or name.startswith("—")
        line = f"  {name:33} median {median(spent):7.1f} best {min(spent):7.1f} ms"
        print(f"{line} {ratio:7.2f} ×")
    return holds


def print_plans(engine: Engine, stand: Stand) -> None:
    """Print how the slowest statement of each shape is read."""
    form = load_formats()["atom"]
    for name, (slug, pairs) in shapes_of(stand).items():
        renderer = cold_renderer(engine)
        with watched(engine) as statements:
            renderer.make(slug, form, None, read_parameters(pairs))
        spent, sql, values = max(statements, key=lambda one: one[0])
        print(f"\n{name}: {len(statements)} statements, the slowest {spent:.1f} ms")
        explain = (
            "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
        )
        with engine.connect() as connection:
            for row in connection.exec_driver_sql(explain + sql, values):
                print(f"    {row[-1]}")


@contextmanager
def watched(engine: Engine) -> Iterator[list[tuple[float, str, object]]]:
    """Note each statement of the block: its ms, its text, its values."""
    found: list[tuple[float, str, object]] = []
    began = [0.0]

    def before(*_: object) -> None:
        began[0] = time.perf_counter()

    def after(
        _connection: Connection, _cursor: object, sql: str, values: object, *_: object
    ) -> None:
        found.append(((time.perf_counter() - began[0]) * 1000, sql, values))

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    yield found
    event.remove(engine, "before_cursor_execute", before)
    event.remove(engine, "after_cursor_execute", after)


def run(url: str, asked: argparse.Namespace) -> bool:
    """Fill a database, if it is empty, and measure on it."""
    engine = build_engine(url)
    migrate.upgrade(engine)
    with engine.connect() as connection:
        size = connection.scalar(select(func.count()).select_from(ArticleRow)) or 0
        slugs = connection.scalars(select(SourceRow.slug).order_by(SourceRow.id)).all()
    stand = Stand(size=size, sources=tuple(slugs))
    began = time.perf_counter()
    if not size:
        stand = fill(engine, asked.size, words=asked.words, past=asked.past)
    spent = time.perf_counter() - began
    print(f"{engine.dialect.name}, {stand.size} articles, filled in {spent:.0f} s:")
    holds = report(measure(engine, stand, asked.rounds))
    if asked.plans:
        print_plans(engine, stand)
    engine.dispose()
    return holds


def main() -> int:
    """Measure and print; 1 where the promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=150, help="of each article")
    parser.add_argument("--past", type=int, default=0, help="of the newest")
    parser.add_argument("--rounds", type=int, default=9)
    known = ("sqlite", "postgresql", "both")
    parser.add_argument("--database", choices=known, default="both")
    parser.add_argument("--url", help="a database of yours")
    parser.add_argument("--plans", action="store_true")
    asked = parser.parse_args()
    if asked.url:
        return 0 if run(asked.url, asked) else 1
    holds = True
    if asked.database in ("sqlite", "both"):
        with tempfile.TemporaryDirectory() as folder:
            holds &= run(f"sqlite:///{folder}/wireroom.db", asked)
    if asked.database in ("postgresql", "both"):
        with postgresql_url() as url:
            holds &= run(url, asked)
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
