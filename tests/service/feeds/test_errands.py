"""Errands: done once however many ask, on threads that nobody has to wait for."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from service.feeds.errands import LAST, Errands


@pytest.fixture
def gate():
    gate = Event()
    yield gate
    gate.set()


def test_who_comes_while_it_is_under_way_joins(gate):
    errands = Errands()
    first = errands.ask("a", lambda: gate.wait(10))
    second = errands.ask("a", lambda: "never")

    assert (first.is_ours, second.is_ours) == (True, False)
    assert not second.wait(0.01)
    gate.set()
    assert second.wait(10)
    assert second.result() is True


def test_what_has_ended_is_begun_anew():
    errands = Errands()
    for told in ("one", "two"):
        errand = errands.ask("a", lambda told=told: told)
        assert errand.wait(10)
        assert errand.result() == told


def test_what_it_raises_is_raised_to_who_asks():
    errand = Errands().ask("a", lambda: 1 / 0)

    assert errand.wait(10)
    with pytest.raises(ZeroDivisionError):
        errand.result()


def test_who_finds_no_room_waits_for_it_while_things_go_on(gate):
    errands = Errands(1, still=10)
    assert errands.ask("a", lambda: gate.wait(10))
    waiting = ThreadPoolExecutor(1).submit(
        errands.ask, "b", lambda: "done", seconds=None
    )

    assert not waiting.done()
    gate.set()
    assert waiting.result(10).future.result(10) == "done"


def test_nobody_waits_for_room_where_nothing_goes_on(gate):
    errands = Errands(1, still=0.05)
    assert errands.ask("a", lambda: gate.wait(10))

    assert errands.ask("b", lambda: None, seconds=None) is None
    assert errands.ask("b", lambda: None, seconds=0.01) is None


def test_nobody_waits_for_room_where_the_last_ones_were_slow(gate):
    errands = Errands(1, still=10, swift=0.0)
    for _ in range(LAST):
        assert errands.ask("slow", lambda: None, seconds=None).wait(10)
    until_ended = errands.ask("a", lambda: gate.wait(10), seconds=None)

    assert until_ended is not None
    assert errands.ask("b", lambda: None, seconds=None) is None


def test_too_much_at_once_is_not_begun_and_some_room_is_kept(gate):
    errands = Errands(2)
    assert errands.ask("a", lambda: gate.wait(10), spare=1)

    assert errands.ask("b", lambda: None, spare=1) is None
    assert errands.ask("b", lambda: gate.wait(10)) is not None
    assert errands.ask("c", lambda: None) is None
    assert errands.ask("a", lambda: None, spare=1) is not None  # joins
