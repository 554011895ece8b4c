"""The Flask app: registers its parts and returns. `service.front` stands before it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response

from service.api.routes import register_api
from service.clients import register_proxies
from service.errors import register_errors
from service.feeds.cache import PATIENCE_SECONDS
from service.feeds.publisher import EXTENSION, build_publisher
from service.feeds.routes import register_feeds
from service.front import Front
from service.limits import Limits
from service.ops.health import routes as health_routes
from service.pages.routes import routes as page_routes
from service.services import Services
from service.websub.callback import register_callback
from service.websub.routes import register_hub

# Pages hold no script, load nothing from elsewhere and cannot be framed.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
PAGE_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


# The stylesheet and the icon; a new version is seen within the hour.
STATIC_SECONDS = 3600


def create_app(
    services: Services,
    *,
    monotonic: Callable[[], float] = time.monotonic,
    now: Callable[[], float] = time.time,
    patience: float | None = PATIENCE_SECONDS,
) -> Flask:
    """Make the WSGI application of a web process.

    It hears of changes through `services.changes`, which the caller starts. The clocks,
    in seconds, tell how long documents are kept and when they were made; `patience` is
    how long a reader waits for something newer than what is held.
    """
    app = Flask("service")
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_SECONDS
    publisher = build_publisher(
        services, monotonic=monotonic, now=now, patience=patience
    )
    app.extensions[EXTENSION] = publisher
    register_proxies(app, services.settings.trusted_networks)
    register_feeds(app, Limits(monotonic=monotonic))
    for routes in (page_routes, health_routes):
        app.register_blueprint(routes)
    register_callback(app, services)
    if services.settings.hub:
        register_hub(app, services, Limits(monotonic=monotonic))
    register_api(app, services, Limits(monotonic=monotonic), monotonic=monotonic)
    register_errors(app)
    app.after_request(_protect_pages)
    app.after_request(partial(_lead_here, urlsplit(services.settings.base_url).path))
    app.wsgi_app = Front(app.wsgi_app, publisher.cache)  # type: ignore[method-assign] # Flask's own way to wrap
    return app


def _protect_pages(answer: Response) -> Response:
    if answer.mimetype in ("text/html", "text/plain", "text/css", "image/svg+xml"):
        for name, value in PAGE_HEADERS.items():
            answer.headers.setdefault(name, value)
    return answer


def _lead_here(prefix: str, answer: Response) -> Response:
    """Take the host out of the router's redirects, as from `/feeds//all.atom`.

    The host that a request names may be another than readers know, or a forged one.
    """
    if answer.status_code == HTTPStatus.PERMANENT_REDIRECT:
        there = urlsplit(answer.headers["Location"])
        query = f"?{there.query}" if there.query else ""
        answer.headers["Location"] = f"{prefix}{there.path}{query}"
    return answer
