"""What is taken down is gone from every table, is told, and does not come back."""

import pytest
from sqlalchemy import MetaData, select

from db.engine import reading, transaction
from db.errors import Conflict
from db.filters import Filter
from db.models import ArticleRow, PayloadRow
from db.outbox import Payload, put_payload
from db.sources import remove_source
from db.takedown import (
    find_articles,
    list_blocked,
    merge_words,
    restore_by_hand,
    take_down,
    withdraw_by_hand,
)
from tests.crawling import HOME, World, article_page
from tests.factories import NOW
from tests.factories_events import fan_out, listed, subscribe

# In title, text, author and tag: whatever is left of it holds one of these.
SECRET = "Kwisatz"
PLACES = ("station", "market", "harbour", "library", "school", "hospital", "theatre")
TOLD = " ".join(
    f"{SECRET} was seen at the {place} by people who would not say so. "
    for place in PLACES
)
PAGE = f"{HOME}/story/2/"


def page(n=2, body=TOLD):
    about = (
        f'<meta name="author" content="{SECRET} Haderach">'
        f'<meta property="article:tag" content="{SECRET}">'
    )
    return article_page(n, title=f"{SECRET} accused", body=body).replace(
        "<title>", f"{about}<title>"
    )


@pytest.fixture
def world(engine):
    """A site of three stories, the second of which must go; a subscriber got it."""
    world = World(engine)
    world.publish(1, 2, 3)
    world.web[PAGE] = page()
    world.add_source()
    subscribe(engine, wants_history=True)
    world.sync()
    return world


def edit(world):
    world.web[PAGE] = page(body=TOLD + "And more. " * 20)
    world.web.clock.advance(days=40)
    world.visit()


def article_at(world, url=PAGE):
    with reading(world.engine) as session:
        (found,) = find_articles(session, url)
    return found


def go(world, url=PAGE):
    with transaction(world.engine) as session:
        (found,) = find_articles(session, url)
        return take_down(session, found.uid, reason="order 17", now=world.now)


def left(engine):
    """Every table with a row in which the secret stands, in whatever form."""
    is_first = is_more = True
    while is_more:
        with transaction(engine) as session:
            is_more = merge_words(session, is_first=is_first)
        is_first = False
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        return [
            name
            for name, table in metadata.tables.items()
            if any(
                SECRET.lower() in str(tuple(row)).lower()
                for row in connection.execute(select(table))
            )
        ]


def test_nothing_is_left_of_what_it_said(world):
    edit(world)
    fan_out(world.engine)
    assert {"article", "revision", "event", "payload", "term"} <= set(
        left(world.engine)
    )

    purged = go(world)

    assert left(world.engine) == []
    assert (purged.revisions, purged.events, purged.deliveries) == (2, 2, 2)
    assert purged.addresses == (PAGE,)
    assert article_at(world).withdrawn_by == "takedown"


def test_no_search_finds_it(world):
    go(world)

    with reading(world.engine) as session:
        wanted = Filter(words=(SECRET,)).where()
        assert session.scalars(select(ArticleRow.position).where(wanted)).all() == []


def test_who_may_have_it_is_told_whatever_the_filter(world):
    had = subscribe(world.engine, filter=Filter(words=(SECRET,)))
    subscribe(world.engine, filter=Filter(words=("elsewhere",)))
    go(world)
    fan_out(world.engine)

    told = [one.subscription_id for one in listed(world.engine) if one.event_seq > 3]
    assert sorted(told) == [1, had.id]  # the first has no filter
    assert left(world.engine) == ["subscription"]  # that filter


def test_its_page_is_not_fetched_again(world):
    go(world)
    world.web.requests.clear()
    for _ in range(3):
        world.web.clock.advance(days=40)
        world.sync()
        world.visit()

    assert PAGE not in [str(request.url) for request in world.web.requests]
    assert left(world.engine) == []


@pytest.mark.parametrize("address", ["/story/2/amp/", "/2026/other-name/"])
def test_it_does_not_come_back_at_another_address(world, address):
    go(world)
    world.web[HOME + address] = page(body=TOLD + "Corrected.")
    shown = f"<h2><a href='{address}'>Accused</a></h2>"
    world.web[f"{HOME}/news/"] = f"<html><body>{shown}</body></html>"
    world.web.clock.advance(hours=1)
    world.sync()

    assert world.pages()[HOME + address].status == "alias"
    assert len(world.articles()) == 3
    assert left(world.engine) == []


def test_another_article_of_the_site_still_comes(world):
    go(world)
    world.publish(4)
    world.web.clock.advance(hours=1)
    world.sync()

    assert len(world.articles()) == 4


def test_it_does_not_come_back_with_its_source(world):
    go(world)
    with transaction(world.engine) as session:
        remove_source(session, "example", now=world.now)
    world.add_source()
    world.web.clock.advance(hours=1)
    world.sync()

    assert [one.url for one in world.articles()] == [
        f"{HOME}/story/{n}/" for n in (1, 3)
    ]
    assert world.pages()[PAGE].status == "blocked"


def test_feeds_that_were_pushed_with_it_are_purged_and_others_stay(world):
    uid = article_at(world).uid
    with transaction(world.engine) as session:
        for body in (f"<id>urn:uuid:{uid}</id> {SECRET}", "<feed/>"):
            payload = Payload(content_type="x/y", body=body.encode(), link="<hub>")
            put_payload(session, payload, now=NOW)
    go(world)

    assert [row.body for row in world.rows(PayloadRow)] == [b"<feed/>"]


def test_it_can_be_done_again_and_not_undone(world):
    go(world)
    assert go(world).events == 1  # its own, of before

    with transaction(world.engine) as session, pytest.raises(Conflict, match="nothing"):
        (found,) = find_articles(session, PAGE)
        restore_by_hand(session, found, now=world.now)
    with reading(world.engine) as session:
        assert [(one.url, one.reason) for one in list_blocked(session)] == [
            (PAGE, "order 17")
        ]


def test_what_is_withdrawn_by_hand_stays_so_until_restored_by_hand(world):
    def turn(work):
        with transaction(world.engine) as session:
            (found,) = find_articles(session, PAGE)
            return work(session, found, now=world.now)

    assert turn(withdraw_by_hand)
    assert not turn(withdraw_by_hand)
    edit(world)
    assert article_at(world).withdrawn_by == "hand"
    assert turn(restore_by_hand)
    assert not turn(restore_by_hand)
    assert article_at(world).withdrawn_at is None
    assert world.events()[-2:] == ["article.withdrawn", "article.restored"]
