"""A web process in miniature: an app on a database, with clocks that stand still."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from config.settings import Settings
from db.engine import transaction
from service.app import create_app
from service.feeds.publisher import EXTENSION
from service.services import build
from tests.factories_feeds import NOON, add_article, add_source, article

BASE = "https://wire.example"


@dataclass
class FakeSeconds:
    """A clock in seconds that moves when told."""

    seconds: float = NOON.timestamp() + 86_400

    def __call__(self):
        return self.seconds

    def pass_by(self, seconds):
        self.seconds += seconds


@dataclass
class Web:
    """The app, its client, its clock, and a hand on its database."""

    app: Any
    engine: Any
    clock: FakeSeconds = field(default_factory=FakeSeconds)

    def get(self, path, method="GET", **headers):
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.app.test_client().open(
            path, method=method, headers=given, buffered=True
        )

    @property
    def publisher(self):
        return self.app.extensions[EXTENSION]

    def notice(self):
        self.publisher.cache.notice()

    def add(self, number=1, **values):
        """Store an article and let the web process know."""
        with transaction(self.engine) as session:
            add_article(session, article(number, **values))
        self.notice()


def make_web(engine, tmp_path, *, patience=None, **settings):
    """A web process on `engine`; its database is empty but for one source."""
    given = {"public_url": BASE, "secret_key_file": tmp_path / "key"} | settings
    chosen = Settings(database_url="sqlite:///unused.db", **given)
    services = replace(build(chosen, kind="web"), engine=engine)
    clock = FakeSeconds()
    app = create_app(services, monotonic=clock, now=clock, patience=patience)
    with transaction(engine) as session:
        add_source(session)
    return Web(app, engine, clock)


@pytest.fixture
def web(engine, tmp_path):
    """A web process over an empty source `daily`, on both databases."""
    return make_web(engine, tmp_path, feed_entries=3)
