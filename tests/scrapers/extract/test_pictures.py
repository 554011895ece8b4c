from __future__ import annotations

import pytest

from scrapers.clean.images import largest, source_of
from scrapers.items import Image
from tests.factories_pages import article, prose

LEAD = "https://example.org/flood.jpg"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            '<meta property="og:image" content="/flood.jpg">'
            '<meta property="og:image:width" content="800">'
            '<meta property="og:image:alt" content="The river">',
            Image(url=LEAD, width=800, alt="The river", media_type="image/jpeg"),
        ),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","image":'
            '[{"@type":"ImageObject","url":"/flood.jpg","width":"640px"}]}</script>',
            Image(url=LEAD, width=640, media_type="image/jpeg"),
        ),
        (
            '<meta property="og:image" content="/logo.png">'
            '<meta name="twitter:image" content="/flood.jpg">',
            None,
        ),
    ],
)
def test_the_lead_image_is_what_the_page_states(head, expected):
    assert article(head=head).image == expected


@pytest.mark.parametrize("selector", ["#pic@data-big", "#none", "a.lead", "#pic"])
def test_a_recipe_names_the_picture(selector):
    body = (
        "<h1>Flood cuts off two villages</h1><img id=pic data-big=/flood.jpg"
        f" src=/flood.jpg><a class=lead href=/flood.jpg>x</a>{prose()}"
    )
    made = article(body, recipe={"image": [selector, "#pic"]})

    assert made.image == Image(url=LEAD, media_type="image/jpeg")


def test_the_first_large_picture_stands_in():
    body = (
        "<h1>Flood cuts off two villages</h1><article><img src=/face.jpg width=48"
        f" height=48><img data-src=/flood.jpg src=/spacer.gif>{prose()}</article>"
    )

    assert article(body).image == Image(url=LEAD, media_type="image/jpeg")


@pytest.mark.parametrize(
    ("href", "is_lead"), [("/full/flood.jpg?w=9", True), ("/gallery/flood/", False)]
)
def test_a_link_that_enlarges_a_picture_leads_nowhere_else(href, is_lead):
    picture = f"<div><a href={href}><img src=/flood.jpg width=460></a></div>"
    made = article(f"<h1>Flood cuts off two villages</h1>{picture}<div>{prose()}</div>")

    assert (made.image is not None) == is_lead


def test_a_picture_above_the_text_leads():
    body = (
        "<h1>Flood cuts off two villages</h1><div class=post-thumbnail><img"
        f" src=/flood.jpg></div><article>{prose()}<img src=/other.jpg></article>"
    )

    assert article(body).image == Image(url=LEAD, media_type="image/jpeg")


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"src": "a.jpg"}, "a.jpg"),
        ({"src": "data:image/gif;base64,x", "data-src": "a.jpg"}, "a.jpg"),
        ({"src": "b.gif", "data-lazy-src": "a.jpg"}, "a.jpg"),
        ({"src": "/img/placeholder.png", "srcset": "a.jpg 1x"}, "a.jpg"),
        ({"srcset": "s.jpg 300w, a.jpg 1200w, huge.jpg 5000w"}, "a.jpg"),
        ({"data-src": "{width}", "src": "a.jpg"}, "a.jpg"),
        ({"src": "data:image/gif;base64,x"}, None),
        ({}, None),
        ({"src": None}, None),
    ],
)
def test_a_lazy_picture_has_its_address_elsewhere(attributes, expected):
    assert source_of(attributes) == expected


def test_commas_in_addresses_do_not_split_a_srcset():
    assert largest("https://x.example/w_300,h_2/a.jpg 300w, b.jpg 100w") == (
        "https://x.example/w_300,h_2/a.jpg"
    )
    assert largest("") is None


STATED = '<meta property="og:image" content="/branded/flood.jpg">'


@pytest.mark.parametrize(
    "opening",
    [
        "{h}<figure><img src=/flood.jpg></figure>{p}",
        "<figure><img src=/flood.jpg></figure>{h}{p}",
        "{h}<p>By Amina Otieno</p><div><img src=/flood.jpg width=900></div>{p}",
        "{h}<picture><img src=/small.jpg srcset='/s.jpg 200w, /flood.jpg 900w'>"
        "</picture>{p}",
    ],
)
def test_the_picture_the_article_opens_with_leads(opening):
    body = opening.format(h="<h1>Flood cuts off two villages</h1>", p=prose())

    assert article(body, head=STATED).image.url == LEAD


@pytest.mark.parametrize(
    "other",
    [
        "<a href=/x><figure><img src=/teaser.jpg></figure></a>",
        "<aside><figure><img src=/teaser.jpg></figure></aside>",
        "<figure class=author-box><img src=/face.jpg></figure>",
        "<figure><img src=/map.svg></figure>",
        "<figure><img src=/theme/icons/play.png></figure>",
        "<figure><img src=/pixel.png width=1 height=1></figure>",
        "<img src=/anything.jpg>",
        f"{prose() * 2}<figure><img src=/later.jpg></figure>",
    ],
)
def test_other_pictures_near_the_headline_do_not(other):
    body = f"<h1>Flood cuts off two villages</h1>{other}{prose()}"

    image = article(body, head=STATED).image
    assert image.url == "https://example.org/branded/flood.jpg"


def test_wordpress_shows_the_stated_picture_at_another_size():
    head = '<meta property="og:image" content="/wp-content/flood.jpg">'
    shown = "<figure><img src=/wp-content/flood-800x600.jpg width=800></figure>"

    made = article(f"<h1>Flood cuts off two villages</h1>{shown}{prose()}", head=head)

    assert made.image.url == "https://example.org/wp-content/flood.jpg"
