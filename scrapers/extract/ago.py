"""Read how long ago something was: "3 hours ago", "gestern, 14:30", "منذ ساعتين".

Counts from the time of the fetch. Minutes and hours tell a time, days and weeks a day,
months a month; "two years ago" tells too little to be a date.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from scrapers.extract.date_labels import Words
from scrapers.extract.dates import Moment, clock_in
from scrapers.extract.spellings import plain_digits
from scrapers.items import Precision

MAX_TEXT = 60  # a longer text is no date but a sentence
MAX_COUNT = 500

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_WEEK, _MONTH = timedelta(weeks=1), timedelta(days=30)

# Words for a unit, in the cases that follow a number, by the languages of the press.
_UNITS = {
    timedelta(seconds=1): """
        second seconds sec secs s sekunde sekunden seconde secondes segundo
        secondo secondi sekunder sekund sekundy sekundę секунд секунды секунду saniye
        ثانية ثوان ثانیه""",
    _MINUTE: """
        minute minutes min mins m minuten minuto minutos minuti minuut minuuttia
        minutter minuter minut minuty minutę minutami minutama minuta минут минуты
        минуту хвилин хвилини хвилину минути dakika dk perc perce perccel λεπτά λεπτό
        دقيقة دقائق دقیقه منٹ דקות דקה मिनट মিনিট menit minit phút นาที dakiki""",
    _HOUR: """
        hour hours hr hrs h stunde stunden std heure heures hora horas ora ore uur uren
        tuntia tunti timer time timmar timme godzin godziny godzinę hodinami hodinou
        hodin sata sati sat час часа часов година години годин годину saat sa óra órája
        órával ώρες ώρα ساعة ساعات ساعت گھنٹے گھنٹہ שעות שעה घंटे घंटा ঘণ্টা ঘন্টা jam
        giờ ชั่วโมง saa""",
    _DAY: """
        day days d tag tage tagen jour jours día días dia dias giorno giorni dag dagen
        dage dagar päivää päivä dzień dni dny dnem dnů dana dan день дня дней дні днів
        дена ден gün napja nappal ημέρες ημέρα μέρες يوم أيام ايام روز دن ימים יום दिन
        দিন hari ngày วัน siku zile zi""",
    _WEEK: """
        week weeks wk wks w woche wochen semaine semaines semana semanas settimana
        settimane weken uge uger veckor vecka uker uke viikkoa viikko tydzień tygodni
        tygodnie týdny týdnem неделю недели недель тиждень тижні тижнів hafta hete
        εβδομάδες εβδομάδα أسبوع أسابيع اسابيع هفته ہفتے שבועות שבוע सप्ताह সপ্তাহ
        minggu tuần สัปดาห์ wiki săptămâni săptămână""",
    _MONTH: """
        month months monat monate monaten mois mes meses mese mesi maand maanden måned
        måneder månader månad kuukautta kuukausi miesiąc miesiące miesięcy měsíci
        месяц месяца месяцев місяць місяці місяців месеца ay hónapja μήνες μήνα شهر أشهر
        شهور ماه مہینے חודשים חודש महीने মাস bulan tháng เดือน mwezi miezi luni lună""",
}
# Languages with a dual: the word is the number too.
_TWO = {
    "دقيقتين": _MINUTE, "ساعتين": _HOUR, "يومين": _DAY, "أسبوعين": _WEEK,
    "شهرين": _MONTH, "שעתיים": _HOUR, "יומיים": _DAY, "שבועיים": _WEEK,
}  # fmt: skip
_ONE = frozenset(
    """
    a an one ein eine einem einer einen un une uno una um uma en ett et een jeden jedną
    один одну bir o egy yksi یک एक واحدة moja
    """.split()  # noqa: SIM905 - a table of words reads better than a list of strings
)
_UNIT = {word: span for span, words in _UNITS.items() for word in words.split()}
_BEFORE = "vor|il y a|hace|há|před|pred|prije|преди|πριν από|πριν|منذ|قبل|לפני|acum"
_AFTER = (
    "ago|fa|geleden|sedan|siden|sitten|temu|назад|тому|önce|ezelőtt|atrás|پیش|قبل|پہلے"
    r"|पहले|আগে|(?:yang )?lalu|trước|ที่แล้ว|ที่ผ่านมา|zilizopita|iliyopita"
)
# Vowel signs of Indian scripts are no \w.
_NAME = r"[^\s\d.,;:|()<>]{1,16}"


def _span(side: str) -> str:
    """A number, or a word for one, and a unit; its groups begin with `side`."""
    number = rf"(?P<{side}n>\d{{1,3}})\s?|(?P<{side}w>{_NAME})\s"
    return rf"(?:{number})?(?P<{side}u>{_NAME})\.?"


_AGO = re.compile(
    rf"(?<!\w)(?:(?:{_BEFORE})\s{_span('b')}(?!\w)|{_span('a')}\s?(?:{_AFTER})(?!\w))",
    re.IGNORECASE,
)
_THAI = re.compile(r"(?P<n>\d{1,3})\s?(?P<u>นาที|ชั่วโมง|วัน|สัปดาห์|เดือน)\s?(?:ที่แล้ว|ที่ผ่านมา)")
_CJK = re.compile(
    r"(?P<n>\d{1,3})\s?(?P<u>秒钟?|分钟|分鐘|分|小时|小時|時間|天|日|周|週間?|个月|個月|[ヶか]月"
    r"|초|분|시간|일|주일?|개월)\s?(?:以|之)?(?:前|전)"
)
_CJK_UNIT = {
    "秒": timedelta(seconds=1), "초": timedelta(seconds=1),
    "分": _MINUTE, "분": _MINUTE,
    "小": _HOUR, "時": _HOUR, "시": _HOUR, "天": _DAY, "日": _DAY, "일": _DAY,
    "周": _WEEK, "週": _WEEK, "주": _WEEK, "个": _MONTH, "個": _MONTH, "ヶ": _MONTH,
    "か": _MONTH, "개": _MONTH,
}  # fmt: skip
_DAYS = {
    0: """today heute aujourd'hui aujourd’hui hoy hoje oggi vandaag idag dzisiaj dziś
        сегодня сьогодні днес bugün σήμερα اليوم امروز آج היום आज আজ วันนี้ dnes azi
        tänään danas 今天 今日 오늘""",
    1: """yesterday gestern hier ayer ontem ieri gisteren igår wczoraj вчера вчора dün
        tegnap χθες أمس امس دیروز אתמול เมื่อวาน včera eilen jučer juče kemarin 昨天 昨日
        어제""",
    2: "vorgestern anteayer anteontem eergisteren позавчера 前天 一昨日 그저께",
}
_DAY_WORDS = {word: days for days, words in _DAYS.items() for word in words.split()}
# The word alone, or with a time of day: "USA Today" is no date.
_DAY_WORD = re.compile(
    r"(?:(?:\w+\W+){0,2}(?=.*\d[:.h]\d\d))?"
    rf"(?P<word>{'|'.join(map(re.escape, _DAY_WORDS))})(?:\W+|$)(?:\D{{0,8}}\d.*)?",
    re.IGNORECASE,
)
_JUST = re.compile(
    r"\b(?:just now|moments ago|gerade eben|à l['’]instant|ahora mismo|только что"
    r"|az önce|şimdi)\b|刚刚|剛剛|たった今|방금",
    re.IGNORECASE,
)
# One of these is in all that tells how long ago something was.
_TELLING = Words(
    [
        *f"{_BEFORE}|{_AFTER}".replace("(?:yang )?", "").split("|"),
        *["just now", "gerade eben", "instant", "ahora mismo", "только что"],
        *["az önce", "şimdi", "刚刚", "剛剛", "たった今", "방금", "前", "전"],
        *_DAY_WORDS,
    ]
)


def ago(text: str, now: datetime, zone: tzinfo) -> Moment | None:
    """The moment that lies so long before `now`; None where the text tells none.

    `zone` is where "yesterday" begins and ends.
    """
    if len(text) > MAX_TEXT:
        return None
    if not _TELLING.are_in(text):
        return None
    text = plain_digits(text)
    if _JUST.search(text):
        return Moment(at=now, precision=Precision.TIME)
    found = _counted(text)
    if found is not None:
        count, unit = found
        return _before(now, zone, count, unit) if count <= MAX_COUNT else None
    if word := _DAY_WORD.fullmatch(text.strip()):
        day = now.astimezone(zone) - _DAY_WORDS[word["word"].lower()] * _DAY
        return _on(day, clock_in(text), zone)
    return None


def _counted(text: str) -> tuple[int, timedelta] | None:
    if not text.isascii():
        if found := _CJK.search(text):
            return int(found["n"]), _CJK_UNIT[found["u"][0]]
        if found := _THAI.search(text):
            return int(found["n"]), _UNIT[found["u"]]
    for found in _AGO.finditer(text):
        side = "b" if found["bu"] else "a"
        number, word = found[side + "n"], (found[side + "w"] or "").lower()
        name = found[side + "u"].lower()
        if name in _TWO:
            return 2, _TWO[name]
        if name in _UNIT and (number or not word or word in _ONE):
            return int(number or 1), _UNIT[name]
        if word in _UNIT and name in _ONE:  # "saa moja", "ساعة واحدة" put it last
            return 1, _UNIT[word]
    return None


def _before(now: datetime, zone: tzinfo, count: int, unit: timedelta) -> Moment:
    at = now - count * unit
    if unit <= _HOUR:
        return Moment(at=at, precision=Precision.TIME)
    day = at.astimezone(zone)
    if unit < _MONTH:
        return _on(day, None, zone)
    first = datetime(day.year, day.month, 1, tzinfo=UTC)
    return Moment(at=first, precision=Precision.MONTH)


def _on(day: datetime, clock: tuple[int, int] | None, zone: tzinfo) -> Moment:
    if clock is None:
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return Moment(at=at, precision=Precision.DAY)
    at = datetime(day.year, day.month, day.day, *clock, tzinfo=zone)
    return Moment(at=at, precision=Precision.TIME)
