from datetime import timedelta
from uuid import UUID

import pytest

from scrapers.items import Author, Enclosure, Image, Precision, Restriction
from service.entries import FeedHead, entry_of, stricter
from tests.factories_feeds import NOON, article, head

LONG = "word " * 400


def test_the_stricter_policy_shows_less():
    assert stricter("full", "headline", "summary") == "headline"


def test_a_full_entry_has_the_body_and_says_where_it_is_from():
    entry = entry_of(article(1), head())

    assert entry.content == "full"
    assert entry.body_html == "<p>The body of story 1.</p>"
    assert entry.content_html == (
        '<div dir="ltr" lang="en"><p>The body of story 1.</p><p dir="auto"><cite>'
        '<a href="https://example.org/2026/03/story-1/">The Daily Example</a></cite>'
        " · © The Daily Example</p></div>"
    )


@pytest.mark.parametrize("asked", ["summary", "headline"])
def test_what_is_asked_can_only_take_away(asked):
    assert entry_of(article(), head(), asked).content == asked
    assert entry_of(article(), head(republish="headline"), asked).content == "headline"


@pytest.mark.parametrize(
    ("restriction", "content"),
    [
        (Restriction.PAID, "summary"),
        (Restriction.RESERVED, "summary"),
        (Restriction.NOARCHIVE, "summary"),
        (Restriction.NOINDEX, "headline"),
    ],
)
def test_what_a_page_reserves_is_held_back(restriction, content):
    entry = entry_of(article(restrictions=frozenset({restriction})), head())

    assert entry.content == content
    assert "The body" not in f"{entry.body_html}{entry.body_text}{entry.content_html}"
    assert entry.url in entry.content_html


def test_a_headline_is_a_title_and_a_link():
    image = Image(url="https://example.org/a.jpg")
    entry = entry_of(article(image=image), head(republish="headline"))

    assert (entry.summary, entry.image, entry.body_text) == ("", None, "")
    assert "about" not in entry.content_html


def test_without_a_summary_the_first_words_stand_in():
    entry = entry_of(
        article(summary=None, body_text=LONG), head(republish="summary"), "full"
    )

    assert entry.summary.endswith("word…")
    assert len(entry.summary) <= 300


def test_a_short_article_is_not_given_away_as_its_summary():
    text = "A short story told in sixty characters, and not one more."
    entry = entry_of(article(summary=None, body_text=text), head(republish="summary"))

    assert len(entry.summary) <= len(text) / 3


def test_of_what_must_not_be_kept_no_excerpt_is_made():
    reserved = frozenset({Restriction.NOARCHIVE})
    stored = article(summary=None, body_text=LONG, restrictions=reserved)

    assert entry_of(stored, head()).summary == ""


def test_a_summary_as_long_as_an_article_is_cut():
    entry = entry_of(article(summary=LONG), head(republish="summary"))

    assert len(entry.summary) <= 600


def test_an_article_without_body_is_a_summary():
    assert entry_of(article(body_html=" ", body_text=""), head()).content == "summary"


@pytest.mark.parametrize("precision", [Precision.MONTH, Precision.SEEN])
def test_a_vague_date_is_shown_as_that_of_the_first_sight(precision):
    stored = article(
        published_at=NOON - timedelta(days=20), published_precision=precision
    )
    entry = entry_of(stored, head())

    assert entry.published_at == stored.first_seen_at
    assert entry.stated_at == stored.published_at


def test_nothing_is_published_later_than_it_was_seen():
    stored = article(published_at=NOON + timedelta(days=1))

    assert entry_of(stored, head()).published_at == stored.first_seen_at


def test_an_edit_moves_updated_alone():
    before = entry_of(article(1), head())
    after = entry_of(
        article(1, seq=9, version=2, changed_at=NOON + timedelta(hours=2)), head()
    )

    assert before.updated_at == before.published_at == after.published_at
    assert after.updated_at == NOON + timedelta(hours=2)
    assert (before.id, before.position) == (after.id, after.position)


def test_an_id_depends_on_nothing_but_the_article():
    stored = article(uid=UUID("0190c6f0-0000-7000-8000-000000000001"))

    assert (
        entry_of(stored, head(slug="renamed")).id
        == "urn:uuid:0190c6f0-0000-7000-8000-000000000001"
    )


def test_texts_are_plain_and_empty_ones_are_gone():
    entry = entry_of(
        article(
            title="A &amp; <b>B</b>",
            authors=(Author(name=" "), Author(name="Ann\x00", url="javascript:x")),
            categories=(("News &amp; Views", ""), ("",)),
            tags=("one", "one", " "),
        ),
        head(name="The <i>Daily</i>"),
    )

    assert entry.title == "A & B"
    assert entry.authors == (Author(name="Ann"),)
    assert [c.names for c in entry.categories] == [("News & Views",)]
    assert entry.tags == ("one",)
    assert entry.source.name == "The Daily"


def test_an_entry_always_has_a_title():
    assert entry_of(article(title=""), head()).title == "What story 1 is about."
    empty = article(title="", summary=None, body_html="", body_text="")
    assert entry_of(empty, head()).title == "(untitled)"


def test_right_to_left_is_said_on_the_content():
    entry = entry_of(
        article(title="سیل دو روستا را برد", language="fa", summary="سیل در شمال"),
        head(),
    )

    assert entry.direction == "rtl"
    assert entry.content_html.startswith('<div dir="rtl" lang="fa">')


def test_a_lead_image_stands_before_a_body_that_has_none():
    image = Image(url="https://example.org/a.jpg", alt='"A" & b')
    bare = entry_of(article(image=image), head())
    own = entry_of(article(image=image, body_html='<p><img src="x"></p>'), head())

    assert (
        '<img src="https://example.org/a.jpg" alt="&quot;A&quot; &amp; b">'
        in bare.content_html
    )
    assert own.content_html.count("<img") == 1


def test_an_image_that_is_not_on_the_web_is_dropped():
    entry = entry_of(article(image=Image(url="data:image/png;base64,AA")), head())

    assert entry.image is None


def test_a_feed_knows_its_address_in_each_format():
    feed = FeedHead(
        slug="daily",
        title="Daily",
        description="",
        address="https://wire.example/feeds/daily",
        home="https://example.org/",
        updated_at=NOON,
    )

    assert feed.url("atom") == "https://wire.example/feeds/daily.atom"


@pytest.mark.parametrize(
    ("restrictions", "asked", "count"),
    [
        ((), "full", 1),
        ((), "summary", 1),
        ((), "headline", 0),
        ((Restriction.PAID,), "full", 0),
        ((Restriction.RESERVED,), "full", 0),
        ((Restriction.NOINDEX,), "full", 0),
    ],
)
def test_a_recording_is_given_with_a_summary_unless_it_is_held_back(
    restrictions, asked, count
):
    file = Enclosure(url="https://example.org/a b.mp3")
    made = article(enclosures=(file, file), restrictions=frozenset(restrictions))

    entry = entry_of(made, head(), asked)

    assert [one.url for one in entry.enclosures] == (
        ["https://example.org/a%20b.mp3"] * count
    )
    assert all(one.media_type for one in entry.enclosures)
