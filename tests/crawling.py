"""A worker over a fake web: everything real but the network and the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Engine, select

from db import sources
from db.engine import reading, transaction
from db.models import ArticleRow, EventRow, PageRow, RunRow
from db.runs import Run
from db.sources import Definition, Source
from scrapers.fetch.visits import Visits
from scrapers.sandbox import InProcess
from service.jobs.sync import ORDINARY, Wish, sync_source, visit_pages
from service.jobs.visit import Worker
from tests.fakes import LIMITS, USER_AGENT, FakeWeb

HOME = "https://example.org"


def article_page(n: int, *, title: str = "", body: str = "", extra: str = "") -> str:
    """A page of the n-th story, long enough to be taken for an article."""
    body = body or f"Story {n} is told here at some length, as news go. " * 12
    title = title or f"Story number {n}"
    return (
        f"<html lang=en><head><title>{title}</title></head><body><main><article>"
        f"<h1>{title}</h1><time datetime='2026-02-{n % 28 + 1:02d}T08:00:00Z'></time>"
        f"<div class=entry-content><p>{body}</p><p>It ended well for all.</p></div>"
        f"</article></main>{extra}</body></html>"
    )


def listing(numbers: Sequence[int], extra: str = "") -> str:
    """A listing of stories, the newest first."""
    links = "".join(f"<h2><a href='/story/{n}/'>Story {n}</a></h2>" for n in numbers)
    return f"<html><body>{links}{extra}</body></html>"


@dataclass
class World:
    """A site, a database and a worker between them."""

    engine: Engine
    web: FakeWeb = field(default_factory=FakeWeb)
    stopping: bool = False

    def __post_init__(self) -> None:
        self.worker = Worker(
            engine=self.engine,
            visits=Visits(
                build_client=self.web.client,
                user_agent=USER_AGENT,
                pause=timedelta(seconds=1),
                limits=LIMITS,
                sleep=self.web.clock.sleep,
            ),
            parser=InProcess(),
            name="worker:here:1:a",
            lease=timedelta(minutes=2),
            gone_after=timedelta(days=1),
            rng=Random(1),
            is_stopping=lambda: self.stopping,
            clock=self.web.clock,
            monotonic=self._seconds,
        )

    @property
    def now(self) -> Any:
        return self.web.clock.now

    def _seconds(self) -> float:
        return self.web.clock.now.timestamp()

    def publish(self, *numbers: int, **page: str) -> None:
        """Put stories on the site and in its listing, the last one on top."""
        for n in numbers:
            self.web[f"{HOME}/story/{n}/"] = article_page(n, **page)
        shown = {int(u.split("/")[-2]) for u in self.web.pages if "/story/" in u}
        self.web[f"{HOME}/news/"] = listing(sorted(shown, reverse=True))

    def add_source(self, **overrides: Any) -> Source:
        spec = {
            "name": "The Daily Example",
            "home": f"{HOME}/",
            "discover": [{"kind": "listing", "url": f"{HOME}/news/", "links": "h2 a"}],
            "article": {"body": "div.entry-content"},
        }
        definition = Definition(slug="example", spec=spec | overrides)
        with transaction(self.engine) as session:
            return sources.add_source(session, definition, origin="api", now=self.now)

    def sync(self, wish: Wish = ORDINARY) -> Run:
        """Claim the source, due or not, and make one pass."""
        with transaction(self.engine) as session:
            source = sources.claim_source(
                session,
                "example",
                owner=self.worker.name,
                now=self.now,
                until=self.now + self.worker.lease,
            )
        assert source is not None
        return sync_source(
            self.worker, source, most_backoff=timedelta(hours=6), wish=wish
        )

    def visit(self, host: str = "example.org:443") -> Run | None:
        """Fetch what is due on a host."""
        return visit_pages(self.worker, self.source(), host)

    def source(self) -> Source:
        with reading(self.engine) as session:
            return sources.get_source(session, "example")

    def rows(self, table: Any) -> list[Any]:
        with reading(self.engine) as session:
            key = table.__table__.primary_key.columns.values()
            return list(session.scalars(select(table).order_by(*key)))

    def articles(self) -> list[ArticleRow]:
        return self.rows(ArticleRow)

    def events(self) -> list[str]:
        return [row.type for row in self.rows(EventRow)]

    def pages(self) -> dict[str, PageRow]:
        return {row.url: row for row in self.rows(PageRow)}

    def runs(self) -> list[RunRow]:
        return self.rows(RunRow)
