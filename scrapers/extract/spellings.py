"""Write a line's digits and months plainly, so that a date in it is read in any script.

Digits become 0 to 9, months of two words or with stops one word, and what stands
between the parts of a date in some languages goes. Reading the date is
`scrapers.extract.dates`'s.
"""

from __future__ import annotations

import re

# The zeros of the scripts of the press: Arabic, Persian, Devanagari, Bengali, Gurmukhi,
# Gujarati, Odia, Tamil, Telugu, Kannada, Malayalam, Thai, Lao, Burmese, Khmer and
# full-width digits; nine follow each.
ZEROS = (
    0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50,
    0xED0, 0x1040, 0x17E0, 0xFF10,
)  # fmt: skip
_DIGITS = {zero + n: str(n) for zero in ZEROS for n in range(10)}
# The same as a part of a pattern's class of characters.
OTHER_DIGITS = "".join(f"{chr(zero)}-{chr(zero + 9)}" for zero in ZEROS)

_RESPELT = {
    "كانون الثاني": "يناير", "تشرين الأول": "أكتوبر", "تشرين الثاني": "نوفمبر",
    "تشرين الاول": "أكتوبر", "كانون الأول": "ديسمبر", "كانون الاول": "ديسمبر",
    "ม.ค.": "มกราคม", "ก.พ.": "กุมภาพันธ์", "มี.ค.": "มีนาคม", "เม.ย.": "เมษายน",
    "พ.ค.": "พฤษภาคม", "มิ.ย.": "มิถุนายน", "ก.ค.": "กรกฎาคม", "ส.ค.": "สิงหาคม",
    "ก.ย.": "กันยายน", "ต.ค.": "ตุลาคม", "พ.ย.": "พฤศจิกายน", "ธ.ค.": "ธันวาคม",
    "کانوونی دووەم": "يناير", "کانونی دووەم": "يناير", "تشرینی یەکەمی": "أكتوبر",
    "تشرینی یەکەم": "أكتوبر", "تشرینی دووەمی": "نوفمبر", "تشرینی دووەم": "نوفمبر",
    "کانوونی یەکەم": "ديسمبر", "کانونی یەکەم": "ديسمبر",
    "Çiriya Pêşîn": "cotmeh", "Çiriya Paşîn": "mijdar", "Kanûna Pêşîn": "berfanbar",
    "Kanûna Paşîn": "rêbendan", "Meán Fómhair": "september",
    "Deireadh Fómhair": "october",
    # "in the Buddhist era", "day", "month" and "year"
    "พ.ศ.": "", " ቀን": "", "ថ្ងៃទី": " ", "ខែ": " ", "ឆ្នាំ": " ", "ခုနှစ်": "",
    "ရက်": "",
}  # fmt: skip
_SPELLING = re.compile("|".join(map(re.escape, _RESPELT)))
# What all these digits and nearly all these spellings have, and what the others do.
_OF_OTHER_SCRIPTS = re.compile("[\u0600-\u1fff\uff10-\uff19]")
_IN_LATIN = tuple(
    {name.split()[-1] for name in _RESPELT if not _OF_OTHER_SCRIPTS.search(name)}
)
_NAMED_TWICE = re.compile(r"(?<=\s)([^\W\d]+)\s?/\s?[^\W\d]+(?=\s(?:19|20)\d\d)")
# "12 ม.ค. 66": Thais write two digits of the Buddhist year.
_THAI_SHORT = re.compile(r"(?<=[\u0e01-\u0e4e])\s?([56]\d)(?![\d:.])")


def plain_digits(text: str) -> str:
    """A text with the digits of the scripts of the press written as 0 to 9."""
    if text.isascii() or not _OF_OTHER_SCRIPTS.search(text):
        return text
    return text.translate(_DIGITS)


def respelt(text: str) -> str:
    """A text with plain digits, and with its months in the spellings of `months`.

    Months in two words, abbreviated with stops, or named twice ("نيسان / أبريل").
    """
    if text.isascii():
        return text
    is_other = _OF_OTHER_SCRIPTS.search(text)
    text = text.translate(_DIGITS) if is_other else text
    if is_other or any(word in text for word in _IN_LATIN):
        text = _SPELLING.sub(lambda found: _RESPELT[found.group()], text)
        text = _THAI_SHORT.sub(r" 25\1", text)
    return _NAMED_TWICE.sub(r"\1", text) if "/" in text else text
