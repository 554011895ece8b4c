from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract.jsonld import read_things
from tests.factories_pages import URL, article

JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["@type", "@id", "author", "name", "image", "@graph", "headline"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "Article", "headline": "A"}',
        '<!-- {"@type": "Article", "headline": "A"} -->',
        '//<![CDATA[\n{"@type": "Article", "headline": "A"}\n//]]>',
        '{"@type": "Article", "headline": "A",}',
        '[{"@type": ["Thing", "schema:Article"], "headline": "A"}];',
        '{"@graph": [{"@type": "http://schema.org/Article", "headline": "A"}]}',
        '{"@type": "Article", "headline": "A", "x": "a\nb\tc"}',
        "{&quot;@type&quot;: &quot;Article&quot;, &quot;headline&quot;: &quot;A&quot;}",
    ],
)
def test_broken_scripts_are_read_as_they_were_meant(script):
    things = [t for t in read_things([script]) if t.is_a(frozenset({"article"}))]

    assert [thing.text("headline") for thing in things] == ["A"]


@pytest.mark.parametrize("script", ["", "{", "null", "5", '"x"', "[" * 100_000, "{}"])
def test_what_is_no_data_gives_nothing(script):
    assert read_things([script]) == []


def test_depth_and_number_are_bounded():
    deep: object = {"@type": "Article"}
    for _ in range(200):
        deep = {"a": deep}
    wide = [{"@type": "Article"}] * 10_000

    assert read_things([json.dumps(deep)]) == []
    assert len(read_things([json.dumps(wide)])) <= 300


def test_the_article_with_this_address_is_the_article():
    other = {
        "@type": "NewsArticle",
        "headline": "Other",
        "author": "Not Her",
        "url": "/o",
    }
    own = {
        "@type": "NewsArticle",
        "headline": "x",
        "author": "Amina Otieno",
        "url": URL,
    }
    script = json.dumps([other, own])
    made = article(head=f'<script type="application/ld+json">{script}</script>')

    assert [author.name for author in made.authors] == ["Amina Otieno"]


@given(JSON)
def test_any_data_is_read_without_a_stumble(value):
    for thing in read_things([json.dumps(value)]):
        for key in ("author", "name", "image", "headline"):
            thing.text(key), thing.texts(key), thing.link(key), thing.number(key)
            thing.long_text(key), thing.describes("https://example.org/")
