"""A narrowed feed holds what its filter matches, in pages that miss nothing."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from db.articles import withdraw
from db.choosing import SKEW, Narrowing
from db.engine import reading, transaction
from db.feeds import outline
from db.filters import Filter
from db.models import ArticleRow
from db.scopes import find_scope, list_unknown
from scrapers.items import Author
from tests.factories_feeds import NOON, add_article, add_source, article

HOUR = timedelta(hours=1)
SLUGS = ("daily", "weekly", "secret")


def stories():
    """Thirty articles of three sources, one of them private, all unlike each other."""
    for n in range(1, 31):
        yield article(
            n,
            source=SLUGS[n % 3],
            categories=((("News", "Iran News"),), (("Sport",),), ())[n % 2],
            tags=("Flood",) if n % 4 == 0 else ("rain", "flood"),
            authors=(Author(name=("Jo Doe", "Ünal")[n % 5 == 0]),),
            language=("en", "en-GB", None, "fa")[n % 4],
            first_seen_at=NOON + n * HOUR,
            body_text=("Rain on the bridge.", "A bridge, a flood.", "北京市")[
                n % 7 % 3
            ],
        )


@pytest.fixture
def stored(engine):
    with transaction(engine) as session:
        for slug in SLUGS:
            add_source(
                session, slug, visibility="private" if slug == "secret" else "public"
            )
        for one in stories():
            add_article(session, one)
    return engine


def look(engine, slug="all", limit=50, **asked):
    with reading(engine) as session:
        scope = find_scope(session, slug)
        return outline(session, scope, limit, Narrowing(**asked))


def positions(found):
    return [one.position for one in found.entries]


WORDS = st.lists(
    st.sampled_from(["news", "news/iran-news", "sport", "flood", "rain"]), max_size=2
)
FILTERS = st.builds(
    Filter,
    sources=st.lists(st.sampled_from(SLUGS), max_size=2),
    categories=WORDS,
    tags=WORDS,
    authors=st.lists(st.sampled_from(["jo doe", "ünal", "nobody"]), max_size=2),
    languages=st.lists(st.sampled_from(["en", "en-GB", "fa", "sw"]), max_size=2),
    words=st.lists(
        st.sampled_from(["bridge -rain", '"a flood" OR 京', "story 7", "rain"]),
        max_size=1,
    ),
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    wanted=FILTERS,
    slug=st.sampled_from(["all", "daily", "daily/news"]),
    limit=st.integers(2, 9),
    hours=st.none() | st.integers(0, 32),
)
def test_following_next_gives_every_article_once(stored, wanted, slug, limit, hours):
    since = None if hours is None else NOON + hours * HOUR
    found, before = [], None
    while True:
        page = look(stored, slug, limit, filter=wanted, since=since, before=before)
        found += positions(page)
        before = page.next_before
        if before is None:
            break

    def is_in(one):
        name, _, path = slug.partition("/")
        return (
            one.source != "secret"
            and name in ("all", one.source)
            and (not path or Filter(categories=(path,)).matches(one))
            and (since is None or one.first_seen_at >= since)
            and wanted.matches(one)
        )

    assert found == [one.position for one in stories() if is_in(one)][::-1]


def test_a_page_that_is_full_and_last_has_no_next(stored):
    full = look(stored, "daily", 10)

    assert (len(full.entries), full.next_before) == (10, None)
    assert look(stored, "daily", 9).next_before == 6


def test_the_first_page_alone_carries_edits_and_withdrawals(stored):
    with transaction(stored) as session:
        moved = {"seq": 90, "version": 2, "changed_at": NOON + HOUR}
        edited = update(ArticleRow).where(ArticleRow.position == 3)
        session.execute(edited.values(**moved))
        withdraw(session, [6], by="site", now=NOON + HOUR)

    first = look(stored, "daily", 2)
    assert (positions(first), first.next_before) == ([30, 27, 3], 27)
    assert len(first.left) == 1
    second = look(stored, "daily", 2, before=27)
    assert (positions(second), second.left) == ([24, 21], ())


@pytest.mark.parametrize(
    ("wanted", "carried"),
    [
        (Filter(tags=("flood",)), True),
        (Filter(tags=("rain",)), True),
        (Filter(categories=("sport",)), True),
        (Filter(categories=("news",)), False),
        (Filter(languages=("fa",)), True),
        (Filter(languages=("en",)), False),
        (Filter(sources=("weekly",)), False),
        (Filter(words=("story 京",)), False),
        (Filter(words=("story 3",)), True),
    ],
)
def test_only_edits_of_what_is_asked_for_are_carried(stored, wanted, carried):
    with transaction(stored) as session:
        moved = {"seq": 90, "version": 2, "changed_at": NOON + HOUR}
        edited = update(ArticleRow).where(ArticleRow.position == 3)
        session.execute(edited.values(**moved))

    assert (3 in positions(look(stored, limit=1, filter=wanted))) is carried


def test_since_does_not_miss_what_was_seen_later_and_numbered_before(stored):
    with transaction(stored) as session:
        for number, seconds in ((101, 9), (102, 3), (103, 6)):
            seen = NOON + 50 * HOUR + timedelta(seconds=seconds)
            add_article(session, article(number, first_seen_at=seen))

    since = NOON + 50 * HOUR + timedelta(seconds=5)
    assert positions(look(stored, since=since)) == [103, 101]
    assert timedelta(seconds=9) < SKEW


def test_nothing_was_seen_in_the_future(stored):
    found = look(stored, since=NOON + 1000 * HOUR)

    assert (found.entries, found.left, found.next_before) == ((), (), None)


def test_sources_that_are_not_public_are_unknown(stored):
    asked = ("daily", "secret", "none", "a\x00b")

    with reading(stored) as session:
        assert list_unknown(session, asked) == ["secret", "none", "a\x00b"]


def test_a_search_tells_of_what_it_would_have_found(stored):
    with transaction(stored) as session:
        withdraw(session, [7, 10], by="site", now=NOON + 40 * HOUR)

    found = look(stored, filter=Filter(words=("story -7",)))

    assert [one.uid for one in found.left] == [article(10).uid]
    assert not {7, 10} & set(positions(found))
