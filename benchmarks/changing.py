"""A feed that changes: what one change costs, and what pollers notice of it.

    python -m benchmarks.changing [--seconds 20] [--connections 64]

First, a feed of 50 entries is made again after one of them changed; the writing alone
stands beside feedgen's of the same 50 (skipped where feedgen is not installed), in
turns: ours begins with the stored article, feedgen is given entries that are made. Then
`wireroom web` serves it with a change every second while connections poll with their
tags: how long answers take, those that meet a change by themselves, and how old the
oldest answer was.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from sqlalchemy import update

from benchmarks.serving import ENTRIES, fill, settings_of, wireroom
from db.changes import notify
from db.engine import Engine, build_engine, reading, transaction
from db.feeds import Outline, list_articles, outline
from db.models import ArticleRow
from db.records import StoredArticle
from db.scopes import Scope, find_scope
from db.stream import take
from service.entries import entry_of
from service.feeds.assembling import Whole, assemble, write
from service.feeds.cache import Made
from service.feeds.formats import load_formats
from service.feeds.headers import Freshness
from service.feeds.render import Renderer, feed_head

REPEATS = 30
# Ours is so short that it is timed more often, around each of feedgen's.
SHORT_REPEATS = 10
# An answer that began so long after a change was stored must show it.
SEEN_SECONDS = 1.0
# Requests that began within this of a change may wait for its rendering.
MEETS_SECONDS = 0.1


@dataclass(kw_only=True)
class Polled:
    """What the pollers saw: (begun, seconds, number in the tag) of each answer."""

    answers: list[tuple[float, float, int]] = field(default_factory=list)
    changes: list[tuple[float, int]] = field(default_factory=list)


def main() -> int:
    """Measure both and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--connections", type=int, default=64)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder = Path(name)
        fill(folder)
        engine = build_engine(settings_of(folder).database_url)
        report_rebuild(engine)
        ours = running.enter_context(wireroom(folder, "/feeds/all.atom"))
        found = asyncio.run(poll(ours.url, engine, asked.connections, asked.seconds))
        report_polls(found)
        engine.dispose()
    return 0


def report_rebuild(engine: Engine) -> None:
    """Time our rebuild and feedgen's build, and print both."""
    again, redrawn = rebuild(engine), redraw(engine)
    wholes, ours, peers = [], [], []
    peer = feedgen(engine) if find_spec("feedgen") is not None else None
    for _ in range(REPEATS):
        change(engine)
        wholes.append(timed(again))
        if peer is not None:
            peers.append(timed(peer))
        ours += [timed(redrawn) for _ in range(SHORT_REPEATS)]
    print(f"made again, reading what changed: {median(wholes) * 1000:.3f} ms")
    print(f"of it writing one entry and the whole: {median(ours) * 1000:.3f} ms")
    if not peers:
        print("feedgen is not installed: nothing to compare with")
        return
    times = median(peers) / median(ours)
    print(f"written by feedgen: {median(peers) * 1000:.3f} ms, {times:.0f} × as long")


def timed(act: Callable[[], object]) -> float:
    """Give the seconds of an action."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def rebuild(engine: Engine) -> Callable[[], Made | None]:
    """Give an action that makes the feed's document from the last one."""
    freshness = Freshness(seconds=60, while_asking=60, on_error=60)
    renderer = Renderer(
        engine,
        base_url="https://wire.example",
        entries=ENTRIES,
        freshness=freshness,
        now=time.time,
    )
    form = load_formats()["atom"]
    last = [renderer.make("all", form, None)]

    def again() -> Made | None:
        last[0] = renderer.make("all", form, last[0])
        return last[0]

    return again


def redraw(engine: Engine) -> Callable[[], Whole]:
    """Give an action that writes the feed after one change: entry, whole, and hash."""
    form = load_formats()["atom"]
    found = outlined(engine)
    source = found.sources[0][1]
    articles = stored(engine)
    written = [write(form.fragment(entry_of(one, source))) for one in articles]
    head = feed_head(found, "https://wire.example")

    def again() -> Whole:
        written[0] = write(form.fragment(entry_of(articles[0], source)))
        return assemble(form.frame(head, ()), written)

    return again


def feedgen(engine: Engine) -> Callable[[], bytes]:
    """Give an action that builds the same entries with feedgen, element by element."""
    from feedgen.feed import FeedGenerator  # only where it is compared with

    source = outlined(engine).sources[0][1]
    entries = [entry_of(article, source) for article in stored(engine)]

    def build() -> bytes:
        feed = FeedGenerator()
        feed.load_extension("media")
        feed.id("https://wire.example/feeds/all.atom")
        feed.title("Wireroom: all sources")
        feed.link(href="https://wire.example/feeds/all.atom", rel="self")
        for one in entries:
            entry = feed.add_entry(order="append")
            entry.id(one.id)
            entry.title(one.title)
            entry.link(href=one.url)
            entry.summary(one.summary)
            entry.content(one.content_html, type="html")
            for author in one.authors:
                entry.author(name=author.name, uri=author.url)
            for category in one.categories:
                entry.category(term=category.path, label=category.names[-1])
            for tag in one.tags:
                entry.category(term=tag, label=tag)
            if one.image:
                about = {"url": one.image.url, "medium": "image"}
                entry.media.content(about, group=None)
            entry.published(one.published_at)
            entry.updated(one.updated_at)
            entry.source(url=one.source.home, title=one.source.name)
        return bytes(feed.atom_str())

    return build


def outlined(engine: Engine) -> Outline:
    """Read what the feed holds."""
    with reading(engine) as session:
        scope = find_scope(session, "all")
        if not isinstance(scope, Scope):
            raise TypeError(scope)
        return outline(session, scope, ENTRIES)


def stored(engine: Engine) -> list[StoredArticle]:
    """Read the articles of the feed, the newest first, as it lists them."""
    positions = [one.position for one in outlined(engine).entries]
    with reading(engine) as session:
        articles = list_articles(session, positions)
    return sorted(articles, key=lambda one: -one.position)


def change(engine: Engine) -> int:
    """Edit the newest article; give the change's number."""
    with transaction(engine) as session:
        number = take(session, 1)
        values = {"seq": number, "version": 2, "title": f"Story, as of {number}"}
        session.execute(
            update(ArticleRow).where(ArticleRow.position == ENTRIES).values(values)
        )
        notify(session)
    return number


async def poll(url: str, engine: Engine, connections: int, seconds: int) -> Polled:
    """Let connections poll without a pause while the feed changes every second."""
    found = Polled()
    until = time.monotonic() + seconds
    pollers = [
        asyncio.create_task(poller(url, found, until)) for _ in range(connections)
    ]
    while time.monotonic() < until - 1:
        await asyncio.sleep(1)
        number = await asyncio.to_thread(change, engine)
        found.changes.append((time.monotonic(), number))
    await asyncio.gather(*pollers)
    return found


async def poller(url: str, found: Polled, until: float) -> None:
    """Ask again and again on one connection, with the tag of the last answer."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    tag = '"none"'
    while (begun := time.monotonic()) < until:
        writer.write(
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Accept-Encoding: gzip\r\nIf-None-Match: {tag}\r\n\r\n".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = re.search(r"(?i)content-length: (\d+)", head)
        if length is not None and " 304 " not in head.partition("\r\n")[0]:
            await reader.readexactly(int(length[1]))
        named = re.search(r'(?i)etag: ("(\d+)-[^"]*")', head)
        if named is None:
            raise RuntimeError(head)
        tag = named[1]
        found.answers.append((begun, time.monotonic() - begun, int(named[2])))
    writer.close()


def report_polls(found: Polled) -> None:
    """Print how long answers took, and whether one was too old."""
    times = sorted(seconds for _, seconds, _ in found.answers)
    meeting = sorted(
        seconds
        for begun, seconds, _ in found.answers
        if any(-seconds <= begun - at < MEETS_SECONDS for at, _ in found.changes)
    )
    for name, some in (("all", times), ("those that meet a change", meeting)):
        print(
            f"{name}: {len(some):,} answers, median {median(some) * 1000:.1f} ms, "
            f"p99 {some[int(len(some) * 0.99)] * 1000:.1f} ms, "
            f"slowest {some[-1] * 1000:.1f} ms"
        )
    late = max((lateness(found, at, number) for at, number in found.changes), default=0)
    print(
        f"a change is in every answer begun {late * 1000:.0f} ms after it was stored "
        f"({'as' if late <= SEEN_SECONDS else 'NOT as'} promised)"
    )


def lateness(found: Polled, at: float, number: int) -> float:
    """Give how long after a change an answer without it still began."""
    return max(
        (begun - at for begun, _, seen in found.answers if seen < number), default=0.0
    )


if __name__ == "__main__":
    sys.exit(main())
