import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier, Event, Thread

import pytest

from db.errors import DatabaseUnavailable, TooSlow
from db.feeds import News
from db.stream import Mark
from service.feeds.cache import OVERHEAD_BYTES, DocumentCache, Made
from service.feeds.document import make_document
from tests.service.feeds.conftest import FakeSeconds

HEADERS = {"Content-Type": "text/plain", "Cache-Control": "no-cache"}
NOTHING = frozenset()


def made(text="one", *, source_id=None, last=None, now=5_000):
    document = make_document(
        text,
        seq=1,
        changed=1,
        headers=HEADERS,
        previous=last.document if last else None,
        now=now,
    )
    return Made(document=document, source_id=source_id)


@dataclass
class Bench:
    """A cache, its clock, the news it hears and the makings it asked for."""

    clock: FakeSeconds = field(default_factory=lambda: FakeSeconds(5_000.0))
    number: int = 1
    changed: frozenset | None = NOTHING
    looks: int = 0
    makings: int = 0
    is_away: bool = False
    max_bytes: int = 10**6
    patience: float | None = None

    def __post_init__(self):
        self.may_look, self.may_make = Event(), Event()
        self.may_look.set()
        self.may_make.set()
        self.cache = DocumentCache(
            self.news,
            monotonic=self.clock,
            now=self.clock,
            max_bytes=self.max_bytes,
            patience=self.patience,
            keeps=3600,
        )

    def news(self, seen):
        if self.is_away:
            raise DatabaseUnavailable("away")
        self.may_look.wait(10)
        self.looks += 1
        mark = Mark(number=self.number, catalogue=0)
        changed = NOTHING if seen == mark else self.changed
        return News(mark=mark, source_ids=None if seen is None else changed)

    def happen(self, changed):
        self.number, self.changed = self.number + 1, changed

    def get(self, path="/a", *, text=None, source_id=None):
        def make(last):
            self.may_make.wait(10)
            if self.is_away:
                raise DatabaseUnavailable("away")
            self.makings += 1
            return made(
                text or f"version {self.number}",
                source_id=source_id,
                last=last,
                now=int(self.clock()),
            )

        return self.cache.get(path, make)


@pytest.fixture
def bench():
    return Bench()


def test_a_document_is_made_once(bench):
    assert bench.get() is bench.get()
    assert (bench.makings, bench.looks) == (1, 1)


def test_a_fresh_document_is_given_without_looking(bench):
    document = bench.get()

    assert bench.cache.fresh("/a") is document
    assert bench.cache.fresh("/b") is None
    assert bench.looks == 1


def test_a_notice_makes_the_next_reader_look(bench):
    bench.get()
    bench.happen(None)
    bench.cache.notice()

    assert bench.cache.fresh("/a") is None
    assert bench.get().body == b"version 2"


def test_a_lost_notice_costs_a_second(bench):
    bench.get()
    bench.happen(None)

    assert bench.get().body == b"version 1"
    bench.clock.pass_by(1.0)
    assert bench.cache.fresh("/a") is None
    assert bench.get().body == b"version 2"


def test_a_notice_of_something_else_makes_nothing_anew(bench):
    document = bench.get()
    bench.cache.notice()

    assert bench.get() is document
    assert (bench.makings, bench.looks) == (1, 2)


def test_news_of_one_source_leaves_the_others_as_they_are(bench):
    bench.get("/a", source_id=1)
    bench.get("/b", source_id=2)
    bench.get("/all")
    bench.happen(frozenset({2}))
    bench.cache.notice()
    bench.get("/a", source_id=1)

    assert bench.cache.fresh("/a") is not None
    assert bench.cache.fresh("/b") is None
    assert bench.cache.fresh("/all") is None


def test_what_comes_while_a_document_is_made_is_not_missed(bench):
    def make(last):
        bench.happen(None)
        bench.cache.notice()
        bench.get("/other")
        return made("old")

    bench.cache.get("/a", make)

    assert bench.cache.fresh("/a") is None


def test_what_is_unchanged_after_a_minute_is_looked_at(bench):
    bench.get()
    for _ in range(60):
        bench.clock.pass_by(1)
        bench.get("/other")

    assert bench.cache.fresh("/a") is None


def test_a_burst_of_readers_has_it_made_once(bench):
    start, found = Barrier(8), []

    def read():
        start.wait()
        found.append(bench.get())

    threads = [Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert bench.makings == 1
    assert len(set(map(id, found))) == 1


def test_many_that_nobody_holds_are_all_made(bench):
    start = Barrier(30)

    def read(number):
        start.wait()
        return bench.get(f"/{number}", text=f"text {number}").body

    with ThreadPoolExecutor(30) as readers:
        found = list(readers.map(read, range(30)))

    assert found == [f"text {number}".encode() for number in range(30)]


def test_the_longest_unread_goes_when_there_are_too_many():
    bench = Bench(max_bytes=500 + 2 * OVERHEAD_BYTES)
    for path in ("/a", "/b", "/c"):
        bench.get(path, text=path * 30)
        bench.clock.pass_by(0.1)

    kept = [path for path in ("/a", "/b", "/c") if bench.cache.fresh(path)]
    assert kept == ["/b", "/c"]


def test_long_addresses_take_room_too():
    bench = Bench(max_bytes=3_000 + 4 * OVERHEAD_BYTES)
    paths = [f"/{name * 1_000}" for name in "abc"]
    for path in paths:
        bench.get(path)
        bench.clock.pass_by(0.1)

    assert [bench.cache.fresh(path) is not None for path in paths] == [
        False,
        True,
        True,
    ]


def test_one_document_bigger_than_the_cache_is_kept():
    bench = Bench(max_bytes=10)
    bench.get()

    assert bench.cache.fresh("/a") is not None


def test_while_the_database_is_away_the_last_version_is_given(bench):
    document = bench.get()
    bench.is_away = True
    bench.happen(None)
    bench.clock.pass_by(61)

    assert bench.get() is document
    bench.is_away = False
    bench.clock.pass_by(1)
    bench.cache.notice()  # looks by itself, since the last look failed
    assert bench.get().body == b"version 2"


def test_without_a_last_version_the_reader_is_told(bench):
    bench.is_away = True

    with pytest.raises(DatabaseUnavailable):
        bench.get()


def test_what_there_is_no_more_is_forgotten(bench):
    bench.get()
    bench.happen(None)
    bench.cache.notice()

    assert bench.cache.get("/a", lambda last: None) is None
    assert bench.cache.fresh("/a") is None


def test_a_document_is_dated_anew_when_its_second_is_over(bench):
    bench.get()
    bench.happen(None)
    bench.cache.notice()
    now = int(bench.clock())
    bench.cache.get(
        "/a",
        lambda last: Made(
            document=make_document(
                "x",
                seq=2,
                changed=now,
                headers=HEADERS,
                previous=make_document(
                    "y", seq=2, changed=now, headers=HEADERS, previous=None, now=now
                ),
                now=now,
            )
        ),
    )

    assert bench.cache.fresh("/a").stamped == now
    bench.clock.pass_by(1)
    assert bench.cache.fresh("/a") is None


@pytest.fixture
def hanging():
    """A cache that waits for nothing, and holds a document that has changed."""
    bench = Bench(patience=0.01)
    bench.document = bench.get()
    bench.happen(None)
    bench.clock.pass_by(1)
    yield bench
    bench.may_look.set()
    bench.may_make.set()


def until_seen(bench, body):
    deadline = time.monotonic() + 5
    while bench.get().body != body:
        assert time.monotonic() < deadline
        bench.clock.pass_by(1)
        time.sleep(0.005)


def test_a_look_that_hangs_holds_up_nobody_who_can_be_given_something(hanging):
    hanging.may_look.clear()

    assert hanging.get() is hanging.document  # after a moment
    assert hanging.cache.fresh("/a") is hanging.document  # without any
    hanging.may_look.set()
    until_seen(hanging, b"version 2")


def test_a_making_that_hangs_is_not_waited_for_by_who_can_be_given_something(hanging):
    hanging.may_make.clear()

    assert [hanging.get() for _ in range(3)] == [hanging.document] * 3
    hanging.may_make.set()
    until_seen(hanging, b"version 2")
    assert hanging.makings == 2


def test_what_is_held_is_given_for_so_long_only(hanging):
    hanging.is_away = True
    assert hanging.get() is hanging.document

    hanging.clock.pass_by(3601)
    with pytest.raises(DatabaseUnavailable):
        hanging.get()
    assert hanging.cache.renewed("/a") is None


def test_a_mistake_of_ours_is_heard_of_by_who_asks(bench):
    bench.get()
    bench.happen(None)
    bench.clock.pass_by(1)

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            bench.cache.get("/a", lambda _last: 1 / 0)


def test_what_takes_too_long_is_not_tried_again_for_a_while(bench):
    tries = []

    def make(_last):
        tries.append(1)
        raise TooSlow("too slow")

    for _ in range(3):
        with pytest.raises(TooSlow):
            bench.cache.get("/a?q=x", make)
    assert len(tries) == 1
    bench.clock.pass_by(60)
    with pytest.raises(TooSlow):
        bench.cache.get("/a?q=x", make)
    assert len(tries) == 2
