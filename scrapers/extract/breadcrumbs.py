"""Read the trail to an article as the path of its category.

"SITE > News > Iran News > TITLE" is ("News", "Iran News"): the site's name in front and
the title at the end are no categories. Read from JSON-LD, microdata, RDFa, lists of
links, and plain text, in this order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from scrapers.clean.text import line
from scrapers.clean.urls import absolute, is_home
from scrapers.extract.document import Document, field_of, text_of
from scrapers.extract.jsonld import Thing
from scrapers.extract.titles import key_of

Path = tuple[str, ...]

MAX_LEVELS = 6  # deeper is a sitemap
MAX_NAME = 80  # longer is a sentence
MAX_TRAILS = 5  # of a kind that are looked at

# What says that an element may be a trail; `_is_trail` is exact.
_LABELS = ("breadcrumb", "brotkrumen")
_MAY_BE = (
    ("class", "rumb"),
    ("id", "rumb"),
    ("typeof", "readcrumb"),
    *(("aria-label", label) for label in _LABELS),
)
_OF_MICRODATA = (("itemtype", "readcrumb"),)
# What they are called in Japan and China; looked for where the title is written so.
_EASTERN = ("pankuzu", "topicpath", "topic-path", "topic_path", "weizhi")
_OF_EAST_ASIA = tuple((name, part) for part in _EASTERN for name in ("class", "id"))
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_NAMES = ("breadcrumb", *_EASTERN)
_TRAIL = re.compile(r"(?:^|\s)(?:bread-crumb|crumbs?)(?:$|\s)")
_SEPARATOR = re.compile(r"\s*(?:>|»|›|→|⟩|/(?=\s)|(?<=\s)/|\||::|«|‹|·|•|❯|＞)\s*")
_TEXT_MARKS = ">»›→＞"
_TEXT_TRAIL = re.compile(r"\s(?:>|»|›|→)\s|\s?＞\s?")
_HOME = frozenset(
    """
    home homepage start startseite accueil inicio início inicial portada principal
    strona|główna hjem forside hem etusivu ana|sayfa anasayfa главная головна начало
    начална الرئيسية صفحه|اصلی خانه 首页 首頁 ホーム トップ 홈 होम nyumbani mwanzo
    beranda αρχική domů úvod acasă kezdőlap trang|chủ หน้าแรก site here: you|are|here
    sie|sind|hier vous|êtes|ici
    """.replace("|", "_").split()
)
_LISTS = frozenset({"breadcrumblist"})
_LABEL = re.compile(
    r"^(?:you are here|sie sind hier|vous êtes ici|usted está aquí|estás en"
    r"|browse|(?:您|你|我)?的?(?:所在|现在|当前|目前|現在|目前)?的?\s?位置)\s*[:：]?\s*",
    re.IGNORECASE,
)
# What a trail calls the page itself.
_PAGE = re.compile(
    r".{0,4}(?:正文|详情|詳情|詳細|详细内容)|内容|本文|この記事|記事|기사\s?(?:보기|본문)|본문"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Crumb:
    """One step of a trail and where it leads, if it is a link."""

    name: str
    url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What is no category: the site's names and home, the title and the page.

    `sites` are the keys of those the site goes by.
    """

    sites: Set[str]
    home: str
    title: str
    url: str


def category_path(
    document: Document,
    around: Surroundings,
    chosen: Iterable[LexborNode],
    texts: Iterable[str],
) -> Path:
    """The category of the first trail that has one, () if none does.

    `chosen` are the elements a recipe names, `texts` lines of the page among which
    a trail in plain text may be.
    """
    for trail in _trails(document, chosen, around.title):
        if path := trimmed(trail, around):
            return path
    for text in texts:
        if path := text_trail(text, around):
            return path
    return ()


def _trails(
    document: Document, chosen: Iterable[LexborNode], title: str
) -> Iterable[list[Crumb]]:
    for node in chosen:
        yield read_trail(node, document.base)
    for thing in document.things:
        if thing.is_a(_LISTS):
            yield _listed(thing)
    wanted = _MAY_BE
    if document.index.has_microdata:
        wanted += _OF_MICRODATA
    if _EAST_ASIAN.search(title):
        wanted += _OF_EAST_ASIA
    declared, named = [], []
    for node in document.index.holding(*wanted):
        attributes = node.attributes
        kind = f"{attributes.get('itemtype')} {attributes.get('typeof')}"
        if "BreadcrumbList" in kind:
            declared.append(node)
        elif "readcrumb" in kind or _is_trail(node, attributes):
            named.append(node)
    for node in (*declared[:MAX_TRAILS], *named[:MAX_TRAILS]):
        yield read_trail(node, document.base)


def _is_trail(node: LexborNode, attributes: dict[str, str | None]) -> bool:
    """Tell whether an element is named as trails are."""
    names = (attributes.get("class") or "").lower()
    if any(name in names for name in _NAMES) or _TRAIL.search(names):
        return True
    identity = (attributes.get("id") or "").lower()
    if any(name in identity for name in _NAMES):
        return True
    label = (attributes.get("aria-label") or "").lower()
    return node.tag == "nav" and any(name in label for name in _LABELS)


def _listed(thing: Thing) -> list[Crumb]:
    """The items of a BreadcrumbList in the order of their positions."""
    found: list[tuple[int, Crumb]] = []
    for number, item in enumerate(thing.each("itemListElement")):
        if isinstance(item, str):
            continue
        name = item.text("name") or item.text("item")
        if name and "://" not in name:
            url = item.link("item") or item.link("@id")
            found.append((item.number("position") or number, Crumb(name=name, url=url)))
    return [crumb for _, crumb in sorted(found, key=lambda pair: pair[0])]


def read_trail(node: LexborNode, base: str) -> list[Crumb]:
    """The steps of an element that is a trail: its names, items, links or text."""
    for selector in ('[property~="name"], [itemprop~="name"]', "li"):
        steps = node.css(selector)
        if len(steps) > 1 and len(steps) <= 2 * MAX_LEVELS:
            return [_crumb(step, base) for step in steps]
    text = text_of(node)
    if len(text) > 6 * MAX_NAME:
        return []
    names = [name for name in _SEPARATOR.split(_LABEL.sub("", text)) if name]
    links = {field_of(link): link for link in node.css("a")}
    if len(names) < 2 and len(links) > 1:
        return [_crumb(link, base) for link in links.values()]
    return [
        Crumb(name=name, url=_href(links[name], base) if name in links else None)
        for name in names
    ]


def _crumb(node: LexborNode, base: str) -> Crumb:
    name = _SEPARATOR.sub(" ", field_of(node)).strip() if node.tag == "li" else ""
    link = node if node.tag == "a" else node.css_first("a")
    if link is None and node.parent is not None and node.parent.tag == "a":
        link = node.parent
    return Crumb(name=name or field_of(node), url=_href(link, base) if link else None)


def _href(node: LexborNode, base: str) -> str | None:
    href = node.attributes.get("href")
    return absolute(base, href) if href else None


def text_trail(text: str, around: Surroundings) -> Path:
    """Read a line as a trail; () unless it ends with the article's title."""
    if len(text) > 8 * MAX_NAME or True not in [m in text for m in _TEXT_MARKS]:
        return ()
    names = [name for name in _TEXT_TRAIL.split(text) if name]
    if len(names) < 2 or not _is_page(Crumb(name=names[-1]), around):
        return ()
    return trimmed([Crumb(name=line(name)) for name in names], around)


def trimmed(trail: list[Crumb], around: Surroundings) -> Path:
    """Drop site and home in front, the page and its title at the end, and repeats."""
    crumbs = [crumb for crumb in map(_unlabelled, trail) if crumb.name]
    while crumbs and _is_home(crumbs[0], around):
        crumbs = crumbs[1:]
    while crumbs and _is_page(crumbs[-1], around):
        crumbs = crumbs[:-1]
    names = [crumb.name.strip(" >»›/|:") for crumb in crumbs]
    names = list(dict.fromkeys(name for name in names if name))
    if len(names) > MAX_LEVELS or any(len(name) > MAX_NAME for name in names):
        return ()
    return tuple(names)


def _unlabelled(crumb: Crumb) -> Crumb:
    label = _LABEL.match(crumb.name)
    return Crumb(name=crumb.name[label.end() :], url=crumb.url) if label else crumb


def _is_home(crumb: Crumb, around: Surroundings) -> bool:
    key = key_of(crumb.name)
    if key.replace(" ", "_") in _HOME or key in around.sites:
        return True
    if crumb.url is None:
        return False
    return is_home(crumb.url) or crumb.url.rstrip("/") == around.home.rstrip("/")


def _is_page(crumb: Crumb, around: Surroundings) -> bool:
    if crumb.url and crumb.url.split("#")[0].rstrip("/") == around.url.rstrip("/"):
        return True
    if _PAGE.fullmatch(crumb.name.strip()):
        return True
    return _is_title(crumb.name, around.title)


def _is_title(name: str, title: str) -> bool:
    """Tell whether a step is the title, perhaps cut short with an ellipsis."""
    key, whole = key_of(name), key_of(title)
    if not key:
        return True
    if key == whole:
        return True
    is_cut = name.rstrip().endswith(("…", "..."))
    if is_cut or len(key) > 25:
        return whole.startswith(key) or key.startswith(whole)
    return False
