from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scrapers.items import Hints, Precision, Site
from tests.factories_pages import NOW, article, prose

NAIROBI = Site(timezone="Africa/Nairobi")
TITLE = "<h1>Flood cuts off two villages</h1>"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<script type="application/ld+json">{"@type":"NewsArticle",'
         '"datePublished":"2026-02-03T10:00:00"}</script>', ""),
        ('<meta property="article:published_time" content="2026-02-03T10:00:00">', ""),
        ("", '<span itemprop=datePublished content="2026-02-03T10:00"></span>'),
        ("", '<time class=entry-date datetime="2026-02-03T10:00">x</time>'),
        ("", "<p>3 February 2026, 10:00</p>"),
        ("", "<div><div class=post-date>Feb 3, 2026 10:00 am</div></div>"),
    ],
)  # fmt: skip
def test_a_time_without_a_zone_is_the_sites(head, body):
    made = article(f"{TITLE}{body}{prose()}", head=head, site=NAIROBI)

    assert made.published_at == datetime(2026, 2, 3, 7, tzinfo=UTC)
    assert made.published_precision is Precision.TIME


def test_a_date_above_the_headline_comes_before_one_below_the_text():
    above, below = "<p>Posted on: 3 February 2026</p>", "<p>Posted on: 7 February 2026"
    long = f"<p>{'The river rose, and it went on rising for two days. ' * 6}</p>"
    made = article(f"{above}{TITLE}{long}{long}<h3>Other news</h3>{below}")

    assert made.published_at == datetime(2026, 2, 3, tzinfo=UTC)


def test_a_byline_gives_author_and_day():
    line = "<div>Posted by: Amina Otieno  November 4, 2021  No Comments</div>"
    made = article(f"{TITLE}{line}{prose()}", site=NAIROBI)

    assert [author.name for author in made.authors] == ["Amina Otieno"]
    assert made.published_at == datetime(2021, 11, 4, tzinfo=UTC)
    assert made.published_precision is Precision.DAY


@pytest.mark.parametrize(
    ("url", "day", "precision"),
    [
        ("https://example.org/2022/04/slug/", "2022-04-01", Precision.MONTH),
        ("https://example.org/2021/11/04/slug/", "2021-11-04", Precision.DAY),
    ],
)
def test_the_address_tells_when_the_page_does_not(url, day, precision):
    made = article(url=url)

    assert made.published_at == datetime.fromisoformat(day).replace(tzinfo=UTC)
    assert made.published_precision is precision


def test_a_hint_is_better_than_the_address_and_than_a_bare_day():
    at = datetime(2026, 2, 3, 7, 5, tzinfo=UTC)
    hints = Hints(published_at=at, published_precision=Precision.TIME)
    day = f"{TITLE}<p>3 February 2026</p>{prose()}"

    assert article(hints=hints, url="https://example.org/2026/02/x").published_at == at
    assert article(day, hints=hints).published_at == at


def test_the_day_in_the_address_is_better_than_one_the_text_speaks_of():
    dek = f"The bridge closes on 6 February 2026, the county said, and {'so ' * 20}on."
    url = "https://example.org/flood-20260203"

    made = article(f"{TITLE}<p>{dek}</p>{prose()}", url=url)
    assert made.published_at == datetime(2026, 2, 3, tzinfo=UTC)

    made = article(f"{TITLE}<time>5 February 2026</time>{prose()}", url=url)
    assert made.published_at == datetime(2026, 2, 5, tzinfo=UTC)


def test_a_date_that_the_line_before_calls_an_update_is_none_of_publication():
    dates = "<dl><dt>Updated:</dt><dd>6 February 2026</dd><dt>Original:</dt>"

    made = article(f"{TITLE}{dates}<dd>3 February 2026</dd></dl>{prose()}")

    assert made.published_at == datetime(2026, 2, 3, tzinfo=UTC)


def test_the_time_of_the_day_of_publication_is_known_beside_that_of_an_update():
    dates = (
        "<p>Updated:</p><p><time datetime=2026-02-06T10:00Z>6 February 2026</time></p>"
        "<p>Original:</p><p><time datetime=2026-02-03T07:05Z>3 February 2026</time></p>"
    )

    made = article(f"{TITLE}{dates}{prose()}")

    assert made.published_at == datetime(2026, 2, 3, 7, 5, tzinfo=UTC)


def test_of_two_dates_after_the_text_the_one_that_is_said_to_be_it_counts():
    history = (
        "<h6 class=history-date>6 February 2026 <i>| Latest version</i></h6>"
        "<h6 class=history-date>3 February 2026 <i>| Originally published</i></h6>"
    )

    made = article(f"{TITLE}{prose() * 4}<div>{history}</div>")

    assert made.published_at == datetime(2026, 2, 3, tzinfo=UTC)


def test_a_hint_of_another_day_yields_to_the_page():
    hints = Hints(published_at=datetime(2026, 2, 20, tzinfo=UTC))
    made = article(f"{TITLE}<p>3 February 2026</p>{prose()}", hints=hints)

    assert made.published_at == datetime(2026, 2, 3, tzinfo=UTC)


def test_the_date_nearest_to_the_headline_is_the_articles():
    today = "<div class=today>27 February 2026</div>"
    own = "<p>3 February 2026 - 16:53</p><p>No. 411628</p>"

    made = article(f"{today}{own}{TITLE}{prose()}")

    assert made.published_at == datetime(2026, 2, 3, 16, 53, tzinfo=UTC)


def test_a_printed_day_has_the_time_that_its_element_states():
    own = "<time datetime=2026-02-03T09:40:10+01:00>3 February 2026</time>"
    other = "<time datetime=2026-02-03T21:00:00+01:00>Today, 9 pm</time>"

    made = article(f"{other}{TITLE}<p>By Ann, {own}</p>{prose()}")

    assert made.published_at == datetime(2026, 2, 3, 8, 40, 10, tzinfo=UTC)


def test_a_date_in_the_future_is_not_believed():
    head = '<meta property="article:published_time" content="{}">'
    later = (NOW + timedelta(days=30)).isoformat()
    soon = (NOW + timedelta(hours=2)).isoformat()

    assert article(head=head.format(later)).published_at is None
    assert article(head=head.format(soon)).published_at == NOW


def test_a_change_is_recorded_when_it_came_later():
    head = (
        '<meta property="article:published_time" content="2026-02-03T10:00Z">'
        '<meta property="article:modified_time" content="2026-02-0{}T11:00Z">'
    )

    assert article(head=head.format(4)).modified_at == datetime(
        2026, 2, 4, 11, tzinfo=UTC
    )
    assert article(head=head.format(2)).modified_at is None


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        # the system's own day yields to the one printed
        (
            '<meta name="dcterms.date" content="2026-01-20T10:00Z">',
            "<p>3 February 2026</p>",
            3,
        ),
        ('<meta name="w-published-date" content="2026-02-03">', "", 3),
        ("", "<p>Updated: 9 February 2026</p><p>Posted: 3 February 2026</p>", 3),
        ("", "<p>Veröffentlicht 3.2.2026, aktualisiert am 9.2.2026</p>", 3),
        ("", "<p>Last updated: 3 February 2026</p>", 3),
        ("", "<p>Actualitzat: 9.2.2026 Publicat: 3.2.2026</p>", 3),
        ("", "<p>ปรับปรุง: 9 ก.พ. 2569 เผยแพร่: 3 ก.พ. 2569</p>", 3),
        ("", "<p>আপডেট: ৯ ফেব্রুয়ারি ২০২৬ প্রকাশ: ৩ ফেব্রুয়ারি ২০২৬</p>", 3),
        # the month first, as Americans write, unless that lies ahead
        ("", "<p>Amina Otieno - 03/02/2026</p>", 3),
        ("", "<p>Amina Otieno - 03/12/2025</p>", 12),
        ("", "<p>Amina Otieno - 02/12/2025</p>", 12),
        ("", '<i data-x="{&quot;datePublished&quot;:&quot;2026-02-03&quot;}">x</i>', 3),
        ("", "<p>امروز</p>", 1),
    ],
)
def test_the_day_is_found_wherever_the_page_tells_it(head, body, day):
    made = article(f"{TITLE}{body}{prose()}", head=head)

    assert made.published_at.day == day


def test_a_caption_is_less_trusted_than_a_line_that_is_little_but_a_date():
    caption = (
        "<div>FILE PHOTO: The mayor delivers his New Year wishes to the press at"
        " the town hall, January 16, 2026, before the river rose.</div>"
    )
    made = article(f"{TITLE}{caption}<p>February 3, 2026</p>{prose()}")

    assert made.published_at == datetime(2026, 2, 3, tzinfo=UTC)


def test_a_time_without_a_zone_is_in_the_zone_of_the_pages_other_dates():
    head = (
        '<meta property="article:published_time" content="2026-02-03T10:00:00">'
        '<meta property="article:modified_time" content="2026-02-03T12:00:00+03:00">'
    )

    assert article(head=head).published_at == datetime(2026, 2, 3, 7, tzinfo=UTC)
