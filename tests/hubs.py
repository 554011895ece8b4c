"""A hub at work: the web side on a port of its own, and a worker's threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from sqlalchemy import Engine, select
from werkzeug.serving import make_server

from config.settings import Settings
from db.engine import reading
from db.models import HubSubscriberRow
from service.app import create_app
from service.jobs import deliver, websub
from service.services import build
from tests.factories_events import add_source, publish

SLUG = "example"


@dataclass
class RunningHub:
    """Where it is, and a hand on what it publishes."""

    base: str
    engine: Engine
    source_id: int
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def url(self) -> str:
        return f"{self.base}/hub"

    @property
    def topic(self) -> str:
        return f"{self.base}/feeds/{SLUG}.atom"

    def publish(self) -> None:
        """Store another article, as a pass does."""
        publish(self.engine, self.source_id, next(self.numbers), slug=SLUG)

    def subscriber_count(self) -> int:
        with reading(self.engine) as session:
            return len(session.scalars(select(HubSubscriberRow)).all())


@contextmanager
def running_hub(database_url: str, **settings: object) -> Iterator[RunningHub]:
    """Serve and work until the block ends."""
    with ExitStack() as stack:
        server = make_server("127.0.0.1", 0, lambda _environ, _start: [], threaded=True)
        stack.callback(server.server_close)
        base = f"http://127.0.0.1:{server.server_port}"
        given = {
            "database_url": database_url,
            "public_url": base,
            "secret_key": "a key for tests, as long as a key must be",
            "allow_nets": ("127.0.0.0/8",),
            "tick": timedelta(milliseconds=100),
        }
        web = build(Settings(**given | settings), kind="web")
        work = build(Settings(**given | settings), kind="worker")
        for services in (web, work):
            stack.callback(services.engine.dispose)
        server.app = create_app(web, patience=None)
        serving = threading.Thread(target=server.serve_forever, args=(0.05,))
        serving.start()
        stack.callback(serving.join)
        stack.callback(server.shutdown)
        engine = deliver.build(work)
        steppers = websub.build(
            work, on_written=engine.wake, is_stopping=threading.Event().is_set
        )
        for each in (engine, *steppers):
            each.start()
            work.changes.listen(each.wake)
        stack.callback(engine.stop, timedelta(seconds=1))
        for each in steppers:
            stack.callback(each.stop)
        for services in (web, work):
            services.changes.start()
            stack.callback(services.changes.stop)
        yield RunningHub(base, work.engine, add_source(work.engine, SLUG))
