import errno
import io
import re
import socket

import pytest
from rich.console import Console
from sqlalchemy import update

from config.settings import Settings
from db.engine import transaction
from db.models import SourceRow
from db.sources import add_source
from scrapers.errors import SourceError
from service.cli.announce import MOST_LINES, PATIENCE_SECONDS, Announcer
from tests.factories import NOW, definition


class Terminal:
    """What an operator sees who has just started the service."""

    def __init__(self, engine, port, faults=(), stream=None):
        self.seconds = 0.0
        self.stream = io.StringIO() if stream is None else stream
        self.announcer = Announcer(
            engine,
            Settings(bind=f"127.0.0.1:{port}"),
            Console(file=self.stream, width=120),
            faults=faults,
            clock=lambda: self.seconds,
        )

    def look(self):
        """Let it look a while later; give what it wrote."""
        self.seconds += 2
        before = len(self.stream.getvalue())
        self.announcer.look()
        return self.stream.getvalue()[before:]


@pytest.fixture
def port():
    """A port somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def add(engine, *slugs):
    with transaction(engine) as session:
        for slug in slugs:
            add_source(session, definition(slug), origin="api", now=NOW)


def visit(engine, slug, health, reason=None):
    with transaction(engine) as session:
        visited = update(SourceRow).where(SourceRow.slug == slug)
        session.execute(visited.values(health=health, health_reason=reason))


def test_nothing_is_said_before_the_feeds_are_served(engine):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert Terminal(engine, closed.getsockname()[1]).look() == ""


class Full(io.StringIO):
    """A file on a disk that has no room."""

    writes = 0

    def write(self, _text):
        self.writes += 1
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_ends_the_telling_and_nothing_else(engine, port):
    add(engine, "daily")
    terminal = Terminal(engine, port, stream=Full())
    terminal.look()
    terminal.look()

    assert terminal.stream.writes == 1


def test_at_first_it_says_what_is_watched_and_what_to_try(engine, port):
    add(engine, "daily")

    text = Terminal(engine, port).look()

    assert f"Wireroom serves http://127.0.0.1:{port}/" in text
    assert re.search(r"daily .* new ", text)
    assert f"http://127.0.0.1:{port}/feeds/all.atom" in text
    assert "wireroom listen, in a second terminal" in text


def test_the_health_of_each_source_is_told_when_it_is_known(engine, port):
    add(engine, "daily", "weekly")
    terminal = Terminal(engine, port)
    terminal.look()
    assert terminal.look() == ""

    visit(engine, "weekly", "failing", "the host name does not resolve")
    assert terminal.look() == "weekly: failing: the host name does not resolve\n"

    visit(engine, "daily", "ok")
    assert terminal.look() == "daily: ok: 0 articles\n"


def test_what_was_told_is_not_told_again(engine, port):
    add(engine, "daily")
    terminal = Terminal(engine, port)
    terminal.look()
    visit(engine, "daily", "ok")
    terminal.look()

    visit(engine, "daily", "failing", "no connection")

    assert terminal.look() == ""


def test_a_source_that_takes_too_long_is_not_waited_for(engine, port):
    add(engine, "daily")
    terminal = Terminal(engine, port)
    terminal.look()
    terminal.seconds += PATIENCE_SECONDS
    terminal.look()

    visit(engine, "daily", "ok")

    assert terminal.look() == ""


def test_the_database_is_asked_once_a_second_at_most(engine, port):
    add(engine, "daily")
    terminal = Terminal(engine, port)
    terminal.look()
    visit(engine, "daily", "ok")

    terminal.announcer.look()
    assert "ok" not in terminal.stream.getvalue()
    assert "ok" in terminal.look()


def test_what_is_known_already_is_said_once(engine, port):
    add(engine, "daily")
    visit(engine, "daily", "ok")
    terminal = Terminal(engine, port)

    assert "ok" in terminal.look()
    assert terminal.look() == ""


def test_with_nothing_to_watch_it_says_how_to_begin(engine, port):
    assert "Nothing is watched yet:" in Terminal(engine, port).look()


def test_a_definition_that_was_not_read_is_named(engine, port):
    fault = SourceError("bad.toml: nmae: unknown key (did you mean 'name'?)")

    assert f"Not read: {fault}" in Terminal(engine, port, [fault]).look()


def test_of_very_many_sources_the_first_are_shown(engine, port):
    add(engine, *(f"source-{n:03}" for n in range(MOST_LINES + 5)))

    text = Terminal(engine, port).look()

    assert f"source-{MOST_LINES - 1:03}" in text
    assert f"source-{MOST_LINES:03}" not in text
    assert "… and 5 more" in text
