"""The address an article is known by, and the others it answers to."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from scrapers.clean.urls import absolute, canonical, is_home, same_publisher
from scrapers.clean.variants import key_of, standing
from scrapers.extract.document import Document
from scrapers.items import Page

# The last step of a path that names a program and not an article.
_SCRIPT = re.compile(r"(?:^/?|\.(?:php\d?|aspx?|jsp|cgi|cfm|do|pl))$")
# A step that says what an article is of, and one that leads to a part of it.
_WORDS = re.compile(r"[^\W\d_]{3,}[-_]|[^\W\d_]{4,}")
_PART = re.compile(r"(?:comment|page|share|gallery|all|full|embed|reply|photo)[\w-]*")


def address_of(page: Page, document: Document) -> str:
    """The page's `rel=canonical` where it can be believed, else where it was found.

    Believed only under the same registrable name, and not when it names the front
    page or a section, as broken themes do on every article, or a version of the page.
    Where many articles state the same one, it is not obeyed either: who knows them all
    decides (`db.decisions`).
    """
    stated, own = _link(document, "canonical"), _spelt(page.url)
    if stated is None or stated == own or _is_worse(stated, own):
        return own
    if same_publisher(stated, page.url) and not is_home(stated):
        return own if _is_above(stated, page.url) else stated
    return own


def _is_worse(stated: str, own: str) -> bool:
    """Tell whether an address is the page's own but for http, or AMP and its like.

    Themes go on naming the address of before the site had https.
    """
    return key_of(stated) == key_of(own) and standing(stated) < standing(own)


def _is_above(stated: str, url: str) -> bool:
    """Tell whether an address is that of a section, or of all articles at once.

    It is when it lacks the last words of the page's own path ("/news/" of
    "/news/flood/"), or the query that tells which article a script shows.
    """
    section, _, asked = key_of(stated).partition("?")
    own, _, query = key_of(url).partition("?")
    if own == section:
        return bool(query) and not asked and bool(_SCRIPT.search(urlsplit(url).path))
    rest = own.removeprefix(section.rstrip("/") + "/")
    is_part = _PART.fullmatch(rest.partition("/")[0])
    return rest != own and not is_part and bool(_WORDS.search(rest))


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
    href = document.relation(relation)
    link = absolute(document.base, href) if href else None
    try:
        return canonical(link) if link else None
    except ValueError:
        return None
