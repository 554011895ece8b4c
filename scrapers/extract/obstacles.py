"""Recognise a page that stands where an article should: binary, wall, captcha, 404.

The reasons are short and stable: they are stored and counted.
"""

from __future__ import annotations

import re

from scrapers.clean.text import weighs, word_count
from scrapers.extract.document import Document
from scrapers.items import Page

NOT_HTML = "not HTML"
EMPTY = "empty"
PASSWORD_FORM = "password form"  # noqa: S105 - the reason's name
CONSENT_WALL = "consent wall"
CAPTCHA = "captcha"
NOT_FOUND = "says that it is not found"
NO_TITLE = "no title"
NO_TEXT = "no text"

# An article that mentions cookies or robots is longer than a page that is only a wall.
WALL_CHARS = 1500
MIN_WORDS = 12  # fewer are no sentence to judge by

_HTML_TYPES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml")
_LOOKS_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|h1|p|div|article)\b", re.IGNORECASE
)
_MAGIC = (
    b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b", b"RIFF",
    b"\x00\x00\x00", b"ID3", b"OggS", b"\x7fELF",
)  # fmt: skip
# Text of any charset but UTF-16 has next to no NUL.
_NUL_SHARE = 0.01

_CAPTCHA_TITLE = re.compile(
    r"^(?:just a moment|attention required|access denied|are you (?:a )?(?:human|robot)"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|security check|robot check"
    r"|human verification|please wait|checking your browser|ddos-guard|pardon our"
    r" interruption|bot verification|captcha|one more step|403 forbidden)",
    re.IGNORECASE,
)
_CHALLENGE = (
    'iframe[src*="captcha-delivery.com"], #challenge-form, #cf-challenge-running,'
    " #px-captcha, #challenge-running,"
    ' form[action*="captcha" i], #captcha-form'
)
# Comment forms carry these too: they count only where there is next to no text.
CAPTCHA_BOX = "captcha box"
_CAPTCHA_BOX = ".g-recaptcha, .h-captcha, .cf-turnstile"
CAPTCHA_CHARS = 300
_PASSWORD = "form.post-password-form, form[action*='action=postpass']"  # noqa: S105
_CHALLENGE_SCRIPT = "/cdn-cgi/challenge-platform/"
# One of these parts is in what each of those is found by.
_MAY_BE = (
    ("class", "post-password-form"), ("class", "captcha"), ("class", "cf-turnstile"),
    ("id", "captcha"), ("id", "challenge"),
)  # fmt: skip
_ACTIONS, _FRAME = ("captcha", "action=postpass"), "captcha-delivery.com"
# How such words begin, in lower case; counting each takes a fraction of one search.
_CONSENT_WORDS = (
    "cookie", "consent", "gdpr", "privacy", "datenschutz", "einwilligung", "zustimm",
    "partner", "accept", "confidentialit", "privacidad",
    "クッキー", "プライバシー", "同意する", "隐私政策", "隱私權政策", "쿠키",
    "개인정보", "الارتباط", "الخصوصية", "کوکی", "คุกกี้", "ความเป็นส่วนตัว",
)  # fmt: skip
_CONSENT_TITLE = re.compile(
    r"\b(?:before you continue|cookie consent|consent|value your privacy"
    r"|privacy choices|privacy settings"
    r"|wir benötigen ihre zustimmung|datenschutz-?einstellungen)\b",
    re.IGNORECASE,
)
# What a page calls itself that is answered with 200 where nothing is, in the languages
# of the press: each names the page and says that it is not.
_PHRASES = r"""
\b(?:page|article|content)\b.{0,20}\b(?:not|can['’]?t|cannot) (?:be )?found
\b(?:page|article|content)\b.{0,20}\b(?:could(?: not|n['’]t)) be found
\bpage\b.{0,20}\b(?:does(?: not|n['’]t)|no longer) exist
\b(?:page|article|content)\b.{0,20}\b(?:has been (?:removed|deleted)|no longer avail)
(?:can['’]?t|cannot|could(?: not|n['’]t)) find (?:the|that|this) page
(?:seite|artikel|beitrag)\b.{0,20}nicht (?:gefunden|verfügbar|vorhanden)
(?:seite|artikel|beitrag)\b.{0,20}existiert nicht
(?:page|article)\b.{0,20}(?:introuvable|non trouvé|n['’]existe (?:pas|plus))
(?:página|artículo)\b.{0,20}no (?:encontrad|existe|se encuentra|disponible)
no se encontró la página|(?:página|artigo)\b.{0,20}não (?:encontrad|existe)
(?:pagina|articolo)\b.{0,20}non (?:trovat|esiste)|pàgina no (?:trobada|existeix)
pagina\b.{0,20}(?:niet gevonden|bestaat niet|nu (?:a fost g[ăa]sit|exist[ăa]))
(?:sidan|artikeln)\b.{0,20}(?:hittades inte|inte hittas|finns inte)
(?:siden|artikkelen)\b.{0,20}(?:ikke (?:fundet|funnet)|fin(?:de|ne)s ikke)
sivua ei (?:löyt|löyd|ole)|lehekülge ei leitud|orria ez da aurkitu
nie znaleziono stron|strona\b.{0,20}nie (?:istnieje|została znaleziona)
stránk\w*\b.{0,20}(?:nenalezen|neexistuje|nebyla nalezena|sa nenašla|nenájden)
(?:oldal|cikk)\b.{0,12}nem (?:található|létezik)|stranica (?:nije pron|ne postoji)
puslapis nerastas|lapa nav atrasta|səhifə tapılmadı|бет табылмады
(?:страниц|публикация)\w*.{0,24}не (?:найден|существует|съществува|е намерена)
(?:сторінк|старонк)\w*.{0,24}не (?:знайден|знойдзен|існує)
не (?:найдена страниц|знайдено сторінк)|страница (?:није пронађена|не постоји)
σελίδα\b.{0,12}δεν (?:βρέθηκε|υπάρχει)
sayfa.{0,14}(?:bulunamad|bulunamıyor|mevcut değil)
(?:الصفحة|المقال).{0,14}غير موجود|لم يتم العثور على الصفحة
صفحه.{0,18}(?:یافت نشد|پیدا نشد|وجود ندارد)|صفحہ.{0,10}(?:نہیں ملا|موجود نہیں)
(?:העמוד|הדף).{0,14}לא (?:נמצא|קיים)|(?:पृष्ठ|पेज).{0,12}नहीं मिला
পৃষ্ঠা.{0,14}পাওয়া যায়নি|ไม่พบหน้า|ไม่พบเพจ|გვერდი (?:ვერ|არ) მოიძებნა
không tìm thấy trang|trang không tồn tại|էջը չի գտնվել
halaman tidak (?:ditemukan|tersedia)|ukurasa ha\w{0,3} ?(?:kupatikana|patikani)
(?:页面|頁面|网页|網頁|文章).{0,6}(?:不存在|未找到|没有找到|已(?:被)?[删刪]除)
(?:找不到|未找到|無法找到).{0,6}(?:页面|頁面|网页|網頁)
(?:ページ|記事).{0,6}(?:見つかりません|存在しません|削除されました)
페이지.{0,4}(?:찾을 수 없|존재하지)|존재하지 않는 (?:페이지|기사)
"""
_MISSING = re.compile("|".join(_PHRASES.split("\n")[1:-1]))
_IS_404 = re.compile(
    r"(?:\W|error|http|fehler|erreur|errore|erro|ошибка|помилка|hata|błąd|chyba|خطأ|خطای?)*"
    r"404(?:\W*$|\s*[-–—|:!.,]|\s+(?:error|not|page|seite|fehler)\b)"
)
# Longer titles tell of more than a page that is missing.
MAX_MISSING = 90


def before_parsing(page: Page) -> str | None:
    """Why these bytes are no page at all, or None."""
    start = page.body[:4096]
    if not start.strip(b"\x00\t\n\r\x0c \xef\xbb\xbf\xfe\xff"):
        return NOT_HTML if b"\x00" in start else EMPTY
    kind = page.content_type.partition(";")[0].strip().lower()
    looks = bool(_LOOKS_HTML.search(start))
    if start.lstrip().startswith(_MAGIC):
        return NOT_HTML
    if kind and kind not in _HTML_TYPES and not (looks and kind.startswith("text/")):
        return NOT_HTML
    return None if looks or _is_text(page.body[:65536]) else NOT_HTML


def _is_text(start: bytes) -> bool:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<\x00" in start[:64]:
        return True
    return b"<" in start and start.count(0) <= _NUL_SHARE * len(start)


def markup_of_a_wall(document: Document, prose: float) -> str | None:
    """The kind of wall whose form or script the page holds, article or not.

    `prose` is how many characters of prose it shows: no captcha is so long.
    """
    tree = document.tree
    if prose >= WALL_CHARS:
        forms = (form.attributes for form in document.elements("form"))
        return PASSWORD_FORM if any(map(_asks_password, forms)) else None
    is_captcha = bool(_CAPTCHA_TITLE.search(document.title_element)) or any(
        _CHALLENGE_SCRIPT in source for source in document.script_sources
    )
    if _may_have_a_form(document):  # as next to no page does
        if tree.css_first(_PASSWORD):
            return PASSWORD_FORM
        if is_captcha or tree.css_first(_CHALLENGE):
            return CAPTCHA
        if tree.css_first(_CAPTCHA_BOX):
            return CAPTCHA_BOX
    return CAPTCHA if is_captcha else None


def _may_have_a_form(document: Document) -> bool:
    """Tell whether a page may hold what walls do, without searches for each of it."""
    actions = [action.lower() for action in document.values("form", "action")]
    return (
        any(part in action for action in actions for part in _ACTIONS)
        or any(_FRAME in source for source in document.values("iframe", "src"))
        or bool(document.index.holding(*_MAY_BE))
    )


def _asks_password(form: dict[str, str | None]) -> bool:
    """Tell whether a form with these attributes is WordPress' before an article."""
    is_named = "post-password-form" in (form.get("class") or "").split()
    return is_named or "action=postpass" in (form.get("action") or "")


def after_parsing(
    document: Document, wall: str | None, title: str, text: str
) -> str | None:
    """Why what was read is no article, or None. `wall` is `markup_of_a_wall`'s."""
    if wall == PASSWORD_FORM:
        return PASSWORD_FORM
    is_long = weighs(text, WALL_CHARS)
    if wall == CAPTCHA and not is_long:
        return CAPTCHA
    if wall == CAPTCHA_BOX and len(text) < CAPTCHA_CHARS:
        return CAPTCHA
    if not is_long and _is_consent(f"{document.title_element} {title}", text):
        return CONSENT_WALL
    if len(text) < WALL_CHARS and any(
        map(_is_missing, (title, document.title_element))
    ):
        return NOT_FOUND
    if not title:
        return NO_TITLE
    return None if text else NO_TEXT


def _is_missing(title: str) -> bool:
    """Tell whether a page with this title says that there is no page."""
    small = title[:MAX_MISSING].lower()
    return bool(_IS_404.match(small) or _MISSING.search(small))


def _is_consent(title: str, text: str) -> bool:
    if _CONSENT_TITLE.search(title):
        return True
    words, lowered = word_count(text), text.lower()
    named = sum(map(lowered.count, _CONSENT_WORDS))
    return words >= MIN_WORDS and named > words / 15
