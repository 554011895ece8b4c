"""Guess a text's language by its letters and its commonest words.

For pages that do not say theirs, or say what their theme came with. What pages declare
is weighed by `scrapers.extract.language`.
"""

from __future__ import annotations

import re
from collections import Counter

# So much of a text is looked at.
SAMPLE = 2_000
# So many of its words a language needs, such a share of all, and so many times as many
# as another language.
LEAST_WORDS, LEAST_SHARE, LEAD = 5, 0.08, 1.3
# A letter that only one language has stands in every hundredth place, or less often.
LEAST_LETTERS = 2
# Names have them in texts of other languages that are written in Latin letters.
LEAST_MARKS = 5

# Words that nearly every text of a language has, and few texts of another.
_WORDS = """
en the of and to in is that for was with on are by from has have it which
de der die das und ist nicht von mit den ein eine auf für sich des dem auch wurde im zu
fr le la les des est une dans pour que qui sur avec pas du au par et ce sont
es el la los las de que en por con para una del se su más y al lo como
pt o os as que em para com uma não do da dos na no por e mais foi são
it il di che la per con una del della non è sono nel alla gli i da dei si
nl de het een van en dat is niet op zijn met voor te door naar ook worden
sv och att det som en är på för med av den till inte har om ett från
da og at det er en til af på med for den ikke har som blev mere også fra
nb og det er en til av på med for den ikke har som ble å også fra ved
is og að í á er sem til var við um ekki fyrir það
fi ja on ei että se oli ovat mutta joka kun myös mukaan hän sekä
et ja on ei et oli see kui ning mis ka oma aga kes
pl i w na z się nie że do jest to jak przez oraz po są o dla
cs a v na se že je to s z do ve které jsou podle také byl za
sk a v na sa že je to s z do vo ktoré sú podľa aj bol za
sl in je na se da za so v pri ki ni tudi bi iz
sh i u je na se da za su od koje nije što kako ali
hu a az és hogy nem egy is volt meg ez csak szerint már azt el
ro și în de la cu pe nu că este a din care pentru mai au o fi
tr ve bir bu için ile de da olarak olan daha çok göre ise gibi
az və bir bu üçün ilə da də olan görə daha ki
id yang dan di dari untuk dengan pada ini itu tidak akan dalam oleh
ms yang dan di untuk dengan pada ini itu tidak akan ialah telah bagi kerana
fil ang ng sa mga na ay at ni kay para ito si
vi và của là có được cho các trong người không những một đã với này
sw na ya wa kwa ni za la katika kuwa hii watu kwamba hiyo alisema
so iyo ee oo ka ku waa in uu ah laga ayaa
ha da na ya ta a cewa wannan ne ce
ca el la els les de que i amb per una del és als dels han en
gl o os as que e en do da unha non para polo coa máis na
eu eta da du ez dira ere dute izan zen dela bat hori
lt ir kad yra su į iš tai bet buvo dėl apie kaip
lv un ir ka no par uz ar arī bija tas lai kas
sq dhe në të për me që një është nga i e se
kmr û di de ku ji bi jî ev li ser na hatin ket
af die en van het nie wat is vir met 'n hulle ook
mt ta li fl il għal dan kien minn mill
cy yn y a ar i o gan mae wedi oedd
ga an na agus ar go i leis tá bhí don
uz va bu bilan uchun ham edi deb bir
"""
# The languages that a word is of.
_COMMON: dict[str, list[str]] = {}
for _language, *_words in map(str.split, _WORDS.strip().splitlines()):
    for _word in dict.fromkeys(_words):
        _COMMON.setdefault(_word, []).append(_language)
# No text of some length in English is without one of these.
_ENGLISH = frozenset({"the", "of", "and"})
# Croatian and Serbian in Latin letters have these in common, and so does Bosnian.
_SHARED = frozenset({"sh"})
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

# Letters that tell the languages of a script apart, in order; the last is the rest.
_LETTERS: dict[str, tuple[tuple[str, str], ...]] = {
    "arabic": (
        ("ug", "ۇۈۋ"), ("ckb", "ەێۆڵڕ"), ("ps", "ټډړږښګۍې"), ("sd", "ڀٺڄڦڳڻ"),
        ("ur", "ٹڈڑںے"), ("fa", "پچژگ"),
    ),
    "cyrillic": (
        ("tg", "ӣӯҳҷ"), ("kk", "ғқәұһ"), ("mn", "өү"), ("be", "ў"), ("uk", "їєґі"),
        ("mk", "ѓќѕ"), ("sr", "ђћљњџј"),
    ),
}  # fmt: skip
# The same in Latin letters, for texts of too few common words.
_LATIN_LETTERS = (
    ("az", "ə"), ("tr", "ğı"), ("vi", "ơưđạế"), ("pl", "łąę"), ("hu", "őű"),
    ("ro", "țșţ"), ("cs", "ěřů"), ("lt", "ėįų"), ("lv", "ļķņģ"), ("is", "þð"),
)  # fmt: skip
# Without these, which Russian has, a text in Cyrillic letters is Bulgarian.
_RUSSIAN = re.compile("[ыэё]", re.IGNORECASE)


def by_letters(script: str, text: str) -> str | None:
    """The language of a text in a script that several share; None where none tells."""
    small = text[:SAMPLE].lower()
    counts = Counter(small)
    for language, letters in _LETTERS.get(script, ()):
        if sum(counts[letter] for letter in letters) >= _least(small):
            return language
    if script == "cyrillic":
        return "ru" if _RUSSIAN.search(small) or counts["ъ"] < _least(small) else "bg"
    return None


def _least(text: str) -> int:
    return max(LEAST_LETTERS, len(text) // 200)


def by_words(text: str) -> str | None:
    """The language of a text in Latin letters; None where two are as likely."""
    words = _WORD.findall(text[:SAMPLE].lower())
    counts: dict[str, int] = {}
    for languages in filter(None, map(_COMMON.get, words)):
        for language in languages:
            counts[language] = counts.get(language, 0) + 1
    first = max(counts, key=counts.__getitem__, default="")
    most = counts.pop(first, 0)
    second = max(counts.values(), default=0)
    if most >= max(LEAST_WORDS, LEAST_SHARE * len(words), LEAD * second):
        return None if first in _SHARED else first
    return _marked(text[:SAMPLE].lower())


def _marked(small: str) -> str | None:
    """The language of a text in small Latin letters by those that it alone has."""
    if small.isascii():
        return None
    least = max(LEAST_MARKS, len(small) // 150)
    for language, letters in _LATIN_LETTERS:
        if sum(map(small.count, letters)) >= least:
            return language
    return None


def is_english(text: str) -> bool:
    """Tell whether a text in Latin letters has a word that English texts have."""
    small = text[:SAMPLE].lower()
    # Nearly all have one between plain spaces, which is found much sooner.
    if " the " in small or " of " in small or " and " in small:
        return True
    return not _ENGLISH.isdisjoint(small.split())
