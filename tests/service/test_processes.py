"""The supervisor, with real processes that do next to nothing."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread, Timer

import pytest

from service.heartbeat import Heartbeat, is_dead
from service.processes import Command, Supervisor, describe

ROOT = Path(__file__).parents[2]
# A child that notes its number, then waits to be ended.
WAITING = "open({path!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(60)"


def command(name, program):
    return Command(
        name=name,
        arguments=(sys.executable, "-c", "import os, signal, time; " + program),
    )


def waiting(name, path):
    return command(name, WAITING.format(path=str(path)))


def is_gone(pid):
    name = f"x:x:{pid}:x"
    return is_dead(Heartbeat(name=name, kind="x", started_at=None, beat_at=None))


def pids(path):
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def until(condition):
    """Poll a condition of another process, which no fake clock can serve."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def run_until(supervisor, condition):
    """Run the supervisor here, on the main thread; stop it once the condition holds."""

    def watch():
        try:
            until(condition)
        finally:
            supervisor.stop()

    watcher = Thread(target=watch)
    watcher.start()
    code = supervisor.run()
    watcher.join()
    return code


@pytest.fixture(autouse=True)
def _signals_as_before():
    before = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_all_children_end_with_the_supervisor(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    supervisor = Supervisor([waiting("one", one), waiting("two", two)])

    code = run_until(supervisor, lambda: pids(one) and pids(two))

    assert code == 0
    assert all(is_gone(pid) for pid in pids(one) + pids(two))


def test_what_the_others_need_ends_after_them(tmp_path):
    path = tmp_path / "pids"
    gone = tmp_path / "gone"
    farewell = (
        "signal.signal(signal.SIGTERM, lambda *_: "
        "(open({gone!r}, 'a').write({name!r} + ' '), os._exit(0))); "
    )
    children = [
        replace(
            command(
                name,
                farewell.format(gone=str(gone), name=name)
                + WAITING.format(path=str(path)),
            ),
            ends_last=name == "site",
        )
        for name in ("site", "worker")
    ]

    run_until(Supervisor(children), lambda: len(pids(path)) == 2)

    assert gone.read_text() == "worker site "


def test_a_child_that_dies_is_started_again(tmp_path):
    path = tmp_path / "pids"
    supervisor = Supervisor([waiting("one", path)])

    def condition():
        found = pids(path)
        if len(found) == 1:
            with suppress(ProcessLookupError):
                os.kill(found[0], 9)
        return len(found) > 1

    assert run_until(supervisor, condition) == 0
    first, second = pids(path)
    assert first != second


def test_a_child_that_keeps_dying_is_started_ever_more_seldom(tmp_path):
    path = tmp_path / "times"
    program = f"open({str(path)!r}, 'a').write(f'{{time.monotonic()}}\\n')"
    supervisor = Supervisor([command("one", program)])

    run_until(supervisor, lambda: path.exists() and len(path.read_text().split()) > 2)

    first, second, third = [float(t) for t in path.read_text().split()][:3]
    assert second - first >= 0.5
    assert third - second >= 1.0


def test_a_child_that_will_not_end_is_killed(tmp_path):
    path = tmp_path / "pid"
    stubborn = command(
        "stubborn",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        + WAITING.format(path=str(path)),
    )
    supervisor = Supervisor([stubborn], grace=0.2)

    assert run_until(supervisor, lambda: pids(path)) == 1
    assert is_gone(pids(path)[0])


def test_a_second_signal_kills_at_once(tmp_path):
    path = tmp_path / "pid"
    stubborn = command(
        "stubborn",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        + WAITING.format(path=str(path)),
    )
    supervisor = Supervisor([stubborn], grace=60)
    started = time.monotonic()

    def condition():
        if pids(path):
            Timer(0.2, supervisor.stop).start()
        return pids(path)

    assert run_until(supervisor, condition) == 1
    assert time.monotonic() - started < 20
    assert is_gone(pids(path)[0])


def test_what_a_child_started_does_not_outlive_it(tmp_path):
    path = tmp_path / "pid"
    grandchild = "import os, time; " + WAITING.format(path=str(path))
    parent = command(
        "parent",
        "import subprocess, sys; "
        f"subprocess.Popen([sys.executable, '-c', {grandchild!r}]); time.sleep(60)",
    )

    run_until(Supervisor([parent]), lambda: pids(path))

    until(lambda: is_gone(pids(path)[0]))


def test_children_die_with_a_supervisor_that_is_killed(tmp_path):
    path = tmp_path / "pid"
    child = (
        "import os; from service.lifeline import die_with; die_with(os.getppid()); "
        "import time; " + WAITING.format(path=str(path))
    )
    program = (
        "import sys; from service.processes import Command, Supervisor; "
        f"Supervisor([Command(name='x', arguments=(sys.executable, '-c', {child!r}))])"
        ".run()"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    until(lambda: pids(path))

    supervisor.kill()
    supervisor.wait()

    until(lambda: is_gone(pids(path)[0]))


def test_an_end_is_told_in_words():
    assert describe(3) == "exit code 3"
    assert describe(-9) == "killed by SIGKILL"
    assert describe(-99) == "killed by signal 99"
