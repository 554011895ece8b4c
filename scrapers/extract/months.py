"""The names of months in the languages of the press, and their abbreviations."""

from __future__ import annotations

# One line a language, January first; "/" parts spellings and cases of one month.
_NAMES = """
january february march april may june july august september october november december
januar/jänner februar/feber märz/maerz april mai juni juli august september oktober november dezember
janvier février/fevrier mars avril mai juin juillet août/aout septembre octobre novembre décembre/decembre
enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre
janeiro fevereiro março/marco abril maio junho julho agosto setembro outubro novembro dezembro
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
januari februari maart april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
stycznia/styczeń lutego/luty marca/marzec kwietnia/kwiecień maja/maj czerwca/czerwiec lipca/lipiec sierpnia/sierpień września/wrzesień października/październik listopada/listopad grudnia/grudzień
ledna/leden února/únor března/březen dubna/duben května/květen června/červen července/červenec srpna/srpen září října/říjen listopadu prosince/prosinec
января/январь февраля/февраль марта/март апреля/апрель мая/май июня/июнь июля/июль августа/август сентября/сентябрь октября/октябрь ноября/ноябрь декабря/декабрь
січня/січень лютого/лютий березня/березень квітня/квітень травня/травень червня/червень липня/липень серпня/серпень вересня/вересень жовтня/жовтень листопада/листопад грудня/грудень
януари февруари март април май юни юли август септември октомври ноември декември
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
januari/jan februari/pebruari maret april mei juni juli agustus september oktober november/nopember desember
januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba
január február március április május június július augusztus szeptember október november december
ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
tammikuuta/tammikuu helmikuuta/helmikuu maaliskuuta/maaliskuu huhtikuuta/huhtikuu toukokuuta/toukokuu kesäkuuta/kesäkuu heinäkuuta/heinäkuu elokuuta/elokuu syyskuuta/syyskuu lokakuuta/lokakuu marraskuuta/marraskuu joulukuuta/joulukuu
ιανουαρίου/ιανουάριος φεβρουαρίου/φεβρουάριος μαρτίου/μάρτιος απριλίου/απρίλιος μαΐου/μάιος ιουνίου/ιούνιος ιουλίου/ιούλιος αυγούστου/αύγουστος σεπτεμβρίου/σεπτέμβριος οκτωβρίου/οκτώβριος νοεμβρίου/νοέμβριος δεκεμβρίου/δεκέμβριος
يناير فبراير مارس أبريل/ابريل/إبريل مايو يونيو/يونيه يوليو/يوليه أغسطس/اغسطس سبتمبر أكتوبر/اكتوبر نوفمبر ديسمبر
ژانویه فوریه مارس آوریل مه/می ژوئن/جون ژوئیه/جولای/ژوییه اوت/آگوست سپتامبر اکتبر نوامبر دسامبر
जनवरी फ़रवरी/फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर
জানুয়ারি/জানুয়ারী ফেব্রুয়ারি/ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর
มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม
"""  # noqa: E501 - a line a language


def _table() -> dict[str, int]:
    """Every spelling, and every beginning of three letters or more that means one."""
    full: dict[str, set[int]] = {}
    begun: dict[str, set[int]] = {}
    for row in _NAMES.strip().splitlines():
        for month, spellings in enumerate(row.split(), start=1):
            for name in spellings.split("/"):
                full.setdefault(name, set()).add(month)
                for length in range(3, len(name)):
                    begun.setdefault(name[:length], set()).add(month)
    merged = {**begun, **full}
    return {name: min(found) for name, found in merged.items() if len(found) == 1}


MONTHS: dict[str, int] = _table() | {
    "sept": 9,
    "mar": 3,
    "mrz": 3,
    "mär": 3,
    "jun": 6,
    "jul": 7,
}
