"""A site over the fake web: its pages by path, and which of them are articles."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import httpx

from tests.fakes import Answer, FakeWeb
from tests.sites.stories import Story

XML = "application/xml; charset=utf-8"
Handler = Callable[[httpx.Request], httpx.Response]


class SmallSite(FakeWeb):
    """A web that holds one site; `interfaces` answer a path whatever its query is."""

    def __init__(self, host: str) -> None:
        super().__init__()
        self.root = f"https://{host}"
        self.home = f"{self.root}/"
        self.articles: set[str] = set()
        self.interfaces: dict[str, Handler] = {}

    def put(self, path: str, said: object) -> None:
        self[self.root + path] = said

    def publish(self, path: str, page: str) -> None:
        """Put an article."""
        self.put(path, page)
        self.articles.add(self.root + path)

    def feed(self, path: str, body: str, kind: str) -> None:
        """Put a feed; feeds have validators, as nearly everywhere."""
        content_type = f"application/{kind}+xml; charset=utf-8"
        self.put(path, Answer(body=body, content_type=content_type, etag='"f1"'))

    def _handle(self, request: httpx.Request) -> httpx.Response:
        bare = str(request.url).partition("?")[0]
        if bare in self.interfaces:
            self.requests.append(request)
            return self.interfaces[bare](request)
        return super()._handle(request)


def sitemap(lines: list[tuple[str, str | None]]) -> Answer:
    """A sitemap of addresses, each with its lastmod or without."""
    rows = "".join(
        f"<url><loc>{url}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</url>"
        for url, at in lines
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    body = f'<?xml version="1.0"?><urlset xmlns="{space}">{rows}</urlset>'
    return Answer(body=body, content_type=XML)


def sitemap_index(lines: list[tuple[str, str]]) -> Answer:
    rows = "".join(
        f"<sitemap><loc>{url}</loc><lastmod>{at}</lastmod></sitemap>"
        for url, at in lines
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    body = f'<?xml version="1.0"?><sitemapindex xmlns="{space}">{rows}</sitemapindex>'
    return Answer(body=body, content_type=XML)


def rss(title: str, home: str, items: list[tuple[str, Story]], *, full: bool) -> str:
    """An RSS feed, with whole articles or with excerpts."""
    rows = "".join(_item(url, one, full=full) for url, one in items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{title}</title><link>{home}</link><language>en-GB</language>"
        f"{rows}</channel></rss>"
    )


def _item(url: str, one: Story, *, full: bool) -> str:
    body = "".join(f"<p>{text}</p>" for text in one.paragraphs)
    whole = f"<content:encoded>{escape(body)}</content:encoded>" if full else ""
    return (
        f"<item><title>{one.title}</title><link>{url}</link>"
        f"<dc:creator>{one.author}</dc:creator>"
        f"<pubDate>{one.at:%a, %d %b %Y %H:%M:%S %z}</pubDate>"
        f"<category>{one.section}</category>"
        f"<description>{escape(one.excerpt)}</description>{whole}</item>"
    )
