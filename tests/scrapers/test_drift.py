from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import drift, listed
from scrapers.baseline import Baseline, echo, measure
from scrapers.drift import Drift, Evidence, Reading
from scrapers.items import Restriction, ScrapedArticle
from scrapers.listed import Listing

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NIGHT = "The town of Example slept while the river rose, and nobody heard a thing."


def article(n, *, text="", **values):
    words = "".join(f"Village {n} lost bridge number {part}. " for part in range(30))
    given = {
        "url": f"https://example.org/{n}/",
        "title": f"Village {n} lost its bridges",
        "body_text": text or words,
        "published_at": NOW,
    }
    return ScrapedArticle(**given | values)


def reading(n, *, text="", is_news=True, page_url="", **values):
    url = f"https://example.org/{n}/"
    return Reading(
        url=url,
        page_url=page_url or url,
        article=article(n, text=text, **values),
        is_news=is_news,
    )


def refused(n, reason="captcha"):
    url = f"https://example.org/{n}/"
    return Reading(url=url, page_url=url, refused=reason, is_news=True)


def short(*numbers):
    return [reading(n, text="Gone.") for n in numbers]


def known(count=10):
    return Baseline().with_samples(
        [measure(article(n), url=article(n).url, foreign=()) for n in range(count)],
        now=NOW,
    )


def kinds(baseline, *readings):
    found = drift.assess(baseline, readings, home="https://example.org/")
    return [fault.kind for fault in found.faults.values()]


def test_what_is_as_usual_has_no_fault():
    assert kinds(known(), reading(20), reading(21)) == []


@pytest.mark.parametrize(
    ("odd", "kind"),
    [
        (reading(20, text="Too short."), "short"),
        (reading(20, published_at=None), "undated"),
        (reading(20, text="It is what it is. " * 60), "unlike"),
        (reading(20, page_url="https://example.org/"), "home"),
        (refused(20), "wall"),
    ],
)
def test_each_loss_has_a_name(odd, kind):
    assert kinds(known(), odd) == [kind]


def half(n):
    return reading(n, text=article(n).body_text[: len(article(n).body_text) // 2])


def test_a_known_article_of_half_its_text_has_lost_it_and_a_new_one_is_short():
    assert kinds(known(), half(3)) == ["shrunk"]
    assert kinds(known(), half(33)) == []


def test_the_same_text_under_several_titles_is_nobodys_own():
    alike = [reading(n, text=NIGHT * 20) for n in (20, 21, 22)]

    assert kinds(known(), *alike) == ["same"] * 3


def test_a_paragraph_that_all_articles_have_takes_nothing_from_them():
    def ending_alike(n):
        return reading(n, text=f"{article(n).body_text}\n{NIGHT}")

    samples = drift.assess(Baseline(), [ending_alike(n) for n in range(10)]).good
    baseline = Baseline().with_samples(list(samples.values()), now=NOW)

    assert kinds(baseline, ending_alike(20), ending_alike(21)) == []


def test_one_article_under_two_addresses_is_no_boilerplate():
    twin = replace(reading(20), url="https://example.org/print/20/")

    assert kinds(known(), reading(20), twin) == []


@pytest.mark.parametrize("mark", [Restriction.PAID, Restriction.NOARCHIVE])
def test_a_page_that_keeps_its_text_to_itself_is_not_short(mark):
    odd = reading(20, text="A teaser.", restrictions=frozenset({mark}))

    assert kinds(known(), odd) == []


def test_too_few_articles_say_nothing():
    assert kinds(known(4), reading(20, text="Short."), refused(21)) == []


def test_where_lengths_vary_a_short_one_is_as_usual():
    brief = drift.assess(Baseline(), short(90, 91)).good
    baseline = known().with_samples(list(brief.values()), now=NOW)

    assert kinds(baseline, reading(20, text="Village lost.")) == []


@pytest.mark.parametrize(
    ("batch", "controls", "expected"),
    [
        (short(20), short(1, 2, 3), True),
        (short(20), [*short(1, 2), reading(3)], True),
        (short(20), [*short(1), reading(2), reading(3)], False),
        (short(20), [reading(1), reading(2), reading(3)], False),
        (short(20), [], False),
        (short(20, 21, 22), [], True),
        ([*short(20), *map(reading, range(30, 40))], [], False),
    ],
)
def test_known_good_articles_tell_a_changed_site_from_an_odd_page(
    batch, controls, expected
):
    found, seen = drift.assess(known(), batch), drift.assess(known(), controls)

    assert drift.has_changed(found, seen) is expected


def test_one_good_page_beside_it_makes_controls_needless():
    assert drift.is_undecided(drift.assess(known(), short(20)))
    assert not drift.is_undecided(drift.assess(known(), [*short(20), reading(21)]))


def test_a_streak_is_of_new_pages_alone_and_a_good_one_ends_it():
    def streak(row, *readings):
        return drift.streak_after(row, readings, drift.assess(known(), readings))

    row = streak((), *short(20), replace(short(21)[0], is_news=False))
    assert row == ("https://example.org/20/",)
    assert len(streak(row, *short(20, 22))) == 2
    assert streak(row, reading(23)) == ()


def test_a_row_remembers_new_pages_once_and_forgets_walls_and_old_ones():
    base = known()
    readings = [
        reading(21),
        *short(22),
        refused(23),
        replace(short(24)[0], is_held=True),
    ]
    found = drift.assess(base, readings)

    assert drift.row_after("", readings, found) == ".x"
    assert drift.row_after("x" * 9, readings, found) == "x" * 8 + ".x"


def test_a_baseline_and_a_drift_survive_their_storage():
    listing = {"feed x": (10, 11)}
    baseline = replace(known(), listed=listing, odd={"a": "b"}, streak=("u",), row=".x")
    evidence = Evidence(now="no date", usual="where 98% have one", urls=("u",))
    made = Drift(since=NOW, began=NOW, pages=evidence, listings={"feed x": evidence})
    made = replace(made, is_new_only=True, is_partial=True)

    assert Baseline.from_dict(baseline.to_dict()) == baseline
    assert Drift.from_dict(made.to_dict()) == made
    assert made.reason.startswith("no date, where 98% have one (u); no date")


@given(st.text(max_size=40), st.text(max_size=200))
def test_an_echo_is_a_share(title, text):
    assert 0.0 <= echo(title, text) <= 1.0


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Flood cuts off two villages", "Two villages were cut off by a flood."),
        ("سیل راه دو روستا را بست", "راه دو روستا را سیل بست."),
        ("洪水切断两个村庄的道路", "一场洪水切断了两个村庄的道路。"),
    ],
)
def test_a_title_is_heard_in_its_text_in_any_script(title, text):
    assert echo(title, text) > 0.6
    assert echo(title, "§ 1 (2)") == 0.0


def weighed(counts, *, kind="listing", hours=1):
    """Weigh one read after the other; say of each whether it shows a change."""
    baseline, found = Baseline(), []
    for number, count in enumerate(counts):
        strange = "no link matches" if count is None else None
        listing = Listing(key="k", kind=kind, url="u", count=count, strange=strange)
        now = NOW + timedelta(hours=hours * number)
        baseline, evidence = listed.weigh(baseline, [listing], now=now)
        found.append(bool(evidence))
    return found


@pytest.mark.parametrize(
    ("counts", "kind", "expected"),
    [
        ([10, 10, None, None], "listing", [False, False, False, True]),
        ([10, 10, None, 10, None], "listing", [False] * 5),
        ([10, 10, 1, 1, 10], "listing", [False, False, False, True, False]),
        ([10, 12, 4, 3, 3], "listing", [False] * 5),
        ([2, 0, 0, 0], "listing", [False] * 4),
        ([None, None, None], "listing", [False] * 3),
        ([10, 3, 1, 0, 0, 1], "feed", [False] * 6),
    ],
)
def test_a_listing_changes_at_the_second_odd_read(counts, kind, expected):
    assert weighed(counts, kind=kind) == expected


def test_an_empty_feed_changes_after_a_day():
    assert weighed([10, 0, 0, 0, 0], kind="feed", hours=9) == [False] * 4 + [True]
