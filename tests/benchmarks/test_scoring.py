from __future__ import annotations

import pytest

from benchmarks.scoring import Overlap, moment, names, score, summary

TEXT = "one two three four five six seven eight"


def share(field, expected, got):
    return score({field: expected}, {field: got}).shares


def body_f1(*pairs):
    return summary(score({"body": a}, {"text": b}) for a, b in pairs)["body"]


def test_the_body_is_compared_by_runs_of_four_words():
    assert body_f1((TEXT, TEXT)) == 1
    assert body_f1((TEXT, "nothing of the kind at all")) == 0
    # 5 runs expected; the first six words hold 3, all of them right
    half = body_f1((TEXT, "one two three four five six"))
    assert half == pytest.approx(2 * 1 * 0.6 / 1.6)


def test_precision_is_of_pages_with_output_and_recall_of_all():
    assert body_f1((TEXT, TEXT), (TEXT, "")) == pytest.approx(2 * 1 * 0.5 / 1.5)


def test_snippets_are_counted_over_all_pages_together():
    expected = {"with": ["two  three", "nine"], "without": ["eight", "ten"]}

    made = score(expected, {"text": TEXT})

    assert made.snippets == Overlap(shared=1, surplus=1, missing=1)
    assert summary([made, made])["snippets"] == pytest.approx(2 * 2 / (2 * 2 + 4))


@pytest.mark.parametrize(
    ("field", "expected", "got", "shares"),
    [
        ("title", "The Flood: a “Day”", "the flood a day", {"title": 1}),
        ("title", "The Flood", None, {"title": 0}),
        ("authors", ["Amina Otieno"], "By Amina Otieno and Wu Li", {"author": 1}),
        ("authors", ["Amina Otieno"], ["Wu Li"], {"author": 0}),
        ("published", "2026-02-03", "2026-02-03T23:30:00-05:00", {"day": 1}),
        ("published", "2026-02-04", "2026-02-03T23:30:00-05:00", {"day": 1}),
        ("published", "2026-02-05", "2026-02-03T23:30:00-05:00", {"day": 0}),
        ("published", "2026-02-03T10:00:00+00:00", "2026-02-03T13:00:30+03:00",
         {"day": 1, "minute": 1}),
        ("published", "2026-02-03T10:00:00+00:00", "2026-02-03",
         {"day": 1, "minute": 0}),
        ("categories", ["Rain", "Mud"], ["rain"], {"topics": pytest.approx(2 / 3)}),
        ("image", ["/a/flood-1.jpg?w=2"], "https://x.example/flood-1.webp",
         {"image": 1}),
        ("image", ["/a/flood.jpg"], None, {"image": 0}),
        ("image", [], "/a/flood.jpg", {}),
    ],
)  # fmt: skip
def test_each_field_is_scored_by_its_own_measure(field, expected, got, shares):
    assert share(field, expected, got) == shares


def test_what_is_not_annotated_is_not_scored():
    made = score({}, {"text": TEXT, "title": "x", "published": "2026-02-03"})

    assert (made.body, made.snippets, made.shares) == (None, None, {})
    assert summary([made]) == {}


def test_bylines_are_names_and_broken_dates_are_none():
    assert names("Amina Otieno und Wu Li / X") == {"amina otieno", "wu li", "x"}
    assert moment("2026-02-03 or so").isoformat() == "2026-02-03T00:00:00"
    assert moment("yesterday") is None
