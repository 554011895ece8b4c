import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.filters import Filter
from db.terms import slug_of
from tests.factories_feeds import article


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Iran News", "iran-news"),
        ("  R&D / C++ ", "r-d-c"),
        ("اخبار ایران", "اخبار-ایران"),
        ("می\u200cشود", "می-شود"),
        ("الْعَرَبِيَّةُ", "العربية"),
        ("שָׁלוֹם", "שלום"),
        ("हिन्दी समाचार", "हिन्दी-समाचार"),
        ("ශ්\u200dරී ලංකා", "ශ්රී-ලංකා"),
        ("กิน", "กิน"),
        ("Cafe\u0301", "café"),
        ("Ọjọ\u0301", "ọjọ\u0301"),
        ("İZMİR", "izmir"),
        ("Iğdır", "iğdir"),
        ("1\ufe0f\u20e3 - \u0301a", "1-a"),
    ],
)
def test_a_name_becomes_a_slug_in_its_own_script(name, slug):
    assert slug_of(name) == slug


@pytest.mark.parametrize("names", [("कार", "कोर", "किर"), ("กิน", "กัน"), ("कल", "कला")])
def test_words_that_differ_in_a_vowel_sign_are_two(names):
    assert len({slug_of(name) for name in names}) == len(names)
    one, other, *_ = names
    assert not Filter(tags=(one,)).matches(article(tags=(other,)))


@pytest.mark.parametrize("names", [("👍", "👎"), ("!", "?"), ("\u0301", "\u0302")])
def test_names_without_a_letter_do_not_meet(names):
    assert slug_of(names[0]) != slug_of(names[1])


@given(st.text(max_size=20))
def test_a_slug_is_the_slug_of_itself(name):
    found = slug_of(name)

    assert slug_of(found) == found
    assert found
    assert found == found.strip("-")
    assert found.isprintable()
