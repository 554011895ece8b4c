"""Put the example site together: a Flask application of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask

from service.sample.feeds import feeds
from service.sample.newsroom import KEY, Newsroom
from service.sample.pages import pages
from service.sample.rest import rest


def create_app(
    clock: Callable[[], datetime],
    *,
    started_at: datetime | None = None,
    dress: Callable[[], str] = lambda: "post",
) -> Flask:
    """Make the site; `clock` gives aware times, `started_at` is now unless given.

    `dress` is asked with every post for the template to make it with (`Newsroom`).
    """
    app = Flask(__name__, template_folder="templates", static_folder="static")
    app.extensions[KEY] = Newsroom(
        clock=clock,
        started_at=(started_at or clock()).astimezone(UTC),
        dress=dress,
    )
    app.url_map.strict_slashes = True
    app.json.ensure_ascii = False  # type: ignore[attr-defined] # the default provider has it
    for blueprint in (feeds, rest, pages):
        app.register_blueprint(blueprint)
    return app
