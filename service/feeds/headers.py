"""The headers that feeds, archives and lists share: freshness, and who may read.

What belongs to one version and coding (ETag, length) is in `service.feeds.document`.
"""

from __future__ import annotations

from dataclasses import dataclass

# An archive changes when an article of it is edited or leaves, which the feed itself
# tells at once; a takedown must be out of caches within the day.
ARCHIVE_SECONDS = 86_400

# A script in a browser may ask conditionally and for a delta, and read what it needs
# to do so (Fetch standard, CORS protocol). Nothing here is anybody's secret.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, IM, Link",
}
# What a browser asks before it sends such a request; asked once a day.
PREFLIGHT = {
    "Allow": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "A-IM, If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


# What decides whether a page for people is given in place of a feed.
PAGE_VARY = "Sec-Fetch-Dest, Upgrade-Insecure-Requests"


@dataclass(frozen=True, kw_only=True, slots=True)
class Freshness:
    """For how many seconds a copy is fresh, and may be used after that.

    `while_asking` while its cache asks for a new one, `on_error` while we do not answer
    (RFC 5861).
    """

    seconds: int
    while_asking: int
    on_error: int

    def cache_control(
        self, *, is_archive: bool = False, is_private: bool = False
    ) -> str:
        """Write it; an archive is kept for a day, and no longer without asking.

        What is private is kept by its reader alone.
        """
        whose = "private" if is_private else "public"
        if is_archive:
            seconds = max(self.seconds, ARCHIVE_SECONDS)
            return f"{whose}, max-age={seconds}, stale-if-error={self.on_error}"
        return (
            f"{whose}, max-age={self.seconds}, "
            f"stale-while-revalidate={self.while_asking}, "
            f"stale-if-error={self.on_error}"
        )


def public_headers(
    content_type: str, *, freshness: str, links: list[str], vary: str
) -> dict[str, str]:
    """Give the headers of a public document.

    Search engines list the articles at their sources, not here.
    """
    return {
        "Content-Type": content_type,
        "Cache-Control": freshness,
        "Vary": vary,
        **CORS,
        "X-Robots-Tag": "noindex",
        "Accept-Ranges": "none",
        "Link": ", ".join(links),
    }
