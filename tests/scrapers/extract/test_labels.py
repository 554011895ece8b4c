import pytest

from scrapers.extract.labels import heads_furniture, is_label, takes_leave


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement", "• Read more: the flood", "(Photo: Amina Otieno)",
        "3 Comments", "© 2021 Daily", "Weitere Artikel", "реклама", "関連記事", "tags:",
    ],
)  # fmt: skip
def test_a_label_is_told_whatever_it_begins_with(line):
    assert is_label(line)


@pytest.mark.parametrize(
    "heading", ["Related", "Your most read", "Über uns", "コメント"]
)
def test_headings_of_furniture_are_told_whatever_they_begin_with(heading):
    assert heads_furniture(heading)


@pytest.mark.parametrize(
    "line",
    [
        "— Follow us on Mastodon.", "Share your view with us", "Redaktion: A. Otieno",
        "Amina Otieno contributed to this report.", "Sign up for our newsletter",
        "She can be reached at the mill.", "Did you enjoy this story?",
    ],
)  # fmt: skip
def test_lines_that_take_leave_are_told_whatever_they_begin_with(line):
    assert takes_leave(line)


def test_a_sentence_is_no_label_and_takes_no_leave():
    line = "Addis Ababa's market opened again three days after the flood."
    assert not is_label(line)
    assert not takes_leave(line)
    assert not heads_furniture("A river that nobody had measured")
