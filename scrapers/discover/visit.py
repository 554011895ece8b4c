"""What a discovery kind may do: ask, parse in the child, learn what is news.

The pass (scrapers/scrape.py) implements it over the fetcher, the sandbox and what the
database knows; tests implement it over a dict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from scrapers.items import Candidate, Fetched, Site

T = TypeVar("T")

HTML = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
XML = "application/xml, text/xml;q=0.9, */*;q=0.1"
FEED = (
    "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9,"
    " application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
JSON = "application/json, */*;q=0.1"


class Visit(Protocol):
    """One visit to one discovery address of a site."""

    @property
    def site(self) -> Site:
        """The site visited: its home decides which hosts its links may lead to."""

    @property
    def is_first(self) -> bool:
        """Whether everything within the limits is read: a first pass, or history.

        Such a pass sends no validators, so that nothing is hidden behind a 304.
        """

    @property
    def last_pass_at(self) -> datetime | None:
        """When the source's last whole pass began; None before there was one."""

    def get(self, url: str, *, accept: str = HTML) -> Fetched:
        """Fetch, conditionally where a former Discovery gave validators for `url`."""

    def parse(self, func: Callable[..., T], *args: object, url: str) -> T:
        """Run a module-level function of values to values in the parsing child."""

    def has_news(self, candidates: Sequence[Candidate]) -> bool:
        """Say whether any is unknown, or has another version than the one stored.

        A candidate without a version is no news once it is known.
        """
