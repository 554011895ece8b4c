"""One host has one name, however it is spelled."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scrapers.fetch.hosts import host_name, literal, redirected, target


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.org/a?b#c", "example.org:443"),
        ("HTTP://Example.ORG", "example.org:80"),
        ("http://example.org:8080/", "example.org:8080"),
        ("https://example.org:/", "example.org:443"),
        ("https://example.org./", "example.org:443"),
        ("https://bücher.example/", "xn--bcher-kva.example:443"),
        ("https://BÜCHER.example/", "xn--bcher-kva.example:443"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example:443"),
        ("http://my_site.example/", "my_site.example:80"),
        ("http://127.0.0.1:8081/", "127.0.0.1:8081"),
        ("http://2130706433/", "127.0.0.1:80"),
        ("http://127.1/", "127.0.0.1:80"),
        ("http://0x7f.1/", "127.0.0.1:80"),
        ("http://0177.0.0.1/", "127.0.0.1:80"),
        ("http://127.0.0.1./", "127.0.0.1:80"),
        ("http://１２７.0.0.1/", "127.0.0.1:80"),
        ("http://①②⑦。⓪。⓪。①/", "127.0.0.1:80"),
        ("http://[0:0::1]/", "[::1]:80"),
        ("http://[::FFFF:127.0.0.1]:81/", "[::ffff:7f00:1]:81"),
    ],
)
def test_a_host_has_one_name(url, name):
    assert host_name(url) == name


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "//example.org/",
        "ftp://example.org/",
        "javascript:alert(1)",
        "http://",
        "http:///path",
        "http://:80/",
        "http://example.org:0/",
        "http://example.org:99999/",
        "http://example.org:x/",
        "http://user:secret@example.org/",
        "http://example.org@127.0.0.1/",
        "http://example.org:80\\@127.0.0.1/",
        "http://example.org\\.evil.example/",
        "http://exa mple.org/",
        "http://example.org/\r\nHost: x",
        "http://example.org\t.evil.example/",
        "http://%31%32%37.0.0.1/",
        "http://256.0.0.1/",
        "http://1.2.3.4.5/",
        "http://0x100000000/",
        "http://127.0.0.08/",
        "http://example.1/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://[127.0.0.1]/",
        "http://[::1]x/",
        "http://.example.org/",
        "http://a..b/",
        f"http://{'a' * 64}.org/",
        f"http://{'a.' * 130}org/",
        f"http://example.org/{'a' * 8000}",
        "http://\u2603\ufe0f\u0000.org/",
    ],
)
def test_what_is_no_address_to_ask_is_refused(url):
    with pytest.raises(ValueError, match=r"\w"):
        host_name(url)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://Example.org:443#top", "https://example.org/"),
        ("http://example.org?q=ü", "http://example.org/?q=ü"),
        ("http://example.org:8080/a/../b?x#y", "http://example.org:8080/a/../b?x"),
        ("  https://example.org/a\n", "https://example.org/a"),
    ],
)
def test_an_address_is_asked_in_one_form(url, asked):
    assert target(url).url == asked


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/b", "https://example.org/b"),
        ("b", "https://example.org/x/b"),
        ("?p=1", "https://example.org/x/?p=1"),
        ("//other.example/b", "https://other.example/b"),
        (" https://other.example/a b\t", "https://other.example/a%20b"),
        ("/a\r\n/b", "https://example.org/a/b"),
        ("#here", "https://example.org/x/"),
    ],
)
def test_a_location_is_read_against_its_address(location, url):
    assert redirected("https://example.org/x/", location).url == url


@given(st.text())
@example("\xa0#")
def test_any_text_is_an_address_or_a_value_error(text):
    for url in (text, f"http://{text}/", f"http://a/{text}"):
        try:
            found = target(url)
        except ValueError:
            continue
        assert target(found.url) == found


@given(st.text(alphabet="0123456789abcdefx.:[]%"))
def test_any_host_is_a_name_an_address_or_a_value_error(host):
    try:
        literal(host)
    except ValueError:
        return
