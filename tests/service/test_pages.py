from datetime import timedelta

import pytest
from sqlalchemy import update

from db.engine import transaction
from db.errors import DatabaseUnavailable
from db.models import SourceRow
from scrapers.drift import Drift, Evidence
from service.pages.index import SOURCES_PER_PAGE, age
from tests.factories_feeds import NOON, add_source
from tests.service.feeds.conftest import BASE, make_web


@pytest.fixture
def web(engine, tmp_path):
    return make_web(engine, tmp_path)


def test_the_index_leads_to_every_feed(web):
    web.add(1, categories=(("News", "Iran News"),))
    page = web.get("/").text

    for path in ("all.rss", "daily.atom", "daily.json", "daily/news/iran-news.atom"):
        assert f'href="{BASE}/feeds/{path}"' in page
    assert (
        '<link rel="alternate" type="application/atom+xml" title="All sources (Atom)" '
        f'href="{BASE}/feeds/all.atom">'
    ) in page


def test_the_index_shows_the_latest_headlines(web):
    web.add(1, title="سیل <b>دو</b> روستا", language="fa")

    assert 'dir="auto" lang="fa">سیل دو روستا</a>' in web.get("/").text


def test_the_index_shows_what_is_wrong_with_a_source(web):
    with transaction(web.engine) as session:
        session.execute(
            update(SourceRow).values(
                health="failing",
                health_reason="no such host <b>",
                health_since=NOON - timedelta(hours=3),
            )
        )
    page = web.get("/").text

    assert "failing: no such host" in page
    assert "<b>" not in page


def test_an_index_without_sources_says_what_to_do(engine, tmp_path):
    web = make_web(engine, tmp_path)
    with transaction(engine) as session:
        session.query(SourceRow).delete()

    assert "wireroom source new" in web.get("/").text


def test_many_sources_are_shown_by_pages(web):
    with transaction(web.engine) as session:
        for number in range(SOURCES_PER_PAGE):
            add_source(session, f"other-{number:03}", name=f"Other {number}")

    assert 'href="/?after=other-098" rel="next"' in web.get("/").text
    last = web.get("/?after=other-098").text
    assert "Other 99" in last
    assert "More sources" not in last
    assert "There are no more" in web.get("/?after=zzz").text


@pytest.mark.parametrize("query", ["?colour=red", "?after=%3Cscript%3E"])
def test_an_index_of_something_else_is_refused(web, query):
    answer = web.get("/" + query, Accept="text/html")

    assert answer.status_code == 400
    assert "<script>" not in answer.text


def test_the_page_about_the_crawler_says_how_to_object(engine, tmp_path):
    web = make_web(engine, tmp_path, contact_url="mailto:desk@wire.example")
    page = web.get("/about").text

    assert "User-agent: Wireroom\nDisallow: /" in page
    assert '<a href="mailto:desk@wire.example">desk@wire.example</a>' in page


def test_without_a_contact_the_operator_is_meant(web):
    assert "the operator of this host" in web.get("/about").text


def test_pages_forbid_everything_they_do_not_need(web):
    for path in ("/", "/about", "/nothing", "/static/wireroom.css"):
        headers = web.get(path, Accept="text/html").headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_pages_need_no_script_and_no_inline_style(web):
    web.add(1)
    for path in ("/", "/about"):
        page = web.get(path).text
        assert "<script" not in page
        assert "style=" not in page


def test_behind_a_proxy_with_a_path_links_stay_below_it(engine, tmp_path):
    web = make_web(engine, tmp_path, public_url="https://example.org/wire")

    assert 'href="/wire/about"' in web.get("/").text
    assert web.get("/feeds/Daily.rss").headers["Location"] == "/wire/feeds/daily.rss"


def test_an_icon_is_where_readers_look(web):
    assert web.get("/favicon.ico").mimetype == "image/svg+xml"


def test_errors_are_pages_for_people_and_lines_for_programs(web):
    page = web.get("/nothing", Accept="text/html,*/*;q=0.8")
    line = web.get("/nothing")

    assert page.mimetype == "text/html"
    assert line.text.startswith("404 Not Found\n")
    assert page.headers["Vary"] == line.headers["Vary"] == "Accept"


def test_the_index_and_health_tell_of_a_site_that_has_changed(web):
    evidence = Evidence(now="no date", usual="where 98% have one", urls=(f"{BASE}/x",))
    drift = Drift(since=NOON - timedelta(hours=3), began=NOON, pages=evidence)
    with transaction(web.engine) as session:
        session.execute(update(SourceRow).values(health="ok", drift=drift.to_dict()))

    page = web.get("/").text
    assert "the site has changed, what is new is held back: no date, where 98%" in page
    health = web.get("/healthz").json
    assert health["sources"] == {"failing": 0, "drifting": 1}
    assert health["subscriptions"] == {"disabled": 0}


def test_health_asks_the_database(web):
    answer = web.get("/healthz")

    assert answer.json == {
        "status": "ok",
        "last_event": 0,
        "sources": {"failing": 0, "drifting": 0},
        "subscriptions": {"disabled": 0},
    }
    assert answer.headers["Cache-Control"] == "no-store"


class Away:
    """An engine whose database does not answer."""

    def get_execution_options(self):
        return {}

    def connect(self):
        raise DatabaseUnavailable("no such server; check that it runs")


def test_without_the_database_health_and_pages_say_so(web):
    services = web.publisher.services
    object.__setattr__(services, "engine", Away())

    health = web.get("/healthz")
    assert (health.status_code, health.json["status"]) == (503, "unavailable")
    page = web.get("/")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")


def test_a_mistake_of_ours_is_told_without_its_traceback(web):
    web.app.view_functions["pages.about"] = lambda: 1 / 0
    answer = web.get("/about")

    assert answer.status_code == 500
    assert "mistake on our side" in answer.text
    assert "ZeroDivisionError" not in answer.text


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5, minutes=3), "5 hours ago"),
        (timedelta(days=2), "2 days ago"),
    ],
)
def test_ages_are_told_in_their_largest_unit(passed, said):
    assert age(NOON, NOON + passed) == said
