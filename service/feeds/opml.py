"""OPML 2.0: the list of public feeds, for a reader to take over whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from db.catalogue import ListedSource, list_public
from db.engine import Engine, reading
from db.saved import SavedFeed, list_saved
from db.scopes import ALL
from service.entries import head_of_source
from service.feeds.cache import Made
from service.feeds.document import make_document
from service.feeds.headers import Freshness, public_headers
from service.feeds.writing import attributes, element, feed_address
from service.plain import plain

CONTENT_TYPE = "text/x-opml; charset=utf-8"

# What `text` holds may be read as HTML (OPML 2.0), and validators take every ampersand
# without a space after it for the beginning of an entity, every < for that of a tag.
_BARE = re.compile(r"&(?=[^\s<&])")

# Which format the list names: of the three Atom says most, withdrawals too.
FORMAT = "atom"


class OpmlMaker:
    """Makes the list's document; one per process."""

    def __init__(
        self,
        engine: Engine,
        *,
        base_url: str,
        freshness: Freshness,
        now: Callable[[], float],
    ) -> None:
        self._engine = engine
        self._base_url = base_url
        self._freshness = freshness
        self._now = now

    def make(self, last: Made | None) -> Made:
        """Make the document, or give the last again where nothing differs."""
        with reading(self._engine) as session:
            sources = list_public(session)
            saved = list_saved(session, is_public=True)
        added = [source.added_at.timestamp() for source in sources]
        added += [feed.added_at.timestamp() for feed in saved]
        document = make_document(
            write_opml(sources, saved, self._base_url),
            seq=0,
            changed=int(max(added, default=0)),
            headers=public_headers(
                CONTENT_TYPE,
                freshness=self._freshness.cache_control(),
                links=[f'<{self._base_url}/opml>; rel="self"'],
                vary="Accept-Encoding",
            ),
            previous=last.document if last else None,
            now=int(self._now()),
        )
        return Made(document=document)


def write_opml(
    sources: Iterable[ListedSource], saved: Iterable[SavedFeed], base_url: str
) -> str:
    """Write the list: everything, what the operator defined, then each source.

    A source's categories are below it.
    """
    home = f"{base_url}/"
    own = [("All sources", ALL), *((plain(feed.title), feed.slug) for feed in saved)]
    outlines = "\n".join(
        (
            *(f"{_outline(title, slug, base_url, home)}/>" for title, slug in own),
            *(_source(source, base_url) for source in sources),
        )
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n<head>\n'
        f"{element('title', 'Wireroom: all feeds')}\n"
        "</head>\n"
        f"<body>\n{outlines}\n</body>\n</opml>\n"
    )


def _source(source: ListedSource, base_url: str) -> str:
    head = head_of_source(source.head)
    opening = _outline(head.name, head.slug, base_url, head.home)
    categories = [
        _outline(
            " › ".join((head.name, *map(plain, category.names))),
            f"{head.slug}/{category.path}",
            base_url,
            head.home,
        )
        for category in source.categories
    ]
    if not categories:
        return f"{opening}/>"
    inner = "\n".join(f"{category}/>" for category in categories)
    return f"{opening}>\n{inner}\n</outline>"


def _outline(text: str, slug: str, base_url: str, home: str) -> str:
    text = _BARE.sub("＆", text).replace("<", "‹")
    address = f"{feed_address(base_url, slug)}.{FORMAT}"
    about = attributes(type="rss", text=text, title=text, xmlUrl=address, htmlUrl=home)
    return f"<outline{about}"
