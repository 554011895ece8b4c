"""Tell from a page of a site which kinds of discovery the site offers, and where.

Pure: runs in the parsing child. Only what the page says and where such things usually
are; asking whether they are there, and choosing among them, is `scrapers.draft`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from scrapers.clean.urls import absolute, is_home, same_publisher
from scrapers.extract.document import Document, text_of
from scrapers.extract.obstacles import (
    CAPTCHA,
    CONSENT_WALL,
    PASSWORD_FORM,
    WALL_CHARS,
    after_parsing,
    markup_of_a_wall,
)
from scrapers.extract.rights import restrictions_of
from scrapers.fetch.charset import as_utf8, decode
from scrapers.items import Page, Restriction

# A page that links more feeds has one for each section; the first are the site's own.
MOST_FEEDS = 6
MOST_NAMES = 6
MOST_EDITIONS = 6
# A page that is one of these shows nothing of its site.
LOGIN = "login"
WALLS = frozenset({CAPTCHA, CONSENT_WALL, PASSWORD_FORM})
# Less text than this beside scripts is a frame that scripts fill.
FRAME_CHARS = 200
# A page has control characters by accident; of random bytes they are a ninth.
MOST_CONTROLS = 0.02
EMPTY, NO_HTML = "empty", "no HTML"

# Where feeds are when nothing links to them, the commonest first, and where some
# software has its own.
USUAL_FEEDS = ("feed/", "feed.xml", "rss.xml", "atom.xml")
FEEDS_OF = {
    "wordpress": "feed/",
    "hugo": "index.xml",
    "ghost": "rss/",
    "jekyll": "feed.xml",
}
USUAL_SITEMAPS = ("sitemap.xml", "sitemap_index.xml")
USUAL_NEWS_SITEMAPS = ("news-sitemap.xml", "sitemap-news.xml")
# WordPress's own, where no plug-in makes another.
WORDPRESS_SITEMAPS = ("sitemap_index.xml", "wp-sitemap.xml", "sitemap.xml")

_FEED_TYPES = re.compile(
    r"application/(?:(?:rss|atom|rdf)\+xml|feed\+json)|(?:text|application)/xml"
)
# JSON Feed 1.0 has the type of all JSON, WordPress's REST interface too.
# What a program sees of a page, or a reader, where there is no text.
_SHOWN = "a[href], img, iframe, frame, object, video, form, noscript"
_TAG = re.compile(r"<[a-z!?]", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffd]")
_JSON, _JSON_PATH = "application/json", re.compile(r"[./]json/?$", re.IGNORECASE)
_FEED_PATH = re.compile(
    r"/(?:feed|rss|atom)/?$|/(?:feed|rss|atom|index)\.(?:xml|rss|rdf|atom)$"
    r"|\.(?:rss|atom)$|/feed(?:\.|/)json$",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"comment|kommentar|commentaire|comentario", re.IGNORECASE)
_REST = "https://api.w.org/"
_WORDPRESS = re.compile(r"/wp-(?:content|includes|json)/")
_ARTICLES = frozenset({"article", "newsarticle", "blogposting", "reportagenewsarticle"})
_SITES = frozenset({"website", "newsmediaorganization"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Front:
    """What a page says of its site.

    `rest` is where WordPress's interface is, if the page tells. `is_article` is whether
    the page calls itself one, `is_frame` whether scripts must fill it first.
    `names` are what the site is called, the most explicit first. `wall` names what
    stands there in place of a site (`scrapers.extract.obstacles`, or a login), `lack`
    what makes it no page: it is EMPTY, or NO_HTML.
    `editions` are other languages with the addresses of their pages, `link_count` is
    how many links it has.
    """

    url: str
    home: str
    title: str = ""
    names: tuple[str, ...] = ()
    language: str | None = None
    generator: str = ""
    feeds: tuple[str, ...] = ()
    rest: str | None = None
    is_wordpress: bool = False
    is_article: bool = False
    is_frame: bool = False
    wall: str | None = None
    lack: str | None = None
    editions: tuple[tuple[str, str], ...] = ()
    link_count: int = 0
    restrictions: frozenset[Restriction] = frozenset()


def read_front(page: Page) -> Front:
    """Read what a page says of its site. Pure; runs in the parsing child."""
    document = Document(as_utf8(page.body, page.content_type), page.url)
    rest = _rest(page, document)
    return Front(
        url=page.url,
        home=_home(document),
        title=document.title_element,
        names=_names(document),
        language=_language(document),
        generator=document.meta("generator") or "",
        feeds=_feeds(document),
        rest=rest,
        is_wordpress=rest is not None or _is_wordpress(document),
        is_article=_is_article(document),
        is_frame=_is_frame(document),
        wall=_wall(document),
        lack=_lack(page, document),
        editions=_editions(document),
        link_count=len(document.tree.css("a[href]")),
        restrictions=restrictions_of(page, document),
    )


def usual_feeds(home: str, generator: str) -> tuple[str, ...]:
    """Give where sites have a feed that they do not link, by their software."""
    own = FEEDS_OF.get((generator.split() or [""])[0].lower())
    return tuple(urljoin(_folder(home), p) for p in ((own,) if own else USUAL_FEEDS))


def usual_sitemaps(home: str, *, is_wordpress: bool) -> tuple[str, ...]:
    """Give where sites have a sitemap that robots.txt does not name."""
    names = WORDPRESS_SITEMAPS if is_wordpress else USUAL_SITEMAPS
    return tuple(urljoin(home, f"/{name}") for name in names)


def usual_news_sitemaps(home: str) -> tuple[str, ...]:
    """Give where sites have a sitemap of their latest articles."""
    return tuple(urljoin(home, f"/{name}") for name in USUAL_NEWS_SITEMAPS)


def _folder(home: str) -> str:
    path = urlsplit(home).path
    return home if path.endswith("/") else urljoin(home + "/", ".")


def _home(document: Document) -> str:
    """The address the page calls the site's home, else the root of its host."""
    for node in document.tree.css("link[rel=home], a[rel~=home]"):
        found = absolute(document.base, node.attributes.get("href") or "")
        if found and same_publisher(found, document.url):
            return found
    return urljoin(document.url, "/")


def _names(document: Document) -> tuple[str, ...]:
    sites = [t for t in document.things if t.is_a(_SITES)]
    found = (
        document.meta("og:site_name"),
        *(thing.text("name") for thing in sites),
        document.meta("application-name", "apple-mobile-web-app-title"),
        *document.article.texts("publisher"),
    )
    return tuple(dict.fromkeys(name for name in found if name))[:MOST_NAMES]


def _language(document: Document) -> str | None:
    root = document.tree.css_first("html")
    declared = (root.attributes.get("lang") if root is not None else None) or ""
    found = declared or (document.meta("og:locale") or "").replace("_", "-")
    return found.strip() or None


def _feeds(document: Document) -> tuple[str, ...]:
    found = []
    for node in document.tree.css("link[rel~=alternate][href], a[href]"):
        attributes = node.attributes
        url = absolute(document.base, attributes.get("href") or "")
        if url is None or _COMMENTS.search(url + (attributes.get("title") or "")):
            continue
        path = urlsplit(url).path
        kind = (attributes.get("type") or "").strip().lower()
        is_feed = _FEED_TYPES.match(kind) or (kind == _JSON and _JSON_PATH.search(path))
        is_linked = node.tag == "link" and bool(is_feed)
        is_shown = node.tag == "a" and bool(_FEED_PATH.search(path))
        if is_linked or is_shown:
            found.append(url.partition("#")[0])
    return tuple(dict.fromkeys(found))[:MOST_FEEDS]


def _rest(page: Page, document: Document) -> str | None:
    node = document.tree.css_first(f'link[rel="{_REST}"]')
    if node is not None:
        return absolute(document.base, node.attributes.get("href") or "")
    for value in (page.header("link") or "").split(","):
        if _REST in value and (found := re.search(r"<([^>]+)>", value)):
            return absolute(document.base, found[1])
    return None


def _is_wordpress(document: Document) -> bool:
    if (document.meta("generator") or "").lower().startswith("wordpress"):
        return True
    sources = [link.get("href") or "" for link in document.links]
    sources += document.script_sources
    return any(_WORDPRESS.search(source) for source in sources)


def _is_article(document: Document) -> bool:
    if is_home(document.url):
        return False
    named = document.article.is_a(_ARTICLES)
    opened = document.meta("og:type") == "article" and bool(
        document.meta("article:published_time")
    )
    return named or opened


def _wall(document: Document) -> str | None:
    """Name the wall that a page is; None for one that only has a form of the kind."""
    body = document.tree.body
    text = text_of(body) if body is not None else ""
    found = markup_of_a_wall(document, len(text))
    reason = after_parsing(document, found, document.title_element or "-", text)
    if reason in WALLS:
        return reason
    is_short = len(text) < WALL_CHARS
    has_login = document.tree.css_first("input[type=password]") is not None
    return LOGIN if is_short and has_login else None


def _lack(page: Page, document: Document) -> str | None:
    """Say that a page shows nothing, or that its bytes are no HTML."""
    text = decode(page.body, page.content_type)
    if not text.strip():
        return EMPTY
    controls = len(_CONTROL.findall(text))
    if controls > MOST_CONTROLS * len(text) or _TAG.search(text) is None:
        return NO_HTML
    body = document.tree.body
    if body is not None and text_of(body).strip():
        return None
    # The tree has no scripts any more.
    is_built = "<script" in text.lower()
    return None if is_built or document.tree.css_first(_SHOWN) else EMPTY


def _editions(document: Document) -> tuple[tuple[str, str], ...]:
    """Read what the page says of itself in other languages (hreflang)."""
    own = (_language(document) or "").lower().partition("-")[0]
    found: dict[str, str] = {}
    for node in document.tree.css("link[rel~=alternate][hreflang]"):
        tag = (node.attributes.get("hreflang") or "").strip().lower()
        url = absolute(document.base, node.attributes.get("href") or "")
        is_other = tag.partition("-")[0] not in ("", own, "x")
        if url and is_other and url != document.url:
            found.setdefault(tag, url)
    return tuple(found.items())[:MOST_EDITIONS]


def _is_frame(document: Document) -> bool:
    """Tell whether a page has scripts and hardly any text for whoever runs none."""
    body = document.tree.body
    is_empty = body is not None and len(text_of(body)) < FRAME_CHARS
    return is_empty and bool(document.script_sources)
