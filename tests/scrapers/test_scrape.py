"""Pages are fetched while others are read, given out in order, and not too many."""

from concurrent.futures import Future

import pytest

from scrapers.errors import Backoff, SandboxError
from scrapers.extract.recipe import Recipe
from scrapers.items import Failure, Scrape, Site
from scrapers.scrape import AHEAD, AHEAD_BYTES, Target, scrape
from tests.fakes import Answer, FakeWeb

HOME = "https://example.org"


class SlowParser:
    """Reads nothing until it is waited for, or told that it is done."""

    def __init__(self):
        self.futures = []

    def submit(self, func, page, *args, url):
        future = _Waited(page)
        self.futures.append(future)
        return future


class _Waited(Future):
    def __init__(self, page):
        super().__init__()
        self.page = page

    def read(self):
        outcome = Failure(url=self.page.url, reason="read", is_permanent=True)
        url = self.page.url
        self.set_result(Scrape(url=url, page_url=url, outcome=outcome))

    def result(self, timeout=None):
        if not self.done():
            self.read()
        return super().result(timeout)


def site(count, **pages):
    web = FakeWeb({f"{HOME}/{n}": f"<p>{n}" for n in range(count)})
    for name, said in pages.items():
        web[f"{HOME}/{name[1:]}"] = said
    return web


def begin(web, count, parser):
    targets = [Target(url=f"{HOME}/{n}") for n in range(count)]
    return scrape(targets, web.fetcher(), parser, recipe=Recipe(), site=Site())


def names(scrapes):
    return [found.url.removeprefix(f"{HOME}/") for found in scrapes]


def test_what_is_not_read_yet_keeps_no_other_from_being_fetched():
    web, parser = site(AHEAD + 9), SlowParser()
    scrapes = begin(web, AHEAD + 9, parser)

    assert names([next(scrapes)]) == ["0"]
    assert len(web.asked) == AHEAD + 1
    assert names(scrapes) == [str(n) for n in range(1, AHEAD + 9)]


def test_what_is_read_is_given_out_before_more_is_fetched():
    web, parser = site(9), SlowParser()
    submit = parser.submit

    def at_once(*args, **values):
        future = submit(*args, **values)
        future.read()
        return future

    parser.submit = at_once
    scrapes = begin(web, 9, parser)
    next(scrapes)

    assert len(web.asked) == 1


def test_large_pages_wait_for_each_other():
    big = "<p>" + "x" * (AHEAD_BYTES // 2)
    web = site(9, _0=big, _1=big, _2=big)
    next(begin(web, 9, SlowParser()))

    assert len(web.asked) == 2


def test_failures_keep_their_place():
    web = site(4, _1=500, _3=404)

    assert names(begin(web, 4, SlowParser())) == ["0", "1", "2", "3"]


def test_what_was_fetched_is_given_out_when_the_host_objects():
    web = site(5, _3=Answer(status=429))
    found = []

    with pytest.raises(Backoff):
        found.extend(begin(web, 5, SlowParser()))

    assert names(found) == ["0", "1", "2"]


def test_a_page_that_breaks_the_child_is_a_failure_of_its_own():
    web, parser = site(3), SlowParser()
    scrapes = begin(web, 3, parser)
    parser.submit = broken(parser.submit)

    first, second, third = scrapes
    assert [one.outcome.reason for one in (first, third)] == ["read", "read"]
    assert second.outcome.reason == "parser crashed"
    assert second.url == f"{HOME}/1"


def broken(submit):
    def breaking(*args, **values):
        future = submit(*args, **values)
        if future.page.url.endswith("/1"):
            future.set_exception(SandboxError("parser crashed", url=future.page.url))
        return future

    return breaking
