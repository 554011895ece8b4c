"""How dates are written, as patterns: what none is without, and each spelling.

What is found by them is read by `scrapers.extract.dates`. Each begins with a digit
where it can, since what stands before one is cheaper to look at behind it; only words
may be in any case, since to ignore that of all takes twice as long.
"""

from __future__ import annotations

import re

from scrapers.extract.spellings import OTHER_DIGITS

# What no date is without: a year, an ideogram for one, or numbers between equal marks.
# It begins with one character of a few, which are found many times as fast as others.
TRACE = re.compile(
    r"[0-9'’年년](?:(?<=1)[349]\d\d|(?<=2)[05]\d\d|(?<=['’])\d\d|(?<=[年년])"
    r"|(?<=\d)\s?([/.\-|])\s?\d\d?\s?\1\s?\d\d)"
)
# The same in other digits, and in Thai with two digits of the year.
OTHER_TRACE = re.compile(
    f"[{OTHER_DIGITS}\u0e01-\u0e4e.](?:(?<=[{OTHER_DIGITS}])|\\s?[56]\\d)"
)
# No date begins more characters before such a trace: a day, "th of", a month's name.
BEFORE_TRACE = 60
# What no time of day is without.
CLOCK_TRACE = re.compile(r"\d[:.hH時时시点點uU]")
HALF_TRACE = re.compile(r"\d\s*[apAP]\.?[mM]")
# What parts the numbers of a date, one of which stands between two marks.
MARKS = re.compile(r"[/.\-|]\s?\d\d?\s?[/.\-|]")
# The commonest spellings, of which nothing has to be guessed: a day, or a time with its
# zone.
EXACT = re.compile(
    r"(?:19|20)\d\d-\d\d-\d\d"
    r"(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?"
    r"(?:Z|[+-](?:0\d|1[0-4]):?[0-5]\d))?",
    re.ASCII,
)
LEAST = 6  # characters: "4/5/21"
# How the second half of the day begins: pm, مساء, بعدازظهر, μ.μ.
AFTERNOON = frozenset("pمبμ")
_LATE = "下午|午後|오후|晚上|傍晚"
_CLOCK = (
    rf"(?:(?P<early>上午|午前|오전|凌晨|早上)\s?|(?P<late>{_LATE})\s?)?"
    r"(?P<hour>[01]?\d|2[0-3])(?:[:.hH時时시点點]\s?|(?i:Uhr)\s)"
    r"(?P<minute>[0-5]\d)(?!\d)"
    r"(?::(?P<second>[0-5]\d))?(?:[.,]\d+)?"
    r"(?i:\s*(?P<half>[ap]\.?\s?m\b\.?|صباح\w*|مساء\w*|[صم]\b|[قب]\.?\s?ظ|[πμ]\.\s?μ))?"
    r"(?i:\s*\(?(?P<zone>Z\b|(?:UTC|GMT)?\s?[+-]\d\d?(?::?\d\d)?|[A-Z]{2,5}\b))?"
)
ISO = re.compile(
    r"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d?)(?:-(?P<day>\d\d?))?"
    r"(?:[Tt\s,_]{1,3}(?i:at\s)?" + _CLOCK + r")?(?!\d)"
)
COMPACT = re.compile(
    r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})?)?"
)
EPOCH = re.compile(r"(\d{10})(?:\d{3})?(?:\.\d+)?")
TIME = re.compile(r"(?<![\d.:/-])" + _CLOCK)
OFFSET = re.compile(r"([+-])(\d\d?):?(\d\d)?$")
HALF_ONLY = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])\s*([ap])\.?m\b", re.IGNORECASE)

# Marks of Thai and Hindi vowels are no \w.
_MONTH = r"(?P<name>[^\s\d_,،၊.;:/()|<>-]{2,18})\.?"
# No name begins, or ends, within another one: to look there takes many times as long.
_WHOLE_MONTH = r"(?P<name>[^\s\d_,،၊.;:/()|<>-]{2,18}+)\.?"
_FIRST_MONTH = r"(?<![^\s\d_,،၊.;:/()|<>-])" + _WHOLE_MONTH
# A time may follow a year at once, where they are in elements of their own.
_NO_MORE = r"(?!\d(?!\d?:[0-5]\d))"
WRITTEN = (
    # 4 November 2021, 4. November 2021, 4 de noviembre de 2021, 4th of November, 2021
    re.compile(
        r"(?P<day>\d(?<![\d.:].)(?:(?<=[0-3])\d)?)(?!مه)(?i:st|nd|rd|th|er|º|ª|a|ê|ی"
        r"|\.)?[\s\-,/]{0,3}(?i:de\s|of\s|ng\s|d['’]|ta['’]\s)?\s?"
        + _MONTH
        + r"[\s\-,،/]{0,3}(?i:del?\s|of\s)?"
        r"(?P<year>(?:1[34]|19|20|25)\d\d|['’]\d\d)" + _NO_MORE
    ),
    # November 4, 2021; Nov. 4th 2021
    re.compile(
        _FIRST_MONTH + r"\s{0,2}(?P<day>[0-3]?\d)(?i:st|nd|rd|th|مه|\sd\.)?"
        r"(?:\s?[,،၊]\s?|\s+)(?i:del?\s)?(?P<year>(?:19|20)\d\d)(?!:)" + _NO_MORE
    ),
    # 2021, November 4; 2021 m. lapkričio 4 d.; 2021ko azaroaren 4a
    re.compile(
        r"(?P<year>(?:1[349]|20)(?<!\d..)\d\d)(?i:ko|\sm\.|\s?թ\.?|\sد)?[\s,.]{1,3}"
        + _WHOLE_MONTH
        + r"\s?(?P<day>[0-3]?\d)(?!\d)"
    ),
    # 2021. gada 4. novembris, 2021 жылғы 4 қараша, 2021-yil 4-noyabr
    re.compile(
        r"(?P<year>(?:19|20)(?<!\d..)\d\d)[\s.-]{0,2}"
        r"(?i:gada|yil|ж\.|жылғы|жылдын|жыл|წლის)\s(?P<day>[0-3]?\d)[\s.-]{1,2}"
        + _MONTH
    ),
)
# All of a line in the two commonest of them.
PLAIN = re.compile(
    r"(?:(?P<before>[A-Za-zÀ-ɏ]{3,12})\.? (?P<day>[0-3]?[0-9]), ?"
    r"|(?P<first>[0-3]?[0-9])\.? (?P<behind>[A-Za-zÀ-ɏ]{3,12})\.?,? )"
    r"(?P<year>(?:19|20)[0-9]{2})"
)
# The year that the second of them, and a month without a day, end with.
LAST_YEAR = re.compile(r"(?:19|20)(?<=[\s,،၊]..)\d\d")
# Those that have it elsewhere.
YEAR_ANYWHERE = (WRITTEN[0], *WRITTEN[2:])
CJK = re.compile(
    r"(?:(?P<era>令和|平成|昭和|民國|民国)\s?)?"
    r"(?P<year>(?:19|20)\d\d|(?<!\d)\d{1,3}|(?<=[和成])元)\s?[年년]"
    r"(?:\s?[（(][^（）()]{2,10}[）)])?"
    r"\s?(?P<month>\d\d?)\s?[月월]\s?(?P<day>\d\d?)\s?[日일號号]"
)
MONGOLIAN = re.compile(
    r"(?P<year>20\d\d)\s?оны?\s(?P<month>\d\d?)(?:-?р|\sд[уү]гаар)?\sсарын\s(?P<day>\d\d?)"
)
VIETNAMESE = re.compile(
    r"(?<!\d)(?P<day>\d\d?)\s(?:tháng|thg)\s(?P<month>\d\d?)"
    r"(?:,?\s(?:năm\s)?|\s?[/-]\s?)(?P<year>20\d\d)(?!\d)",
    re.IGNORECASE,
)
YEAR_FIRST = re.compile(
    r"(?P<year>(?:1[349]|20)(?<![\d/.-]..)\d\d)([/.\-])\s?(?P<month>\d\d?)\2"
    r"\s?(?P<day>\d\d?)(?!\d)"
)
YEAR_LAST = re.compile(
    r"(?P<one>\d(?<![\d/.-].)\d?)\s?(?P<mark>[/.\-|])\s?(?P<two>\d\d?)\s?(?P=mark)"
    r"\s?(?P<year>(?:1[34]|19|20|25)\d\d|\d\d)(?![\d/.-]\d|\d)"
)
MONTH_YEAR = re.compile(_FIRST_MONTH + r",?\s(?i:de\s)?(?P<year>(?:19|20)\d\d)(?!\d)")
URL_DAY = re.compile(
    r"[/\-_.=](20\d\d|199\d)([/\-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)"
)
URL_SHORT_DAY = re.compile(r"/(20\d\d|199\d)/([1-9]|1[0-2])/([1-9]|[12]\d|3[01])/")
URL_NAMED = re.compile(r"/(20\d\d|199\d)/([a-z]{3,9})/(\d\d?)/", re.IGNORECASE)
# /2015/08/150803-the-flood
URL_STAMP = re.compile(r"/20(\d\d)/([01]\d)/\1\2([0-3]\d)(?!\d)")
URL_MONTH = re.compile(r"/(20\d\d|199\d)[/-](0[1-9]|1[0-2]|[1-9])(?=/|$)")
