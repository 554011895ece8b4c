"""Judge a page that a listing leads to: is it an article, and what does it tell.

Pure: `judge` runs in the parsing child. Which pages are judged, and what follows from
it, is `scrapers.draft.drafting`'s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborNode

from scrapers.clean.text import weight, word_count
from scrapers.clean.urls import absolute, is_home, same_publisher
from scrapers.discover.beside import is_beside_article
from scrapers.discover.listing import link_of
from scrapers.discover.shapes import looks_like_article
from scrapers.extract.article import examine
from scrapers.extract.dates import Moment
from scrapers.extract.document import Document, text_of
from scrapers.extract.recipe import Recipe
from scrapers.extract.titles import key_of
from scrapers.fetch.charset import as_utf8
from scrapers.items import Hints, NotArticle, Page, Precision, ScrapedArticle, Site

# Points from which a page counts as an article, and what each piece of evidence brings.
ENOUGH, NEARLY = 2.0, 1.5
# Less is a caption; an "About us" may be long, but is seldom very long.
FEW_CHARS, MANY_CHARS, VERY_MANY_CHARS = 200, 700, 2_500
# A page with so many linked headlines lists articles, and is none.
MOST_HEADLINES = 4
LISTS = "lists other pages"

_ARTICLES = frozenset(
    {
        "article",
        "newsarticle",
        "blogposting",
        "reportagenewsarticle",
        "analysisnewsarticle",
        "opinionnewsarticle",
        "liveblogposting",
        "scholarlyarticle",
        "techarticle",
    }
)
# What a page is about whose text is but a description.
_RECORDINGS = frozenset(
    {
        "videoobject",
        "clip",
        "podcastepisode",
        "audioobject",
        "tvepisode",
        "radioepisode",
    }
)
_LISTS = frozenset(
    {
        "collectionpage",
        "aboutpage",
        "contactpage",
        "profilepage",
        "searchresultspage",
        "itemlist",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One page, and what extraction makes of it without any recipe.

    `points` say how much speaks for an article, `reason` why it is none; `stated` is
    its date in the zone it was stated in.
    """

    url: str
    page: Page
    article: ScrapedArticle | None = None
    points: float = 0.0
    evidence: tuple[str, ...] = ()
    reason: str = ""
    stated: datetime | None = None

    @property
    def is_article(self) -> bool:
        """Whether enough speaks for it."""
        return self.article is not None and self.points >= ENOUGH

    @property
    def is_nearly(self) -> bool:
        """Whether it would be, but for one weak piece of evidence."""
        return self.is_page and self.points >= NEARLY

    @property
    def is_page(self) -> bool:
        """Whether it has a title and a text at least: an article, or an "About us"."""
        return self.article is not None and not self.reason

    @property
    def words(self) -> int:
        """How many words its text has; of scripts without spaces an estimate."""
        return word_count(self.article.body_text) if self.article else 0


def judge(page: Page, hints: Hints, site: Site) -> Sample:
    """Extract a page as it stands and weigh what it is. Pure."""
    found, published = examine(page, Recipe(), hints, site)
    if isinstance(found, NotArticle):
        return Sample(url=page.requested_url, page=page, reason=found.reason)
    document = Document(as_utf8(page.body, page.content_type), page.url)
    points, evidence = _weigh(document, found)
    is_list = LISTS in evidence
    return Sample(
        url=page.requested_url,
        page=page,
        article=found,
        points=points,
        evidence=tuple(evidence),
        reason=LISTS if is_list else "",
        stated=_stated(published),
    )


def shared_lines(samples: Iterable[Sample]) -> frozenset[str]:
    """Give the lines of several pages' texts: they are the site's, of no article."""
    texts = [one.article.body_text for one in samples if one.article is not None]
    counts = Counter(each for text in texts for each in {*text.splitlines()})
    return frozenset(each for each, count in counts.items() if count > 1)


def _stated(published: Moment | None) -> datetime | None:
    """The date, if its page states its offset: a zone with rules is one we guessed."""
    if published is None or published.precision is not Precision.TIME:
        return None
    return None if isinstance(published.at.tzinfo, ZoneInfo) else published.at


def _weigh(document: Document, found: ScrapedArticle) -> tuple[float, list[str]]:
    size = weight(found.body_text)
    is_named = document.article.is_a(_ARTICLES) or _is_recording(document, found.title)
    is_opened = not is_named and document.meta("og:type") == "article"
    table = (
        (is_named, 2.0, "says it is an article"),
        (is_opened, 0.5, "og:type is article"),
        (found.published_at is not None, 1.0, "has a date"),
        (looks_like_article(document.url), 0.5, "an article's address"),
        (bool(found.authors), 0.5, "names an author"),
        (_has_headline(document, found.title), 0.5, "one headline"),
        (size >= MANY_CHARS, 0.5, "a long text"),
        (size >= VERY_MANY_CHARS, 0.5, "a very long text"),
        (size < FEW_CHARS, -1.0, "hardly any text"),
    )
    points = sum(worth for holds, worth, _ in table if holds)
    evidence = [what for holds, _, what in table if holds]
    # A category's page is long by its excerpts, but does not call itself an article.
    is_sure = is_named or (is_opened and size >= MANY_CHARS)
    if not is_sure and _lists(document):
        points, evidence = points - 3.0, [*evidence, LISTS]
    return points, evidence


def _is_recording(document: Document, title: str) -> bool:
    """Tell whether a page is that of a recording: it alone, and of the page's name."""
    found = [thing for thing in document.things if thing.is_a(_RECORDINGS)]
    return len(found) == 1 and key_of(found[0].text("name") or "") == key_of(title)


def _has_headline(document: Document, title: str) -> bool:
    headings = {key_of(text_of(node)) for node in document.tree.css("h1")[:5]}
    return key_of(title) in headings


def _lists(document: Document) -> bool:
    """Tell whether a page is made of links to others, or says that it is."""
    if is_home(document.url) or any(t.is_a(_LISTS) for t in document.things[:10]):
        return True
    linked = set()
    for node in document.tree.css("h1 a, h2 a, h3 a, a h2, a h3"):
        url = absolute(document.base, link_of(node))
        is_other = url and same_publisher(url, document.url)
        if url and is_other and not _is_beside(node):
            linked.add(url.partition("#")[0])
    return len(linked - {document.url}) >= MOST_HEADLINES


def _is_beside(node: LexborNode) -> bool:
    above = node.parent
    while above is not None and above.tag not in ("body", "html"):
        if is_beside_article(above):
            return True
        above = above.parent
    return False
