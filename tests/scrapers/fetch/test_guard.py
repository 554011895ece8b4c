"""The guard lets nobody make us talk to what is not public. It connects nowhere."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.fetch.guard import (
    REFUSED,
    AddressGuard,
    ForbiddenAddress,
    UnknownHost,
    system_resolver,
)

REFUSED_V4 = [net for net, _ in REFUSED if isinstance(net, IPv4Network)]
PUBLIC = "93.184.216.34"


def says(*answers):
    return lambda host, port: answers


def nobody(host, port):
    message = f"{host} was looked up"
    raise AssertionError(message)


@pytest.mark.parametrize(
    "ip",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.19.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::5db8:d822",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "nonsense",
        "",
        "127.1",
        "2130706433",
    ],
)
def test_what_is_not_public_is_refused(ip):
    with pytest.raises(ForbiddenAddress):
        AddressGuard().check(ip)


@pytest.mark.parametrize(
    "ip", [PUBLIC, "1.1.1.1", "::ffff:93.184.216.34", "2606:4700::1111", "2a00::1"]
)
def test_what_is_public_passes(ip):
    AddressGuard().check(ip)


def test_the_refusal_names_the_range_and_the_remedy():
    with pytest.raises(ForbiddenAddress) as error:
        AddressGuard().check("169.254.169.254")

    assert str(error.value) == (
        "169.254.169.254 is not public (link-local, 169.254.0.0/16);"
        " if it is meant, WIREROOM_ALLOW_NETS lets its network through"
    )


@pytest.mark.parametrize(
    ("net", "ip"),
    [
        ("127.0.0.0/8", "127.0.0.1"),
        ("127.0.0.0/8", "::ffff:127.0.0.1"),
        ("::1/128", "::1"),
        ("fd00::/8", "fd12::1"),
        ("64:ff9b::/96", "64:ff9b::5db8:d822"),
    ],
)
def test_the_operator_may_allow_a_network(net, ip):
    AddressGuard([ip_network(net)]).check(ip)


def test_allowing_one_network_allows_no_other():
    with pytest.raises(ForbiddenAddress):
        AddressGuard([ip_network("127.0.0.0/8")]).check("10.0.0.1")


def test_allowing_nat64_does_not_allow_what_is_private_behind_it():
    with pytest.raises(ForbiddenAddress):
        AddressGuard([ip_network("64:ff9b::/96")]).check("64:ff9b::7f00:1")


def test_a_name_gives_the_addresses_to_connect_to():
    guard = AddressGuard(resolve=says(PUBLIC, "2606:4700::1111"))

    assert guard.resolve("example.org", 443) == (PUBLIC, "2606:4700::1111")


@pytest.mark.parametrize("order", [(PUBLIC, "10.0.0.1"), ("::1", PUBLIC)])
def test_one_private_answer_among_public_ones_forbids_the_name(order):
    with pytest.raises(ForbiddenAddress):
        AddressGuard(resolve=says(*order)).resolve("example.org", 443)


def test_a_name_is_resolved_once():
    answers = iter([(PUBLIC,), ("127.0.0.1",)])
    guard = AddressGuard(resolve=lambda host, port: next(answers))

    assert guard.resolve("rebind.example", 80) == (PUBLIC,)


def test_a_name_without_addresses_is_unknown():
    with pytest.raises(UnknownHost, match=r"example\.org"):
        AddressGuard(resolve=says()).resolve("example.org", 80)


@pytest.mark.parametrize("host", ["256.1.1.1", "0x1ffffffff", "1.2.3.4.5", "a.08"])
def test_a_number_that_is_no_address_is_refused_unasked(host):
    with pytest.raises(ForbiddenAddress, match="is no address"):
        AddressGuard(resolve=nobody).resolve(host, 80)


@pytest.mark.parametrize("host", [".", "a" * 70, "a\x00b", "xn--a.\u0661"])
def test_the_system_names_what_it_cannot_resolve(host):
    with pytest.raises(UnknownHost):
        system_resolver(host, 80)


def test_the_system_resolves_this_machine():
    assert set(system_resolver("localhost", 80)) <= {"127.0.0.1", "::1"}


@st.composite
def refused_ipv4(draw):
    net = draw(st.sampled_from(REFUSED_V4))
    last = int(net.broadcast_address)
    return draw(st.integers(int(net.network_address), last).map(IPv4Address))


@st.composite
def spelled(draw):
    """An IPv4 address that is not public, as C and browsers let one write it."""
    number = int(draw(refused_ipv4()))
    count = draw(st.integers(1, 4))
    parts = [(number >> (8 * (3 - i))) & 255 for i in range(count - 1)]
    parts.append(number & (256 ** (5 - count) - 1))
    return ".".join(
        draw(st.sampled_from(["{}", "0x{:x}", "0X{:X}", "0{:o}"])).format(p)
        for p in parts
    )


@given(spelled())
def test_every_spelling_of_a_private_address_is_refused(host):
    with pytest.raises(ForbiddenAddress):
        AddressGuard(resolve=nobody).resolve(host, 80)


@given(
    refused_ipv4(),
    st.sampled_from(
        [
            lambda v4: v4,  # ::a.b.c.d
            lambda v4: 0xFFFF << 32 | v4,  # ::ffff:a.b.c.d
            lambda v4: 0x64FF9B << 96 | v4,
            lambda v4: 0x2002 << 112 | v4 << 80,
            lambda v4: 0x2001 << 112 | (v4 ^ 0xFFFFFFFF),
        ]
    ),
    st.sampled_from(["{}", "[{}]"]),
)
def test_a_private_address_wrapped_in_ipv6_is_refused(address, wrap, spelling):
    host = spelling.format(IPv6Address(wrap(int(address))))

    with pytest.raises(ForbiddenAddress):
        AddressGuard(resolve=nobody).resolve(host, 80)


@given(st.sampled_from(REFUSED), st.data())
def test_every_address_of_every_refused_range_is_refused(refused, data):
    net, _ = refused
    first, last = int(net.network_address), int(net.broadcast_address)
    address = net.network_address + (data.draw(st.integers(first, last)) - first)

    with pytest.raises(ForbiddenAddress):
        AddressGuard().check(str(address))


@given(st.ip_addresses())
def test_what_passes_is_global_by_the_registry_too(address):
    try:
        AddressGuard().check(str(address))
    except ForbiddenAddress:
        return
    plain = getattr(address, "ipv4_mapped", None) or address
    assert plain.is_global
    assert not plain.is_multicast
