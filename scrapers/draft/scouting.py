"""What a look at a site has found so far, and what the steps of a draft share.

A Lead is a place where articles are listed; the modules rest, feeds, sitemaps and
listings beside this one find them, each of its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import urlsplit

from scrapers import discover as kinds
from scrapers.discover.detect import Front
from scrapers.discover.options import Options
from scrapers.discover.rules import Rules, rules_of
from scrapers.discover.shapes import LONG_SHAPE, shape_of
from scrapers.draft.asking import Asker
from scrapers.draft.judging import Sample, judge
from scrapers.errors import ScrapeError
from scrapers.items import Candidate, Hints, Page, Site
from scrapers.sandbox import Parser

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Lead:
    """One `[[discover]]` entry that may be, and what asking it once gave.

    `keys` are its further keys. `seen` are the articles of the documents asked for;
    `reaches_all` tells whether a first pass gets to everything the site offers, `total`
    how many that is where it says so. `size` is what a poll transfers in bytes, in
    `requests` documents; `page` the one that is asked each time.
    """

    kind: str
    url: str
    page: Page
    keys: tuple[tuple[str, object], ...] = ()
    seen: tuple[Candidate, ...] = ()
    reaches_all: bool = False
    total: int | None = None
    requests: int = 1
    is_sure: bool = True
    onward: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses it lists."""
        return tuple(candidate.url for candidate in self.seen)

    @property
    def size(self) -> int:
        """The bytes of the document that is asked for at each poll."""
        return len(self.page.body)

    @property
    def has_validators(self) -> bool:
        """Whether its answer carries what makes the next request conditional."""
        return bool(self.page.validators.etag or self.page.validators.last_modified)

    def entry(self) -> dict[str, object]:
        """Give it as a definition has it."""
        return {"kind": self.kind, "url": self.url, **dict(self.keys)}


@dataclass(kw_only=True, slots=True)
class Scout:
    """A look at a site under way: who asks, who parses, what is known of its pages.

    `hints` are of articles, as far as is known; `listed` of what a page being learned
    links. `texts` are what listings call the addresses they link.
    """

    asker: Asker
    parser: Parser
    front: Front
    page: Page
    samples: dict[str, Sample] = field(default_factory=dict)
    hints: dict[str, Hints] = field(default_factory=dict)
    listed: dict[str, Hints] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def site(self) -> Site:
        """What extraction may know of the site before anything is decided."""
        name = self.front.names[0] if self.front.names else ""
        return Site(name=name, home=self.front.home, language=self.front.language)

    @property
    def refused(self) -> frozenset[str]:
        """The addresses that were looked at and are no articles."""
        return frozenset(self.samples) - self.confirmed

    @property
    def confirmed(self) -> frozenset[str]:
        """The addresses that were looked at and are articles.

        What is nearly one by itself is one where it is addressed as those are.
        """
        judged = self.samples.items()
        sure = {url for url, sample in judged if sample.is_article}
        alike = {_addressed(url) for url in sure if len(shape_of(url)) >= LONG_SHAPE}
        return frozenset(
            url
            for url, sample in judged
            if url in sure or (sample.is_nearly and _addressed(url) in alike)
        )

    def rules(self, kind: str, url: str, **keys: object) -> Rules:
        """Make the rules of an entry of this kind, before there is a definition."""
        return rules_of(self.options(kind, url, **keys), self.site)

    def options(self, kind: str, url: str, **keys: object) -> Options:
        """Make an entry's options."""
        return kinds.options_of(kind).model_validate({"kind": kind, "url": url, **keys})

    def ask(self, url: str, *, accept: str) -> Page | None:
        """Ask for a document; None where there is none."""
        answer = self.asker.get(url, accept=accept)
        return answer if isinstance(answer, Page) else None

    def read(self, func: Callable[..., T], *args: object, url: str) -> T | None:
        """Run a reader in the parsing child; None where it cannot be read."""
        try:
            return self.parser.run(func, *args, url=url)
        except ScrapeError:
            return None

    def judge(self, url: str) -> Sample | None:
        """Look at a page and say what it is, once; None where it does not arrive."""
        if url in self.samples:
            return self.samples[url]
        answer = self.asker.get(url)
        if not isinstance(answer, Page):
            self.notes.append(f"{url}: {answer.reason}")
            return None
        hints = self.hints.get(url, Hints())
        if hints.published_at is None:
            hints = self.listed.get(url, hints)
        if hints.title is None and url in self.texts:
            hints = replace(hints, title=self.texts[url])
        sample = self.read(judge, answer, hints, self.site, url=url)
        if sample is not None:
            self.samples[url] = sample
        return sample

    def remember(self, candidates: Iterable[Candidate]) -> None:
        """Keep what listings say of articles; the first to say it is believed."""
        for candidate in candidates:
            self.hints.setdefault(candidate.url, candidate.hints)


def _addressed(url: str) -> tuple[str, tuple[str, ...]]:
    """Give what addresses of one section, made alike, share."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[0], shape_of(url)
