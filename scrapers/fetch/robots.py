"""What robots.txt lets us do (RFC 9309), and how long its answer holds.

Pure: the fetcher asks for the file and hands in what came. Reading the rules is
protego's, after the groups that are not ours were made one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from protego import Protego

from scrapers.items import HostState

# The product token site owners write after "User-agent:".
PRODUCT = "Wireroom"
# RFC 9309 2.5: at least 500 KiB are read; what follows is ignored.
MAX_BYTES = 500 * 1024
# RFC 9309 2.3.1.2: five redirects are followed, a sixth means "unavailable".
MAX_REDIRECTS = 5
# RFC 9309 2.4: a copy is not used for longer than a day.
KEEP = timedelta(hours=24)
# An unreachable robots.txt forbids all; so soon it is asked for again.
RETRY = timedelta(minutes=5)
# Nobody was there: asking again burdens nobody, and a restart takes seconds.
RETRY_SILENT = timedelta(seconds=30)

_AGENT_LINE = re.compile(r"\s*user(?:-|\s*)agent\b\s*:?\s*([^#]*)", re.IGNORECASE)
_SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_TOKEN = re.compile(r"[a-z_-]*")


class Rules:
    """The rules of one robots.txt for us."""

    def __init__(self, text: str) -> None:
        self._parsed = Protego.parse(_reduced(text))

    def may_fetch(self, url: str) -> bool:
        """Tell whether we may ask for an address of this host."""
        return self._parsed.can_fetch(url, PRODUCT)

    @property
    def crawl_delay_seconds(self) -> float | None:
        """Seconds between requests as asked for, unbounded; None when not asked."""
        return self._parsed.crawl_delay(PRODUCT)


def sitemaps_of(text: str) -> tuple[str, ...]:
    """Give the sitemaps a robots.txt names, in its order (sitemaps.org)."""
    return tuple(dict.fromkeys(found[1] for found in _SITEMAP_LINE.finditer(text)))


def is_fresh(state: HostState, now: datetime) -> bool:
    """Tell whether what is known of robots.txt still holds.

    An expiry further away than any we set comes from a clock that jumped back.
    """
    expires = state.robots_expires_at
    return expires is not None and now < expires <= now + KEEP


def answered(state: HostState, *, status: int, body: bytes, now: datetime) -> HostState:
    """Note an answer: 2xx are rules, 3xx and 4xx mean that all is allowed.

    3xx stands for more redirects than are followed (RFC 9309 2.3.1.2 and 2.3.1.3).
    """
    text = body[:MAX_BYTES].decode("utf-8-sig", "replace") if status < 300 else ""
    text = text.replace("\x00", "")
    return replace(
        state,
        robots_text=text,
        robots_status=status,
        robots_expires_at=now + KEEP,
        crawl_delay_seconds=Rules(text).crawl_delay_seconds,
    )


def unreachable(state: HostState, *, status: int, now: datetime) -> HostState:
    """Note that there was no answer (status 0) or a 5xx: soon to be asked again.

    An earlier copy goes on being obeyed (RFC 9309 2.4); without one all is forbidden
    (RFC 9309 2.3.1.4): `robots_text` stays None.
    """
    pause = RETRY if status else RETRY_SILENT
    return replace(state, robots_status=status, robots_expires_at=now + pause)


def _reduced(text: str) -> str:
    """Name the groups "*", ours and all others.

    The parser copies each rule to each agent of its group: a hostile file of 15,000
    agents and 25,000 rules would take the memory of the machine. It also takes the
    version in "User-agent: Wireroom/1.0" for part of the name; RFC 9309 2.2.1 compares
    the token alone.
    """
    return "\n".join(map(_reduced_line, text.splitlines()))


def _reduced_line(line: str) -> str:
    match = _AGENT_LINE.match(line)
    if match is None:
        return line
    agent = match[1].strip().lower()
    token = _TOKEN.match(agent)
    if agent == "*":
        return "User-agent: *"
    if token and token[0] == PRODUCT.lower():
        return f"User-agent: {PRODUCT}"
    return "User-agent: another"
