"""Drop the lines inside an article's element that are no article.

Headline, byline, date, share and newsletter lines, captions, links to other articles,
what is said twice. Which element it is has been decided by `scrapers.extract.generic`.
"""

from __future__ import annotations

import re
from datetime import UTC

from scrapers.clean.text import weight
from scrapers.extract.blocks import HEADINGS, Block, Outline
from scrapers.extract.dates import find
from scrapers.extract.prose import SENTENCE_ENDS
from scrapers.extract.titles import key_of

# A block of links alone; a paragraph may be nearly one, as "Get it on Amazon" is.
LINK_SHARE = 0.5
LINK_SHARE_OF_PARAGRAPH = 0.9
# Longer blocks are never a byline, a label or a call to share.
MAX_LABEL = 130
# What repeats word for word, and is this long, is said once.
MIN_REPEATED = 40
# Shorter blocks at the edges are furniture unless they end like a sentence.
MIN_EDGE = 45


_LABELS = re.compile(
    r"^(?:"
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
    r"|baca juga|soma pia|اقرأ أيضا|بیشتر بخوانید|مطالب مرتبط"
    r"|関連記事|相关阅读|延伸閱讀"
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
    r"|loading|print(?: this)?$|email(?: this)?$|copy link|save(?: article)?$|listen$"
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
    r")"
)
_BYLINE = re.compile(
    r"^(?:(?:written |posted |reported |story |words )?by|von|par|por|di|door|av|af"
    r"|text|author|autor(?:in)?|автор|نویسنده|作者|記者)(?:\s*[:：]\s*|\s+)(?P<names>.+)$",
    re.IGNORECASE,
)
_BYLINE_STARTS = frozenset("bwprsvdatанأ作記ن")  # what it begins with
# Longer is a sentence that begins with "By".
MAX_BYLINE_WORDS = 9
_TRAIL = re.compile(r"\s[>»›→]\s")
_JOINING = re.compile(r"(?:and|und|et|y|e|for|of|de|van|von|der|the|in|with|&|/|\||·)$")


def unwanted(page: Outline, indices: list[int], title: str) -> set[int]:
    """Which of these blocks are no article; `indices` are in order."""
    gone: set[int] = set()
    labels: set[int] = set()
    seen: set[str] = set()
    headline, limit = key_of(title), 2 * len(title)
    for index in indices:
        block = page.blocks[index]
        tag = page.containers[block.container].tag
        text = block.text
        is_title = len(text) < limit and key_of(text) == headline
        is_trail = _is_trail(text) and key_of(text).endswith(headline)
        is_repeated = text in seen and tag not in ("td", "th")
        if (
            is_title
            or is_trail
            or is_repeated
            or tag == "figcaption"
            or _is_linked(block, tag)
        ):
            gone.add(index)
        elif _is_label(text):
            labels.add(index)
        elif len(text) >= MIN_REPEATED:
            seen.add(text)
    if len(gone) + len(labels) < len(indices):  # or a label is all the text there is
        gone |= labels
    kept = [index for index in indices if index not in gone]
    gone.update(_edge(page, kept, leading=True))
    gone.update(_edge(page, kept[::-1], leading=False))
    return gone


def _is_trail(text: str) -> bool:
    has_mark = ">" in text or "»" in text or "›" in text or "→" in text
    return has_mark and bool(_TRAIL.search(text))


def _is_linked(block: Block, tag: str) -> bool:
    share = block.link_chars / len(block.text)
    return share > (LINK_SHARE_OF_PARAGRAPH if tag == "p" else LINK_SHARE)


def _is_label(text: str) -> bool:
    if len(text) > MAX_LABEL or weight(text) > MAX_LABEL:
        return False
    # In small letters: a pattern that ignores case is several times slower.
    if _LABELS.match(text.lower()) or _is_byline(text):
        return True
    is_short = text[-1] != "." and weight(text) < MIN_EDGE
    return is_short and find(text, UTC) is not None


def _is_byline(text: str) -> bool:
    """Tell whether a line is "By" and names: no word of it begins small."""
    found = _BYLINE.match(text) if text[:1].lower() in _BYLINE_STARTS else None
    words = found["names"].split() if found else []
    return 0 < len(words) <= MAX_BYLINE_WORDS and not any(
        word[0].islower() and not _JOINING.match(word) for word in words
    )


def _edge(page: Outline, indices: list[int], *, leading: bool) -> list[int]:
    """The blocks before the first, or after the last, that is part of the article."""
    gone = []
    for index in indices:
        block = page.blocks[index]
        if _holds(block.text, page.containers[block.container].tag, leading=leading):
            break
        gone.append(index)
    return gone if len(gone) < len(indices) else []


def _holds(text: str, tag: str, *, leading: bool) -> bool:
    """Tell whether a block at an edge is part of the article."""
    if tag in HEADINGS:  # a standfirst may be one; at the end it heads nothing
        return leading and weight(text) >= MIN_EDGE
    is_item = tag in ("li", "td", "th", "dd", "dt", "pre")
    return is_item or weight(text) >= MIN_EDGE or text[-1] in SENTENCE_ENDS
