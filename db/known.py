"""What is stored of the articles that a batch may concern, looked up at once.

By their places, by their addresses, and by the marks of their texts; what it means is
`db.decisions`' to say.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, Row, bindparam, select

from db.article_rows import article_of, with_slug
from db.engine import Session
from db.models import ArticleMarkRow, ArticleRow, ArticleUrlRow, PageRow
from db.ready import among_ids, is_sqlite
from db.records import StoredArticle
from scrapers.clean.variants import key_of
from scrapers.items import ScrapedArticle
from scrapers.likeness import mark

# Of the articles that share something with an arrival, those that share most.
MOST_CANDIDATES = 4
# What so many articles of a source have in common is its boilerplate: no more are
# noted, and so a lookup reads no more.
BOILERPLATE = 8
# Of the five marks of a text: the first is of all of it, the others of sentences.
SAME_MARKS = 3
# Pages that only lead to an article: they are fetched when their listing says so.
WAYS = ("alias", "moved")


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """A scraped article on its way into the table.

    `page_url` is where its page is after redirects, `position` that of the article the
    page gave before. `is_alias` says that the page is only another address of that
    article. `marks` are those of its text (`scrapers.likeness`). `is_history` keeps its
    `article.published` from subscribers who did not ask for history, `is_past` keeps it
    out of the windows of feeds.
    """

    article: ScrapedArticle
    content_hash: str
    page_url: str
    position: int | None = None
    is_alias: bool = False
    is_history: bool = False
    is_past: bool = False
    marks: tuple[int, ...] = ()


def addresses_of(arrival: Arrival) -> tuple[str, ...]:
    """Give every address an arrival answers to, the canonical one first."""
    article = arrival.article
    return tuple(dict.fromkeys((article.url, arrival.page_url, *article.addresses)))


def key_marks(arrival: Arrival) -> tuple[int, ...]:
    """Give the marks of its addresses' keys: versions of one page share one."""
    return _key_marks(addresses_of(arrival))


# Each arrival of a batch is asked for them six times.
@lru_cache(maxsize=512)
def _key_marks(urls: tuple[str, ...]) -> tuple[int, ...]:
    return tuple({mark(f"key {key_of(url)}") for url in urls})


def claim_mark(arrival: Arrival) -> int | None:
    """Give the mark of its page's word that another address is the canonical one."""
    url = arrival.article.url
    return None if url == arrival.page_url else mark(f"claim {url}")


def all_marks(arrival: Arrival) -> frozenset[int]:
    """Give what is noted of an article: its text's marks, its keys, its claim."""
    claim = claim_mark(arrival)
    claims = () if claim is None else (claim,)
    return frozenset((*arrival.marks, *key_marks(arrival), *claims))


class Known:
    """The stored articles a batch may concern, looked up in four statements.

    `homes` are the pages that gave articles their text earlier in the same batch.
    """

    def __init__(
        self,
        session: Session,
        source_id: int,
        arrivals: Sequence[Arrival],
        homes: Mapping[int, str],
    ) -> None:
        self._homes = homes
        urls = {url for arrival in arrivals for url in addresses_of(arrival)}
        aliases = session.execute(
            select(ArticleUrlRow.url, ArticleUrlRow.position).where(
                ArticleUrlRow.source_id == source_id, ArticleUrlRow.url.in_(urls)
            )
        ).all()
        self._owners = dict(aliases)
        self._marked = _marked(session, source_id, arrivals)
        wanted = {a.position for a in arrivals if a.position is not None}
        wanted |= {position for _, position in aliases}
        for arrival in arrivals:
            wanted |= set(self._sharing(arrival))
        rows = _articles_of(session, source_id, ArticleRow.url.in_(urls))
        wanted -= {row.position for row, _ in rows}
        if wanted:
            rows += _articles_of(session, source_id, ArticleRow.position.in_(wanted))
        self._by_position = {row.position: article_of(row, slug) for row, slug in rows}
        self._hashes = {row.position: row.content_hash for row, _ in rows}
        self._by_url = {a.url: a for a in self._by_position.values()}
        self._pages = _pages_of(session, self._by_position)

    def by_position(self, position: int | None) -> StoredArticle | None:
        """Give the article at a position."""
        return None if position is None else self._by_position.get(position)

    def main_at(self, url: str) -> StoredArticle | None:
        """Give the article whose main address this is."""
        return self._by_url.get(url)

    def at(self, url: str) -> StoredArticle | None:
        """Give the article whose address, main or other, this is."""
        return self._by_url.get(url) or self.by_position(self._owners.get(url))

    def owner_of(self, url: str) -> int | None:
        """Give the position `article_url` has for an address."""
        return self._owners.get(url)

    def hash_of(self, article: StoredArticle) -> str:
        """Give the stored content hash."""
        return self._hashes[article.position]

    def home_of(self, article: StoredArticle) -> str | None:
        """Give the address of the page that gives an article its text, if known."""
        if article.position in self._homes:
            return self._homes[article.position]
        pages = self._pages.get(article.position, {})
        owners = [url for url, status in pages.items() if status not in WAYS]
        return article.url if article.url in owners else next(iter(owners), None)

    def is_alias(self, article: StoredArticle, url: str) -> bool:
        """Say whether the page at `url` is but another address of the article."""
        return self._pages.get(article.position, {}).get(url) == "alias"

    def akin(self, arrival: Arrival) -> list[StoredArticle]:
        """List the articles at a version of the arrival's own address."""
        if not self._marked:
            return []
        found = {p for key in key_marks(arrival) for p in self._marked.get(key, ())}
        return self._articles(found)

    def alike(self, arrival: Arrival) -> list[StoredArticle]:
        """List the articles that share something of the text, the likest first."""
        return self._articles(self._sharing(arrival))

    def share_text(self, arrival: Arrival, article: StoredArticle) -> bool:
        """Say by their marks alone whether two have one text, or nearly one."""
        at = article.position
        shared = [n for n in arrival.marks if at in self._marked.get(n, ())]
        return len(shared) >= SAME_MARKS or shared[:1] == list(arrival.marks[:1]) != []

    def claiming(self, arrival: Arrival) -> list[StoredArticle]:
        """List the articles whose pages state the same canonical address."""
        claim = claim_mark(arrival)
        return self._articles([] if claim is None else self._marked.get(claim, []))

    def is_boilerplate(self, number: int) -> bool:
        """Say whether a mark is shared by so many that it tells nothing."""
        return len(self._marked.get(number, ())) >= BOILERPLATE

    def _sharing(self, arrival: Arrival) -> list[int]:
        if not self._marked:
            return []
        marked = self._marked
        text = Counter(p for number in arrival.marks for p in marked.get(number, ()))
        best = [position for position, _ in text.most_common(MOST_CANDIDATES)]
        others = [*key_marks(arrival)]
        claim = claim_mark(arrival)
        if claim is not None:
            others.append(claim)
        return [*best, *(p for number in others for p in marked.get(number, ()))]

    def _articles(self, positions: Iterable[int]) -> list[StoredArticle]:
        found = (self._by_position.get(p) for p in dict.fromkeys(positions))
        return [article for article in found if article is not None]


def _articles_of(
    session: Session, source_id: int, wanted: ColumnElement[bool]
) -> list[Row[ArticleRow, str]]:
    """Read articles of a source by one index: by either of two, SQLite reads them all.

    An earlier round of the same transaction may have changed them.
    """
    chosen = with_slug().where(ArticleRow.source_id == source_id, wanted)
    fresh = chosen.execution_options(populate_existing=True)
    return list(session.execute(fresh).all())


def _marked(
    session: Session, source_id: int, arrivals: Sequence[Arrival]
) -> dict[int, list[int]]:
    """Look up who shares the marks; a page that has its article asks for its claim."""
    numbers: set[int] = set()
    for arrival in arrivals:
        if arrival.position is None or arrival.is_alias:
            numbers |= all_marks(arrival)
        elif (claim := claim_mark(arrival)) is not None:
            numbers.add(claim)
    found: defaultdict[int, list[int]] = defaultdict(list)
    if numbers:
        sharing = _SHARING[is_sqlite(session)]
        values = {"source_id": source_id, "ids": list(numbers)}
        for number, position in session.connection().execute(sharing, values):
            found[number].append(position)
    return dict(found)


_SHARING = {
    sqlite: select(
        ArticleMarkRow.__table__.c.mark, ArticleMarkRow.__table__.c.position
    ).where(
        ArticleMarkRow.source_id == bindparam("source_id"),
        among_ids(ArticleMarkRow.mark, sqlite=sqlite),
    )
    for sqlite in (True, False)
}


def _pages_of(session: Session, articles: Iterable[int]) -> dict[int, dict[str, str]]:
    """Give the pages of articles: {position: {address: status}}."""
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    positions = list(articles)
    if positions:
        rows = select(PageRow.position, PageRow.url, PageRow.status).where(
            PageRow.position.in_(positions)
        )
        for position, url, status in session.execute(rows):
            found[position or 0][url] = status
    return found
