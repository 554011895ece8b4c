"""Make an article of a fetched page: one parse, then each part reads the same tree.

Pure: bytes in, a value out; run in the parsing child. For every field the recipe comes
first, then what the page says of itself, then the generic extractor, then the hints.
"""

from __future__ import annotations

from datetime import UTC
from functools import partial

from scrapers.extract import obstacles
from scrapers.extract.address import address_of, addresses_of
from scrapers.extract.body import body_text_of
from scrapers.extract.bylines import authors_of
from scrapers.extract.dates import Moment
from scrapers.extract.document import Document
from scrapers.extract.enclosures import enclosures_of
from scrapers.extract.language import language_of
from scrapers.extract.pictures import first_picture, image_of
from scrapers.extract.published import modified_of, published_of
from scrapers.extract.reading import Reading
from scrapers.extract.recipe import Recipe
from scrapers.extract.rights import restrictions_of
from scrapers.extract.summaries import summary_of
from scrapers.extract.topics import categories_of, tags_of
from scrapers.extract.unclosed import with_links_closed
from scrapers.fetch.charset import as_utf8
from scrapers.items import Hints, NotArticle, Page, ScrapedArticle, Site


def extract(
    page: Page, recipe: Recipe, hints: Hints, site: Site
) -> ScrapedArticle | NotArticle:
    """Make an article of a page, or say why it is none.

    Raises nothing for what a page holds, except MemoryError when the parser runs out
    of memory, which the sandbox turns into a SandboxError.
    """
    return examine(page, recipe, hints, site)[0]


def examine(
    page: Page, recipe: Recipe, hints: Hints, site: Site
) -> tuple[ScrapedArticle | NotArticle, Moment | None]:
    """Do as `extract` does, and tell the date in the zone it was stated in."""
    found = _examine(page, recipe, hints, site)
    if isinstance(found[0], NotArticle) and found[0].reason == obstacles.NO_TEXT:
        closed = with_links_closed(page)
        return found if closed is None else _examine(closed, recipe, hints, site)
    return found


def _examine(
    page: Page, recipe: Recipe, hints: Hints, site: Site
) -> tuple[ScrapedArticle | NotArticle, Moment | None]:
    reason = obstacles.before_parsing(page)
    if reason:
        return NotArticle(url=page.url, reason=reason), None
    document = Document(as_utf8(page.body, page.content_type), page.url)
    reading = Reading(page, document, recipe, hints, site)
    published = published_of(reading)
    described, stated = _described(reading, published), image_of(reading)
    reading.drop()
    body = body_text_of(reading)
    # Half of what looks like prose, where little of it is left as text.
    is_long = len(body.text) >= obstacles.WALL_CHARS
    prose = len(body.text) if is_long else reading.survey.prose / 2
    wall = obstacles.markup_of_a_wall(document, prose)
    reason = obstacles.after_parsing(document, wall, reading.title, body.text)
    if reason:
        return NotArticle(url=page.url, reason=reason), None
    image = stated or first_picture(body.html, document.base) or hints.image
    made = described(
        body_html=body.html,
        body_text=body.text,
        image=image,
        language=language_of(reading, body.text),
    )
    return made, published


def _described(reading: Reading, published: Moment | None) -> partial[ScrapedArticle]:
    """An article that lacks its body and what is told by it."""
    page, document = reading.page, reading.document
    url = address_of(page, document)
    return partial(
        ScrapedArticle,
        url=url,
        addresses=addresses_of(page, document, url),
        title=reading.title,
        summary=summary_of(reading),
        authors=authors_of(reading),
        published_at=published.at.astimezone(UTC) if published else None,
        published_precision=published.precision if published else None,
        modified_at=modified_of(reading, published),
        categories=categories_of(reading, url),
        tags=tags_of(reading),
        enclosures=enclosures_of(reading),
        restrictions=restrictions_of(page, document),
    )
