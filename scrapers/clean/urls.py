"""Addresses: absolute, canonical, and whose they are.

Nothing here asks a network; whether an address may be asked is `scrapers.fetch`'s.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import parse_qsl, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url, safe_url_string

from scrapers.compiled import load

# Query keys that say how a reader came, never what the page is.
TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid"
    r"|igshid|mc_[ce]id|_hs(?:enc|mi)|mkt_tok|oly_(?:anon|enc)_id|vero_id|wickedid"
    r"|__twitter_impression|cmpid|ncid|xtor|at_(?:medium|campaign|custom\d)|ito"
    r"|guccounter|guce_referrer(?:_sig)?|_ga|ref_src|ref_url|s_cid|spm)",
    re.IGNORECASE,
)
# Where a button "Back" leads from the page, which portals write into every link.
_RETURN = re.compile(
    r"_?(?:redirect|return_?(?:url|to)|back_?url)=(?:/|%2F|https?(?::|%3A)).*",
    re.IGNORECASE,
)
MAX_LENGTH = 2000  # longer ones are no article's, and indexes refuse them

# What stands as it is: a name or an IPv4 address, a port of its own, a plain path.
_PLAIN = re.compile(
    r"https?://(?:[a-z0-9.-]*[a-z]|[1-9]\d{0,2}(?:\.(?:0|[1-9]\d{0,2})){3})"
    r"(?::(?!(?:80|443)/)(?:[1-9]\d{1,3}|[1-5]\d{4}|6[0-4]\d{3}))?/[\w\-./~]*",
    re.ASCII,
)
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
# An address from the top of its site that needs nothing but the site.
_ROOTED = re.compile(
    r"/(?![/.])(?:[!#-.0-:=@-Z_a-z~]++|/(?!\.))*+(?:\?[!$-:=?-Z_a-z~]++)?(?<!#)"
)
_SAFE = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:[/?#][!#-;=?-Z_a-z~]*)?", re.ASCII
)
_STRIPPED = re.compile("[\x00-\x20]*(.*?)[\x00-\x20]*", re.DOTALL)  # as WHATWG URL does
_BREAKS = re.compile("[\t\n\r]")
# What WHATWG URL forbids in a host's name does not become one by another spelling.
_HOST = re.compile(r"[^\x00-\x20\x7f#%/<>?@\[\\\]^|]+")
# What a host should follow and none does: resolved, it would be where it stands.
_HOSTLESS = re.compile(r"(?:https?:)?//(?:[?#].*)?", re.IGNORECASE | re.DOTALL)
_PORTS = {"http": 80, "https": 443}
_INDEX = re.compile(r"/?(?:index|default|home)?(?:\.\w{3,5})?/?", re.IGNORECASE)

# Second labels under which registries sell names ("example.co.ke"), and hosts that
# give every customer a name: two of these are two publishers.
_SECOND = re.compile(
    r"ac|com?|edu|go[bv]?|gouv|gv|id|info|mil|mod|net?|nom|org?|sch|web"
)
_SHARED = (
    ".blogspot.com",
    ".wordpress.com",
    ".github.io",
    ".gitlab.io",
    ".substack.com",
    ".medium.com",
    ".tumblr.com",
    ".netlify.app",
    ".vercel.app",
    ".pages.dev",
    ".web.app",
    ".herokuapp.com",
    ".wixsite.com",
    ".weebly.com",
    ".livejournal.com",
    ".typepad.com",
    ".over-blog.com",
    ".hatenablog.com",
)


@lru_cache(maxsize=4096)
def canonical(url: str) -> str:
    """Give the one spelling of an address that stands for the page.

    Host in lower case and IDNA, no default port, fragment, user name or tracking
    parameter, query sorted, dots and percent signs normalised. Idempotent.
    Raises ValueError for what is no http(s) address.
    """
    if _PLAIN.fullmatch(url) and "/." not in url:
        return url
    found = urlsplit(_trim(url))
    scheme = found.scheme.lower()
    name = found.hostname or ""
    if scheme not in _PORTS or not _HOST.fullmatch(name):
        message = f"{url!r} is no http(s) address"
        raise ValueError(message)
    host = f"[{name}]" if ":" in name else name
    if found.port not in (None, _PORTS[scheme]):
        host += f":{found.port}"
    query = _without_tracking(found.query)
    bare = urlunsplit((scheme, host, found.path or "/", query, ""))
    return _settle(bare)


def _settle(url: str) -> str:
    """Canonicalise until nothing changes: unquoting can uncover another quoting."""
    for _ in range(5):
        made = canonicalize_url(url)
        if not _HOST.fullmatch(urlsplit(made).hostname or ""):
            break
        if made == url:
            return made
        url = made
    message = f"{url!r} is no http(s) address"
    raise ValueError(message)


def _without_tracking(query: str) -> str:
    if not query:
        return query
    kept = [
        part
        for part in query.split("&")
        if part
        and not TRACKING.fullmatch(part.partition("=")[0])
        and not _RETURN.fullmatch(part)
    ]
    return "&".join(kept)


def _trim(url: str) -> str:
    found = _STRIPPED.fullmatch(url)
    return _BREAKS.sub("", found[1] if found else url)


@lru_cache(maxsize=1024)
def _top(base: str) -> str:
    """The address of a site without the path; "" where that is not plain."""
    top = urljoin(base, "/")[:-1] if _SAFE.fullmatch(base) else ""
    return top if _SAFE.fullmatch(top) else ""


def absolute(base: str, href: str) -> str | None:
    """Resolve a link as a browser does; None for what leads to no http(s) page.

    Fragments stay; spaces, other letters, and a percent sign that encodes nothing are
    percent-encoded. Idempotent.
    """
    if _compiled and (sure := _compiled.resolved(base, href)) is not None:
        return sure or None
    return _absolute(base, href)


def _absolute(base: str, href: str) -> str | None:
    is_plain = "%" not in href or not _STRAY.search(href)
    if is_plain and _SAFE.fullmatch(href):
        return href if len(href) <= MAX_LENGTH else None
    if is_plain and _ROOTED.fullmatch(href) and (top := _top(base)):
        return top + href if len(top + href) <= MAX_LENGTH else None
    try:
        href = _trim(href)
        joined = urljoin(base, href)
        found = urlsplit(joined)
        if found.scheme not in _PORTS or _HOSTLESS.fullmatch(href):
            return None
        made = joined if _SAFE.fullmatch(joined) else safe_url_string(joined)
        made = _STRAY.sub("%25", made)
        leads = urlsplit(made)
        leads.port  # noqa: B018 - raises ValueError for a port that is none
    except ValueError:
        return None
    is_one = _HOST.fullmatch(leads.hostname or "") and len(made) <= MAX_LENGTH
    return made if is_one else None


# What resolves most links, and is sure which it does not.
_compiled = load("urls")
if _compiled:
    _compiled.learn(_absolute, MAX_LENGTH)


@lru_cache(maxsize=1024)
def host_of(url: str) -> str:
    """The host's name in lower case without "www."; "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


@lru_cache(maxsize=1024)
def registrable(host: str) -> str:
    """The part of a host's name that one publisher registered, by rule of thumb.

    The last two labels; three under `co.ke` and its like, and where every customer of
    a hoster has a name. An IP address stands for itself.
    """
    host = host.lower().rstrip(".")
    if ":" in host or host[-1:].isdigit():  # as all IP addresses, and few names
        try:
            return str(ip_address(host))
        except ValueError:
            pass
    labels = ["", *host.split(".")]
    national = len(labels[-1]) == 2 and _SECOND.fullmatch(labels[-2])
    hosted = host.endswith(_SHARED)
    return ".".join(labels[-3 if national or hosted else -2 :]).strip(".")


def same_publisher(one: str, other: str) -> bool:
    """Tell whether two addresses are under one registrable name."""
    first, second = host_of(one), host_of(other)
    return bool(first) and registrable(first) == registrable(second)


def is_home(url: str) -> bool:
    """Tell whether an address is a site's front page rather than an article."""
    found = urlsplit(url)
    if found.query and parse_qsl(found.query):
        return False
    return bool(_INDEX.fullmatch(found.path))
