from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract.language import choose, tag_of
from scrapers.extract.tongues import by_letters, by_words

TEXTS = {
    "uk": "Обласна адміністрація повідомила, що дамбу на півночі прорвало опівночі.",
    "sr": "Управа је саопштила да је насип на северу попустио око поноћи, кажу људи.",
    "bg": "Областната управа съобщи, че дигата на север се е скъсала в полунощ.",
    "ru": "Областная администрация сообщила, что дамбу на севере прорвало, и объявила.",
    "kk": "Облыс әкімдігі солтүстіктегі бөгеттің түн ортасында бұзылғанын хабарлады.",
    "ps": "د ولایت چارواکو وویل چې په شمال کې د سیند بند په نیمه شپه کې مات شو.",
    "ckb": "پارێزگا ڕایگەیاند کە بەنداوەکە لە باکوور لە نیوەشەودا شکا.",
    "ur": "ضلعی انتظامیہ نے بتایا کہ شمالی علاقے میں دریا کا بند آدھی رات کو ٹوٹ گیا۔",
    "fa": "استانداری گفت که سد رودخانه در شمال نیمه‌شب شکست و چند روستا زیر آب رفت.",
    "ar": "قالت المحافظة إن السد في الشمال انهار عند منتصف الليل وغمرت المياه القرى.",
    "te": "ఉత్తర ప్రాంతంలో వాగు కట్ట తెగిపోవడంతో రెండు గ్రామాలు పూర్తిగా నీట మునిగాయి.",
    "vi": "Ủy ban cho biết đoạn đê ở phía bắc đã vỡ lúc nửa đêm, làm ngập hai ngôi làng"
    " và buộc hàng trăm gia đình phải rời khỏi nhà của người dân với các con.",
    "tr": "Valilik yaptığı açıklamada seddin yıkıldığını, iki köyün su altında"
    " kaldığını bildirdi; onarıma başlandı, çalışmaların tamamlanması bekleniyor.",
    "cs": "Krajský úřad oznámil, že se hráz protrhla; stovky rodin byly evakuovány,"
    " inženýři začali hráz opravovat, řekla starostka při příjezdu.",
    "fi": "Hallinto kertoi, että penger murtui ja kylä jäi veden alle. Sadat perheet on"
    " evakuoitu, mutta osa jäi, kun vesi tuli, ja he ovat myös yhä siellä.",
    "sw": "Serikali ya kaunti ilitangaza kwamba kingo za mto zilibomoka usiku wa manane"
    " na mamia ya familia zikahamishwa katika eneo hilo kwa ajili ya watu.",
    "ro": "Consiliul a anunțat că digul din nord a cedat la miezul nopții și că două"
    " sate au fost inundate, iar sute de familii au plecat din case cu ce aveau.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_page_that_does_not_tell_its_language_has_that_of_its_text(language):
    assert choose([], TEXTS[language]) == language


@pytest.mark.parametrize("language", ["vi", "tr", "fi", "sw", "ro"])
def test_a_themes_english_yields_to_what_the_text_is_written_in(language):
    assert choose(["en-US"], TEXTS[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        "Goal! Kane scores twice",
        "Erdoğan, Yıldız win gold",
        "Uprava je saopštila da je nasip popustio i da se voda",
    ],
)
def test_a_text_that_tells_too_little_has_the_language_that_is_declared(text):
    assert choose(["en-US"], text) == "en-US"
    assert choose([], text) is None


@given(st.text())
def test_every_text_has_one_language_or_none(text):
    found = by_words(text)

    assert found is None or tag_of(found) == found
    assert by_letters("greek", text) is None
