"""Decide which network addresses may be talked to (DESIGN 5.7).

A host name is resolved once, every answer is checked, and the caller connects to the
answers checked, never to the name. Knows no HTTP client: fetching and delivering use
the same guard, each at the place where its client opens a connection.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from scrapers.fetch.hosts import literal

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Sequence[str]]

# Every range of the IANA special-purpose registries that is not the public Internet,
# by name: `ipaddress.is_global` lets multicast, NAT64, 6to4 and 192.88.99.0/24 pass
# and changes between versions of Python.
REFUSED: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(net), name)
    for net, name in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::/96", "IPv4-compatible"),
        ("64:ff9b::/96", "NAT64"),
        ("64:ff9b:1::/48", "NAT64"),
        ("100::/64", "discard"),
        ("2001::/23", "protocol assignments, Teredo"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
# Whatever IANA has not given out as global unicast is refused too (RFC 4291 2.4).
GLOBAL_UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")


class ForbiddenAddress(ValueError):
    """An address nobody may make us talk to; the message names range and setting."""


class UnknownHost(OSError):
    """A name that does not resolve."""


def system_resolver(host: str, port: int) -> tuple[str, ...]:
    """Ask the operating system for a host's addresses; UnknownHost when it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        message = f"{host} does not resolve: {error}"
        raise UnknownHost(message) from error
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class AddressGuard:
    """Refuses every address that is not public, save in the networks allowed.

    `resolve` gives the addresses of a name; tests hand in their own.
    """

    def __init__(
        self, allowed: Sequence[Network] = (), resolve: Resolver = system_resolver
    ) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve

    def check(self, ip: str) -> None:
        """Raise ForbiddenAddress unless this address may be talked to.

        `ip` is what a resolver gives: dotted quad or IPv6, with or without a zone.
        An IPv4-mapped IPv6 address is judged as the IPv4 address it reaches.
        """
        try:
            given = ip_address(ip)
        except ValueError as error:
            message = f"{ip!r} is no address"
            raise ForbiddenAddress(message) from error
        address = _plain(given)
        name = _refusal(address)
        if name is None or self._is_allowed(address):
            return
        message = (
            f"{ip} is not public ({name});"
            " if it is meant, WIREROOM_ALLOW_NETS lets its network through"
        )
        raise ForbiddenAddress(message)

    def resolve(self, host: str, port: int) -> tuple[str, ...]:
        """Give the addresses to connect to for a host, every one of them checked.

        A literal address, in any spelling, is checked without asking the resolver.
        One forbidden answer forbids the host: an answer that mixes public and private
        addresses is an attack or a mistake. Raises ForbiddenAddress, or UnknownHost.
        """
        try:
            address = literal(host)
        except ValueError as error:
            raise ForbiddenAddress(str(error)) from error
        answers = [str(address)] if address else list(self._resolve(host, port))
        if not answers:
            message = f"{host} has no address"
            raise UnknownHost(message)
        for answer in answers:
            self.check(answer)
        return tuple(answers)

    def _is_allowed(self, address: Address) -> bool:
        if not any(address in net for net in self._allowed):
            return False
        # Allowing NAT64 (a network with DNS64 needs it) allows the public addresses
        # behind it, not the private ones.
        if isinstance(address, IPv6Address) and address in NAT64:
            behind = IPv4Address(int(address) & 0xFFFFFFFF)
            return _refusal(behind) is None or self._is_allowed(behind)
        return True


def _plain(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    return address.ipv4_mapped or IPv6Address(int(address))


def _refusal(address: Address) -> str | None:
    for net, name in REFUSED:
        if address in net:
            return f"{name}, {net}"
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return "not global unicast"
    return None if address.is_global else "reserved"
