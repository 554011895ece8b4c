"""Decide which links of a page count as articles' addresses.

A frozen value that travels into the parsing child with the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from scrapers.clean.urls import MAX_LENGTH, absolute, canonical, host_of, registrable
from scrapers.discover.options import DEFAULT_LIMIT, Options
from scrapers.items import Site

# What programs other than browsers open, and pictures and recordings, are no pages.
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|epub|csv|zip|rar|7z|exe|dmg|apk|ics|jpe?g"
    r"|png|gif|webp|avif|svg|mp3|m4a|mp4|m4v|mov|avi|wav|ogg|webm)$",
    re.IGNORECASE,
)
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """Which hosts, which addresses, and how many of one document.

    `publishers` are registered names with their port (`publisher_of`), `hosts` stand
    for themselves and what is below them; `ignored` are the addresses of the site's
    home and of the listing itself. A document is read until more than `limit` are
    found: the one too many tells that there are more.
    """

    publishers: frozenset[str]
    hosts: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    ignored: frozenset[str] = frozenset()
    limit: int = DEFAULT_LIMIT

    def admit(self, base: str, href: str) -> str | None:
        """Give the canonical address `href` means on the page at `base`, or None."""
        found = absolute(base, href) if href else None
        if found is None:
            return None
        try:
            url = canonical(found)
        except ValueError:
            return None
        if len(url) > MAX_LENGTH or url in self.ignored or not self._may_lead_to(url):
            return None
        if _FILE.search(urlsplit(url).path):
            return None
        if self.include and not any(re.search(p, url) for p in self.include):
            return None
        return None if any(re.search(p, url) for p in self.exclude) else url

    def _may_lead_to(self, url: str) -> bool:
        if publisher_of(url) in self.publishers:
            return True
        host = own_host(url)
        return any(host == own or host.endswith("." + own) for own in self.hosts)


def rules_of(options: Options, site: Site) -> Rules:
    """Make the rules of one `[[discover]]` entry of a site."""
    addresses = [address for address in (site.home, options.url) if address]
    return Rules(
        publishers=frozenset(publisher_of(address) for address in addresses),
        hosts=tuple(host.removeprefix("www.") for host in options.hosts),
        include=options.include,
        exclude=options.exclude,
        ignored=frozenset(canonical(address) for address in addresses),
        limit=options.limit,
    )


def own_host(url: str) -> str:
    """Give the host of an address without www and default port, "" if it has none.

    "https://www.example.org:443/a" → "example.org".
    """
    return host_of(url) + _port(url)


def publisher_of(url: str) -> str:
    """Give the registered name an address is under, with its port if it has one.

    "https://news.example.co.ke/a" → "example.co.ke". Two ports of one machine are two
    sites.
    """
    return registrable(host_of(url)) + _port(url)


def _port(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    is_default = port is None or port == DEFAULT_PORTS.get(parts.scheme)
    return "" if is_default else f":{port}"
