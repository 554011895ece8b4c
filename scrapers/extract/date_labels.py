"""What the press calls a date in its languages: that of publication, that of a change.

Which of two dates in a line counts is `scrapers.extract.published`'s to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


class Words:
    """Words, or beginnings of words, one of which may be in a text in any case.

    To look for each takes a tenth of one search for all.
    """

    def __init__(self, words: Iterable[str]) -> None:
        # Small letters with one i, since YAYIN is "yayın".
        self._words = tuple({word.lower().replace("ı", "i") for word in words})
        self._plain = tuple(word for word in self._words if word.isascii())

    def are_in(self, text: str) -> bool:
        """Tell whether a text has one of them."""
        small = text.lower()
        if small.isascii():
            return True in [word in small for word in self._plain]
        small = small.replace("ı", "i")
        return True in [word in small for word in self._words]


class Labels:
    """Beginnings of words, in any case: one of them says what a date is of."""

    def __init__(self, *rows: str) -> None:
        words = "|".join(rows)
        self._pattern = re.compile(words, re.IGNORECASE)
        self._words = Words(words.replace(r"\b", "").split("|"))

    def search(self, text: str, begin: int = 0) -> re.Match[str] | None:
        """The first of these words in a text; most have none."""
        if self._words.are_in(text):
            return self._pattern.search(text, begin)
        return None


# What a line calls the date of its last change in the languages of the press.
UPDATED = Labels(
    r"updat|modif|edited|last\b|revis|review|aktualis|geändert|bearbeitet|zuletzt",
    "mis à jour|actualit|actualiz|aggiorn|ultima|última|atualiz|bijgewerkt|uppdater",
    "opdater|oppdater|päivitetty|muokattu|aktualiz|upraven|обнов|изменен",
    "измењен|оновл|ажур|ažur|izmenj|posodob|güncel|yenilən|frissít|módosít|atnaujin|atjaun",
    "uuend|muudet|eguneratu|përditës|uppfær|жаңарт|ενημερώ|τροποπ|განახლ|թարմաց|խմբագր",
    "تحديث|روزرسانی|بروز|اپ ڈیٹ|اپڈیٹ|نوێکر|更新|수정|עודכן",
    "diperbarui|diupdate|imesasish|cập nhật|আপডেট|হালনাগাদ|अपडेट|अद्यतन|புதுப்பி",
    "నవీకరించ|ปรับปรุง|อัปเดต|แก้ไข",
)
# What it calls that of publication.
PUBLISHED_ON = Labels(
    "publ|post|veröffentl|erstellt|erschienen|created|opubl|опубл|انتشار|نشر|发布|發布",
    "公開|掲載|입력|등록|פורסם|yayın|terbit|đăng|imechap|julkais|megjelen|zveřej",
    "paskelb|argitarat|objav|објав|публик|δημοσ|გამოქვ|հրապ|شائع|خپور|بڵاو|প্রকাশ",
    "प्रकाशित|வெளியி|ప్రచుర|เผยแพร่",
)
