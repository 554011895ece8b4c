"""Ask one question of a host: in its time, within limits, every failure named.

Knows how one request goes out and its answer comes in. Which question to ask, and what
the answer means, is the fetcher's.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import httpx

from scrapers.errors import Backoff, FetchError, Forbidden, TooBig, Unreachable
from scrapers.fetch import pace
from scrapers.fetch.client import FetchLimits
from scrapers.fetch.guard import ForbiddenAddress, UnknownHost
from scrapers.fetch.wire import TooMuchSent
from scrapers.items import HostState

# What is read of an answer nobody wants, so that its connection can be used again.
DRAIN_BYTES = 64 * 1024
# Answers that ask for a pause; other errors do so by Retry-After (RFC 9110 10.2.3).
BUSY = frozenset({429, 503})


class Exchange:
    """Requests to one host, one at a time, and the host's state as they change it.

    `last_request_at` is the moment the last answer ended: a pause is counted from
    there, so that a slow host is not asked without one.
    """

    def __init__(
        self,
        transport: httpx.BaseTransport,
        state: HostState,
        *,
        pause: timedelta,
        limits: FetchLimits,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._transport = transport
        self._pause = pause
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self.state = state

    @contextmanager
    def ask(self, url: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """Send a GET when the host's pause is over; give the answer, body unread.

        Raises Backoff where the host asks for a pause, or has asked for one that is
        not over; Unreachable, Forbidden and TooBig for what keeps the answer away.
        """
        self._keep_pace(url)
        try:
            response = self._send(url, headers)
            try:
                self._check(response, url)
                yield response
            finally:
                response.close()
        finally:
            self.state = replace(self.state, last_request_at=self._clock())

    def body(self, response: httpx.Response, url: str) -> Iterator[bytes]:
        """Give a body as it was sent, before its content coding is undone.

        Raises TooBig when time or bytes pass a limit, Unreachable when it breaks off.
        """
        try:
            yield from response.iter_raw()
        except TooMuchSent as error:
            raise TooBig(str(error), url=url) from error
        except httpx.TimeoutException as error:
            raise TooBig(f"not finished within {self._seconds}", url=url) from error
        except httpx.TransportError as error:
            reason = f"cut short: {_cause(error)}"
            raise Unreachable(reason, url=url) from error

    def drain(self, response: httpx.Response) -> None:
        """Read what is left of a short answer, whatever it is.

        An unread body costs its connection, and most hosts send one with a 404.
        """
        size = 0
        try:
            for chunk in response.iter_raw():
                size += len(chunk)
                if size > DRAIN_BYTES:
                    return
        except httpx.TransportError:
            return  # the connection is lost, the answer is not: its status is known

    def _keep_pace(self, url: str) -> None:
        now = self._clock()
        until = self.state.not_before
        # A pause longer than any we grant comes from a clock that jumped back.
        if until is not None and now < until <= now + pace.MAX_RETRY_AFTER:
            raise Backoff("the host asked for a pause", url=url, retry_at=until)
        wait = pace.wait_before(self.state, pause=self._pause, now=now)
        if wait:
            self._sleep(wait.total_seconds())

    def _send(self, url: str, headers: Mapping[str, str]) -> httpx.Response:
        seconds = self._limits.timeout.total_seconds()
        try:
            request = httpx.Request(
                "GET", url, headers=headers, extensions={"timeout": {"read": seconds}}
            )
            return self._transport.handle_request(request)
        except ForbiddenAddress as error:
            raise Forbidden(str(error), url=url) from error
        except httpx.InvalidURL as error:
            raise Unreachable(f"a bad address: {error}", url=url) from error
        except httpx.TransportError as error:
            raise self._failure(error, url) from error

    def _failure(self, error: httpx.TransportError, url: str) -> FetchError:
        if isinstance(error, TooMuchSent):
            return TooBig("too many headers", url=url)
        if isinstance(error, httpx.ConnectTimeout):
            return Unreachable(f"no connection within {self._seconds}", url=url)
        if isinstance(error, httpx.TimeoutException):
            return Unreachable(f"no answer within {self._seconds}", url=url)
        if isinstance(error, httpx.ConnectError):
            return Unreachable(f"no connection: {_cause(error)}", url=url)
        return Unreachable(f"no answer: {_cause(error)}", url=url)

    def _check(self, response: httpx.Response, url: str) -> None:
        size = sum(len(name) + len(value) + 4 for name, value in response.headers.raw)
        if size > self._limits.max_header_bytes:
            raise TooBig("too many headers", url=url)
        status = response.status_code
        asked = response.headers.get("retry-after")
        if status in BUSY or (status >= 400 and asked and status not in (404, 410)):
            now = self._clock()
            span = pace.retry_after(asked, now) or pace.DEFAULT_RETRY_AFTER
            self.drain(response)
            self.state = replace(self.state, not_before=now + span)
            raise Backoff(f"answered {status}", url=url, retry_at=now + span)

    @property
    def _seconds(self) -> str:
        return f"{self._limits.timeout.total_seconds():g} s"


def _cause(error: BaseException) -> str:
    """Say in a few stable words what lies beneath a client's error."""
    beneath: BaseException | None = error
    while beneath is not None:
        if isinstance(beneath, UnknownHost):
            return "the host name does not resolve"
        if isinstance(beneath, ssl.SSLCertVerificationError):
            return f"TLS certificate: {beneath.verify_message}"
        if isinstance(beneath, ssl.SSLError):
            return f"TLS: {beneath.reason or 'handshake failed'}"
        if isinstance(beneath, OSError) and beneath.strerror:
            return beneath.strerror
        # httpcore's pool raises `from None`, which leaves the context alone.
        beneath = beneath.__cause__ or beneath.__context__
    return str(error)[:200]
