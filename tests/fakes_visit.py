"""A visit over a dictionary of pages: what a discovery kind sees of a pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from scrapers.items import Candidate, Fetched, Gone, Page, Site, Validators
from scrapers.sandbox import InProcess

T = TypeVar("T")

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SITE = Site(name="The Daily Example", home="https://example.org/")


def page(url: str, body: str | bytes = b"", **overrides: object) -> Page:
    values: dict[str, object] = {
        "url": url,
        "requested_url": url,
        "body": body.encode() if isinstance(body, str) else body,
        "fetched_at": NOW,
        "validators": Validators(etag=f'"{url}"'),
    }
    return Page(**(values | overrides))  # type: ignore[arg-type] # a test names fields


@dataclass
class FakeVisit:
    """Answers from `pages`: a body, a value of items.Fetched, or an error to raise.

    `known` are the versions stored by address; `asked` remembers what was fetched.
    """

    pages: Mapping[str, str | bytes | Fetched | Exception]
    known: dict[str, str | None] = field(default_factory=dict)
    is_first: bool = False
    last_pass_at: datetime | None = None
    site: Site = SITE
    asked: list[str] = field(default_factory=list)

    def get(self, url: str, *, accept: str = "") -> Fetched:
        self.asked.append(url)
        said = self.pages.get(url, Gone(url=url, status=404))
        if isinstance(said, Exception):
            raise said
        return page(url, said) if isinstance(said, (str, bytes)) else said

    def parse(self, func: Callable[..., T], *args: object, url: str) -> T:
        return InProcess().run(func, *args, url=url)

    def has_news(self, candidates: Sequence[Candidate]) -> bool:
        return any(
            c.url not in self.known
            or (c.version is not None and self.known[c.url] != c.version)
            for c in candidates
        )

    def knows(self, *candidates: Candidate) -> None:
        self.known |= {c.url: c.version for c in candidates}


def urls(found: Sequence[Candidate | str]) -> list[str]:
    """The paths of what was found or asked, without the host."""
    made = [one if isinstance(one, str) else one.url for one in found]
    return [url.removeprefix("https://example.org") for url in made]
