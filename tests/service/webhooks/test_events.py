from dataclasses import replace

import pytest

from db.events import Event
from db.filters import Filter
from service.webhooks.events import (
    FAILING,
    PUBLISHED,
    RESTORED,
    UPDATED,
    WITHDRAWN,
    Wish,
    type_for,
)
from tests.factories_feeds import NOON, article, head

SPORT = article(categories=(("Sport",),))
NEWS = article(categories=(("News",),))
WANTS_NEWS = Filter(categories=("News",))


def event(kind=PUBLISHED, now=NEWS, before=None, **values):
    given = {
        "seq": 1,
        "type": kind,
        "version": 1,
        "is_history": False,
        "created_at": NOON,
        "source": head(),
        "article": now,
        "previous": before,
        "details": {},
    }
    return Event(**given | values)


def seen(what, wanted=WANTS_NEWS, **wish):
    return type_for(Wish(filter=wanted, **wish), what)


@pytest.mark.parametrize("kind", [PUBLISHED, WITHDRAWN, RESTORED])
def test_an_event_is_seen_through_the_filter(kind):
    assert seen(event(kind, NEWS)) == kind
    assert seen(event(kind, SPORT)) is None


@pytest.mark.parametrize(
    ("before", "now", "type_seen"),
    [
        (NEWS, NEWS, UPDATED),
        (SPORT, NEWS, PUBLISHED),
        (NEWS, SPORT, WITHDRAWN),
        (SPORT, SPORT, None),
    ],
)
def test_an_edit_that_crosses_the_filter_is_seen_as_coming_or_going(
    before, now, type_seen
):
    assert seen(event(UPDATED, now, before)) == type_seen


def test_types_count_as_they_are_seen():
    moved_in = event(UPDATED, NEWS, SPORT)

    assert seen(moved_in, event_types=(PUBLISHED,)) == PUBLISHED
    assert seen(moved_in, event_types=(UPDATED,)) is None


def test_history_goes_to_who_asks():
    old = event(is_history=True)

    assert seen(old) is None
    assert seen(old, wants_history=True) == PUBLISHED


def test_a_private_source_is_for_who_names_it():
    private = event(source=head(visibility="private"))

    assert seen(private, Filter()) is None
    assert seen(private, Filter(sources=("daily",))) == PUBLISHED


def test_a_source_that_is_gone_counts_as_private():
    orphan = event(WITHDRAWN, source=None)

    assert seen(orphan, Filter()) is None
    assert seen(orphan, Filter(sources=("daily",))) == WITHDRAWN


def test_the_health_of_sources_is_for_who_names_it():
    failing = event(FAILING, now=None)

    assert seen(failing, Filter()) is None
    assert seen(failing, Filter(), event_types=(FAILING,)) == FAILING
    other = replace(failing, source=head(slug="other"))
    assert seen(other, Filter(sources=("daily",)), event_types=(FAILING,)) is None
