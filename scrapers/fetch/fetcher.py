"""Visit one host: ask for documents as its robots.txt allows, and say what came.

The steps of one `get` are those of `Fetcher._follow`. Which addresses to ask for is
discovery's, reading the answers extraction's; the state of the host goes in and comes
out as a value, so that politeness holds across visits and workers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx

from scrapers.errors import (
    Forbidden,
    HttpStatus,
    RedirectLoop,
    TooBig,
    Unreachable,
    Unreadable,
)
from scrapers.fetch import body, hosts, robots
from scrapers.fetch.client import FetchLimits
from scrapers.fetch.exchange import Exchange
from scrapers.fetch.hosts import Target
from scrapers.items import (
    Elsewhere,
    Fetched,
    Gone,
    HostState,
    NotModified,
    Page,
    Validators,
)

DOCUMENT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NOTHING_KNOWN = Validators()
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Other successes carry no whole document: 202 is a challenge, 206 a part.
DOCUMENTS = frozenset({200, 203})
GONE = frozenset({404, 410})
# Longer ones are a mistake, or an attempt to fill the database.
MAX_VALIDATOR_CHARACTERS = 512


class Fetcher:
    """One visit to one host: one connection, one request at a time.

    `state` goes in as the host's row has it, and `Fetcher.state` gives it back. Of no
    other host than `state.name` a document is asked; `pause` passes between two
    requests, or the host's own crawl-delay where that is longer. `user_agent` is what
    `client.user_agent` gives. Not for several threads.
    """

    def __init__(
        self,
        transport: httpx.BaseTransport,
        state: HostState,
        *,
        pause: timedelta,
        user_agent: str,
        limits: FetchLimits,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._exchange = Exchange(
            transport, state, pause=pause, limits=limits, clock=clock, sleep=sleep
        )
        self._user_agent = user_agent
        self._limits = limits
        self._clock = clock
        self._rules: robots.Rules | None = None

    @property
    def state(self) -> HostState:
        """What the host has told us so far: store it when the visit ends."""
        return self._exchange.state

    def get(
        self,
        url: str,
        validators: Validators = NOTHING_KNOWN,
        *,
        accept: str = DOCUMENT,
    ) -> Fetched:
        """Ask for one document of this host, if robots.txt lets us.

        Redirects within the host are followed, each hop checked anew; one that leaves
        it (http to https, www. to bare: another "host:port") gives Elsewhere, as does
        a `url` that is not on it. The same bytes as `validators.digest` tells are
        NotModified, as is a 304. 404 and 410 are Gone. The `url` of NotModified and
        Gone is the address asked for.

        Raises Backoff while the host wants to be left alone, and another FetchError
        (scrapers/errors.py) for what else goes wrong.
        """
        try:
            target = hosts.target(url)
        except ValueError as error:
            raise Forbidden(str(error), url=url) from error
        return self._follow(url, target, validators, accept)

    def _follow(
        self, asked: str, target: Target, validators: Validators, accept: str
    ) -> Fetched:
        headers = self._headers(accept) | _conditions(validators)
        seen: set[str] = set()
        while target.host == self.state.name:
            if target.url in seen:
                raise RedirectLoop("redirects in a circle", url=asked)
            if len(seen) > self._limits.max_redirects:
                raise RedirectLoop("too many redirects", url=asked)
            seen.add(target.url)
            self._obey_robots(target)
            with self._exchange.ask(target.url, headers) as response:
                if response.status_code not in REDIRECTS:
                    return self._outcome(response, asked, target.url, validators)
                target = self._next_hop(response, target.url)
        return Elsewhere(requested_url=asked, url=target.url)

    def _outcome(
        self, response: httpx.Response, asked: str, url: str, validators: Validators
    ) -> Page | NotModified | Gone:
        status = response.status_code
        if status in DOCUMENTS:
            return self._page(response, asked, url, validators)
        self._exchange.drain(response)
        if status == 304 and (validators.etag or validators.last_modified):
            return NotModified(url=asked, validators=_renewed(validators, response))
        if status in GONE:
            return Gone(url=asked, status=status)
        raise HttpStatus(f"answered {status}", url=url, status=status)

    def _page(
        self, response: httpx.Response, asked: str, url: str, validators: Validators
    ) -> Page | NotModified:
        content_type = response.headers.get("content-type", "")
        body.refuse_binary(content_type, url=url)
        document = self._read(response, url)
        found = Validators(
            etag=_validator(response, "etag"),
            last_modified=_validator(response, "last-modified"),
            digest=hashlib.sha256(document).hexdigest(),
        )
        if found.digest == validators.digest:
            return NotModified(url=asked, validators=found)
        return Page(
            url=url,
            requested_url=asked,
            body=document,
            content_type=content_type,
            headers=tuple(
                (name.decode("latin-1").lower(), value.decode("latin-1"))
                for name, value in response.headers.raw
            ),
            validators=found,
            fetched_at=self._clock(),
        )

    def _read(self, response: httpx.Response, url: str) -> bytes:
        announced = response.headers.get("content-length", "")
        if (
            announced.isascii()
            and announced.isdigit()
            and int(announced[:18]) > self._limits.max_bytes
        ):
            raise TooBig(f"more than {self._limits.max_bytes} bytes", url=url)
        chunks = self._exchange.body(response, url)
        coding = response.headers.get("content-encoding", "")
        return body.read(chunks, coding, self._limits, url=url)

    def _next_hop(self, response: httpx.Response, url: str) -> Target:
        self._exchange.drain(response)
        status = response.status_code
        location = response.headers.get("location")
        if not location:
            message = f"answered {status} without a Location"
            raise HttpStatus(message, url=url, status=status)
        try:
            return hosts.redirected(url, location)
        except ValueError as error:
            message = f"redirects to a bad address: {error}"
            raise HttpStatus(message, url=url, status=status) from error

    def _obey_robots(self, target: Target) -> None:
        if not robots.is_fresh(self.state, self._clock()):
            self._visit_robots(_robots_of(target))
        if self.state.robots_text is None:
            status = self.state.robots_status
            told = f"answered {status}" if status else "could not be reached"
            reason = f"robots.txt {told} when last asked"
            raise Unreachable(reason, url=_robots_of(target))
        if self._rules is None:
            self._rules = robots.Rules(self.state.robots_text)
        if not self._rules.may_fetch(target.url):
            raise Forbidden("robots.txt forbids it", url=target.url)

    def _visit_robots(self, url: str) -> None:
        """Ask for robots.txt and note what it says.

        Without an answer an earlier copy goes on being obeyed; where there is none,
        the failure is raised. One the guard forbids is the host's own.
        """
        self._rules = None
        try:
            status, text = self._robots_answer(url)
        except (Unreachable, TooBig, Unreadable, HttpStatus, Forbidden) as error:
            if isinstance(error, Forbidden) and error.url == url:
                raise
            status = error.status if isinstance(error, HttpStatus) else 0
            now = self._clock()
            state = robots.unreachable(self.state, status=status, now=now)
            self._exchange.state = state
            if state.robots_text is None:
                message = f"robots.txt: {error.reason}"
                raise Unreachable(message, url=url) from error
        else:
            self._exchange.state = robots.answered(
                self.state, status=status, body=text, now=self._clock()
            )

    def _robots_answer(self, url: str) -> tuple[int, bytes]:
        """Give status and text of robots.txt; HttpStatus for what is no answer.

        Redirects are followed to other hosts as well (RFC 9309 2.3.1.2): it is one
        request a day, and for the rules of this host, not the documents of that one.
        """
        headers = self._headers("text/plain,*/*;q=0.5")
        status = 0
        for _ in range(robots.MAX_REDIRECTS + 1):
            with self._exchange.ask(url, headers) as response:
                status = response.status_code
                if status not in REDIRECTS:
                    return status, self._robots_text(response, url)
                url = self._next_hop(response, url).url
        return status, b""

    def _robots_text(self, response: httpx.Response, url: str) -> bytes:
        status = response.status_code
        if 200 <= status < 300:
            return body.read_start(
                self._exchange.body(response, url),
                response.headers.get("content-encoding", ""),
                robots.MAX_BYTES,
                max_ratio=self._limits.max_ratio,
                url=url,
            )
        self._exchange.drain(response)
        if 400 <= status < 500:
            return b""
        raise HttpStatus(f"answered {status}", url=url, status=status)

    def _headers(self, accept: str) -> dict[str, str]:
        return {
            "User-Agent": self._user_agent,
            "Accept": accept,
            "Accept-Encoding": body.CODINGS,
        }


def _robots_of(target: Target) -> str:
    return hosts.redirected(target.url, "/robots.txt").url


def _conditions(validators: Validators) -> dict[str, str]:
    """Make a request conditional (RFC 9110 13.1).

    The tag goes without W/: If-None-Match compares weakly anyhow, and WordPress,
    whose tag a compressing proxy has weakened, compares letter by letter.
    """
    conditions = {}
    if validators.etag:
        conditions["If-None-Match"] = validators.etag.removeprefix("W/")
    if validators.last_modified:
        conditions["If-Modified-Since"] = validators.last_modified
    return conditions


def _renewed(validators: Validators, response: httpx.Response) -> Validators:
    """Take over what a 304 tells anew; the digest still holds."""
    etag = _validator(response, "etag")
    last_modified = _validator(response, "last-modified")
    return Validators(
        etag=etag or validators.etag,
        last_modified=last_modified or validators.last_modified,
        digest=validators.digest,
    )


def _validator(response: httpx.Response, name: str) -> str | None:
    value = response.headers.get(name, "").strip()
    if not value or len(value) > MAX_VALIDATOR_CHARACTERS:
        return None
    return value if value.isascii() and value.isprintable() else None
