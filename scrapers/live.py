"""Run a definition against its site as it is now: does it find articles, and read them.

One request to each `[[discover]]` entry, as a poll makes it, then a few articles.
Nothing is stored; saved pages are scrapers/check.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scrapers.clean.text import word_count
from scrapers.discover.options import Options
from scrapers.discover.visit import HTML, T
from scrapers.draft.asking import Asker
from scrapers.errors import DiscoverError, ScrapeError
from scrapers.extract.document import parse_html
from scrapers.extract.recipe import Recipe, selector_of
from scrapers.fetch.charset import as_utf8
from scrapers.fetch.visits import Visits
from scrapers.items import (
    Candidate,
    Fetched,
    NotArticle,
    Page,
    Restriction,
    ScrapedArticle,
    Site,
)
from scrapers.reading import read_page
from scrapers.sandbox import Parser
from scrapers.scrape import Found, discover, merged
from scrapers.source import SourceSpec

# Articles that are fetched, and documents of one entry: an index has many sitemaps.
MOST_ARTICLES = 4
MOST_OF_ENTRY = 4
# Sitemaps of an index that changed no later than this are not asked.
RECENT = timedelta(days=60)
# Fewer words are a caption, whatever the page is.
FEWEST_WORDS = 20
# Where these are asked for, a text may be missing as the site wishes.
WITHHELD = frozenset({Restriction.PAID, Restriction.NOARCHIVE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What one `[[discover]]` entry gave: how many addresses, and what is wrong."""

    key: str
    found: int
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """What became of one article's page, and what is missing of it."""

    url: str
    title: str | None = None
    published: str | None = None
    author: str | None = None
    words: int | None = None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """How a definition does on its site today; `faults` are of the whole."""

    places: tuple[Place, ...]
    pages: tuple[Read, ...]
    faults: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether nothing at all is wrong."""
        faults = [place.faults for place in self.places]
        faults += [page.faults for page in self.pages]
        return not self.faults and not any(faults)


@dataclass(kw_only=True, slots=True)
class _Visit:
    """An entry's visit, as the discovery kinds see it; nothing is news to it."""

    site: Site
    asker: Asker
    parser: Parser
    last_pass_at: datetime | None
    is_first: bool = False
    left: int = MOST_OF_ENTRY

    def get(self, url: str, *, accept: str = HTML) -> Fetched:
        """Fetch, as long as this entry has not had its share."""
        if self.left <= 0:
            raise DiscoverError("not asked: enough was asked for", url=url)
        self.left -= 1
        return self.asker.fetch(url, accept=accept)

    def parse(self, func: Callable[..., T], *args: object, url: str) -> T:
        """Run in the parsing child."""
        return self.parser.run(func, *args, url=url)

    def has_news(self, candidates: Sequence[Candidate]) -> bool:
        """Never: one document tells whether the entry works."""
        del candidates
        return False


def check_live(
    spec: SourceSpec,
    visits: Visits,
    parser: Parser,
    *,
    clock: Callable[[], datetime],
    tell: Callable[[str], None],
) -> Live:
    """Discover, fetch a few articles, extract, and say what is not as it should be.

    Asks for MOST_OF_ENTRY documents an entry at most, and MOST_ARTICLES pages.
    """
    most = MOST_OF_ENTRY * len(spec.discover) + MOST_ARTICLES
    with Asker(visits, clock=clock, tell=tell, most=most) as asker:
        found = list(_discover(spec, asker, parser, clock() - RECENT))
        chosen = _chosen(found)
        read = [_read(one, spec, asker, parser) for one in chosen]
    pages = [page for page, _ in read if page is not None]
    return Live(
        places=tuple(map(_place, found)),
        pages=tuple(one for _, one in read),
        faults=tuple(_unmatched(spec.article, pages, parser)) if pages else (),
    )


def _discover(
    spec: SourceSpec, asker: Asker, parser: Parser, since: datetime
) -> Iterator[Found]:
    def visit_of(options: Options) -> _Visit:
        del options
        return _Visit(site=spec.site(), asker=asker, parser=parser, last_pass_at=since)

    return discover(spec.discover, visit_of)


def _place(found: Found) -> Place:
    count = len(found.discovery.candidates)
    faults: tuple[str, ...] = ()
    if found.failure is not None:
        faults = (f"{found.failure.url}: {found.failure.reason}",)
    elif not count:
        faults = ("nothing that counts as an article's address",)
    notes = found.discovery.notes
    return Place(key=found.key, found=count, faults=faults, notes=notes)


def _chosen(found: Sequence[Found]) -> list[Candidate]:
    """The newest of each entry in turn, none twice."""
    groups = [one.discovery.candidates for one in found]
    known = {candidate.url: candidate for candidate in merged(groups)}
    turns: dict[str, Candidate] = {}
    for place in range(MOST_ARTICLES):
        for group in groups:
            if place < len(group):
                turns.setdefault(group[place].url, known[group[place].url])
    return list(turns.values())[:MOST_ARTICLES]


def _read(
    candidate: Candidate, spec: SourceSpec, asker: Asker, parser: Parser
) -> tuple[Page | None, Read]:
    url = candidate.url
    answer = asker.get(url)
    if not isinstance(answer, Page):
        return None, Read(url=url, faults=(answer.reason,))
    arguments = (answer, spec.article, candidate.hints, spec.site())
    try:
        outcome = parser.run(read_page, *arguments, url=url).outcome
    except ScrapeError as error:
        return answer, Read(url=url, faults=(error.reason,))
    if isinstance(outcome, ScrapedArticle):
        return answer, _described(url, outcome)
    reason = outcome.reason if isinstance(outcome, NotArticle) else "nothing to read"
    return answer, Read(url=url, faults=(f"no article: {reason}",))


def _described(url: str, article: ScrapedArticle) -> Read:
    at, words = article.published_at, word_count(article.body_text)
    faults = []
    if at is None:
        faults.append("no date")
    if words < FEWEST_WORDS and not article.restrictions & WITHHELD:
        faults.append(f"only {words} words of text")
    return Read(
        url=url,
        title=article.title,
        published=f"{at:%Y-%m-%d}" if at else None,
        author=", ".join(author.name for author in article.authors) or None,
        words=words,
        faults=tuple(faults),
    )


def _unmatched(recipe: Recipe, pages: Sequence[Page], parser: Parser) -> Iterator[str]:
    """Name the keys of the recipe that match nothing on any page: a redesign's sign."""
    lost: set[str] | None = None
    for page in pages:
        found = set(parser.run(unmatched_keys, page, recipe, url=page.url))
        lost = found if lost is None else lost & found
    for key in sorted(lost or ()):
        count = len(pages)
        yield f"article.{key} matches nothing on any of {count} pages"


def unmatched_keys(page: Page, recipe: Recipe) -> tuple[str, ...]:
    """Name the keys of which no selector matches on a page. Runs in the child.

    What is dropped may be there or not: an advertisement that is missing is no fault.
    """
    tree = parse_html(as_utf8(page.body, page.content_type))
    return tuple(
        key
        for key in Recipe.model_fields
        if key != "drop"
        and (selectors := getattr(recipe, key))
        and not any(tree.css_first(selector_of(text).css) for text in selectors)
    )
