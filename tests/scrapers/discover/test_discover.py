"""The registry of kinds, and what holds for every one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TypeVar

import pytest

from scrapers.discover import discover, kinds, options_of
from scrapers.errors import DiscoverError
from scrapers.sandbox import Sandbox
from tests.fakes_visit import FakeVisit, urls

T = TypeVar("T")

PAGES = {
    "listing": "<h2><a href='/1/'>x</a></h2>",
    "sitemap": "<urlset><url><loc>/1/</loc></url></urlset>",
    "feed": "<rss><channel><item><link>/1/</link></item></channel></rss>",
    "wordpress": '[{"link": "/1/", "date_gmt": "2026-03-01T09:00:00"}]',
}


class EveryPage(dict[str, str]):
    """Says the same whatever is asked for."""

    def get(self, url: str, default: object = None) -> str:
        return self[""]


class Child(FakeVisit):
    """Parses in a real child, so that everything must go through a pipe."""

    sandbox: Sandbox

    def parse(self, func: Callable[..., T], *args: object, url: str) -> T:
        return self.sandbox.run(func, *args, url=url)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(memory_bytes=700 * 2**20, timeout=timedelta(seconds=10)) as made:
        yield made


def options(kind: str) -> object:
    keys = {"kind": kind, "url": "https://example.org/x/"}
    return options_of(kind)(**keys, **({"links": "a"} if kind == "listing" else {}))


def test_the_folder_is_the_registry():
    assert list(kinds()) == ["feed", "listing", "sitemap", "wordpress"]


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_parses_in_the_child(kind, sandbox):
    web = Child(EveryPage({"": PAGES[kind]}))
    web.sandbox = sandbox

    assert urls(discover(options(kind), web).candidates) == ["/1/"]


@pytest.mark.parametrize("kind", ["feed", "sitemap", "wordpress"])
def test_a_refusal_comes_back_from_the_child(kind, sandbox):
    web = Child(EveryPage({"": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}))
    web.sandbox = sandbox

    with pytest.raises(DiscoverError):
        discover(options(kind), web)


@pytest.mark.parametrize("kind", kinds())
def test_every_key_says_what_it_means(kind):
    for key, field in options_of(kind).model_fields.items():
        assert field.description, key
