from __future__ import annotations

import pytest

from tests.factories_pages import article, prose

TITLE = "<h1>Flood cuts off two villages</h1>"
STANDFIRST = "The bridge is closed, and boats carry the post to the people."
DESCRIBED = '<meta property="og:description" content="All news of the flood here.">'


def summary(body):
    return article(f"{body}{prose()}", head=DESCRIBED).summary


@pytest.mark.parametrize(
    "body",
    [
        f"{TITLE}<p class=article-subtitle>{STANDFIRST}</p>",
        f"{TITLE}<h2 class='c-dek big'>{STANDFIRST}</h2>",
        f"<header>{TITLE}</header><div><p class=standfirst>{STANDFIRST}</p></div>",
        f"<header>{TITLE}<ul><li>x</ul></header><p class=teaser>{STANDFIRST}</p>",
        f"{TITLE}<p itemprop=description>{STANDFIRST}</p>",
    ],
)
def test_the_standfirst_under_the_headline_is_the_summary(body):
    assert summary(body) == STANDFIRST


@pytest.mark.parametrize(
    "body",
    [
        TITLE,
        f"{TITLE}<p>{STANDFIRST}</p>",
        f"{TITLE}<p class=lead>News</p>",
        f"{TITLE}<figure class=lead><figcaption>{STANDFIRST}</figcaption></figure>",
        f"{TITLE}<p class=lead-image-caption>{STANDFIRST}</p>",
        f"{TITLE}<p class=intro>By Amina Otieno and Wu Li in Nairobi</p>",
        f"{TITLE}<p class=intro>Photograph: the agency, all rights reserved</p>",
        f"<article>{TITLE}</article><div class=teaser>{STANDFIRST}</div>",
    ],
)
def test_where_none_is_marked_as_one_the_description_is(body):
    assert summary(body) == "All news of the flood here."
