"""The sample definition against the running example site, by every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import httpx
import pytest

from scrapers.discover import discover
from scrapers.discover.options import Options
from scrapers.errors import HttpStatus
from scrapers.extract.article import extract
from scrapers.items import (
    Candidate,
    Fetched,
    Gone,
    Page,
    ScrapedArticle,
    Site,
)
from scrapers.source import from_dict
from service.sample.content import articles
from service.sample.edition import HEAD_START
from service.sample.server import running
from tests.fakes import NOW
from tests.sources.test_shipped import shipped

T = TypeVar("T")


@dataclass
class WebVisit:
    """A visit over real HTTP, without the politeness of the fetcher."""

    site: Site
    client: httpx.Client
    is_first: bool = True
    last_pass_at: datetime | None = None
    known: set[str] = field(default_factory=set)

    def get(self, url: str, *, accept: str = "") -> Fetched:
        answer = self.client.get(url)
        if answer.status_code in {404, 410}:
            return Gone(url=url, status=answer.status_code)
        if answer.status_code != 200:
            reason = str(answer.status_code)
            raise HttpStatus(reason, url=url, status=answer.status_code)
        return Page(
            url=str(answer.url),
            requested_url=url,
            body=answer.content,
            content_type=answer.headers["content-type"],
            headers=tuple(answer.headers.items()),
            fetched_at=datetime.now(NOW.tzinfo) + timedelta(seconds=1),
        )

    def parse(self, func: Callable[..., T], *args: object, url: str) -> T:
        return func(*args)

    def has_news(self, candidates: Sequence[Candidate]) -> bool:
        return True


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    with running() as address:
        yield address


def options(home: str, kind: str) -> Options:
    keys: dict[str, object] = {
        "wordpress": {},
        "feed": {"url": home + "feed/"},
        "sitemap": {"url": home + "wp-sitemap.xml", "children": "posts-post"},
        "listing": {"url": home, "links": "h2.entry-title a", "pages": 20},
    }[kind]
    values = {"name": "x", "home": home, "discover": [{"kind": kind} | keys]}
    return from_dict(values).discover[0]


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("wordpress", len(articles()) + HEAD_START - 1),  # without the locked one
        ("sitemap", len(articles()) + HEAD_START),
        ("listing", len(articles()) + HEAD_START),
        ("feed", 10),
    ],
)
def test_every_kind_finds_the_posts(home, kind, count):
    with httpx.Client(trust_env=False, follow_redirects=True) as client:
        visit = WebVisit(Site(name="x", home=home), client)
        found = discover(options(home, kind), visit)

    # A bulletin may come or be withdrawn while the test runs.
    assert abs(len(found.candidates) - count) <= 2
    assert found.complete


def test_every_post_gives_its_title_section_and_writer(home):
    spec = shipped("sample")
    site = Site(name=spec.name, home=home, timezone=spec.timezone)
    with httpx.Client(trust_env=False, follow_redirects=True) as client:
        visit = WebVisit(site, client)
        found = discover(options(home, "wordpress"), visit)
        pages = [(c, visit.get(c.url)) for c in found.candidates]

    for candidate, page in pages:
        if isinstance(page, Gone):
            continue
        article = extract(page, spec.article, candidate.hints, site)
        assert isinstance(article, ScrapedArticle), candidate.url
        assert article.title == candidate.hints.title
        assert article.authors[0].name == candidate.hints.authors[0].name
        assert article.categories == candidate.hints.categories
        assert article.published_at == candidate.hints.published_at
        assert "visits since" not in article.body_text
