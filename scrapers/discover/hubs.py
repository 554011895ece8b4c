"""Which hub a feed names (W3C WebSub section 4), in its headers or in the document."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scrapers.clean.urls import absolute
from scrapers.discover.loose import text
from scrapers.items import Hub, Page

# Longer addresses are no hub's: they are to be stored and asked again and again.
MAX_ADDRESS = 2000

_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^;,\"]*))*)")
_REL = re.compile(r";\s*rel\s*=\s*\"?([^\";,]*)", re.IGNORECASE)


def find_hub(page: Page, links: Iterable[dict[str, object]]) -> Hub | None:
    """Give the hub and the topic's own address; None where the feed names no hub.

    `links` are the document's, as feedparser gives them; headers come before them.
    Without a self link the topic is the address the feed was found at.
    """
    stated: dict[str, list[str]] = {}
    for href, parameters in _LINK.findall(page.header("link") or ""):
        for names in _REL.findall(parameters)[:1]:
            for rel in names.lower().split():
                stated.setdefault(rel, []).append(href)
    for link in links:
        stated.setdefault(text(link, "rel").lower(), []).append(text(link, "href"))
    hub = _first(page.url, stated.get("hub", ()))
    topic = _first(page.url, stated.get("self", ())) or page.url
    if hub is None or len(topic) > MAX_ADDRESS:
        return None
    return Hub(url=hub, topic=topic)


def _first(base: str, addresses: Iterable[str]) -> str | None:
    found = (absolute(base, href.strip()) for href in addresses if href.strip())
    return next((each for each in found if each and len(each) <= MAX_ADDRESS), None)
