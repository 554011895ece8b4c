"""A site that means harm: each page fails by name, the others are stored."""

from __future__ import annotations

import gzip
import resource
from contextlib import suppress

import pytest
from sqlalchemy import select

from db.engine import reading
from db.models import ArticleRow, PageRow
from tests.crawling import article_page
from tests.story_site import StorySite
from tests.syncing import real_services, sync

MIB = 2**20


def answer(body, *, headers=(), status=200):
    def page(handler):
        handler.send_response(status)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return page


def endless(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    with suppress(OSError):
        while True:
            handler.wfile.write(b"<p>and so on " * 4096)


def to(location):
    return answer(b"", headers=[("Location", location)], status=302)


BOMB = gzip.compress(b"<p>a</p>" * (32 * MIB))
OPEN_TAGS = b"<h1>T</h1>" + b"".join(
    b"<font color=%d><p>" % n for n in range(5000)
)  # 80 KB; the tree has 12 million elements
HTML = ("Content-Type", "text/html; charset=utf-8")
HOSTILE = {
    "binary": (answer(bytes(range(256)) * 400, headers=[HTML]), "no title"),
    "image": (answer(b"GIF89a", headers=[("Content-Type", "image/gif")]), "image"),
    "empty": (answer(b"", headers=[HTML]), "empty"),
    "endless": (endless, "more than"),
    "bomb": (answer(BOMB, headers=[HTML, ("Content-Encoding", "gzip")]), "times"),
    "deep": (answer(b"<h1>T</h1>" + b"<div>" * MIB, headers=[HTML]), "pars"),
    "templates": (answer(b"<template>" * MIB, headers=[HTML]), "no title"),
    "open": (answer(OPEN_TAGS, headers=[HTML]), "pars"),
    "loop": (to("/story/loop/"), "circle"),
}
PRIVATE = {
    "10.0.0.1": "10.0.0.1",
    "number": "167772161",
    "hexadecimal": "0x0a000001",
    "mapped": "[::ffff:10.0.0.1]",
    "metadata": "169.254.169.254",
    "nat64": "[64:ff9b::a00:1]",
    "6to4": "[2002:a00:1::]",
}


@pytest.fixture
def site():
    with StorySite() as site:
        site.publish(1, 2, 3)
        for name, (page, _) in HOSTILE.items():
            site.pages[f"/story/{name}/"] = page
        site.publish()
        yield site


def rows(services, table):
    with reading(services.engine) as session:
        return session.scalars(select(table)).all()


def test_hostile_pages_fail_by_name_and_stop_nobody(site, tmp_path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with real_services(tmp_path, parse_timeout="2s") as services:
        sync(services, site)
        reasons = {
            row.url.split("/")[-2]: row.reason for row in rows(services, PageRow)
        }
        titles = sorted(row.title for row in rows(services, ArticleRow))

    for name, (_, reason) in HOSTILE.items():
        assert reason in (reasons[name] or ""), (name, reasons[name])
    assert titles == ["Story number 1", "Story number 2", "Story number 3"]
    # Kilobytes: a page of 10 MiB fits, a tree of gigabytes does not.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 * 1024


def test_a_redirect_to_a_private_address_is_not_followed(tmp_path):
    with StorySite() as site, real_services(tmp_path) as services:
        for name, host in PRIVATE.items():
            site.pages[f"/story/{name}/"] = to(f"http://{host}/secret")
        site.publish()
        sync(services, site)

        pages = rows(services, PageRow)
        assert rows(services, ArticleRow) == []
    moved = [p for p in pages if p.status == "moved"]
    assert len(moved) == len(PRIVATE)


def test_odd_bytes_are_read_as_a_browser_reads_them(tmp_path):
    turkish = article_page(1, title="İstanbul'da şenlik").encode("iso-8859-9")
    controls = article_page(2, title="A\x00B\x07C").encode()
    with StorySite() as site, real_services(tmp_path) as services:
        meta = b"<meta charset=latin5>"
        site.pages["/story/1/"] = turkish.replace(b"<head>", b"<head>" + meta)
        site.pages["/story/2/"] = controls
        site.publish()
        sync(services, site)

        titles = {row.title for row in rows(services, ArticleRow)}
    assert "İstanbul'da şenlik" in titles
    assert not any(c in "".join(titles) for c in "\x00\x07")
