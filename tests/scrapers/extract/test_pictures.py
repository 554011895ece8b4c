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
        ({"data-src": "a.jpg 600w, s.jpg 300w"}, "a.jpg"),
        (
            {"src": "https://x.example/a.jpg%20600w,%20https://x.example/s.jpg%20300w"},
            "https://x.example/a.jpg",
        ),
        ({"src": "a.jpg%202x"}, "a.jpg"),
        ({"src": "photo 2x.jpg"}, "photo 2x.jpg"),
        ({"src": "150w", "srcset": " 150w,  200w"}, None),
        ({"src": "if(this.src!='b.jpg') this.src='b.jpg'", "srcset": "a.jpg"}, "a.jpg"),
        ({"src": "flood(1).jpg"}, "flood(1).jpg"),
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


@pytest.mark.parametrize(
    "sources",
    [
        "<source srcset=/flood.jpg><source srcset=/other.jpg>",
        "<source srcset=/small.jpg media='(max-width: 420px)'><source srcset=/mid.jpg"
        " media='(max-width: 960px)'><source srcset=/flood.jpg>",
        "<source srcset=/flood.jpg media='(min-width: 960px)'><source srcset=/mid.jpg"
        " media='(min-width: 420px)'><source data-srcset=/small.jpg>",
    ],
)
def test_the_widest_source_of_a_picture_stands_for_a_placeholder(sources):
    shown = f"<picture>{sources}<img src=/img/placeholder.png alt=x></picture>"
    title = "<h1>Flood cuts off two villages</h1>"

    made = article(f"{title}<figure>{shown}</figure>{prose()}")
    assert made.image.url == LEAD

    made = article(f"{title}<article>{prose()}<p>{shown}</p>{prose()}</article>")
    assert f'<img src="{LEAD}"' in made.body_html


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("width=1 height=1", True),
        ("height=0", True),
        ("style='position:absolute;width:1px;height:1px'", True),
        ("width=1440 height=0", False),
        ("style='width:1px;min-width:100%'", False),
    ],
)
def test_a_picture_that_only_its_server_sees_is_left_out(attributes, expected):
    made = article(
        f"<h1>Flood cuts off two villages</h1><article>{prose()}"
        f"<figure><img src=/flood.jpg {attributes}></figure>{prose()}</article>"
    )

    assert (made.image is None) == expected
    assert ("<img" not in made.body_html) == expected


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
        "<figure><img src=/seen.cfm?id=1 style='width:1px;height:1px'></figure>",
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


@pytest.mark.parametrize(
    ("head", "shown", "expected"),
    [
        ("", "<div class=x><img src=/flood.jpg></div>", LEAD),
        ("", "<div class=popup><img src=/face.jpg></div>", "/later.jpg"),
        ("", "<div><img src=/profileIcon_2.png></div>", "/later.jpg"),
        ("", "<div><img src=/app/download_qrcode.png?v=2></div>", "/later.jpg"),
        ("", "<div><img src=/image/def_head.jpg></div>", "/later.jpg"),
        ("", "<div><img src=/v3/headerimg_bg50.png></div>", "/later.jpg"),
        ("", "<div><img src=/templates/x/css/news/pic3.gif></div>", "/later.jpg"),
        ("<link rel=image_src href=/flood.jpg>", "", LEAD),
        ('<meta itemprop="image" content="/flood.jpg">', "", LEAD),
    ],
)
def test_where_no_picture_is_stated_one_by_the_headline_leads(head, shown, expected):
    body = f"<h1>Flood cuts off two villages</h1>{shown}<article>{prose()}"
    later = f"<p><img src=/later.jpg></p>{prose()}</article>"

    assert article(body + later, head=head).image.url.endswith(expected)


def test_a_picture_element_above_the_headline_leads_where_none_is_stated():
    above = "<div><picture><img src=/flood.jpg></picture></div>"
    body = f"<h1>Flood cuts off two villages</h1>{prose()}<img src=/x.jpg>{prose()}"

    assert article(above + body).image.url == LEAD
    assert article(above + body, head=STATED).image.url.endswith("/branded/flood.jpg")


def test_drawings_are_the_last_to_stand_for_an_article():
    drawing = "<p><img src=/math/sum.svg></p>"

    made = article(f"<h1>Flood cuts off two villages</h1>{drawing}{prose()}")
    assert made.image is None
