"""What the words in class names and ids say of an element: the words, and how to ask.

A table of single words and of phrases of two or three of them, each with what it says.
What follows for the element is `scrapers.extract.boilerplate`'s to conclude.
"""

from __future__ import annotations

import re
from itertools import product

from scrapers.compiled import compiled_in, load

# What words say, as flags: several may be said of one element.
WALL_NAMED, CONTENT_NAMED, FOREIGN_NAMED, FURNITURE_NAMED = 1, 2, 4, 8
BUILDER_NAMED, WIDGET_NAMED, _BEGINS = 16, 32, 64
ALL_SAID = 128  # more than all of them together

# Longer names are data, not names.
MAX_NAME = 80
# A name of more words is a heading made into one: "1-what-are-the-most-popular-ways".
SENTENCE_DASHES = 7
# Names are split at anything that is no letter, and at "articleBody"'s capital.
_CAMEL = re.compile(rb"[A-Z]*[a-z]+|[A-Z]+")
_LETTERS = bytes(n if 97 <= n <= 122 else 32 for n in range(256))

# One of these words alone makes furniture of an element.
_FURNITURE = """
    ad ads adv advert adverts advertisement advertisements advertising advertorial
    adsense adslot adunit adwrapper adcontainer adsbygoogle dfp gpt sponsor sponsored
    sponsors sponsoring promo promos promotion promotions promobox affiliate banner
    banners outbrain taboola teads mgid revcontent zergnet
    nav navi navbar navigation menu menus submenu breadcrumb breadcrumbs crumbs
    pagination pager paging paginate pagenav toolbar topbar masthead sitemap skiplink
    footer foot footnav sidebar sidebars aside rail complementary widgets
    comment comments commentlist commenting disqus respond reply replies livefyre
    discussion coral spotim
    share sharing shares sharer shareit sharedaddy addtoany addthis sharethis
    sharebar sharetools social socials sociable socialmedia socialbar follow followus
    facebook whatsapp pinterest linkedin
    related relateds recommend recommended recommendation recommendations suggested
    suggestions trending popular mostread mostpopular mostviewed upnext readnext
    readmore seealso alsolike moreon morestories morefrom teaser teasers
    newsletter newsletters subscribe subscription subscribers signup optin mailchimp
    regwall cookie cookies consent gdpr ccpa modal popup popover overlay
    lightbox dialog toast tooltip login signin register registration
    donate donation donations cta crowdfunding
    tag tags taglist tagcloud tagged hashtags keywords topics labels
    byline bylines dateline timestamp posted postmeta metadata meta published pubdate
    authorbox bio biography aboutauthor authors
    copyright disclaimer license licence colophon imprint credit credits
    caption captions figcaption photocredit
    rating ratings vote votes voting poll quiz
    print printonly printfriendly invisible offscreen
    jumplink tableofcontents prevnext
    pankuzu topicpath sns
"""
# What these hold is text, but never this article's.
_FOREIGN = """
    comment comments commentlist commenting disqus respond reply replies livefyre
    discussion coral spotim related relateds recommend recommended recommendation
    recommendations suggestions trending popular mostread mostpopular mostviewed upnext
    readnext seealso alsolike morestories morefrom outbrain taboola newsletter
    newsletters footer copyright disclaimer authorbox bio aboutauthor
    comentarios comentario kommentare kommentar kommentarer commentaires commentaire
    commenti komentarze komentare yorumlar reacties pinglun tuijian
    relacionadas relacionados
"""
# What stands before the page until somebody consents, often longer than the article.
_WALL = """
    onetrust didomi usercentrics cookiebot gdpr truste cookieyes borlabs iubenda
    tarteaucitron
"""
_WALL_PHRASES = (
    ("ot", "sdk"),
    ("cookie cookies", "banner consent notice policy bar modal law preferences"),
    ("consent", "banner modal sdk manager"),
    ("qc", "cmp"),
    ("cmp", "container banner"),
    ("sp", "message"),
    ("cky fc", "consent"),
    ("cc", "window"),
    ("privacy", "modal bar banner popup"),
)
# Names that hold the article itself, whatever else they say; also as one word.
_CONTENT_PHRASES = (
    (
        "article story post entry news blog page main single text rich",
        "body text content copy main inner",
    ),
    ("body", "text copy content"),
)
_CONTENT_APART = (("paywalled", "content"), ("read", "more", "content text body"))
# Page builders call every part of a page, its text too, a widget.
_BUILDER = "elementor siteorigin sow wpb brz textwidget"
_BUILDER_PHRASES = (("so", "widget panel"), ("fl", "module"), ("et", "pb"))

_OTHER = "more latest other recent top similar further next prev previous popular"
_ITEMS = "post posts story stories article articles news headlines content video videos"
_FOREIGN_PHRASES = ((_OTHER, _ITEMS),)
_FURNITURE_PHRASES = (
    (
        "author authors about abouts writer writers contributor contributors",
        "box bio info card desc description profile meta block detail details about"
        " author",
    ),
    (
        "article entry post story page content news single blog",
        "meta info tools nav action actions tag tags byline date details link"
        " links options terms category categories header head",
    ),
    (f"{_OTHER} featured", f"{_ITEMS} reading link links stuff"),
    ("read see also", "more also next like"),
    ("you", "may might", "more also next like"),
    ("most must", "read popular viewed commented shared recent"),
    (
        "site page global main top bottom primary secondary",
        "header head footer nav menu bar navigation",
    ),
    ("sign log", "up in"),
    ("call", "to", "action"),
    ("screen", "reader"),
    ("sr", "only"),
    ("visually", "hidden"),
    ("back", "to", "top"),
    ("skip", "link to"),
    ("mail mailing", "list"),
    ("email", "form forms signup signups capture captures alert alerts"),
    ("in inline", "ad promo newsletter related"),
    ("inline", "article articles story storys link links"),
    ("image photo img media", "credit credits"),
    ("wp", "caption", "text"),
    ("image", "caption"),
    ("paywall", "banner barrier message prompt overlay box teaser offer cta"),
    ("toc", "list container wrapper nav box sidebar links widget title menu"),
    ("ez lwptoc rtoc article page post friendly sticky", "toc"),
    ("cat tags", "links"),
    ("edit", "link"),
    ("posted", "on in by"),
    ("publish published", "date on"),
    ("date", "time published line"),
    ("time", "stamp"),
    ("press", "release", "contact"),
    ("add", "comment"),
    ("leave", "reply"),
    ("load show", "more"),
    ("view", "all more"),
    ("download", "app"),
    ("app", "download"),
    ("rss", "feed feeds"),
    ("whats", "app"),
    ("google", "news"),
    ("article card story news link post thumb", "list"),
    ("list", "article articles"),
)


Words = tuple[bytes, ...]


def _table() -> tuple[dict[bytes, int], dict[Words, int], dict[Words, int]]:
    """What each word, each two and each three say; the first word, that it begins."""
    says: tuple[dict[bytes, int], dict[Words, int], dict[Words, int]] = ({}, {}, {})
    one = says[0]
    one |= {b"hentry": CONTENT_NAMED, b"widget": WIDGET_NAMED}
    for listed, flag in (
        (_FURNITURE, FURNITURE_NAMED),
        (_FOREIGN, FOREIGN_NAMED),
        (_WALL, WALL_NAMED),
        (_BUILDER, BUILDER_NAMED),
    ):
        for word in listed.encode().split():
            one[word] = one.get(word, 0) | flag
    for phrases, flag in (
        (_WALL_PHRASES, WALL_NAMED),
        (_CONTENT_PHRASES + _CONTENT_APART, CONTENT_NAMED),
        (_FOREIGN_PHRASES, FOREIGN_NAMED),
        (_FURNITURE_PHRASES, FURNITURE_NAMED),
        (_BUILDER_PHRASES, BUILDER_NAMED),
    ):
        for places in phrases:
            several = says[1] if len(places) == 2 else says[2]
            for words in product(*(place.encode().split() for place in places)):
                several[words] = several.get(words, 0) | flag
                one[words[0]] = one.get(words[0], 0) | _BEGINS
    for first, second in _CONTENT_PHRASES:
        for pair in product(first.encode().split(), second.encode().split()):
            one[b"".join(pair)] = CONTENT_NAMED
    return says


_WORDS, _PAIRS, _TRIPLES = _table()
_KNOWN = frozenset(_WORDS)
# Words that say something where they stand alone, and begin phrases else.
_ALONE = {b"toc": FURNITURE_NAMED}


@compiled_in("names")
def said_by(names: str) -> int:
    """What the words of names, and the phrases among them, say: flags.

    "articleBody_2" says what "article", "body" and "article body" do.
    """
    if len(names) > MAX_NAME:
        names = " ".join([name[:MAX_NAME] for name in names.split()])
    written = names.encode(errors="replace")
    if written.islower():
        words = written.translate(_LETTERS).split()
    else:
        words = [word.lower() for word in _CAMEL.findall(written)]
    if _KNOWN.isdisjoint(words):
        return 0
    if (
        written.count(b"-") >= SENTENCE_DASHES
        and (kept := _no_sentences(names)) != names
    ):
        return said_by(kept)
    found = 0
    for word in words:
        if word in _WORDS:
            found |= _WORDS[word]
    if found & _BEGINS:
        found |= _ALONE.get(words[0], 0) if len(words) == 1 else _phrases(words)
    return found


def _no_sentences(names: str) -> str:
    """Leave out names that are headings made into names: they say what these say."""
    return " ".join([n for n in names.split() if n.count("-") < SENTENCE_DASHES])


def _phrases(words: list[bytes]) -> int:
    """What every two and three of these words say that stand together."""
    found, rest = 0, words[1:]
    for pair in zip(words, rest, strict=False):
        if pair in _PAIRS:
            found |= _PAIRS[pair]
    for triple in zip(words, rest, rest[1:], strict=False):
        if triple in _TRIPLES:
            found |= _TRIPLES[triple]
    return found


if _compiled := load("names"):
    _phrases_of = {b" ".join(key): said for key, said in (_PAIRS | _TRIPLES).items()}
    _compiled.learn(_WORDS, _phrases_of, _BEGINS, _ALONE, SENTENCE_DASHES)
