from __future__ import annotations

import pytest

from scrapers.extract.obstacles import NOT_FOUND
from scrapers.items import NotArticle
from tests.factories_pages import read

MISSING = """
Page not found | 404 | Error 404 | 404 – Not Found | 404 error | Fehler 404
Oops! That page can’t be found. | Error: the page you look for does not exist
This page could not be found | We can't find that page
This article is no longer available
Seite nicht gefunden | Page introuvable | Page non trouvée
Página no encontrada | Página não encontrada | Pagina non trovata
Pagina niet gevonden
Sidan kunde inte hittas | Siden blev ikke fundet | Sivua ei löytynyt
Nie znaleziono strony | Stránka nenalezena | Az oldal nem található
Pagina nu a fost găsită | Страница не найдена | Сторінку не знайдено
Η σελίδα δεν βρέθηκε | Aradığınız sayfa bulunamadı | الصفحة غير موجودة
صفحه مورد نظر یافت نشد | צר לנו, הדף לא נמצא | पृष्ठ नहीं मिला | ไม่พบหน้าที่คุณต้องการ
Không tìm thấy trang | Halaman tidak ditemukan | 页面不存在 | 找不到網頁
ページが見つかりません | 페이지를 찾을 수 없습니다
"""
TOLD = "Please use the search, or go back to our front page."


@pytest.mark.parametrize("title", MISSING.strip().replace("\n", " | ").split(" | "))
def test_a_page_that_says_it_is_not_found_is_none(title):
    made = read(f"<h1>{title}</h1><p>{TOLD}</p>")

    assert isinstance(made, NotArticle)
    assert made.reason == NOT_FOUND


@pytest.mark.parametrize(
    "title",
    [
        "404 people were counted at the ferry", "404 Media opens an office here",
        "Post office clerk not found guilty", "Missing ferry found off the coast",
        "Article 404 of the code is changed", "The page boy of the old king",
    ],
)  # fmt: skip
def test_a_short_article_may_speak_of_what_was_not_found(title):
    made = read(f"<h1>{title}</h1><p>It was a quiet night for all of us.</p>")

    assert not isinstance(made, NotArticle)


def test_a_long_article_may_be_of_pages_that_are_not_found():
    title = "Page not found: how links die"

    made = read(f"<h1>{title}</h1><p>{'Links die as people do. ' * 80}</p>")

    assert not isinstance(made, NotArticle)
