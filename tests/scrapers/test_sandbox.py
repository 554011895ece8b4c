from __future__ import annotations

import contextlib
import io
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from scrapers import parsing_child as child
from scrapers.errors import DiscoverError, HttpStatus, SandboxError, ScrapeError
from scrapers.items import (
    Author,
    Candidate,
    Hints,
    Image,
    Precision,
    Scrape,
    ScrapedArticle,
    Validators,
)
from scrapers.sandbox import InProcess, Sandbox
from tests.waiting import until

URL = "https://example.org/a"
MEMORY = 700 * 2**20


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(memory_bytes=MEMORY, timeout=timedelta(seconds=5)) as made:
        yield made


@pytest.fixture
def hasty():
    with Sandbox(memory_bytes=MEMORY, timeout=timedelta(seconds=0.3)) as made:
        made.run(add, 1, 1, url=URL)
        yield made


def add(a, b):
    return a + b


def count(html, tag):
    return len(LexborHTMLParser(html).css(tag))


def candidate(title):
    hints = Hints(
        title=title,
        published_at=datetime(2022, 4, 1, tzinfo=UTC),
        published_precision=Precision.DAY,
        image=Image(url=URL),
    )
    return Candidate(url=URL, hints=hints)


def refuse(reason):
    raise DiscoverError(reason, url=URL)


def answer_503():
    raise HttpStatus("503", url=URL, status=503)


def stumble():
    return {}["nothing"]


def spin():
    while True:
        pass


def hoard():
    return bytes(2 * MEMORY)


def recurse():
    return recurse()


def die():
    os.kill(os.getpid(), signal.SIGSEGV)


def open_sockets():
    links = []
    for path in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # the descriptor of the listing itself
            links.append(str(path.readlink()))
    return [link for link in links if link.startswith("socket:")]


def secret_names():
    return [name for name in os.environ if name.startswith("WIREROOM_")]


def send_a_function():
    return os.system


def answer_for_others():
    forged = pickle.dumps(("value", "forged"))
    os.write(0, 3 * (child.LENGTH.pack(len(forged)) + forged))
    time.sleep(1)


def test_a_child_that_answers_what_it_was_not_asked_ends_alone(sandbox):
    calls = [(answer_for_others,), (len, "a" * 4 * 2**20), (len, "bc")]
    pending = [sandbox.submit(*call, url=URL) for call in calls]

    with pytest.raises(SandboxError, match="crashed"):
        pending[2].result(timeout=5)
    assert sandbox.run(add, 1, 2, url=URL) == 3


def answer_with(forged):
    os.write(0, child.LENGTH.pack(len(forged)) + forged)
    time.sleep(1)


@pytest.mark.parametrize(
    "forged",
    [
        pickle.dumps(5),
        pickle.dumps(("error", 5)),
        pickle.dumps(("error", (Hints, (), {}))),
        pickle.dumps(("error", ("ScrapeError", (), {}))),
        b"cscrapers.items\nNothing\n.",
        b"cscrapers.nothing\nNothing\n.",
        b"cscrapers.items\nHints\n)\x81K\x05b.",
        b"0.",
        b"",
    ],
)
def test_what_is_no_answer_is_the_childs_end_and_not_ours(sandbox, forged):
    with pytest.raises(SandboxError, match="crashed"):
        sandbox.submit(answer_with, forged, url=URL).result(timeout=5)

    assert sandbox.run(add, 1, 2, url=URL) == 3


def test_an_answer_too_big_to_be_honest_is_refused(sandbox):
    with pytest.raises(SandboxError):
        sandbox.run(bytes, 80 * 2**20, url=URL)


def test_a_value_comes_back_from_another_process(sandbox):
    assert sandbox.run(os.getpid, url=URL) not in (None, os.getpid())
    assert sandbox.run(os.getpid, url=URL) == sandbox.child_pid


def test_frozen_values_travel_both_ways(sandbox):
    assert sandbox.run(candidate, "é", url=URL) == candidate("é")


@pytest.mark.parametrize(
    "value",
    [
        candidate("é"),
        Author(name="A", url=URL),
        Scrape(
            url=URL,
            page_url=URL,
            outcome=ScrapedArticle(url=URL, title="T", language="en"),
            marks=(1, 2),
            validators=Validators(digest="0"),
        ),
    ],
)
def test_what_travels_often_arrives_as_it_was(value):
    assert pickle.loads(pickle.dumps(value)) == value


def test_a_submitted_call_runs_meanwhile(sandbox):
    first = sandbox.submit(add, 1, 2, url=URL)
    second = sandbox.submit(add, "a", "b", url=URL)

    assert (second.result(), first.result()) == ("ab", 3)


def test_a_child_can_be_started_before_its_first_call():
    with Sandbox(memory_bytes=MEMORY, timeout=timedelta(seconds=5)) as made:
        made.start()
        until(lambda: made.child_pid is not None)
        child = made.child_pid
        made.start()

        assert made.run(os.getpid, url=URL) == child


def test_callers_in_several_threads_each_get_their_own_answers(sandbox):
    def ask(n):
        pending = [
            sandbox.submit(add, n * 1000, m, url=URL if m % 50 else f"{URL}{m}")
            for m in range(200)
        ]
        return [one.result() for one in pending]

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(4)))

    assert answers == [[n * 1000 + m for m in range(200)] for n in range(4)]


def test_large_calls_and_large_answers_cross_without_waiting_for_each_other(sandbox):
    pending = [sandbox.submit(add, "a" * 400_000, "b", url=URL) for _ in range(20)]

    assert {len(one.result()) for one in pending} == {400_001}


def test_calls_behind_one_that_ruins_the_child_are_run_by_the_next(sandbox):
    calls = [(add, 1, 2), (die,), (add, 3, 4), (recurse,), (add, 5, 6)]
    pending = [sandbox.submit(*call, url=URL) for call in calls]

    assert [pending[n].result() for n in (0, 2, 4)] == [3, 7, 11]
    for number in (1, 3):
        with pytest.raises(SandboxError):
            pending[number].result()


def test_what_was_answered_before_a_childs_end_is_not_lost(sandbox):
    for _ in range(3):
        sandbox.run(add, 1, 1, url=URL)
        first, last = sandbox.submit(add, 1, 2, url=URL), None
        ruin = sandbox.submit(die, url=URL)
        for _ in range(50):  # some are sent while the child ends
            last = sandbox.submit(add, "a" * 500, "b", url=URL)

        assert (first.result(), last.result()) == (3, "a" * 500 + "b")
        with pytest.raises(SandboxError):
            ruin.result()


def test_each_call_has_its_own_time(hasty):
    pending = [hasty.submit(time.sleep, 0.2, url=URL) for _ in range(4)]

    assert [one.result() for one in pending] == [None] * 4


def test_more_than_the_child_takes_at_once_is_sent_in_time(sandbox):
    pages = ["<p>" * (30_000 * n) for n in range(12)]
    pending = [sandbox.submit(count, page, "p", url=URL) for page in pages]

    assert [one.result() for one in pending] == [30_000 * n for n in range(12)]


def test_errors_keep_their_type_and_attributes(sandbox):
    with pytest.raises(HttpStatus, match=f"{URL}: 503") as caught:
        sandbox.run(answer_503, url=URL)

    assert (caught.value.reason, caught.value.url) == ("503", URL)
    assert caught.value.status == 503


def test_an_expected_error_leaves_the_child_alive(sandbox):
    before = sandbox.run(os.getpid, url=URL)
    with pytest.raises(DiscoverError, match="not a feed"):
        sandbox.run(refuse, "not a feed", url=URL)

    assert sandbox.run(os.getpid, url=URL) == before


@pytest.mark.parametrize(
    ("func", "reason"),
    [
        (hoard, "parsing took too much memory"),
        (recurse, "nested too deep"),
        (die, "parser crashed"),
        (send_a_function, "parser crashed"),
    ],
)
def test_a_call_that_ruins_the_child_is_a_named_failure(sandbox, func, reason):
    with pytest.raises(SandboxError) as caught:
        sandbox.run(func, url=URL)

    assert caught.value.reason == reason
    assert sandbox.run(add, 1, 2, url=URL) == 3


def test_a_fault_of_ours_is_named_with_its_place(sandbox):
    with pytest.raises(SandboxError, match=r"parser failed: KeyError at \S+sandbox:\d"):
        sandbox.run(stumble, url=URL)


def test_a_call_past_its_time_is_killed_and_the_next_one_served(hasty):
    started = time.monotonic()
    with pytest.raises(SandboxError, match=r"parsing took longer than 0\.3 s"):
        hasty.run(spin, url=URL)

    assert time.monotonic() - started < 3
    assert hasty.run(add, 1, 2, url=URL) == 3


def test_a_fresh_child_keeps_its_own_deadline():
    with (
        Sandbox(memory_bytes=MEMORY, timeout=timedelta(seconds=0.1)) as made,
        pytest.raises(SandboxError, match="longer than"),
    ):
        made.run(spin, url=URL)


def test_open_formatting_tags_leave_the_parent_its_memory(sandbox):
    tags = "".join(f"<font a{number}=1>" for number in range(5000))
    before = resident_kib()

    with pytest.raises(SandboxError):
        sandbox.run(count, "<p>" + tags + "<p>x" * 5000, "p", url=URL)

    assert resident_kib() - before < 20_000


def test_a_million_levels_are_a_named_failure(hasty):
    with pytest.raises(SandboxError):
        hasty.run(count, "<div>" * 1_000_000, "div", url=URL)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_child_has_one_socket_and_no_secret(sandbox, monkeypatch):
    monkeypatch.setenv("WIREROOM_SECRET_KEY", "secret")
    with socket.socket() as server:
        server.set_inheritable(False)
        with Sandbox(memory_bytes=MEMORY, timeout=timedelta(seconds=5)) as made:
            assert len(set(made.run(open_sockets, url=URL))) == 1
            assert made.run(secret_names, url=URL) == []


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG")
def test_the_child_dies_with_its_parent():
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()

    deadline = time.monotonic() + 5
    while running(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not running(child)


def test_a_closed_sandbox_refuses_and_leaves_no_child():
    made = Sandbox(memory_bytes=MEMORY, timeout=timedelta(seconds=5))
    child = made.run(os.getpid, url=URL)
    made.close()
    made.close()

    assert not running(child)
    for ask in (made.start, lambda: made.run(add, 1, 2, url=URL)):
        with pytest.raises(RuntimeError, match="closed"):
            ask()


def test_in_process_behaves_alike_without_a_child():
    parser = InProcess()
    parser.start()

    assert parser.run(os.getpid, url=URL) == os.getpid()
    assert parser.submit(add, 1, 2, url=URL).result() == 3
    with pytest.raises(ScrapeError, match="no"):
        parser.submit(refuse, "no", url=URL).result()


def running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def resident_kib():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


PARENT = """
import os, time
from datetime import timedelta
from scrapers.sandbox import Sandbox
made = Sandbox(memory_bytes=700 * 2**20, timeout=timedelta(seconds=60))
print(made.run(os.getpid, url=""), flush=True)
made.submit(time.sleep, 60, url="")
time.sleep(60)
"""


def test_the_childs_side_reads_calls_and_answers_them():
    call = pickle.dumps((int, ("7",)))
    reader = io.BytesIO(child.LENGTH.pack(len(call)) + call)
    func, args = child._read_call(reader)

    assert child._read_call(reader) is None  # its parent has gone
    assert child._perform(func, args) == ("value", 7)


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_what_breaks_the_child_is_named(error):
    def fail():
        raise error

    assert child._perform(fail, ())[0] == "died"


def test_an_expected_error_is_handed_back_and_a_fault_named_by_its_place():
    def fail():
        raise ScrapeError("no", url="https://example.org/")

    assert child._perform(fail, ())[:1] == ("error",)
    writer = io.BytesIO()
    try:
        int("x")
    except ValueError as error:
        child._last_words(writer)(ValueError, error, None)
    said = pickle.loads(writer.getvalue()[child.LENGTH.size :])
    assert said[0] == "died"
    assert "parser failed: ValueError at tests.scrapers.test_sandbox" in said[1]
