import gzip
import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import delete

from db.articles import withdraw
from db.engine import transaction
from db.models import ArticleTermRow
from db.sources import remove_source, rename_source
from service.app import create_app
from service.limits import BURST
from tests.factories_feeds import NOON, add_source
from tests.service.feeds.conftest import BASE, Web, make_web

FORMATS = ["rss", "atom", "json"]


def make_web_again(web):
    """Another process on the same database."""
    app = create_app(
        web.publisher.services, monotonic=web.clock, now=web.clock, patience=None
    )
    return Web(app, web.engine, web.clock)


def ids(answer):
    return [item["_wireroom"]["position"] for item in json.loads(answer.data)["items"]]


@pytest.mark.parametrize("ending", FORMATS)
def test_a_feed_is_served_in_every_format(web, ending):
    web.add(1)
    answer = web.get(f"/feeds/daily.{ending}")

    assert answer.status_code == 200
    assert b"Story 1" in answer.data
    media_type = answer.headers["Content-Type"].partition(";")[0]
    own = f'<{BASE}/feeds/daily.{ending}>; rel="self"; type="{media_type}"'
    assert answer.headers["Link"] == f'{own}, <{BASE}/hub>; rel="hub"'


@pytest.mark.parametrize(
    "slug", ["all", "daily", "daily/news", "daily/اخبار", "daily/news/iran-news"]
)
def test_there_is_a_feed_of_all_of_each_source_and_of_each_category(web, slug):
    web.add(1, categories=(("News", "Iran News"), ("اخبار",)))

    assert ids(web.get(f"/feeds/{quote(slug)}.json")) == [1]


def test_the_second_reader_never_meets_flask(web):
    web.add(1)
    first = web.get("/feeds/daily.rss")
    web.app.view_functions.clear()

    second = web.get("/feeds/daily.rss")
    assert (second.data, second.headers) == (first.data, first.headers)
    unchanged = web.get("/feeds/daily.rss", If_None_Match=first.headers["ETag"])
    assert unchanged.status_code == 304


def test_flask_and_the_front_answer_alike(web):
    web.add(1)
    layer = web.app.wsgi_app
    for headers in ({}, {"If_None_Match": "*"}, {"Accept_Encoding": "gzip"}):
        web.app.wsgi_app = layer.application
        flask = web.get("/feeds/daily.atom", **headers)
        web.app.wsgi_app = layer
        front = web.get("/feeds/daily.atom", **headers)

        assert flask.status == front.status
        assert sorted(flask.headers) == sorted(front.headers)
        assert flask.data == front.data


def test_a_change_of_a_known_feed_never_meets_flask(web):
    web.add(1)
    before = web.get("/feeds/daily.json?limit=2")
    web.app.view_functions.clear()
    web.add(2)

    after = web.get("/feeds/daily.json?limit=2", If_None_Match=before.headers["ETag"])
    assert (after.status_code, ids(after)) == (200, [2, 1])


def test_a_unicode_address_is_answered_by_the_front_too(web):
    web.add(1, categories=(("اخبار",),))
    path = f"/feeds/{quote('daily/اخبار')}.rss"
    web.get(path)
    web.app.view_functions.clear()

    assert web.get(path).status_code == 200


def test_a_change_is_in_the_next_answer(web):
    web.add(1)
    before = web.get("/feeds/all.json")
    web.add(2)
    after = web.get("/feeds/all.json", If_None_Match=before.headers["ETag"])

    assert after.status_code == 200
    assert ids(after) == [2, 1]


def test_a_withdrawn_article_leaves_and_atom_says_so(web):
    web.add(1)
    web.add(2)
    with transaction(web.engine) as session:
        withdraw(session, [1], by="site", now=NOON + timedelta(hours=1))
    web.notice()

    assert ids(web.get("/feeds/daily.json")) == [2]
    assert b'when="2026-03-01T13:00:00Z"/>' in web.get("/feeds/daily.atom").data


def test_private_sources_are_in_no_feed(web):
    with transaction(web.engine) as session:
        add_source(session, "secret", visibility="private")
    web.add(1, source="secret")

    assert web.get("/feeds/secret.rss").status_code == 404
    assert ids(web.get("/feeds/all.json")) == []
    assert b"secret" not in web.get("/opml").data
    assert b"secret" not in web.get("/").data


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/feeds/weekly.rss", "no feed 'weekly' here. There are: all, daily."),
        ("/feeds/daily/sport.rss", "no category 'sport' of 'daily'. There are: news."),
        ("/feeds/daily.xml", "one of .atom, .json, .ninjs, .rss: 'daily.xml' does not"),
        ("/feeds/daily", "one of .atom, .json, .ninjs, .rss: 'daily' does not"),
        ("/feeds/.rss", "'.rss' does not"),
    ],
)
def test_an_unknown_address_says_what_there_is(web, path, said):
    web.add(1, categories=(("News",),))
    answer = web.get(path)

    assert answer.status_code == 404
    assert said in answer.text


def test_an_address_spelled_otherwise_leads_to_the_right_one(web):
    web.add(1, categories=(("News",),))
    answer = web.get("/feeds/Daily/NEWS.rss")

    assert answer.status_code == 301
    assert answer.headers["Location"] == "/feeds/daily/news.rss"


def test_slashes_too_many_lead_to_the_path_on_whatever_host(web):
    answer = web.get("/feeds//daily.atom?limit=2", Host="evil.example")

    assert answer.status_code == 308
    assert answer.headers["Location"] == "/feeds/daily.atom?limit=2"


def test_a_renamed_source_leaves_a_redirect(web):
    web.add(1, categories=(("اخبار",),))
    assert web.get("/feeds/daily.rss").status_code == 200
    with transaction(web.engine) as session:
        rename_source(session, "daily", "everyday", now=NOON)
    web.notice()
    answer = web.get(f"/feeds/{quote('daily/اخبار')}.rss")

    assert answer.status_code == 301
    assert answer.headers["Location"] == f"/feeds/{quote('everyday/اخبار')}.rss"
    assert web.get("/feeds/daily.rss").status_code == 301
    assert web.get("/feeds/everyday.rss").status_code == 200


def test_a_removed_source_is_gone(web):
    assert web.get("/feeds/daily.atom").status_code == 200
    with transaction(web.engine) as session:
        remove_source(session, "daily", now=NOON)
    web.notice()

    assert web.get("/feeds/daily.atom").status_code == 410


def test_unknown_parameters_are_named(web):
    answer = web.get("/feeds/all.rss?colour=red&size=2")

    assert answer.status_code == 400
    assert "'colour' = 'red' is no parameter" in answer.text
    assert "'size' = '2' is no parameter: a feed takes archive, author" in answer.text
    assert web.get("/opml?x").status_code == 400


@pytest.mark.parametrize("query", ["q=%FF", "limit=1&tag=%C3", "author=a%ED%A0%80"])
def test_what_is_no_text_is_refused(web, query):
    answer = web.get(f"/feeds/all.rss?{query}")

    name = query.rpartition("&")[2].partition("=")[0]
    assert answer.status_code == 400
    assert f"Parameter {name!r}: it is no text in UTF-8" in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_with_those_allowed(web, method):
    answer = web.get("/feeds/all.rss", method)

    assert answer.status_code == 405
    assert {"GET", "HEAD"} <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize("path", ["/feeds/all.json", "/opml", "/sitemap.xml"])
def test_a_script_in_a_browser_may_ask_as_readers_do(web, path):
    answer = web.get(path, "OPTIONS", Access_Control_Request_Headers="a-im")

    assert (answer.status_code, answer.data) == (204, b"")
    assert "Content-Type" not in answer.headers
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "A-IM" in answer.headers["Access-Control-Allow-Headers"]
    assert "GET" in answer.headers["Allow"]
    assert "ETag" in web.get(path).headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("all.rss?limit=0", 400), ("no.rss", 404), ("daily.rss?archive=0-0", 302)],
)
def test_a_script_in_a_browser_may_read_why_it_got_no_feed(web, path, status):
    answer = web.get(f"/feeds/{path}")

    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_who_searches_too_often_is_told_when_to_come_again(web):
    for number in range(BURST):
        assert web.get(f"/feeds/all.rss?q=word{number}&limit=1").status_code == 200
    refused = web.get("/feeds/all.rss?q=one&limit=1")
    held = web.get(f"/feeds/all.rss?limit=1&q=word{BURST - 1}")
    web.clock.pass_by(1)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert held.status_code == 200  # from memory, which costs nothing
    assert web.get("/feeds/all.rss").status_code == 200
    assert web.get("/feeds/all.rss?q=one&limit=1").status_code == 200


def test_a_news_sitemap_is_of_a_source_and_says_so(web):
    web.add(1, categories=(("News",),))
    answer = web.get("/feeds/daily/news.news.xml")

    assert answer.status_code == 404
    assert "A news sitemap is of a whole source: /feeds/SOURCE.news.xml" in answer.text


def test_an_address_that_is_none_of_ours_says_where_there_is_something(web):
    answer = web.get("/nowhere")

    assert answer.status_code == 404
    assert "There is nothing at this address. / lists" in answer.text


def test_search_engines_are_sent_to_the_originals(web):
    first = web.get("/feeds/all.rss")

    assert first.headers["X-Robots-Tag"] == "noindex"


def test_a_range_is_answered_with_the_whole(web):
    for wanted in ("bytes=0-9", "bytes=99999999-", "lines=1-2"):
        answer = web.get("/feeds/all.rss", Range=wanted, If_Range='"x"')
        assert (answer.status_code, answer.headers["Accept-Ranges"]) == (200, "none")


def test_how_long_copies_are_used_is_the_operators(engine, tmp_path):
    given = {"cache_seconds": 5, "cache_stale_seconds": 6, "cache_error_seconds": 7}
    web = make_web(engine, tmp_path, **given)

    assert web.get("/opml").headers["Cache-Control"] == (
        "public, max-age=5, stale-while-revalidate=6, stale-if-error=7"
    )


def test_the_date_of_a_narrowed_feed_never_goes_back(web):
    for number in (1, 2):
        web.add(number, tags=("flood",))
    before = web.get("/feeds/all.rss?tag=flood").headers["Last-Modified"]
    with transaction(web.engine) as session:
        late = NOON + timedelta(hours=3)
        withdraw(session, [1], by="site", now=late)
        session.execute(delete(ArticleTermRow))
    web.notice()
    web.publisher.cache._slots.clear()
    remembered = web.get("/feeds/all.rss?tag=flood")
    other = make_web_again(web).get("/feeds/all.rss?tag=flood")

    assert remembered.data == other.data
    assert b"Story" not in other.data
    assert "15:00:00" in other.headers["Last-Modified"]
    assert before < remembered.headers["Last-Modified"]


def test_a_feed_without_any_article_is_a_feed(web):
    answer = web.get("/feeds/daily.atom")

    assert answer.status_code == 200
    assert answer.headers["Last-Modified"] == "Sun, 01 Mar 2026 12:00:00 GMT"


def test_an_entry_is_written_once_for_all_feeds(web):
    written = []
    form = web.publisher.formats["rss"]
    counted = form.fragment
    object.__setattr__(form, "fragment", lambda e: written.append(e.id) or counted(e))
    web.add(1, categories=(("News",),))
    for path in ("/feeds/all.rss", "/feeds/daily.rss", "/feeds/daily/news.rss"):
        web.get(path)
    web.add(2)
    web.get("/feeds/all.rss")

    assert len(written) == 2


def test_another_name_of_a_source_is_in_the_next_answer(web):
    web.add(1)
    before = web.get("/feeds/daily.rss")
    with transaction(web.engine) as session:
        from db.models import SourceRow

        source = session.query(SourceRow).one()
        source.spec = source.spec | {"name": "The Everyday Example"}
    web.clock.pass_by(61)
    after = web.get(
        "/feeds/daily.rss", If_Modified_Since=before.headers["Last-Modified"]
    )

    assert after.status_code == 200
    assert b"The Everyday Example" in after.data


def test_gzip_is_the_same_feed(web):
    web.add(1)
    plain = web.get("/feeds/all.rss")
    zipped = web.get("/feeds/all.rss", Accept_Encoding="gzip")

    assert gzip.decompress(zipped.data) == plain.data
    assert zipped.headers["ETag"] != plain.headers["ETag"]


def test_the_list_of_feeds_has_all_public_ones(web):
    web.add(1, categories=(("News", "Iran News"), ("اخبار",)))
    answer = web.get("/opml")

    assert answer.headers["Content-Type"] == "text/x-opml; charset=utf-8"
    for slug in ("all", "daily", "daily/news/iran-news", quote("daily/اخبار")):
        assert f'xmlUrl="{BASE}/feeds/{slug}.atom"' in answer.text


def test_the_list_of_feeds_reads_the_same_as_text_and_as_html(web):
    web.add(1, categories=(("Q&A",), ("Arts & More",), ("1 < 2",)))
    answer = web.get("/opml")

    assert "› Q＆A" in answer.text
    assert "› Arts &amp; More" in answer.text
    assert "› 1 ‹ 2" in answer.text


def test_the_list_of_feeds_follows_the_sources(web):
    tag = web.get("/opml").headers["ETag"]
    assert web.get("/opml", If_None_Match=tag).status_code == 304
    with transaction(web.engine) as session:
        add_source(session, "weekly", name="The <Weekly> & 'Co'")
    web.clock.pass_by(61)
    answer = web.get("/opml", If_None_Match=tag)

    assert answer.status_code == 200
    assert "The ‹Weekly› &amp; &#x27;Co&#x27;" in answer.text


def test_the_parent_page_of_feeds_leads_to_the_index(web):
    assert web.get("/feeds/").headers["Location"] == "/"


def test_behind_a_proxy_each_client_has_searches_of_its_own(engine, tmp_path):
    web = make_web(engine, tmp_path, trusted_proxies="127.0.0.1/32")
    for number in range(BURST):
        # Refused, and counted all the same.
        path = f"/feeds/all.json?source=none&q=w{number}"
        web.get(path, X_Forwarded_For="192.0.2.1")

    forged = "192.0.2.9, 192.0.2.1"
    assert web.get("/feeds/all.json?q=x", X_Forwarded_For=forged).status_code == 429
    assert (
        web.get("/feeds/all.json?q=x", X_Forwarded_For="192.0.2.2").status_code == 200
    )
