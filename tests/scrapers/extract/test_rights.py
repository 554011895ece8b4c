from __future__ import annotations

import pytest

from scrapers.items import Restriction
from tests.factories_pages import article

PAID, RESERVED, NOINDEX, NOARCHIVE = (
    Restriction.PAID, Restriction.RESERVED, Restriction.NOINDEX, Restriction.NOARCHIVE,
)  # fmt: skip


def jsonld(value):
    return (
        '<script type="application/ld+json">{"@type":"NewsArticle",'
        f'"isAccessibleForFree":{value}}}</script>'
    )


@pytest.mark.parametrize(
    "value", ["false", '"False"', '"http://schema.org/False"', "0"]
)
def test_a_paid_page_is_paid(value):
    assert article(head=jsonld(value)).restrictions == {PAID}


@pytest.mark.parametrize(
    "head",
    [
        '<meta itemprop="isAccessibleForFree" content="False">',
        '<meta property="article:content_tier" content="locked">',
    ],
)
def test_a_page_may_say_so_in_its_markup(head):
    assert article(head=head).restrictions == {PAID}


@pytest.mark.parametrize("value", ["true", '"True"', "1", "null"])
def test_a_free_page_is_free(value):
    assert article(head=jsonld(value)).restrictions == set()


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ("noindex, follow", {NOINDEX}),
        ("none", {NOINDEX}),
        ("NOARCHIVE", {NOARCHIVE}),
        ("noai, noimageai", {RESERVED}),
        ("index, follow, max-image-preview:large", set()),
    ],
)
def test_robots_metas_are_obeyed(meta, expected):
    head = f'<meta name="ROBOTS" content="{meta}">'

    assert article(head=head).restrictions == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([("x-robots-tag", "noindex")], {NOINDEX}),
        ([("x-robots-tag", "otherbot: noindex, noai")], set()),
        ([("x-robots-tag", "wireroom: noai")], {RESERVED}),
        ([("x-robots-tag", "unavailable_after: 25 Jun 2030")], set()),
        (
            [("x-robots-tag", "noarchive"), ("x-robots-tag", "noai")],
            {NOARCHIVE, RESERVED},
        ),
        ([("tdm-reservation", "1")], {RESERVED}),
        ([("tdm-reservation", "0")], set()),
    ],
)
def test_headers_are_obeyed_where_they_are_meant_for_us(headers, expected):
    assert article(headers=tuple(headers)).restrictions == expected


def test_a_tdm_reservation_in_the_page_is_obeyed():
    assert article(head='<meta name="tdm-reservation" content="1">').restrictions == {
        RESERVED
    }
