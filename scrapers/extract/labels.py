"""Tell from a line's words alone that it is no article: labels, bylines, credits.

Where the line stands, and what leaves with it, is `scrapers.extract.trim`'s.
"""

from __future__ import annotations

import re
from datetime import UTC
from itertools import chain

from scrapers.clean.text import weighs
from scrapers.compiled import load
from scrapers.extract import phrases
from scrapers.extract.byline_dates import after_date
from scrapers.extract.credits import is_credit
from scrapers.extract.dates import find
from scrapers.extract.openings import openings
from scrapers.extract.writers import STARTS, is_byline

# Longer lines are never a byline, a label or a call to share.
MAX_LABEL = 130
# Shorter ones that hold a date are a date line.
MAX_DATE_LINE = 45
# The same of those that begin with a date and a time of day.
MAX_DATED_LINE = 80
# Longer headings are of the article's.
MAX_HEADING = 60
# Longer paragraphs tell of more than who wrote the article.
MAX_ABOUT = 600
# Longer ones speak of more than the piece.
MAX_LEAVE = 400

# What a short line may be of, as `scrapers.compiled.labels` tells.
WORDED, DATED = 1, 2

# What ends a sentence in the scripts of the press, and no label or heading.
STOPS = ".!?。！？؟۔।"


class _ByLetter(dict[str, re.Pattern[str] | None]):
    """What a text may match that begins with a letter, by this letter.

    Most of hundreds of alternatives begin with another one, and each that is tried
    costs. Those that begin with no plain letter are matched with any text. Each pattern
    is compiled for the first text that begins so: all of them would take a third of the
    time in which a parsing child starts.
    """

    def __init__(self, start: str, alternatives: str) -> None:
        super().__init__()
        self._start = start
        every = _alternatives(alternatives)
        self._others = [one for one in every if not one[0].isalpha()]
        letters = {one[0] for one in every} - {one[0] for one in self._others}
        self._own = {
            letter: [one for one in every if one[0] == letter] for letter in letters
        }

    def __missing__(self, letter: str) -> re.Pattern[str] | None:
        some = self._own.get(letter) if letter else self._others
        made = re.compile(f"{self._start}(?:{'|'.join(some)})") if some else None
        if some:
            self[letter] = made
        return made

    def begin(self, text: str) -> bool:
        """Tell whether a text in small letters begins with one of these."""
        first = _FIRST.search(text)
        some = (self[first[0]] if first else None, self[""])
        return any(one is not None and one.match(text) for one in some)

    def openings(self) -> tuple[set[str], set[str]]:
        """What `scrapers.extract.openings` reads off the alternatives."""
        return openings([*self._others, *chain.from_iterable(self._own.values())])


def _alternatives(pattern: str) -> list[str]:
    """A pattern cut at each `|` that is in no parentheses."""
    found, depth = [""], 0
    for mark in re.findall(r"\\.|\[[^\]]*\]|.", pattern):
        depth += (mark == "(") - (mark == ")")
        if mark == "|" and not depth:
            found.append("")
        else:
            found[-1] += mark
    return found


_FIRST = re.compile(r"\w")
# Matched in small letters: a pattern that ignores case is several times slower.
_LABELS = _ByLetter(
    "",
    # advertising
    r"advertisement|advertising|sponsored|anzeige|werbung|publicidad|publicité"
    r"|pubblicità"
    r"|reklama|реклама|annonse|reklam|iklan|広告|advertentie|promoted"
    r"|(?:story|article) continues (?:below|after)|continue reading below"
    # what to read next
    r"|(?:read|see|watch|listen|learn|find out)(?: (?:more|also|next|full|on|this"
    r"|the))*\s*[:»>→-]"
    r"|(?:read|see) (?:more|also|next)\b|(?:also|more) (?:read|on this|from|stories"
    r"|in)\b"
    r"|related(?: (?:articles?|stories|posts?|content|news|coverage|topics?"
    r"|links?))?\s*:?$"
    r"|related\s*:|recommended|you (?:may|might) (?:also )?(?:like|enjoy)|don['’]t miss"
    r"|up next|trending|most (?:read|popular)|mehr zum thema|lesen sie (?:auch|mehr)"
    r"|auch interessant|das könnte sie|(?:à )?lire aussi|voir aussi|les også|läs också"
    r"|læs også|leia (?:também|mais)|(?:lea|lee|ver) también|leggi anche|lees ook"
    r"|czytaj (?:też|także|więcej)|zobacz (?:też|także)|читайте также|читать также"
    r"|baca juga|simak juga|lihat juga|baca selengkapnya|soma pia"
    r"|xem thêm|đọc thêm|tin liên quan|ilgili haber|haberin devamı"
    # follow, share, subscribe
    r"|share(?: this| on| via|\b.{0,12}$)|tweet$|follow (?:us|me|@|\w+ \w* ?on)"
    r"|subscribe"
    r"|sign up|click here|tap here|join (?:us|our|the conversation)|download (?:our"
    r"|the) app"
    r"|(?:get|receive) (?:the|our) (?:latest|best|newsletter)|newsletter|log ?in"
    r"|register"
    r"|folgen sie|jetzt (?:abonnieren|anmelden)|abonnez|suivez|síguenos|suscríb"
    r"|leave a (?:reply|comment)|post a comment|\d+ comments?$"
    r"|comments?(?: \(?\d+\)?)?$"
    r"|loading|print(?: this)?$|print this (?:article|page|story)\b|email(?: this)?$"
    r"|e-?mail (?:this |it )?to a friend|copy link|save(?: article)?$|listen$"
    # about the page
    r"|tags?\s*:|topics?\s*:?$|filed under|posted (?:in|on|by|under)|categor(?:y"
    r"|ies)\s*:"
    r"|schlagw(?:ö|o)rte|themen\s*:|(?:table of )?contents?$|in this article"
    r"|(?:image|photo|picture|foto|bild|credit|source|quelle|video)s?"
    r"(?: (?:credit|source|by|courtesy|von))?\s*[:©]"
    r"|©|copyright|\(c\) \d|all rights reserved|\(?(?:photo|image|foto"
    r"|bild)\b.{0,60}\)$"
    r"|(?:last )?(?:updated|modified|published|veröffentlicht|aktualisiert|stand|publié"
    r"|mis à jour|actualizado|publicado|опубликовано)\b"
    r"|\d+ min(?:ute)?s?(?: read)?$|reading time|lesezeit"
    r"|tags?$|more\s*:|comments? (?:are|is) closed|kommentare (?:sind )?geschlossen"
    r"|no (?:comments?|responses?)\b|kommentare?(?: \(?\d+\)?)?$"
    r"|schreibe? einen kommentar|weitere (?:artikel|beiträge|themen|meldungen)\b"
    r"|pressekontakt|(?:media|press) contact|kontakt\s*:?$|contact\s*:?$"
    r"|empfehlungen aus"
    r"|das (?:thema )?könnte|highlights aus|empfohlener redaktioneller inhalt"
    r"|reporting by|editing by"
    # in the place of what another site would show, until the reader consents
    r"|an dieser stelle find(?:en sie|est du) einen? externe"
    r"|(?:sie können|du kannst) (?:ihn|es) (?:sich|dir) mit einem klick"
    r"|ich bin (?:damit )?einverstanden, dass mir|personenbezogene daten können an"
    r"|[\w-]{2,20}-inhalte? (?:erlauben|anzeigen|laden)|link zum [\w-]{2,20}-inhalt"
    r"|externe[nr]? inhalt|(?:we need your|please give your) (?:consent|permission)"
    r"|(?:to|please) (?:view|display|load|allow|enable|accept) .{0,60}(?:cookies"
    r"|third.party)|this content is (?:hosted|provided) by"
    r"|pour afficher ce contenu|para (?:ver|mostrar) este contenido"
    r"|om deze inhoud te|" + phrases.LABELS,
)
_BYLINE = re.compile(
    r"^(?:(?:written |posted |reported |story |words )?by|von|par|por|di|door|av|af"
    r"|text|author|autor(?:in)?|автор|نویسنده)(?:\s*[:：]\s*|\s+)(?P<names>.+)$",
    re.IGNORECASE,
)
_BYLINE_STARTS = frozenset("bwprsvdatанأن")  # what it begins with
# Longer is a sentence that begins with "By".
MAX_BYLINE_WORDS = 9
_JOINING = re.compile(r"(?:and|und|et|y|e|for|of|de|van|von|der|the|in|with|&|/|\||·)$")
# How "2021-11-04 10:20 来源：…" begins, and "26/12/2014 11h42 - Atualizado em …".
_DATED = re.compile(
    r"\d{1,4}[./年-]\s?\d{1,2}[./月-]\s?\d{1,4}日?[\s,T–-]{0,3}\d{1,2}[:：h時时点]\s?\d\d"
)
# What a line of facts may end with: "経済 2021年11月4日 10:20".
_CLOCKED = re.compile(r"\d\s?日?\s\d{1,2}[:：時时]\s?\d\d分?$")
# What follows a time of day and ends with a stop, in English, Greek and Thai.
_CLOCK_STOP = re.compile(r"\d\s?(?:[ap]\.?\s?m|[πμ]\.\s?μ|น)\.$", re.IGNORECASE)
_BULLETS = " (\u200b\ufe0f[•·*>►→➡–—-（【［〔<"  # what a label may stand behind
_CREDIT = re.compile(
    r"\b(?:[Cc]redit|CREDIT|[Pp]hoto|PHOTO|[Ff]oto|[Bb]ild|[Ii]mage|[Qq]uelle"
    r"|[Ss]ource)"
    r"s?\s?(?:by|/|:|©)|[Gg]etty [Ii]mages|AP Photo|©|\bShutterstock\b|\bUnsplash\b"
)
# One of which is in each, in small letters: "oto" in "photo" and "foto".
_CREDITS = (
    "credit", "oto", "bild", "image", "quelle", "source", "getty", "©",
    "shutterstock", "unsplash",
)  # fmt: skip
# What headings say over what follows the article.
_SECTION = _ByLetter(
    "",
    r"related|recommended|more (?:from|on|stories|news|articles)"
    r"|(?:more|other|recent|latest|similar) (?:[\w’'&]+ ){0,3}"
    r"(?:stories|articles|posts|news|videos|reads)\b"
    r"|(?:keep|read) (?:more|next|also|on|reading)"
    r"|best of\b|most (?:read|popular)|.{0,30}most read"
    r"|trending|popular|you (?:may|might)|up next|what to read next|editor.s picks?"
    r"|comments\b|leave a|(?:about )?(?:the |your )?(?:authors?|writer)s?\b.{0,3}$"
    r"|about us\b|newsletter|sign up"
    r"|subscribe|share\b|follow us|tags?\b|contacts?\b|media contact|press contact"
    r"|get in touch|work with us|still have questions|corrections?$"
    r"|pressekontakt|kontakt\b|kommentare?\b|weitere |mehr (?:zum|von|aus)"
    r"|lesen sie|lies auch|ähnliche|verwandte|passend (?:zum|dazu)|meistgelesen"
    r"|empfehlungen|das könnte|auch interessant|über (?:den autor|die autor|uns)"
    r"|(?:der autor|die autorin|zum autor|zur autorin|zur person)\b"
    r"|à lire|lire aussi|sur le même|articles liés|commentaires|les plus lus"
    r"|(?:à propos de )?l['’]auteur"
    r"|(?:noticias|artículos|temas) relacionad|te puede|también|comentarios|lo más"
    r"|sobre (?:la firma|el autor|la autora|o autor|a autora)"
    r"|leia|(?:artigos|notícias) relacionad|mais lidas|veja também"
    r"|leggi anche|articoli correlati|potrebbe interessart|l['’]autore"
    r"|lees (?:ook|meer|verder)|gerelateerd|meest gelezen|over de auteur"
    r"|les (?:også|mer)|læs (?:også|mere)|läs (?:också|även|mer|vidare)|mest l[eæä]"
    r"|czytaj|zobacz|powiązane|komentarze|polecane|čtěte|související|mohlo by vás"
    r"|kapcsolódó|olvassa el|vezi și|citește și|taip pat skaitykite"
    r"|ilgili (?:haber|yazı)|yorumlar|en çok okunan|baca juga|berita terkait"
    r"|xem thêm|tin liên quan|" + phrases.SECTIONS,
)
# "Amina Otieno is a reporter who covers rivers."
_ABOUT = re.compile(
    r"(?:\w[\w.’'-]+ ){2,4}(?:is|was|has|covers|writes|joined|works|ist|est|es|è) "
    r".*\b(?:reporter|writer|editor|journalist|correspondent|columnist|contributor"
    r"|author"
    r"|freelance\w*|covers|covering|Redakteur\w*|Autor\w*|journaliste|periodista)\b"
)

# What the last lines say to the reader: "Jane Doe contributed to this report.", "Sign
# up for our newsletter.", "Follow us on", matched in small letters.
_LEAVE = _ByLetter(
    r"\W*",
    r"a version of this (?:article|story)|first published"
    r"|(?:with )?(?:additional )?reporting (?:by|from)|contributing:"
    r"|includes information"
    r"|(?:contact|follow|email|reach) .{1,60}(?:@|\b(?:on|at)\b )"
    r"|(?:like|enjoy(?:ed)?|love) (?:this|the|what) |(?:did )?you (?:enjoy|like)"
    r"|(?:if you|are you) (?:enjoyed|liked|like|interested in reading)"
    r"|share your|thanks for (?:reading|learning|listening)|thank you for reading"
    r"|already a subscriber|want (?:more|to read more)\?|our standards:"
    r"|for (?:more|the latest) .{0,80}(?:news|stories|coverage|visit|follow|click)\b"
    r"|(?:download|get) (?:our|the) .{0,20}app\b|got a (?:tip|story)|copyright\b"
    r"|do you have (?:a|any|an) .{0,60}\?"
    r"|mit (?:agentur)?material|redaktion:|fehler gefunden|aus dem \w+ (?:von|übers)"
    r"|avec (?:afp|reuters)|con información de|" + phrases.LEAVES,
)
# The same further on in the line, which takes long to look for, and one of the words
# that are in all of it.
_LEAVE_LATER = re.compile(
    r"\W*(?:.{0,90}\bcontribut(?:ed|ing)\b.{0,20}\breport"
    r"|.{0,40}\bcontributed to this (?:report|story|article)"
    r"|.{1,60} can be reached at\b"
    r"|.{0,100}\b(?:sign up (?:for|to|here|below|now)|our (?:free |daily |weekly )*"
    r"newsletter|subscribe (?:to|now|here|today))\b"
    r"|.{0,100}\bnewsletter\b.{0,40}(?:anmelden|abonnieren)"
    r"|.{0,60}\bnewsletter\b.{0,60}$"
    r"|.{0,160}\b(?:whatsapp|telegram)[ -](?:channel|kanal|canal|chaîne|group|gruppe)\b"
    r"|.{0,80}\b(?:whatsapp|telegram|google news)\W*$)"
)
_LATER = (
    "contribut", "can be reached at", "sign up", "newsletter", "subscribe", "whatsapp",
    "telegram", "google news",
)  # fmt: skip


def is_label(text: str) -> bool:
    """Tell whether a line is a label, a byline, a credit, a date or a call to act."""
    if weighs(text, MAX_LABEL + 1):
        return False
    if _compiled is None:
        return is_worded(text) or is_dated(text)
    likely = _compiled.likely_label(text)
    return bool(likely & WORDED and is_worded(text)) or bool(
        likely & DATED and is_dated(text)
    )


def is_worded(text: str) -> bool:
    """Tell whether a short line is a label by its words."""
    small = text.lower()
    if _LABELS.begin(small.lstrip(_BULLETS)) or _is_byline(text):
        return True
    if small.partition(" ")[0] in STARTS and is_byline(text):
        return True
    if any(word in small for word in _CREDITS) and _CREDIT.search(text):
        return True
    return not text.isascii() and is_credit(text)


def is_dated(text: str) -> bool:
    """Tell whether a short line is a date, perhaps with who wrote it."""
    if text[0].isdigit() and _DATED.match(text) and _is_open(text):
        return len(text) <= MAX_DATED_LINE
    is_long = weighs(text, MAX_DATE_LINE)
    if is_long and len(text) < MAX_DATE_LINE:  # as in Chinese
        is_long = _CLOCKED.search(text) is None
    if not _is_open(text):
        return False
    if is_long:
        bare = after_date(text)
        return bare is not text and _names_writer(bare)
    return find(text, UTC) is not None


def _is_open(text: str) -> bool:
    """Tell whether a line ends with no stop, but for that of "10:20 a.m."."""
    return text[-1] not in STOPS or _CLOCK_STOP.search(text) is not None


def heads_furniture(heading: str) -> bool:
    """Tell whether a heading stands over related articles, comments, contacts."""
    return len(heading) <= MAX_HEADING and _SECTION.begin(heading.lower())


def is_about_author(text: str) -> bool:
    """Tell whether a paragraph tells who somebody of the press is."""
    return len(text) <= MAX_ABOUT and bool(_ABOUT.match(text))


def takes_leave(text: str) -> bool:
    """Tell whether a paragraph at the end speaks of the piece or to its reader."""
    if len(text) > MAX_LEAVE:
        return False
    small = text.lower()
    if _LEAVE.begin(small):
        return True
    return any(word in small for word in _LATER) and bool(_LEAVE_LATER.match(small))


def _names_writer(text: str) -> bool:
    return _is_byline(text) or is_byline(text)


def _is_byline(text: str) -> bool:
    """Tell whether a line is "By" and names: no word of it begins small."""
    found = _BYLINE.match(text) if text[:1].lower() in _BYLINE_STARTS else None
    words = found["names"].split() if found else []
    return 0 < len(words) <= MAX_BYLINE_WORDS and not any(
        word[0].islower() and not _JOINING.match(word) for word in words
    )


def _told() -> dict[str, object]:
    """Which texts may be any of it: how they begin, and words that are in others."""
    labels, label_words = _LABELS.openings()
    heads, head_words = _SECTION.openings()
    leaves, leave_words = _LEAVE.openings()
    credited, _ = openings([_CREDIT.pattern], length=20)
    bylines, _ = openings([_BYLINE.pattern])
    bylines |= {f"{word} " for word in STARTS}
    return {
        "labels": labels, "label_words": label_words | credited, "bylines": bylines,
        "heads": heads, "head_words": head_words,
        "leaves": leaves, "leave_words": {*leave_words, *_LATER},
        "bullets": _BULLETS, "stops": STOPS, "max_label": MAX_LABEL,
        "max_date_line": MAX_DATE_LINE, "max_heading": MAX_HEADING,
        "max_leave": MAX_LEAVE,
    }  # fmt: skip


_compiled = load("labels")
if _compiled is not None:
    _compiled.learn(_told)
