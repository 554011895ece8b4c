"""`wireroom run`, as an operator starts and ends it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest

ROOT = Path(__file__).parents[2]
# Machines that run tests are slow, and several of these run at once.
PATIENCE = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition):
    """Wait for other processes, which no fake clock can serve."""
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


class Run:
    """One `wireroom run` in a folder of its own."""

    def __init__(self, folder, **settings):
        self.folder = folder
        self.port = free_port()
        self.log = folder / "log"
        own = {k: v for k, v in os.environ.items() if not k.startswith("WIREROOM_")}
        values = {
            "BIND": f"127.0.0.1:{self.port}",
            "SAMPLE_BIND": f"127.0.0.1:{free_port()}",
            "ALLOW_NETS": "127.0.0.0/8",
            "HOST_PAUSE": "0",
        }
        self.environment = own | {
            f"WIREROOM_{name}": value for name, value in (values | settings).items()
        }
        self.environment["PYTHONPATH"] = str(ROOT)

    def start(self):
        with self.log.open("ab") as log:
            self.process = psutil.Popen(
                [sys.executable, "-m", "service.cli.main", "run"],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        return self

    def get(self, path):
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.read().decode()
        except URLError:
            return ""

    def until_served(self, text="<feed"):
        until(lambda: text in self.get("/feeds/all.atom"))
        return self

    def family(self):
        """All processes of this run."""
        return [self.process, *self.process.children(recursive=True)]

    def text(self):
        return self.log.read_text()


@pytest.fixture
def run(tmp_path):
    """Make a run; whatever is left of it at the end is killed."""
    runs = []

    def make(**settings):
        runs.append(Run(tmp_path, **settings))
        return runs[-1]

    yield make
    for each in runs:
        if hasattr(each, "process"):
            family = each.family() if each.process.is_running() else []
            for process in family:
                with suppress(psutil.NoSuchProcess):  # it ended by itself just now
                    process.kill()
            each.process.wait()


def all_gone(processes):
    _, alive = psutil.wait_procs(processes, timeout=20)
    return not alive


def test_everything_starts_serves_and_ends_at_ctrl_c(run):
    started = run(SOURCES="sample").start().until_served("<entry")
    until(lambda: "sample: ok: " in started.text())
    family = started.family()

    started.process.send_signal(signal.SIGINT)

    assert started.process.wait(timeout=20) == 0
    assert all_gone(family)
    text = started.text()
    assert f"Wireroom serves http://127.0.0.1:{started.port}/" in text
    assert re.search(r"sample: ok: \d\d articles", text)
    assert "Traceback" not in text


def test_a_second_start_finds_everything_as_it_was(run):
    first = run(SOURCES="sample").start().until_served("<entry")
    first.process.terminate()
    assert first.process.wait(timeout=20) == 0

    first.start().until_served("<entry")


def test_a_killed_web_process_and_worker_are_started_again(run):
    started = run().start().until_served()
    until(lambda: len(started.process.children()) == 2)
    for name in ("web", "worker"):
        (victim,) = [
            process
            for process in started.process.children()
            if name in process.cmdline()
        ]
        victim.kill()
        until(lambda: f"process={name}" in started.text())  # noqa: B023 - called here

    until(lambda: len(started.process.children()) == 2)
    started.until_served()
    assert "killed by SIGKILL" in started.text()


def test_nothing_outlives_a_killed_supervisor(run):
    started = run().start().until_served()
    until(lambda: len(started.process.children()) == 2)
    family = started.family()
    assert len(family) >= 3

    started.process.kill()

    assert all_gone(family)


def test_an_unreachable_source_is_shown_and_the_rest_works(run, tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "away.toml").write_text(
        'name = "Away"\nhome = "http://127.0.0.1:9/"\n'
        '[[discover]]\nkind = "feed"\nurl = "http://127.0.0.1:9/feed/"\n'
    )

    started = run(SOURCES="sample", SOURCES_DIR=str(folder)).start()

    started.until_served("<entry")
    found = until(lambda: re.search(r"away: failing: .*", started.text()))
    assert "no connection" in found[0]


def test_a_port_in_use_is_told_with_its_setting(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        started = run(BIND=f"127.0.0.1:{port}").start()

        assert started.process.wait(timeout=PATIENCE) == 2

    assert started.text().startswith(f"Error: WIREROOM_BIND=127.0.0.1:{port}: another")


@pytest.mark.parametrize("command", ["web", "worker"])
def test_the_halves_refuse_a_database_without_tables(command, run):
    settings = run()

    done = subprocess.run(
        [sys.executable, "-m", "service.cli.main", command],
        cwd=settings.folder,
        env=settings.environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == (
        "Error: sqlite:///wireroom.db: the database has no "
        "tables yet: run `wireroom db upgrade`\n"
    )
    assert not (settings.folder / "wireroom.db").exists()
