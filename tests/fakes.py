"""Fakes at the seams: a web of our own, and a clock that moves when told.

Each engineer's fakes stand here or in a `fakes_…` module beside.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

from scrapers.fetch.client import FetchLimits, user_agent
from scrapers.fetch.fetcher import Fetcher
from scrapers.fetch.hosts import host_name
from scrapers.items import HostState

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LIMITS = FetchLimits()
USER_AGENT = user_agent("https://wireroom.example/about")


class FakeClock:
    """Says the time and sleeps without waiting: `naps` are the seconds slept."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.naps: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.advance(seconds=seconds)

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the fake web says to one address.

    A matching validator in the request gets a 304, as from a server that knows them.
    """

    body: str | bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    etag: str | None = None
    last_modified: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def to(self, request: httpx.Request) -> httpx.Response:
        headers = {"content-type": self.content_type} if self.body else {}
        if self.etag:
            headers["etag"] = self.etag
        if self.last_modified:
            headers["last-modified"] = self.last_modified
        headers |= {name.lower(): value for name, value in self.headers.items()}
        if self._is_known(request):
            return httpx.Response(304, headers=headers, stream=Chunks(b""))
        body = self.body.encode() if isinstance(self.body, str) else self.body
        return httpx.Response(self.status, headers=headers, stream=Chunks(body))

    def _is_known(self, request: httpx.Request) -> bool:
        tag = request.headers.get("if-none-match")
        if tag is not None:
            return bool(self.etag) and self.etag.removeprefix("W/") == tag
        since = request.headers.get("if-modified-since")
        return since is not None and since == self.last_modified


class Chunks(httpx.SyncByteStream):
    """A body as it comes from the network: not read, not decoded."""

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks


def redirect(to: str, status: int = 301) -> Answer:
    return Answer(status=status, headers={"location": to})


def gzipped(body: bytes, **rest: str) -> Answer:
    headers = {"content-encoding": "gzip"}
    return Answer(body=gzip.compress(body), headers=headers, **rest)


Handler = Callable[[httpx.Request], httpx.Response]
Said = Answer | Handler | Exception | str | bytes | int


class FakeWeb(httpx.MockTransport):
    """A web of addresses and what they say; it remembers who asked.

    An address says an Answer, a text (200, HTML), a status, an exception (raised in
    place of an answer), a function of the request, or a list of these, one for each
    request, the last again and again. Any other address says 404, so that robots.txt
    allows all unless it is given.
    """

    def __init__(self, pages: Mapping[str, Said | list[Said]] | None = None) -> None:
        super().__init__(self._handle)
        self.pages: dict[str, Said | list[Said]] = dict(pages or {})
        self.requests: list[httpx.Request] = []
        self.clock = FakeClock()

    def __setitem__(self, url: str, said: Said | list[Said]) -> None:
        self.pages[url] = said

    @property
    def asked(self) -> list[str]:
        """The addresses asked for, robots.txt left out."""
        urls = [str(request.url) for request in self.requests]
        return [url for url in urls if not url.endswith("/robots.txt")]

    def client(self) -> httpx.BaseTransport:
        return self

    def fetcher(
        self,
        host: str | HostState = "https://example.org/",
        *,
        pause: timedelta = timedelta(0),
        limits: FetchLimits = LIMITS,
    ) -> Fetcher:
        """A fetcher of this web that holds `host` (an address on it, or its state)."""
        if isinstance(host, str):
            host = HostState(name=host_name(host))
        return Fetcher(
            self.client(),
            host,
            pause=pause,
            user_agent=USER_AGENT,
            limits=limits,
            clock=self.clock,
            sleep=self.clock.sleep,
        )

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        said = self.pages.get(str(request.url), 404)
        if isinstance(said, list):
            said = said.pop(0) if len(said) > 1 else said[0]
        if isinstance(said, Exception):
            raise said
        if isinstance(said, int):
            return Answer(status=said).to(request)
        if isinstance(said, (str, bytes)):
            return Answer(body=said).to(request)
        return said.to(request) if isinstance(said, Answer) else said(request)
