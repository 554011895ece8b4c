from ipaddress import ip_network

import pytest

from service.clients import MAX_HEADER, client_of

OURS = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def named(peer, forwarded_for=None, forwarded=None, trusted=OURS):
    environ = {
        "REMOTE_ADDR": peer,
        "HTTP_X_FORWARDED_FOR": forwarded_for,
        "HTTP_FORWARDED": forwarded,
    }
    return client_of(environ, trusted)


def test_nobody_is_believed_by_default():
    assert named("10.0.0.1", "192.0.2.1", "for=192.0.2.1", trusted=()) == "10.0.0.1"


def test_a_stranger_is_not_believed():
    assert named("198.51.100.9", "192.0.2.1") == "198.51.100.9"


@pytest.mark.parametrize(
    ("told", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("203.0.113.7, 192.0.2.1", "192.0.2.1"),  # what the client wrote itself
        ("203.0.113.7, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
        ("203.0.113.7,192.0.2.1,10.0.0.2,10.0.0.3", "192.0.2.1"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("[2001:db8:1:2:3::4]:4711", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::5", "2001:db8:1:2::/64"),
        ("10.9.9.9, 10.0.0.2", "10.9.9.9"),
        ("unknown", "10.0.0.1"),
        ("192.0.2.1, unknown", "10.0.0.1"),
        ("192.0.2.1, 10.0.0.2, <script>", "10.0.0.1"),
        ("", "10.0.0.1"),
        ("203.0.113.7, " * MAX_HEADER + "192.0.2.1", "192.0.2.1"),
    ],
)
def test_the_nearest_that_is_no_proxy_of_ours_is_the_client(told, client):
    assert named("10.0.0.1", told) == client


@pytest.mark.parametrize(
    ("told", "client"),
    [
        ("for=192.0.2.1", "192.0.2.1"),
        ("for=203.0.113.7, for=192.0.2.1;proto=https;by=10.0.0.2", "192.0.2.1"),
        ('proto=http; For="[2001:db8:1:2::5]:80"', "2001:db8:1:2::/64"),
        ("for=192.0.2.1, for=10.0.0.2", "192.0.2.1"),
        ("for=_hidden", "10.0.0.1"),
        ("by=192.0.2.1", "10.0.0.1"),
    ],
)
def test_forwarded_is_read_where_the_other_is_missing(told, client):
    assert named("10.0.0.1", None, told) == client


def test_what_a_proxy_passed_on_does_not_go_before_what_it_wrote():
    assert named("10.0.0.1", "192.0.2.1", "for=203.0.113.7") == "192.0.2.1"


def test_a_proxy_may_have_an_ipv6_address():
    assert named("fd00::1", "192.0.2.1") == "192.0.2.1"


def test_what_is_no_address_is_a_client_too():
    assert named("", "192.0.2.1") == ""
