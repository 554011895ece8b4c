import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.items import Image, Precision, ScrapedArticle
from scrapers.likeness import is_same_text, marks, read_text, resembles

SENTENCES = [
    "The river rose by three metres in the night and took the bridge with it",
    "Two villages on the far bank are cut off, and the road is under water",
    "Boats of the county brought food, medicine and the post to the people there",
    "The school stays closed until the end of the week, said its headmistress",
    "Nobody was hurt, though a herd of goats is missing since the early morning",
    "The minister for roads promised a new bridge before the rains of next year",
    "Engineers had warned of the old one twice, and nobody had listened to them",
    "The market moves to the hill, where traders have put up stalls and tents",
    "Volunteers asked for blankets, lamps and dry firewood for the nights ahead",
    "The water is expected to fall by Thursday, the weather service announced",
]


def text(sentences=SENTENCES):
    return "\n".join(f"{s}." for s in sentences)


def told(body=None, **overrides):
    values = {
        "url": "https://example.org/flood/",
        "title": "Flood cuts off two villages",
        "body_text": text() if body is None else body,
        "language": "en",
    }
    return ScrapedArticle(**(values | overrides))


def test_a_copy_shares_all_marks_and_an_edited_one_some():
    edited = text([*SENTENCES[:-1], "The water fell on Thursday, as was expected"])

    assert marks(text()) == marks(text().replace("\n", "  ").upper())
    assert set(marks(text())) & set(marks(edited))
    assert is_same_text(told(), told(edited))


def test_a_text_too_short_to_be_told_by_has_no_marks():
    assert marks("Watch the video here. Subscribe for more of this.") == ()
    assert not is_same_text(told("Watch it here."), told("Watch it here."))


def test_a_print_version_with_some_more_lines_is_the_same_text():
    printed = "Printed from The Daily Example on 5 March\n" + text()

    assert is_same_text(told(), told(printed))


REPORT = (
    "Rain falls over the highlands and the coast stays dry through the evening. "
    "Temperatures reach {} degrees in Nairobi and {} degrees in Mombasa today. "
    "Winds come from the east and calm down after sunset, as they mostly do. "
    "Drivers are asked to take care on wet roads, above all near the escarpment. "
    "Farmers may expect more of the same for the rest of the week, it was said. "
)


def test_a_report_with_other_figures_is_another_article():
    assert not is_same_text(
        told(REPORT.format(21, 31), title="The weather"),
        told(REPORT.format(22, 30), title="The weather"),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"title": "Lottery results: day 2"}, {"title": "Lottery results: day 3"}),
        ({"title": "Watch: the match"}, {"title": "How to cook ugali at home"}),
        ({"language": "en"}, {"language": "sw"}),
        (
            {"image": Image(url="https://example.org/mon.jpg")},
            {"image": Image(url="https://example.org/tue.jpg")},
        ),
    ],
)
def test_the_same_words_under_other_signs_are_another_article(one, other):
    assert is_same_text(told(), told())
    assert not is_same_text(told(**one), told(**other))


def test_the_next_number_of_a_column_is_another_article():
    day = datetime(2026, 3, 1, tzinfo=UTC)
    dated = {"published_precision": Precision.DAY}

    today = told(published_at=day, **dated)
    tomorrow = told(published_at=day + timedelta(days=1), **dated)

    assert not is_same_text(today, tomorrow)
    assert not resembles(
        told("Today's words are these.", published_at=day, **dated),
        told("And these are others.", published_at=day + timedelta(days=1), **dated),
    )


def test_a_size_in_a_pictures_name_is_no_other_picture():
    small = Image(url="https://example.org/flood-300x200.jpg")
    large = Image(url="https://cdn.example.org/flood.jpg?w=900")

    assert is_same_text(told(image=small), told(image=large))


def test_a_live_blog_that_grew_is_not_folded_by_its_text():
    assert not is_same_text(told(), told(text(SENTENCES[:5])))


def test_addresses_that_belong_together_need_half_the_text_or_the_headline():
    retitled = told(text(SENTENCES[:6]), title="Bridge gone")

    assert resembles(told(), retitled)
    assert resembles(told(), told("Something else was said of it, at length."))
    assert not resembles(told(), told("Of other things.", title="Another"))


def test_a_translation_is_another_article():
    german = "Der Fluss stieg in der Nacht um drei Meter und nahm die Brücke mit. " * 6

    assert not resembles(told(), told(german, title="Flut", language="de"))


def test_texts_without_spaces_are_told_apart_by_their_sentences():
    lines = [
        f"昨夜、川の水位が三メートル上昇し、橋が流された{c}村の話。"
        for c in "甲乙丙丁戊己庚辛壬癸子丑寅"
    ]
    japanese = "\n".join(lines)

    assert marks(japanese)
    assert is_same_text(told(japanese), told(japanese))


@given(st.text(max_size=400), st.text(max_size=400))
def test_likeness_goes_both_ways(one, other):
    first, second = told(one), told(other)

    assert is_same_text(first, second) == is_same_text(second, first)
    assert resembles(first, second) == resembles(second, first)
    assert resembles(first, first)


@given(
    st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("ab1 .!,…。،"))
)
def test_a_sentence_is_its_letters_and_digits_alone(text):
    parts = re.split(r"[.!?;:…。！？؟।\n]", text.casefold())
    letters = ("".join(re.findall(r"\w", part)) for part in parts)

    assert read_text(text).sentences == {s for s in letters if len(s) >= 12}
