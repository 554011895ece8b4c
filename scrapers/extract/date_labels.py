"""What the press calls a date in its languages: that of publication, that of a change.

Which of two dates in a line counts is `scrapers.extract.published`'s to say.
"""

from __future__ import annotations

import re

# What a line calls the date of its last change in the languages of the press.
UPDATED = re.compile(
    r"updat|modif|edited|last\b|revis|review|aktualis|geändert|bearbeitet|zuletzt"
    r"|mis à jour|actuali[tz]|aggiorn|ultima|última|atualiz|bijgewerkt|uppdater|opdater"
    r"|oppdater|päivitetty|muokattu|aktualiz|upraven|обнов|изменен|измењен|оновл|ажур"
    r"|ažur|izmenj|posodob|güncel|yenilən|frissít|módosít|atnaujin|atjaun|uuend|muudet"
    r"|eguneratu|përditës|uppfær|жаңарт|ενημερώ|τροποπ|განახლ|թարմաց|խմբագր"
    r"|تحديث|روزرسانی|بروز|اپ ?ڈیٹ|نوێکر|更新|수정|עודכן|diperbarui|diupdate|imesasish"
    r"|cập nhật|আপডেট|হালনাগাদ|अपडेट|अद्यतन|புதுப்பி|నవీకరించ|ปรับปรุง|อัปเดต|แก้ไข",
    re.IGNORECASE,
)
# What it calls that of publication.
PUBLISHED_ON = re.compile(
    r"publ|post|veröffentl|erstellt|erschienen|created|opubl|опубл|انتشار|نشر|发布|發布"
    r"|公開|掲載|입력|등록|פורסם|yayın|terbit|đăng|imechap|julkais|megjelen|zveřej"
    r"|paskelb|argitarat|objav|објав|публик|δημοσ|გამოქვ|հրապ|شائع|خپور|بڵاو|প্রকাশ"
    r"|प्रकाशित|வெளியி|ప్రచుర|เผยแพร่",
    re.IGNORECASE,
)
