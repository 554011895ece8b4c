"""Read addresses as a browser does: which host is meant, in one spelling.

Politeness and the address guard both hang on this name, so two spellings of one host
must not give two. Knows nothing of networks: whether we may connect is the guard's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import idna

# Servers and proxies refuse longer request lines (Apache and nginx at 8 KiB).
MAX_URL_CHARACTERS = 8000
DEFAULT_PORTS = {"http": 80, "https": 443}

# A percent sign that begins no escape (RFC 3986 2.1): what pages have, and no address
# that somebody gives us on purpose.
ESCAPE_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})")

_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
# What browsers strip from an address; a no-break space is part of it.
_BLANK = "\x00\t\n\f\r "
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """An address that can be asked for, and the host ("host:port") it stands on."""

    url: str
    host: str


def host_name(url: str) -> str:
    """Name the host an address is on, as "host:port".

    Lower case, IDNA (UTS 46), without a final dot, the default port filled in, and
    numeric hosts as the address they mean ("http://0x7f.1/" is "127.0.0.1:80"; IPv6
    in brackets), as the WHATWG URL Standard reads them. Raises ValueError for what is
    not an http or https address, or carries a user name.
    """
    return target(url).host


def target(url: str) -> Target:
    """Give an address the one form in which it is asked for.

    The host is spelled as by `host_name`; the fragment and a default port are gone,
    and the path is "/" at least. Raises ValueError as `host_name` does.
    """
    parts = _split(url.strip(_BLANK))
    host = _host(parts.netloc)
    port = parts.port if parts.port is not None else DEFAULT_PORTS[parts.scheme]
    if port == 0:
        message = "port 0 cannot be asked"
        raise ValueError(message)
    netloc = host if port == DEFAULT_PORTS[parts.scheme] else f"{host}:{port}"
    path = parts.path if parts.path.startswith("/") else f"/{parts.path}"
    return Target(
        url=urlunsplit((parts.scheme, netloc, path, parts.query, "")),
        host=f"{host}:{port}",
    )


def redirected(url: str, location: str) -> Target:
    """Resolve a Location header against the address that sent it (RFC 9110 10.2.2).

    Tabs and line breaks are dropped and spaces escaped, as browsers do. Raises
    ValueError as `host_name` does.
    """
    cleaned = re.sub(r"[\t\r\n]", "", location.strip(_BLANK))
    return target(urljoin(url, cleaned.replace(" ", "%20")))


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """Read a host that is an address itself, in any spelling; None for a name.

    "127.1", "2130706433", "0x7f.1" and "0177.0.0.1" are all 127.0.0.1, as for
    browsers and for the C library. Raises ValueError for a host that ends in a number
    but is no address: nobody may guess what it means.
    """
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if ":" in bare:
        return IPv6Address(bare)
    labels = bare.lower().removesuffix(".").split(".")
    if not _NUMBER.fullmatch(labels[-1]):
        return None
    try:
        return IPv4Address(_ipv4_number(labels))
    except (ValueError, AddressValueError) as error:
        message = f"{host!r} is no address"
        raise ValueError(message) from error


def _split(url: str) -> SplitResult:
    if len(url) > MAX_URL_CHARACTERS:
        message = f"address of {len(url)} characters, more than {MAX_URL_CHARACTERS}"
        raise ValueError(message)
    if _UNPRINTABLE.search(url):
        message = f"address {url[:200]!r} holds spaces or control characters"
        raise ValueError(message)
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.netloc:
        message = f"{url[:200]!r} is no http or https address"
        raise ValueError(message)
    if "@" in parts.netloc:
        message = f"address on {parts.netloc[:200]!r} carries a user name"
        raise ValueError(message)
    return parts


# A pass names one host for each page, and several times.
@lru_cache(maxsize=1024)
def _host(netloc: str) -> str:
    if netloc.startswith("["):
        name, bracket, port = netloc.partition("]")
        name += bracket
        if not bracket or (port and not port.startswith(":")):
            message = f"{netloc[:200]!r} is no host"
            raise ValueError(message)
    else:
        name = _ascii(netloc.partition(":")[0]).removesuffix(".")
    address = literal(name)
    if address is not None:
        return _spelled(address)
    if len(name) > 253 or not all(map(_LABEL.fullmatch, name.split("."))):
        message = f"{name[:200]!r} is no host name"
        raise ValueError(message)
    return name


def _spelled(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    if address.scope_id is not None:
        message = f"{address} names an interface of ours"
        raise ValueError(message)
    if address.ipv4_mapped is not None:  # as WHATWG writes it; Python does until 3.13
        high, low = divmod(int(address.ipv4_mapped), 2**16)
        return f"[::ffff:{high:x}:{low:x}]"
    return f"[{address.compressed}]"


def _ascii(name: str) -> str:
    """Lower a name and encode it by UTS 46: full-width digits become digits."""
    if name.isascii():
        return name.lower()
    try:
        return idna.encode(name, uts46=True).decode("ascii").lower()
    except idna.IDNAError as error:
        message = f"{name[:200]!r} is no host name: {error}"
        raise ValueError(message) from error


def _ipv4_number(labels: list[str]) -> int:
    """Join one to four numbers, the last filling what is left (inet_aton)."""
    numbers = [_number(label) for label in labels]
    last = numbers.pop()
    if len(numbers) > 3 or any(n > 255 for n in numbers):
        raise ValueError(labels)
    if last >= 256 ** (4 - len(numbers)):
        raise ValueError(labels)
    return last + sum(n << (8 * (3 - i)) for i, n in enumerate(numbers))


def _number(label: str) -> int:
    if not _NUMBER.fullmatch(label) or len(label) > 20:
        raise ValueError(label)
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") else 10)
