from __future__ import annotations

import pytest

from scrapers.items import Hints
from tests.factories_pages import article, prose


def keywords(*names):
    listed = ", ".join(f'"{name}"' for name in names)
    return (
        '<script type="application/ld+json">{"@type":"NewsArticle",'
        f'"keywords":[{listed}]}}</script>'
    )


def tags(body="", head=""):
    body = f"<h1>Flood cuts off two villages</h1>{body}{prose()}"
    return article(body, head=head, hints=Hints(tags=("Hint",))).tags


def test_of_thousands_of_stated_tags_only_the_first_are_looked_at():
    stated = ",".join(["River", *["River"] * 400, "Rain"])

    assert tags(head=f'<meta name="keywords" content="{stated}">') == ("River",)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            '<meta property="article:tag" content="River">'
            '<meta property="article:tag" content="Rain">' + keywords("Other"),
            ("River", "Rain"),
        ),
        ('<meta name="keywords" content="river, #mud">', ("river", "mud")),
        ('<meta name="keywords" content="洪水，道路；村庄">', ("洪水", "道路", "村庄")),
        ('<meta name="keywords" content="洪水，来了,道路">', ("洪水，来了", "道路")),
        ('<meta name="keywords" content="洪水 道路 5G网">', ("洪水", "道路", "5G网")),
        ('<meta name="keywords" content="20260203|洪水|道路">', ("洪水", "道路")),
        ('<meta name="keywords" content="Flüsse und Meere">', ("Flüsse und Meere",)),
        ('<meta name="keywords" content="<meta name=">', ("Hint",)),
        (keywords("Subject: River", "(1) Rain"), ("River", "Rain")),
        (
            keywords("8f507083-bac4-423a-9015-2eb31e1bce50", "WC: 100", "10", "River"),
            ("River",),
        ),
        (keywords("AER", "INDG08", "SWASIA", "GEN", "ASXPAC", "River"), ("Hint",)),
        (keywords("example.org", "_commerce"), ("Hint",)),
    ],
)
def test_tags_are_what_the_page_states_without_machines_marks(head, expected):
    assert tags(head=head) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<a rel="tag" href=/x>River</a><a href=/y>Rain</a>', ("River",)),
        ("<a href=/topics-river>River</a><a href=/tag/rain/>Rain</a>", ("Rain",)),
        ("<nav><a href=/tag/river/>River</a></nav>", ("Hint",)),
        (
            "".join(f"<a href=/tag/t{n}/>Topic {chr(65 + n)}</a>" for n in range(20)),
            ("Hint",),
        ),
    ],
)
def test_where_nothing_is_stated_links_to_topics_tell(body, expected):
    assert tags(body=body) == expected
