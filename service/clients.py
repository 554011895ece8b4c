"""Who asks, behind proxies: the address that requests are counted by.

A proxy's own address says nothing of who is behind it, and what a header says anybody
can write. So the header is read from its end, where the nearest proxy wrote, and only
as far as those who wrote are proxies that the operator trusts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

from flask import Flask, current_app, request

# Whoever has one IPv6 address has 2^64 of them (RFC 6177): they count as one.
IPV6_PREFIX = 64

# Three proxies write forty characters each; of what is longer the end is read.
MAX_HEADER = 1000

EXTENSION = "wireroom-proxies"

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]

# The one parameter of Forwarded (RFC 7239 section 4) that is asked for.
_FOR = re.compile(r'(?:^|[;\s])for=(?:"([^"]*)"|([^;\s]*))', re.IGNORECASE)
# With the port that some proxies write.
_WITH_PORT = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?")


def register_proxies(app: Flask, trusted: Networks) -> None:
    """Let an app know which proxies are trusted."""
    app.extensions[EXTENSION] = tuple(trusted)


def current_client() -> str:
    """Name who asks the running app, as `client_of` does."""
    trusted: Networks = current_app.extensions[EXTENSION]
    return client_of(request.environ, trusted)


def client_of(environ: Mapping[str, object], trusted: Networks) -> str:
    """Name the client of a WSGI request: an IPv4 address, an IPv6 network.

    `X-Forwarded-For` goes before `Forwarded`: who writes the one passes the other on.
    """
    peer = str(environ.get("REMOTE_ADDR") or "")
    client = _address(peer)
    if client is None:
        return peer
    for step in reversed(_steps(environ)):
        if not _is_trusted(client, trusted):
            break
        before = _address(step)
        if before is None:  # "unknown", or no address: the proxy is all that is known
            break
        client = before
    return _counted(client)


def _steps(environ: Mapping[str, object]) -> list[str]:
    told = str(environ.get("HTTP_X_FORWARDED_FOR") or "")[-MAX_HEADER:]
    if told:
        return [step.strip() for step in told.split(",")]
    told = str(environ.get("HTTP_FORWARDED") or "")[-MAX_HEADER:]
    found = (_FOR.search(step) for step in told.split(","))
    return [match[1] or match[2] or "" if match else "" for match in found]


def _address(text: str) -> Address | None:
    match = _WITH_PORT.fullmatch(text)
    try:
        found = ip_address((match[1] or match[2]) if match else text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _is_trusted(address: Address, trusted: Networks) -> bool:
    return any(address in network for network in trusted)


def _counted(client: Address) -> str:
    if isinstance(client, IPv4Address):
        return str(client)
    return str(IPv6Network((int(client), IPV6_PREFIX), strict=False))
