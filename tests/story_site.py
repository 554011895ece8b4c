"""A news site on loopback, for tests that need real sockets and real processes."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.crawling import article_page

Page = bytes | int | Callable[[BaseHTTPRequestHandler], None]


class StorySite:
    """Serves `pages` by path; counts what is asked for; answers after `delay` seconds.

    A page is bytes, a status to answer with, or a function of the handler that answers.
    """

    def __init__(self, *, delay: float = 0.0) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: Counter[str] = Counter()
        self.delay = delay
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> StorySite:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def publish(self, *numbers: int) -> None:
        """Put stories on the site and in its sitemap."""
        for n in numbers:
            self.pages[f"/story/{n}/"] = article_page(n).encode()
        lines = (
            f"<url><loc>{self.url}{path}</loc></url>"
            for path in self.pages
            if path.startswith("/story/")
        )
        self.pages["/sitemap.xml"] = (
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            f"{''.join(lines)}</urlset>"
        ).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is no news."""


def _handler(site: StorySite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            site.asked[self.path] += 1
            time.sleep(site.delay)
            page = site.pages.get(self.path, 404)
            if callable(page):
                self.close_connection = True
                with suppress(OSError):  # the visitor had enough
                    page(self)
                return
            body = b"" if isinstance(page, int) else page
            self.send_response(page if isinstance(page, int) else 200)
            kind = "application/xml" if self.path.endswith(".xml") else "text/html"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
