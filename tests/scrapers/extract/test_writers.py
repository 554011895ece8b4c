from __future__ import annotations

import pytest

from scrapers.extract.bylines import from_line
from scrapers.extract.writers import is_byline


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("লেখক: মাহমুদুল হাসান", "মাহমুদুল হাসান"),
        ("নিজস্ব প্রতিবেদক: মাহমুদুল হাসান ১৫ অক্টোবর ২০২৬", "মাহমুদুল হাসান"),
        ("எழுதியவர்: கார்த்திக் ராஜன்", "கார்த்திக் ராஜன்"),
        ("लेखक: राजेश शर्मा", "राजेश शर्मा"),
        ("โดย สมชาย ใจดี", "สมชาย ใจดี"),
        ("Tác giả: Nguyễn Văn Minh", "Nguyễn Văn Minh"),
        ("Συντάκτης: Γιώργος Παπαδόπουλος", "Γιώργος Παπαδόπουλος"),
        ("Του Γιώργου Παπαδόπουλου", "Γιώργου Παπαδόπουλου"),
        ("ავტორი: გიორგი მაისურაძე", "გიორგი მაისურაძე"),
        ("Հեղինակ՝ Արամ Պետրոսյան", "Արամ Պետրոսյան"),
        ("ዘጋቢ፡ አበበ ከበደ", "አበበ ከበደ"),
        ("تحریر: احمد علی خان", "احمد علی خان"),
        ("لیکوال: احمدشاه وردک", "احمدشاه وردک"),
        ("نووسەر: ئارام عەلی", "ئارام عەلی"),
        ("Nivîskar: Azad Şêrko", "Azad Şêrko"),
        ("Ji aliyê Azad Şêrko", "Azad Şêrko"),
        ("Haber: Işıl Yıldırım", "Işıl Yıldırım"),
        ("Пише: Милица Јовановић", "Милица Јовановић"),
        ("Kirjoittanut Aino Mäkinen", "Aino Mäkinen"),
        ("Írta: Kovács Eszter", "Kovács Eszter"),
        ("Autorius: Rūta Kazlauskienė 2026 m. spalio 15 d.", "Rūta Kazlauskienė"),
        ("Egilea: Ane Etxeberria", "Ane Etxeberria"),
        ("Oleh Budi Santoso", "Budi Santoso"),
        ("Na Juma Mwangi", "Juma Mwangi"),
        ("מאת יעל כהן", "יעל כהן"),
        ("От Иванка Димитрова", "Иванка Димитрова"),
    ],
)
def test_who_wrote_is_read_in_the_languages_of_the_press(text, name):
    assert [author.name for author in from_line(text)] == [name]
    assert is_byline(text)


@pytest.mark.parametrize(
    "text",
    [
        "Na Dunaju stoji most", "Per Andersson åker hem i dag", "Oleh karena itu",
        "Του χρόνου θα γίνει", "Haber: deprem oldu", "Text size: A A",
        "От Москвы до Бреста", "Reporter: none of us", "",
    ],
)  # fmt: skip
def test_what_only_begins_like_a_byline_names_nobody(text):
    assert from_line(text) == []
    assert not is_byline(text)
