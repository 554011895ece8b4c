"""The names of months in the languages of the press, and their abbreviations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from unicodedata import normalize

# One line a language, January first; "/" parts spellings and cases of one month, and
# "-" stands where a name means another month elsewhere, or is two words.
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
جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر
جانفي فيفري مارس أفريل/افريل ماي جوان جويلية أوت/اوت سبتمبر أكتوبر/اكتوبر نوفمبر ديسمبر
- شباط آذار/اذار نيسان أيار/ايار حزيران تموز آب أيلول/ايلول - - -
ינואר/בינואר פברואר/בפברואר מרץ/במרץ/מרס אפריל/באפריל מאי/במאי יוני/ביוני יולי/ביולי אוגוסט/באוגוסט ספטמבר/בספטמבר אוקטובר/באוקטובר נובמבר/בנובמבר דצמבר/בדצמבר
sausio/sausis vasario/vasaris kovo/kovas balandžio/balandis gegužės/gegužė birželio/birželis liepos/liepa rugpjūčio/rugpjūtis rugsėjo/rugsėjis spalio/spalis lapkričio/lapkritis gruodžio/gruodis
janvāris/janvārī februāris/februārī marts/martā aprīlis/aprīlī maijs/maijā jūnijs/jūnijā jūlijs/jūlijā augusts/augustā septembris/septembrī oktobris/oktobrī novembris/novembrī decembris/decembrī
jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember
siječnja/siječanj veljače/veljača ožujka/ožujak travnja/travanj svibnja/svibanj lipnja/lipanj srpnja/srpanj kolovoza/kolovoz rujna/rujan - studenoga/studenog/studeni prosinca/prosinac
januara/januar februara/februar marta/mart aprila/april maja/maj juna/jun jula/jul avgusta/avgust septembra/septembar oktobra/oktobar novembra/novembar decembra/decembar
јануара/јануар фебруара/фебруар марта/март априла/април маја/мај јуна/јун јула/јул августа/август септембра/септембар октобра/октобар новембра/новембар децембра/децембар
јануари февруари март април мај јуни јули август септември октомври ноември декември
января/студзеня лютага сакавіка красавіка мая/траўня чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня
january/jannar februar marec/marca apríla/apríl mája/máj júna/jún júla/júl augusta/august septembra/september októbra/október novembra/november decembra/december
janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor
gener febrer març abril maig juny juliol agost setembre octubre novembre desembre
xaneiro febreiro marzo abril maio xuño xullo agosto setembro outubro novembro decembro
janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember
januar februar mars/marts april mai/maj juni juli august september oktober november desember/december
januarie februarie maart april mei junie julie augustus september oktober november desember
enero pebrero marso abril mayo hunyo hulyo agosto setyembre oktubre nobyembre disyembre
yanvar fevral mart aprel may iyun iyul avqust/avgust sentyabr/sentabr oktyabr/oktabr noyabr dekabr
қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан
იანვარი/იანვარს/იანვრის თებერვალი/თებერვალს/თებერვლის მარტი/მარტს/მარტის აპრილი/აპრილს/აპრილის მაისი/მაისს/მაისის ივნისი/ივნისს/ივნისის ივლისი/ივლისს/ივლისის აგვისტო/აგვისტოს სექტემბერი/სექტემბერს/სექტემბრის ოქტომბერი/ოქტომბერს/ოქტომბრის ნოემბერი/ნოემბერს/ნოემბრის დეკემბერი/დეკემბერს/დეკემბრის
հունվարի/հունվար փետրվարի/փետրվար մարտի/մարտ ապրիլի/ապրիլ մայիսի/մայիս հունիսի/հունիս հուլիսի/հուլիս օգոստոսի/օգոստոս սեպտեմբերի/սեպտեմբեր հոկտեմբերի/հոկտեմբեր նոյեմբերի/նոյեմբեր դեկտեմբերի/դեկտեմբեր
जानेवारी फेब्रुवारी मार्च एप्रिल मे जून जुलै ऑगस्ट सप्टेंबर ऑक्टोबर नोव्हेंबर डिसेंबर
जनवरी फेब्रुअरी/फेब्रुवरी मार्च अप्रिल मे जुन जुलाई अगस्ट/अगस्त सेप्टेम्बर अक्टोबर नोभेम्बर डिसेम्बर
ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்
జనవరి ఫిబ్రవరి మార్చి/మార్చ్ ఏప్రిల్ మే జూన్ జులై/జూలై ఆగస్టు/ఆగస్ట్ సెప్టెంబర్/సెప్టెంబరు అక్టోబర్/అక్టోబరు నవంబర్/నవంబరు డిసెంబర్/డిసెంబరు
jannaayo febraayo maarso abriil - juun luuliyo ogosto sebteembar oktoobar noofeembar diseembar
janairu faburairu maris afrilu mayu yuni yuli agusta satumba oktoba nuwamba disamba
januwari februwari mashi ephreli meyi juni julayi agasti septhemba okthoba novemba disemba
มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม
ജനുവരി ഫെബ്രുവരി മാർച്ച്/മാര്‍ച്ച് ഏപ്രിൽ/ഏപ്രില്‍ മേയ്/മെയ് ജൂൺ/ജൂണ്‍ ജൂലൈ/ജൂലായ് ഓഗസ്റ്റ്/ആഗസ്റ്റ് സെപ്റ്റംബർ/സെപ്തംബർ/സെപ്റ്റംബര്‍ ഒക്ടോബർ/ഒക്‌ടോബർ/ഒക്ടോബര്‍ നവംബർ/നവംബര്‍ ഡിസംബർ/ഡിസംബര്‍
ಜನವರಿ ಫೆಬ್ರವರಿ/ಫೆಬ್ರುವರಿ ಮಾರ್ಚ್ ಏಪ್ರಿಲ್ ಮೇ ಜೂನ್ ಜುಲೈ ಆಗಸ್ಟ್ ಸೆಪ್ಟೆಂಬರ್ ಅಕ್ಟೋಬರ್ ನವೆಂಬರ್ ಡಿಸೆಂಬರ್
જાન્યુઆરી ફેબ્રુઆરી માર્ચ એપ્રિલ મે જૂન જુલાઈ/જુલાઇ ઑગસ્ટ/ઓગસ્ટ સપ્ટેમ્બર ઑક્ટોબર/ઓક્ટોબર નવેમ્બર ડિસેમ્બર
ਜਨਵਰੀ ਫ਼ਰਵਰੀ/ਫਰਵਰੀ ਮਾਰਚ ਅਪ੍ਰੈਲ ਮਈ ਜੂਨ ਜੁਲਾਈ ਅਗਸਤ ਸਤੰਬਰ ਅਕਤੂਬਰ ਨਵੰਬਰ ਦਸੰਬਰ
ଜାନୁଆରୀ ଫେବୃଆରୀ/ଫେବ୍ରୁଆରୀ ମାର୍ଚ୍ଚ ଅପ୍ରେଲ ମଇ ଜୁନ ଜୁଲାଇ ଅଗଷ୍ଟ ସେପ୍ଟେମ୍ବର ଅକ୍ଟୋବର ନଭେମ୍ବର ଡିସେମ୍ବର
"""  # noqa: E501 - a line a language
# Of these no beginning counts: it is a word elsewhere, as "fra" and "med" are.
_WHOLE_NAMES = """
جنوري فبروري/فېبروري/فيبروري مارچ اپریل/اپريل مۍ جون جولای/جولايي اګست/اگست سپتمبر/سېپتمبر/سپټمبر اکتوبر/اکټوبر نومبر/نوامبر دسمبر/ډسمبر
- شوبات/شووبات ئازار/ئادار نیسان ئایار/ئایر حوزەیران تەممووز/تەمموز/تەمووز ئاب ئەیلوول/ئەیلول - - -
- فێبریوەری مارس/مارت ئاپریل مەی جوون جولای ئۆگەست سێپتەمبەر ئۆکتۆبەر نۆڤەمبەر دیسەمبەر
rêbendan/rêbendanê sibat/sibatê/reşemî/reşemiyê adar/adarê/avdar nîsan/nîsanê gulan/gulanê hezîran/hezîranê/pûşper tîrmeh/tîrmehê tebax/tebaxê/gelawêj îlon/îlonê/rezber cotmeh/cotmehê/kewçêr mijdar/mijdarê/sermawez berfanbar/berfanbarê
urtarrilaren/urtarrila/urtarrilak otsailaren/otsaila/otsailak martxoaren/martxoa/martxoak apirilaren/apirila/apirilak maiatzaren/maiatza/maiatzak ekainaren/ekaina/ekainak uztailaren/uztaila/uztailak abuztuaren/abuztua/abuztuak irailaren/iraila/irailak urriaren/urria/urriak azaroaren/azaroa/azaroak abenduaren/abendua/abenduak
ጃንዋሪ/ጃንዩወሪ/ጃንዩዋሪ ፌብሩዋሪ/ፌብሩወሪ/ፌብርዋሪ ማርች ኤፕሪል/ኤፕረል/አፕሪል ሜይ ጁን ጁላይ ኦገስት/ኦጎስት ሴፕቴምበር/ሴፕተምበር ኦክቶበር/ኦክተውበር ኖቬምበር/ኖቨምበር ዲሴምበር/ዲሰምበር
ජනවාරි පෙබරවාරි මාර්තු අප්‍රේල් මැයි ජූනි/ජුනි ජූලි/ජුලි අගෝස්තු සැප්තැම්බර් ඔක්තෝබර් නොවැම්බර් දෙසැම්බර්
ဇန်နဝါရီ/ဇန်နဝါရီလ ဖေဖော်ဝါရီ/ဖေဖော်ဝါရီလ မတ်/မတ်လ ဧပြီ/ဧပြီလ မေ/မေလ ဇွန်/ဇွန်လ ဇူလိုင်/ဇူလိုင်လ ဩဂုတ်/ဩဂုတ်လ/သြဂုတ်/သြဂုတ်လ စက်တင်ဘာ/စက်တင်ဘာလ အောက်တိုဘာ/အောက်တိုဘာလ နိုဝင်ဘာ/နိုဝင်ဘာလ ဒီဇင်ဘာ/ဒီဇင်ဘာလ
មករា កុម្ភៈ/កុម្ភះ មីនា មេសា ឧសភា មិថុនា កក្កដា សីហា កញ្ញា តុលា វិច្ឆិកា ធ្នូ
ມັງກອນ ກຸມພາ ມີນາ ເມສາ ພຶດສະພາ ມິຖຸນາ ກໍລະກົດ ສິງຫາ ກັນຍາ ຕຸລາ ພະຈິກ ທັນວາ
январ/январи феврал/феврали март/марти апрел/апрели май/майи июн/июни июл/июли август/августи сентябр/сентябри октябр/октябри ноябр/ноябри декабр/декабри
ýanwar fewral mart aprel maý iýun iýul awgust sentýabr oktýabr noýabr dekabr
jannar frar marzu april mejju ġunju lulju awwissu settembru ottubru novembru diċembru
eanáir feabhra márta aibreán bealtaine meitheamh iúil lúnasa - - samhain nollaig
ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr
"""  # noqa: E501 - a line a language


# Marks that capitals lose: accents on Latin and Greek letters, a dot that none has.
_ACCENTS = re.compile("[\u0300-\u036f]")
# What joins and parts letters without being one.
_JOINERS = str.maketrans("", "", "\u0307\u200c\u200d")


def _plain(name: str) -> str:
    return name.casefold().translate(_JOINERS)


def _bare(name: str) -> str:
    """A name as capitals are often written: without accents, with a dot on each i."""
    if name[0] >= "\u0400":  # in other scripts the marks are vowels
        return name
    bare = _ACCENTS.sub("", normalize("NFD", name))
    return normalize("NFC", bare).replace("ı", "i")


def _named(rows: str) -> Iterator[tuple[str, int]]:
    """Every spelling in a table, with its month."""
    for row in rows.strip().splitlines():
        for month, spellings in enumerate(row.split(), start=1):
            for name in spellings.split("/"):
                if name != "-":
                    yield _plain(name), month


def _table() -> dict[str, int]:
    """Every spelling, and every beginning of three letters or more that means one."""
    full: dict[str, set[int]] = {}
    begun: dict[str, set[int]] = {}
    for name, month in _named(_NAMES):
        for length in range(3, len(name)):
            begun.setdefault(name[:length], set()).add(month)
    for name, month in chain(_named(_NAMES), _named(_WHOLE_NAMES)):
        for spelling in {name, _bare(name)}:
            full.setdefault(spelling, set()).add(month)
    merged = {**begun, **full}
    return {name: min(found) for name, found in merged.items() if len(found) == 1}


MONTHS: dict[str, int] = _table() | {
    "lip": 7,  # Poles abbreviate, Croats write numbers
    "sept": 9,
    "mar": 3,
    "mrz": 3,
    "mär": 3,
    "jun": 6,
    "jul": 7,
}


def month_of(name: str) -> int | None:
    """The number of a month by its name or abbreviation, in capitals or not."""
    return MONTHS.get(_plain(name).rstrip("."))
