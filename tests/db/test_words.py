"""What a word is, whatever the script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.words import MAX_WORD, words_of, words_of_all


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The FLOOD, again", ["the", "flood", "again"]),
        ("don’t co-operate", ["don", "t", "co", "operate"]),
        ("C++ a:b AND_or", ["c", "a", "b", "and", "or"]),
        ("Łódź Ünal straße São", ["lodz", "unal", "strasse", "sao"]),
        ("İstanbul ISPARTA", ["istanbul", "isparta"]),
        ("فارسي كتاب", ["فارسی", "کتاب"]),
        ("می‌گوید مُحَمَّد", ["می", "گوید", "محمد"]),
        ("۱۴۰۳ ２０２６ ½", ["1403", "2026", "1", "2"]),
        ("北京市", ["北", "京", "市"]),
        ("ガ ｶﾞ か", ["ガ", "ガ", "か"]),
        ("한국은", ["한", "국", "은"]),
        ("ไทย", ["ไ", "ท", "ย"]),
        ("दिल्ली में", ["दिल्ली", "में"]),
        ("пʼять ёлка", ["п", "ять", "елка"]),
        ("co\u00adop fi\ufb01 \x00\ud800", ["coop", "fifi"]),
        ("🙂 – …", []),
    ],
)
def test_a_text_is_its_words(text, words):
    assert words_of(text) == words


@given(st.lists(st.text(), min_size=1))
def test_texts_read_together_have_the_words_of_each(texts):
    apart = [word for text in texts for word in [*words_of(text), "_"]]

    assert words_of_all(texts, "_") == apart


def test_no_word_is_longer_than_a_database_takes():
    assert words_of("x" * 5000) == ["x" * MAX_WORD]
    assert words_of_all(["x" * 5000], "_") == ["x" * MAX_WORD, "_"]


@given(st.text())
def test_words_are_their_own_words(text):
    words = words_of(text)

    assert words_of(" ".join(words)) == words
    assert not set("".join(words)) & set(" _'\"\\:*()-&|!<>\x00")


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_plain_texts_take_a_short_way_to_the_same(text):
    assert words_of(text + " é")[:-1] == words_of(text)


@given(st.text())
def test_other_letters_are_folded_among_plain_words_as_they_are_alone(text):
    plain = ["plain"] * (len(text) + 1)
    assert words_of(" ".join([*plain, text])) == [*plain, *words_of(text)]
