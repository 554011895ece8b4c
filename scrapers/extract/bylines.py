"""Read who wrote an article from what the page says, as names without "By".

From the structured data, the meta elements, marked-up bylines and lines of text such as
"Posted by: AUTHOR  November 4, 2021  No Comments", in this order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from functools import lru_cache
from itertools import islice

from selectolax.lexbor import LexborNode

from scrapers.clean.text import line
from scrapers.clean.urls import absolute
from scrapers.extract.byline_dates import after_date, before_date, without_month
from scrapers.extract.credits import credits_of, reporters_in
from scrapers.extract.document import Document, field_of
from scrapers.extract.jsonld import Thing
from scrapers.extract.lines import lines_within
from scrapers.extract.marked import is_credit, marked_of
from scrapers.extract.mentions import near
from scrapers.extract.reading import Reading
from scrapers.extract.recipe import selector_of
from scrapers.extract.titles import key_of
from scrapers.extract.writers import writer_in
from scrapers.items import Author

MAX_AUTHORS = 12
MAX_NAME = 60
MAX_WORDS = 7
SHORT_NAME = 30
MAX_KEPT = 3 * MAX_NAME  # what is longer names somebody else each time

_METAS = (
    "author", "article:author", "article:author_name", "og:article:author",
    "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "dc.author",
    "byl", "citation_author", "article.author", "twitter:creator_name",
    "cxenseparse:author", "authors", "creator",
)  # fmt: skip
# Elements looked at a selector: a page that lists more lists other articles' authors.
MAX_NODES = 6
# Lines below the headline that may begin the text with who reported.
MAX_LEADS = 8

_BY = (
    r"(?:(?:story|text|words|interview|report|reported|written|posted|published|reviewed|edited"
    r"|authored|article|analysis|opinion|guest post|compiled|contributed|review) )?by"
    r"|author|authors|writer|text von|ein beitrag von|autor(?:in|en)?|auteur|texte"
    r"|redactor|redacción|przez|tekst|autorzy|автор|авторы|текст|yazan|haber|mwandishi"
    r"|oleh|penulis|نویسنده|كتب|بقلم|الكاتب|作者|記者|记者|著者|筆者|執筆者?"
)
_LEAD = re.compile(rf"^(?:{_BY})(?:\s*[:：]\s*|\s+)", re.IGNORECASE)
# Words that begin names too are "By" at the start of a line only.
_FIRST = re.compile(r"^(?:(?:[Vv]on|VON|[Pp]ar|[Pp]or|[Dd]oor)|de|di|av|af|na)\s+")
_LINE = re.compile(
    r"^(?:(?:posted |written |published |story |reported |words |text |interview )?by"
    r"|author|von|par|por|door|autor(?:in)?|автор|نویسنده|mwandishi|作者)(?:\s*[:：]\s*|\s+)"
    r"(?P<name>\S.{1,80})",
    re.IGNORECASE,
)
# What stands further on in a line of facts: "来源：日报 作者：李在山".
_INSIDE = re.compile(
    r"(?:(?:作\s?者|记者|記者|撰文)\s?[:：]|[|｜]\s?作者)\s?"
    r"(?P<name>[\u3400-\u9fff·]{2,4})(?=[\s|｜，,）)】]|$)"
)
_SPLIT = re.compile(
    r"\s*[,;|/&+•·‧،、\n]\s*"
    r"|\s+(?:and|und|et|y|e|en|og|och|i|и|و|na|with)(?:\s+|$)",
)
# Some systems state where an author is shown, on the site or a network, for a name.
_ADDRESS = re.compile(r"(?:https?:/)?/\S*$")
# What data call somebody who wrote, so many bytes before the name; and how often the
# name is looked for.
_CALLED = re.compile(
    rb"""(?i)(?:author|byline|writer)\w{0,9}["'\\]*\s*[:=][\s\[{]*"""
    rb"""(?:["'\\]*\w{0,9}name["'\\]*\s*[:=]\s*)?["'\\]*$"""
)
CALL, MAX_MENTIONS = 60, 20
_CALLS = (b"author", b"byline", b"writer")
# What follows a name in a byline but is none of it.
_CUT = re.compile(
    r"\s*(?:[|•·–—(\[<]|\s-\s|\b\d|(?<=[^\W\d_])\d{1,2}\s|@|https?:|\b(?:for|in|on|at|is|updated?|published"
    r"|posted|under|unter|last|staff(?=\s)|senior|special|political|contributing"
    r"|reporter|correspondent"
    r"|editor|writer|journalist|no comments?|comments?|leave a|share|follow|min read"
    r"|photos?|images?|about the|about|more|read|from)\b).*",
    re.IGNORECASE | re.DOTALL,
)
# What follows it in the scripts of East Asia: a role, another fact, a button.
_AFTER = re.compile(
    r"\s(?:责任编辑|責任編輯|编辑|編輯|责编|责任|来源|來源|发布|發布|时间|時間)(?:[:：].*|$)"
    r"|\s(?:关注|關注|订阅|訂閱|フォロー(?:する)?|구독)$|(?<=[\u3400-\u9fff])\s(?:記者|记者)$"
    r"|(?<=^[\u3400-\u9fff]{2})\s[\u3400-\u9fff]{5,}$"
    r"|(?<=^[\u3400-\u9fff]{3})\s[\u3400-\u9fff]{5,}$"
    r"|(?<=[가-힣])\s?(?:(?:선임|수습|인턴|전문|객원)?기자|특파원)(?![가-힣]).*"
)
# What somebody did, behind the name: "嶋田 健志 監訳".
_WORK = re.compile(r"\s(?:著|編|編著|監訳|訳|監修|絵|写真)$")
_NOT_A_NAME = re.compile(
    r":|www\.|@|\.com\b|\d{2}|[{}<>=_#%$!?]|\b(?:admin|administrator|webmaster"
    r"|user"
    r"|guest|anonymous|unknown|n/a|none|null|undefined|author|by|^staff|staff\s+\w+"
    r"|editor|follow|share"
    r"|comments?|subscribe|read more|view all|posts?|articles?|profile|home|about"
    r"|contact"
    r"|login|sign in|twitter|facebook|instagram|linkedin|email|published|updated"
    r"|minutes?|name)\b",
    re.IGNORECASE,
)
# The same where words are not parted.
_NO_EASTERN_NAME = re.compile(
    r"来源|來源|版权|版權|时间|時間|链接|連結|登录|登錄|授权|授權|复制|点击|编辑|編輯|[:：]"
    r"|^(?:未知|网络|網路|综合|佚名|匿名|网友|網友|管理员|管理員|相关|相關|本站|原创|原創|小编|小編|发布|發布)"
)
# What is only a name by its letters, and the words for which `_CUT` and `_NOT_A_NAME`
# are asked all the same: both take many times as long as looking these up.
_PLAIN = re.compile(r"[^\W\d_]+(?:(?:\. | |[.'’-])[^\W\d_]+)*")
_LETTERS = re.compile(r"[^\W\d_]+")
_TELLING = frozenset(
    """
    for in on at is update updated published posted last staff senior special political
    contributing reporter correspondent editor writer journalist no comment comments
    leave share follow min photo photos image images about more read from admin
    administrator webmaster user guest anonymous unknown none null undefined author by
    subscribe view post posts article articles profile home contact login sign twitter
    facebook instagram linkedin email minute minutes com www under unter name
    """.split()  # noqa: SIM905 - a table of words reads better than a list of strings
)


def authors_of(reading: Reading) -> tuple[Author, ...]:
    """Who wrote the article: the recipe's, the page's, the hints', or ()."""
    document = reading.document
    if good := _plausible(_chosen(reading), set()):
        return good
    banned = reading.site_keys
    found = _structured(document)
    if good := _plausible(found, banned):
        return good
    metas = document.meta_all(*_METAS)
    if good := _plausible([a for value in metas for a in named(value)], banned):
        return good
    if good := _from_bylines(reading):
        return good
    for people in _unmarked(reading):
        if good := _plausible(people, banned):
            return good
    # A site's own name stands where no person is named.
    stated = [*found, *(a for v in metas for a in named(v))]
    return reading.hints.authors or _plausible(stated, set())


def _unmarked(reading: Reading) -> Iterator[list[Author]]:
    """What lines of text, and data for others than readers, say; the surest first."""
    for text in reading.lines:
        yield from_line(text)
    for text in islice(reading.lines_below, MAX_LEADS):
        yield [Author(name=name) for name in reporters_in(text)]
    yield _told_to_others(reading.document)
    yield _confirmed(reading)


def _told_to_others(document: Document) -> list[Author]:
    """Whom the labels for other sites' cards name: "Written by" beside a reading time.

    The label is in any language; what is beside it tells that it is no price's.
    """
    name, time = document.meta("twitter:data1"), document.meta("twitter:data2")
    is_time = bool(name and time and any(c.isdigit() for c in time))
    return named(name) if name and is_time else []


def _confirmed(reading: Reading) -> list[Author]:
    """The name that a line by the headline is, where the page's data call it so."""
    data: bytes | None = None
    for text in reading.lines:
        if len(text) > SHORT_NAME:
            continue
        if data is None:
            data = near(reading.document.text, _CALLS, CALL + 4 * SHORT_NAME)
        name = text.encode()
        at = data.find(name)
        if at < 0 or _names(text) != (text,):
            continue
        for _ in range(MAX_MENTIONS):
            if at < 0:
                break
            if _CALLED.search(data, max(0, at - CALL), at):
                return named(text)
            at = data.find(name, at + 1)
    return []


def _from_bylines(reading: Reading) -> tuple[Author, ...]:
    """The names in marked-up bylines, of several those that stand by the headline.

    Several may be who wrote other articles, or books: what is marked less surely comes
    before them where it names somebody there, and so does a line that is a byline.
    """
    base = reading.document.base
    others: tuple[Author, ...] = ()
    for nodes in marked_of(reading.document):
        own = islice((n for n in nodes if not is_credit(n)), MAX_NODES)
        people = [a for n in own for a in from_node(n, base)]
        names = [a for a in people if not _is_phrase(a.name)]
        good = _plausible(names, reading.site_keys)
        if len(people) == len(good) == 1 and not others:
            return good
        if near := _beside(good, reading):
            return near
        others = others or good
    if len(others) > 1:
        said = (_plausible(from_line(t), reading.site_keys) for t in reading.lines)
        return next(filter(None, said), others)
    return others


def _beside(people: tuple[Author, ...], reading: Reading) -> tuple[Author, ...]:
    """Those of several who are named in a line by the headline.

    One word alone is a name there where a whole name is, or nothing else.
    """
    names = {person.name for person in people}
    whole = [name for name in names if " " in name]
    lines = list(reading.lines) if names else []
    lines = [t for t in lines if t in names or any(name in t for name in whole)]
    lines = [text for text in lines if from_line(text)] or lines
    return tuple(a for a in people if any(a.name in text for text in lines))


def _chosen(reading: Reading) -> list[Author]:
    found: list[Author] = []
    for text in reading.recipe.author:
        if selector_of(text).attribute:
            found.extend(a for value in reading.texts((text,)) for a in named(value))
        else:
            nodes = reading.chosen((text,))
            found.extend(a for n in nodes for a in from_node(n, reading.document.base))
    return found


def _structured(document: Document) -> list[Author]:
    found: list[Author] = []
    for key in ("author", "creator"):
        for item in document.article.each(key):
            if isinstance(item, str):
                found.extend(named(item))
            else:
                found.extend(_from_thing(item, document.base))
        if found:
            break
    return found


def _from_thing(item: Thing, base: str) -> list[Author]:
    link = item.link("url") or item.link("sameAs")
    url = absolute(base, link) if link else None
    people = [a for name in item.texts("name") for a in named(name)]
    if len(people) == 1 and url:
        return [Author(name=people[0].name, url=url)]
    return people


def from_node(node: LexborNode, base: str) -> list[Author]:
    """The names an element that is a byline holds, linked where they are links."""
    content = node.attributes.get("content")
    if content:
        text = line(content)
        people = from_line(text) or named(text)
    else:
        people = _named_in(node)
    if not people:
        return []
    links = node.css("a[href]") if node.tag != "a" else [node]
    linked = {
        field_of(link): absolute(base, link.attributes.get("href") or "")
        for link in links[:MAX_NODES]
    }
    return [Author(name=p.name, url=linked.get(p.name)) for p in people]


def _named_in(node: LexborNode) -> list[Author]:
    """The names an element shows: of several lines, in the one that is a byline."""
    text = field_of(node)
    if not text:
        return []
    lines = list(lines_within(node)) if node.tag != "a" else []
    if len(lines) < 2:
        return from_line(text) or named(text)
    for label, following in zip(["", *lines], lines, strict=False):
        if people := from_line(following):
            return people
        if label and _LEAD.fullmatch(label + " "):
            return named(following)
    # What is so long tells of who they are.
    return named(text) if len(text) <= MAX_KEPT else []


def from_line(text: str) -> list[Author]:
    """The names of a line that says it is a byline: "Posted by: A  May 4, 2021"."""
    if len(text) > 3 * MAX_NAME:
        return []
    if told := credits_of(text):
        return [Author(name=name) for name in told[0]]
    if not text.isascii() and (inside := _INSIDE.search(text)):
        return [Author(name=inside["name"])]
    found, rest = _LINE.match(text), after_date(text)
    if found is None and rest is not text:
        found = _LINE.match(rest)
    if found is None:
        writer = writer_in(text) or (writer_in(rest) if rest is not text else None)
        return named(writer) if writer else []
    # "By next year the river will rise": few who are named begin with a small letter.
    is_prose = found["name"][:1].islower() and "," in text
    return [] if is_prose else named(found["name"])


def named(text: str) -> list[Author]:
    """The names in a byline, without "By", roles, dates and what else follows."""
    names = _names(text) if len(text) <= MAX_KEPT else _names.__wrapped__(text)
    return [Author(name=name) for name in names]


@lru_cache(maxsize=1024)  # a site has few authors
def _names(text: str) -> tuple[str, ...]:
    text = line(text)
    if _ADDRESS.match(text):
        return ()
    text = _FIRST.sub("", _LEAD.sub("", writer_in(text) or text))
    # "Written by Ann Otieno who lives and works in Mombasa" goes on about her.
    text = text.partition(" who ")[0]
    last, comma, first = text.partition(", ")
    if last and comma and "," not in last + first and len(text.split()) == 2:
        text = f"{first} {last}" if first[:1].isupper() else text
    if not text.isascii():
        text = _AFTER.sub("", text)
    names = []
    for part in before_date(_SPLIT.split(text)[:MAX_AUTHORS]):
        bare = _LEAD.sub("", part)
        bare = bare if bare.isascii() else _WORK.sub("", bare)
        cut = bare if _is_plain(bare) else _CUT.sub("", bare)
        if bare[len(cut) :].lstrip()[:1].isdigit():
            cut = without_month(cut)
        name = cut.strip(" .,:;-–—*\"'")
        if name:
            names.append(name)
    return tuple(names)


def _is_plain(text: str) -> bool:
    """Tell whether a text is made of a name's letters, and of no telling word."""
    if not _PLAIN.fullmatch(text):
        return False
    return _TELLING.isdisjoint(_LETTERS.findall(text.casefold()))


def _is_name(text: str) -> bool:
    return (
        1 < len(text) <= MAX_NAME
        and len(text.split()) <= MAX_WORDS
        and (_is_plain(text) or not _NOT_A_NAME.search(text))
        and (text.isascii() or not _NO_EASTERN_NAME.search(text))
    )


def _is_phrase(text: str) -> bool:
    """Tell whether words are written as a phrase is ("See full bio"), or are "von"."""
    words = text.split()
    if len(words) == 1:
        return _FIRST.fullmatch(text + " ") is not None
    return words[-1].islower() and (len(words) > 2 or words[0][:1].isupper())


def _plausible(people: list[Author], banned: Set[str]) -> tuple[Author, ...]:
    if not people:
        return ()
    if len(people) > 1:  # "Ann Otieno — last changed": small words are no name there
        small = [one for one in people if one.name.islower() and " " in one.name]
        people = [one for one in people if one not in small] or people
    kept: dict[str, Author] = {}
    for person in people:
        key = key_of(person.name)
        if key and key not in banned and _is_name(person.name):
            known = kept.get(key)
            kept[key] = person if known is None or known.url is None else known
    return tuple(kept.values())[:MAX_AUTHORS]
