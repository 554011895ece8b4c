"""The API of a web process on a database, asked with a token."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from config.settings import Settings
from db import tokens
from db.engine import transaction
from service.app import create_app
from service.auth import digest_of
from service.services import build
from tests.service.feeds.conftest import FakeSeconds

TOKEN = "wrt_a-token-for-tests"


@dataclass
class Asking:
    """The app and its clock; `get` asks with the token unless told otherwise."""

    app: Any
    services: Any
    clock: FakeSeconds

    def get(self, path="", *, token=TOKEN, **parameters):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.app.test_client().get(
            path or "/api/v1/events", query_string=parameters, headers=headers
        )

    def events(self, **parameters):
        answer = self.get(**parameters)
        assert answer.status_code == 200, answer.data
        return answer.json

    def seqs(self, **parameters):
        return [each["seq"] for each in self.events(**parameters)["events"]]


def add_token(engine, text=TOKEN, name="tests", scopes=("events:read",), expires=None):
    with transaction(engine) as session:
        tokens.add_token(
            session,
            name=name,
            digest=digest_of(text),
            scopes=scopes,
            expires_at=expires,
            now=datetime.now(UTC),
        )


@pytest.fixture
def api(engine, database_url):
    services = build(Settings(database_url=database_url, web_threads=4), kind="web")
    clock = FakeSeconds()
    add_token(engine)
    yield Asking(create_app(services, monotonic=clock, patience=None), services, clock)
    services.engine.dispose()
