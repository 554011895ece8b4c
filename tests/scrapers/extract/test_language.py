from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract.language import choose, tag_of
from scrapers.items import Site
from tests.factories_pages import article, prose


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("en_us", "en-US"), ("EN", "en"), ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"), ("de-DE-1996", "de-DE"), ("en_US.UTF-8", "en-US"),
        ("Persian", "fa"),
        ("iw", "he"), ("", None), (None, None), ("x", None), ("lang", None),
    ],
)  # fmt: skip
def test_tags_are_written_as_bcp_47_does(text, tag):
    assert tag_of(text) == tag


@given(st.text())
def test_a_tag_is_its_own(text):
    tag = tag_of(text)

    assert tag is None or tag_of(tag) == tag


@pytest.mark.parametrize(
    ("declared", "text", "expected"),
    [
        (["en-US"], "The river rose", "en-US"),
        (
            ["en-US"],
            "رودخانه پس از باران گسترده‌ی دیروز بالا آمد و پل چوبی را برد",
            "fa",
        ),
        (["en", "fa-IR"], "رودخانه بالا آمد", "fa-IR"),
        ([], "北京的河水上涨了", "zh"),
        ([], "川の水位が上がりました", "ja"),
        ([], "The river rose", None),
        (["ar"], "The river rose", None),
        (["sw"], "", "sw"),
    ],
)
def test_a_declaration_is_believed_if_the_letters_agree(declared, text, expected):
    assert choose(declared, text) == expected


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ({"lang": "de-AT"}, "de-AT"),
        ({"lang": "", "head": '<meta property="og:locale" content="sw_KE">'}, "sw-KE"),
        ({"lang": "", "headers": (("content-language", "nl, en"),)}, "nl"),
        ({"lang": "", "site": Site(language="sw")}, "sw"),
        ({"lang": ""}, "en"),
    ],
)
def test_the_page_says_its_language_in_many_places(page, expected):
    assert article(f"<h1>Title of it</h1>{prose()}", **page).language == expected
