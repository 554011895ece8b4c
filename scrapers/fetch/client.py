"""Build the HTTP client that visits sites: guarded, one request at a time, honest.

What to ask for, and how often, is the fetcher's.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import httpcore
import httpx

from scrapers.fetch.guard import AddressGuard
from scrapers.fetch.robots import PRODUCT
from scrapers.fetch.transport import GuardedTransport


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchLimits:
    """What one answer may cost. `timeout` is the time for a request, all in all.

    `max_bytes` counts a body once decoded, `max_ratio` how many times larger than
    sent it may become.
    """

    max_bytes: int = 10 * 2**20  # a hundred times an ordinary page
    max_ratio: int = 100  # markup packs 4 to 20 times; deflate's most is 1032
    max_redirects: int = 5  # a site's own detours take two or three
    max_header_bytes: int = 64 * 2**10  # servers themselves send 8 to 16 KiB at most
    timeout: timedelta = timedelta(seconds=30)


def build_client(
    guard: AddressGuard,
    limits: FetchLimits,
    *,
    network: httpcore.NetworkBackend | None = None,
) -> GuardedTransport:
    """Build what connects only where the guard allows.

    It follows no redirect, keeps no cookie and knows no proxy (which would resolve
    names past the guard); certificates are checked, against SSL_CERT_FILE or
    SSL_CERT_DIR where one is set. `network` opens the connections, for tests. The
    caller closes it.
    """
    return GuardedTransport(
        guard,
        ssl_context=_trusted(
            os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
        ),
        # Twice the body: chunked coding adds to it, by little where it is honest.
        max_received=2 * (limits.max_bytes + limits.max_header_bytes),
        network=network or httpcore.SyncBackend(),
    )


@lru_cache(maxsize=4)
def _trusted(file: str | None, folder: str | None) -> ssl.SSLContext:
    """Load the certificates to check against.

    Once a process: it takes 35 ms of CPU, and every visit has a client of its own.
    """
    if file or folder:
        context = ssl.create_default_context(cafile=file, capath=folder)
    else:
        context = httpx.create_ssl_context(trust_env=False)
    context.set_alpn_protocols(["http/1.1"])
    return context


def user_agent(contact_url: str) -> str:
    """Say who asks and where to object: "Wireroom (+https://example.org/about)".

    Raises ValueError for a contact address that no header can carry.
    """
    if not contact_url.isascii() or not contact_url.isprintable() or "(" in contact_url:
        message = f"contact address {contact_url!r} does not fit into a User-Agent"
        raise ValueError(message)
    return f"{PRODUCT} (+{contact_url})" if contact_url else PRODUCT
