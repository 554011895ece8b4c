"""Decide when a host may be asked again. Pure: the clock and the sleep are others'."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapers.items import HostState

# A longer crawl-delay would stop a source altogether, and outlast the host's lease.
MAX_CRAWL_DELAY = timedelta(seconds=60)
# Shorter is no pause, longer is a mistake of the host's: the next day we ask again.
MIN_RETRY_AFTER = timedelta(seconds=1)
MAX_RETRY_AFTER = timedelta(hours=24)
# After 429 or 503 without Retry-After: long enough to be felt as a pause, short enough
# that an article is not missed for an hour.
DEFAULT_RETRY_AFTER = timedelta(minutes=2)


def wait_before(state: HostState, *, pause: timedelta, now: datetime) -> timedelta:
    """Tell how long to wait before the next request to a host; zero is at once.

    The pause is the longer of ours and the host's crawl-delay (bounded). Of a clock
    that jumped back no more than one pause is waited.
    """
    span = pause
    if state.crawl_delay_seconds is not None:
        span = max(span, crawl_delay(state.crawl_delay_seconds))
    if state.last_request_at is None:
        return timedelta(0)
    return max(timedelta(0), min(span, state.last_request_at + span - now))


def crawl_delay(seconds: float) -> timedelta:
    """Bound a crawl-delay to what we are ready to wait between two requests."""
    return timedelta(seconds=min(max(0.0, seconds), MAX_CRAWL_DELAY.total_seconds()))


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Read Retry-After, seconds or HTTP date (RFC 9110 10.2.3), bounded to 1 s – 24 h.

    None where it is missing or cannot be read.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        # Nine digits pass every bound; more of them are not worth converting.
        return _bounded(timedelta(seconds=int(text[:9])))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return _bounded(moment - now)


def _bounded(span: timedelta) -> timedelta:
    return min(max(span, MIN_RETRY_AFTER), MAX_RETRY_AFTER)
