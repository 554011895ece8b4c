from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract.dates import find
from scrapers.extract.spellings import plain_digits, respelt
from scrapers.items import Precision


@pytest.mark.parametrize(
    "text",
    [
        "అక్టోబరు 15, 2026", "วันที่ 15 ตุลาคม พ.ศ. 2569", "15 ต.ค. 69",
        "15 ΟΚΤΩΒΡΙΟΥ 2026", "15 EKİM 2026", "15 октябри 2026",
        "15 ოქტომბრის 2026", "2026 წლის 15 ოქტომბერი", "2026թ. հոկտեմբերի 15",
        "ኦክቶበር 15, 2026", "ጥቅምት 5 ቀን 2019 ዓ.ም.", "ጥቅምት 5, 2019",
        "15 اکتوبر، 2026", "15 اکتوبر ، 2026", "د اکتوبر ۱۵مه ۲۰۲۶", "۱۵ اکټوبر ۲۰۲۶",
        "د ۲۰۲۶ د اکتوبر ۱۵", "۲۳ تله ۱۴۰۵", "۱۴۰۵ د تلې ۲۳مه",
        "١٥ی تشرینی یەکەمی ٢٠٢٦", "15 تشرینی یەکەم 2026", "15 ئۆکتۆبەر 2026",
        "15 Cotmeh 2026", "15ê Cotmehê 2026an", "15 Çiriya Pêşîn 2026",
        "2026 m. spalio 15 d.", "spalio 15 d., 2026", "2026. gada 15. oktobris",
        "2026ko urriaren 15a", "urriak 15, 2026", "15 octobre 2026", "15 rijna 2026",
        "令和8年（2026年）10月15日", "2026年（令和8年）10月15日", "R8.10.15",
        "115年10月15日",
        "15 ഒക്ടോബർ 2026", "ಅಕ್ಟೋಬರ್ 15, 2026",
        "15 ઓક્ટોબર 2026", "ਅਕਤੂਬਰ 15, 2026",
        "୧୫ ଅକ୍ଟୋବର ୨୦୨୬", "2026 ඔක්තෝබර් 15", "15 अक्टोबर 2026",
        "အောက်တိုဘာ ၁၅၊ ၂၀၂၆", "၂၀၂၆ ခုနှစ် အောက်တိုဘာလ ၁၅ ရက်",
        "ថ្ងៃទី១៥ ខែតុលា ឆ្នាំ២០២៦", "ວັນທີ 15 ຕຸລາ 2026", "2026 оны 10-р сарын 15",
        "2026 жылғы 15 қазан", "2026-yil 15-oktabr", "15 ta’ Ottubru 2026",
        "15 Deireadh Fómhair 2026", "15 Hydref 2026", "ika-15 ng Oktubre 2026",
        "15 oktýabr 2026",
    ],
)  # fmt: skip
def test_a_day_is_read_as_the_press_of_a_language_writes_it(text):
    found = find(text, UTC)

    assert found is not None
    assert found.at == datetime(2026, 10, 15, tzinfo=UTC)
    assert found.precision is Precision.DAY


def test_the_first_year_of_an_era_has_a_name_of_its_own():
    found = find("令和元年5月1日", UTC)

    assert found is not None
    assert found.at == datetime(2019, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["fra 2026", "med 2026", "sub 2026", "16 uno 2026", "ጥቅምት 35, 2019"]
)
def test_a_word_of_one_language_is_no_month_of_another(text):
    assert find(text, UTC) is None


@given(st.text())
def test_a_text_respelt_once_is_respelt(text):
    again = respelt(respelt(text))

    assert plain_digits(again) == again
