"""The address an article is known by, and the others it answers to."""

from __future__ import annotations

from scrapers.clean.urls import absolute, canonical, is_home, same_publisher
from scrapers.extract.document import Document
from scrapers.items import Page


def address_of(page: Page, document: Document) -> str:
    """The page's `rel=canonical` where it can be believed, else where it was found.

    Believed only under the same registrable name, and not when it names the front
    page, as broken themes do on every article.
    """
    stated = _link(document, "canonical")
    if stated and same_publisher(stated, page.url) and not is_home(stated):
        return stated
    return _spelt(page.url)


def _spelt(url: str) -> str:
    """The canonical spelling; the address itself where it has none."""
    try:
        return canonical(url)
    except ValueError:
        return url


def addresses_of(page: Page, document: Document, url: str) -> tuple[str, ...]:
    """Other addresses that lead to the article: as asked, as answered, a short one."""
    found = [_spelt(page.url), _spelt(page.requested_url)]
    short = _link(document, "shortlink")
    if short and same_publisher(short, page.url):
        found.append(short)
    return tuple(dict.fromkeys(other for other in found if other != url))


def _link(document: Document, relation: str) -> str | None:
    for attributes in document.links:
        if relation in (attributes.get("rel") or "").lower().split():
            break
    else:
        return None
    href = attributes.get("href")
    link = absolute(document.base, href) if href else None
    try:
        return canonical(link) if link else None
    except ValueError:
        return None
