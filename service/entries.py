"""Entry and FeedHead: the one published view of an article and of a feed.

Every feed format and every payload renders these and nothing else. What may be shown
of an article is decided here, once (DESIGN 5.6); texts are plain, addresses whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from html import escape
from urllib.parse import quote, urlencode, urlsplit

from db.choosing import Stretch
from db.records import Republish, SourceHead, StoredArticle
from db.terms import path_of
from scrapers.items import Author, Enclosure, Image, Precision, Restriction
from service.plain import (
    direction,
    excerpt,
    language_tag,
    legal,
    plain,
    web_address,
)

# From the least to the most; the stricter of two is the earlier one.
POLICIES: tuple[Republish, ...] = ("headline", "summary", "full")

CEILINGS: dict[Restriction, Republish] = {
    Restriction.NOINDEX: "headline",
    Restriction.PAID: "summary",
    Restriction.RESERVED: "summary",
    Restriction.NOARCHIVE: "summary",
}

# A standfirst is shorter; a "description" beyond this is the article in disguise.
MAX_SUMMARY = 600
# Where the page gives no summary: its first words, never more than a third of them, so
# that a short article is not given away whole under another name.
MAX_EXCERPT = 300
EXCERPT_SHARE = 3
# Where the page gives no title: as many of its words as make a headline.
MAX_TITLE = 90
UNTITLED = "(untitled)"
# What a picture is where its page does not say.
PICTURES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}
# What a file is where nobody says: formats want a type (RFC 2046 section 4.5.1).
UNKNOWN_TYPE = "application/octet-stream"
# A recording that is paid for, or reserved, is no summary of itself.
WITHHELD = frozenset({Restriction.PAID, Restriction.RESERVED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Category:
    """A category with its way: names outermost first, `path` their slugs."""

    names: tuple[str, ...]
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What is published of one article.

    `id` stays for ever. `content` tells what is given: in "full", `body_html` and
    `body_text` hold the article; otherwise they are empty. `content_html` is always
    there: the body, or the summary, or nothing, and then who wrote it and where it
    stands; `direction` ("ltr", "rtl") and `language` are on its outermost element.
    Title, summary, names, tags and categories are plain text. `published_at` is what
    feeds show, never vague and never later than our first sight of it; `stated_at` is
    the article's own date, as exact as `published_precision` says. `enclosures` stay at
    their publisher's, each with its media type.
    """

    id: str
    position: int
    seq: int
    version: int
    url: str
    title: str
    content: Republish
    summary: str
    body_html: str
    body_text: str
    content_html: str
    authors: tuple[Author, ...]
    categories: tuple[Category, ...]
    tags: tuple[str, ...]
    language: str | None
    direction: str
    image: Image | None
    enclosures: tuple[Enclosure, ...]
    published_at: datetime
    stated_at: datetime
    published_precision: Precision
    updated_at: datetime
    source: SourceHead


@dataclass(frozen=True, kw_only=True, slots=True)
class Tombstone:
    """An entry that left: its article was withdrawn (RFC 6721)."""

    id: str
    withdrawn_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedHead:
    """What stands above the entries.

    `address` is the feed's own without the format's ending, `parameters` are what it
    was asked with. `home` is the page the feed is about, `updated_at` when its content
    last changed, which does not make it another head: heads are compared without it. A
    page of it holds what stands below the position `before`, the next one what stands
    below `next_before`; down to `window`, and `next_window`, they hold the past alone.
    An archive of it holds the positions `archive`; `older` and `newer` are the archives
    before and after. `hub` is the WebSub hub that pushes it, if any.
    """

    slug: str
    title: str
    description: str
    address: str
    home: str
    language: str | None = None
    rights: str | None = None
    updated_at: datetime = field(compare=False)
    parameters: tuple[tuple[str, str], ...] = ()
    before: int | None = None
    window: int | None = None
    next_before: int | None = None
    next_window: int | None = None
    archive: Stretch | None = None
    older: Stretch | None = None
    newer: Stretch | None = None
    hub: str | None = None

    def url(self, extension: str) -> str:
        """Give the feed's own address in one format: the same for all its pages."""
        return self._url(extension)

    def links(self, extension: str) -> dict[str, str]:
        """Give the addresses of this document and those around it, by relation.

        `next` is of RFC 5005 section 3, `current` and `…-archive` of section 4.
        """
        found = {
            "self": self._url(
                extension,
                before=self.before,
                window=self.window,
                archive=self.archive,
            )
        }
        if self.next_before is not None:
            found["next"] = self._url(
                extension, before=self.next_before, window=self.next_window
            )
        if self.archive is not None:
            found["current"] = self._url(extension)
        if self.older is not None:
            found["prev-archive"] = self._url(extension, archive=self.older)
        if self.newer is not None:
            found["next-archive"] = self._url(extension, archive=self.newer)
        return found

    def _url(self, extension: str, **place: object) -> str:
        query = query_of(self.parameters, **place)
        return f"{self.address}.{extension}" + (f"?{query}" if query else "")


def query_of(parameters: Iterable[tuple[str, str]], **place: object) -> str:
    """Write parameters the one way we write them: sorted, percent-encoded.

    `place` is which part of the feed is meant: `before`, with `window`, or `archive`.
    None is left out.
    """
    at = [(name, str(value)) for name, value in place.items() if value is not None]
    return urlencode(sorted([*parameters, *at]), quote_via=quote, safe="/:")


def stricter(*policies: Republish) -> Republish:
    """Give the one that shows least."""
    return min(policies, key=POLICIES.index)


def policy_of(
    article: StoredArticle, source: SourceHead, asked: Republish
) -> Republish:
    """Decide how much may be shown: the least of what is asked, allowed and reserved.

    An article without a stored body is at most a summary.
    """
    ceilings = (CEILINGS[restriction] for restriction in article.restrictions)
    stored: Republish = "full" if article.body_html.strip() else "summary"
    return stricter(asked, source.republish, stored, *ceilings)


def entry_id(uid: object) -> str:
    """Give the id an article has in every format, for ever (RFC 9562 section 4)."""
    return f"urn:uuid:{uid}"


def entry_of(
    article: StoredArticle, source: SourceHead, content: Republish = "full"
) -> Entry:
    """Make the published view; `content` is the most that is asked for."""
    policy = policy_of(article, source, content)
    head = head_of_source(source)
    is_full = policy == "full"
    summary = "" if policy == "headline" else _summary(article, is_full=is_full)
    body = _lines(article.body_html) if is_full else ""
    title = _title(article, summary)
    image = None if policy == "headline" else _image(article.image)
    language = language_tag(article.language) or head.language
    url = web_address(article.url) or head.home
    runs = direction(f"{title} {summary} {article.body_text[:200]}")
    shown = _illustrated(body, image, title) if is_full else _paragraph(summary)
    published = _published(article)
    return Entry(
        id=entry_id(article.uid),
        position=article.position,
        seq=article.seq,
        version=article.version,
        url=url,
        title=title,
        content=policy,
        summary=summary,
        body_html=body,
        body_text=_lines(article.body_text) if is_full else "",
        content_html=_enclosed(shown + _attribution(url, head), language, runs),
        authors=_authors(article.authors),
        categories=_categories(article.categories),
        tags=_words(article.tags),
        language=language,
        direction=runs,
        image=image,
        enclosures=_enclosures(article, policy),
        published_at=published,
        stated_at=article.published_at,
        published_precision=article.published_precision,
        updated_at=max(published, article.changed_at)
        if _has_moved(article)
        else published,
        source=head,
    )


def _has_moved(article: StoredArticle) -> bool:
    """Whether anything happened since it was stored: its position is its first seq."""
    return article.version > 1 or article.seq > article.position


def _published(article: StoredArticle) -> datetime:
    vague = article.published_precision in (Precision.MONTH, Precision.SEEN)
    if vague:
        return article.first_seen_at
    return min(article.published_at, article.first_seen_at)


@lru_cache(maxsize=1024)
def head_of_source(source: SourceHead) -> SourceHead:
    """Give a source as it is published: plain texts, a whole address."""
    return replace(
        source,
        name=plain(source.name) or source.slug,
        home=web_address(source.home) or source.home,
        rights=plain(source.rights) or None,
        language=language_tag(source.language),
    )


def _title(article: StoredArticle, summary: str) -> str:
    title = plain(article.title)
    return title or excerpt(summary, MAX_TITLE) or UNTITLED


def _summary(article: StoredArticle, *, is_full: bool) -> str:
    given = plain(article.summary)
    if given:
        return given if is_full else excerpt(given, MAX_SUMMARY)
    if Restriction.NOARCHIVE in article.restrictions:
        return ""
    text = plain(article.body_text[: MAX_EXCERPT * 10])
    limit = min(MAX_EXCERPT, len(text) // EXCERPT_SHARE)
    return excerpt(text, limit) if limit else ""


def _image(image: Image | None) -> Image | None:
    url = web_address(image.url) if image else None
    if image is None or url is None:
        return None
    media_type = image.media_type or PICTURES.get(_ending(url))
    return Image(
        url=url,
        width=image.width,
        height=image.height,
        alt=plain(image.alt) or None,
        media_type=media_type,
    )


def _enclosures(article: StoredArticle, policy: Republish) -> tuple[Enclosure, ...]:
    if policy == "headline" or article.restrictions & WITHHELD:
        return ()
    found: dict[str, Enclosure] = {}
    for one in article.enclosures:
        if url := web_address(one.url):
            kind = one.media_type or UNKNOWN_TYPE
            title = plain(one.title) or None
            found.setdefault(url, replace(one, url=url, media_type=kind, title=title))
    return tuple(found.values())


def _ending(url: str) -> str:
    return urlsplit(url).path.rpartition(".")[2].lower()


def _authors(authors: Iterable[Author]) -> tuple[Author, ...]:
    found: dict[str, Author] = {}
    for author in authors:
        name = plain(author.name)
        if name:
            found.setdefault(name, Author(name=name, url=web_address(author.url)))
    return tuple(found.values())


def _categories(paths: Iterable[tuple[str, ...]]) -> tuple[Category, ...]:
    found: dict[str, Category] = {}
    for path in paths:
        names = tuple(name for name in map(plain, path) if name)
        if names:
            found.setdefault(path_of(path), Category(names=names, path=path_of(path)))
    return tuple(found.values())


def _words(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in map(plain, words) if word))


def _lines(text: str) -> str:
    # XML readers turn other line ends into this one: better all formats have it.
    text = legal(text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""


def _illustrated(body: str, image: Image | None, title: str) -> str:
    if image is None or "<img" in body:
        return body
    alt = escape(image.alt or title)
    return f'<p><img src="{escape(image.url)}" alt="{alt}"></p>{body}'


def _attribution(url: str, source: SourceHead) -> str:
    """Name the source and link the original: no output goes without (DESIGN 5.6)."""
    rights = f" · {escape(source.rights)}" if source.rights else ""
    link = f'<a href="{escape(url)}">{escape(source.name)}</a>'
    return f'<p dir="auto"><cite>{link}</cite>{rights}</p>'


def _enclosed(html: str, language: str | None, runs: str) -> str:
    lang = f' lang="{language}"' if language else ""
    return f'<div dir="{runs}"{lang}>{html}</div>'
