"""Tell from an element's class, id and role whether it is furniture, not article.

Verdicts are about names alone; who holds how much text is `scrapers.extract.generic`'s
to weigh. They are cached: a site uses the same few hundred names on every page.
"""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborNode

NEUTRAL, FURNITURE, FOREIGN, WALL = range(4)

# Names are split at anything that is no letter, and at "articleBody"'s capital.
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SEPARATORS = re.compile(r"[^a-z]+")

# One of these words alone makes furniture of an element.
_WORDS = frozenset(
    """
    ad ads adv advert adverts advertisement advertisements advertising advertorial
    adsense adslot adunit adwrapper adcontainer adsbygoogle dfp gpt sponsor sponsored
    sponsors sponsoring promo promos promotion promotions promobox affiliate banner
    banners outbrain taboola teads mgid revcontent zergnet
    nav navi navbar navigation menu menus submenu breadcrumb breadcrumbs crumbs
    pagination pager paging paginate pagenav toolbar topbar masthead sitemap skiplink
    footer foot footnav sidebar sidebars aside rail complementary widget widgets
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
    """.split()  # noqa: SIM905 - a table of words reads better than a list of strings
)
# What these hold is text, but never this article's.
_FOREIGN = frozenset(
    """
    comment comments commentlist commenting disqus respond reply replies livefyre
    discussion coral spotim related relateds recommend recommended recommendation
    recommendations suggestions trending popular mostread mostpopular mostviewed upnext
    readnext seealso alsolike morestories morefrom outbrain taboola newsletter
    newsletters footer copyright disclaimer authorbox bio aboutauthor
    """.split()  # noqa: SIM905
)
_OTHERS = re.compile(
    r"\b(?:more|latest|other|recent|top|similar|further|next|prev|previous|popular)"
    r" (?:posts?|stor(?:y|ies)|articles?|news|headlines|content|videos?)\b"
)
# Two words together, in this order, anywhere in one name.
_PAIRS = re.compile(
    r"\b(?:"
    r"(?:author|about|writer|contributor)s? (?:box|bio|info|card|desc|description"
    r"|profile|meta|block|details?|about|author)"
    r"|(?:article|entry|post|story|page|content|news|single|blog) (?:meta|info|tools"
    r"|nav|actions?|tags?|byline|date|details?|links?|options|terms|categor(?:y|ies)"
    r"|header|head)"
    r"|(?:more|latest|other|recent|top|similar|further|next|prev|previous|popular"
    r"|featured) (?:posts?|stor(?:y|ies)|articles?|news|reading|links?|headlines"
    r"|content|videos?|stuff)"
    r"|(?:read|see|also|you may|you might) (?:more|also|next|like)"
    r"|(?:most|must) (?:read|popular|viewed|commented|shared|recent)"
    r"|(?:site|page|global|main|top|bottom|primary|secondary) (?:header|head|footer"
    r"|nav|menu|bar|navigation)"
    r"|(?:sign|log) (?:up|in)|call to action|screen reader|sr only|visually hidden"
    r"|back to top|skip (?:link|to)|mail(?:ing)? list|email (?:form|signup|capture"
    r"|alert)s?"
    r"|in(?:line)? (?:ad|promo|newsletter|related)|inline (?:article|story|link)s?"
    r"|image credits?|photo credits?|img credits?|media credits?|wp caption text"
    r"|image caption"
    r"|paywall (?:banner|barrier|message|prompt|overlay|box|teaser|offer|cta)"
    r"|toc (?:list|container|wrapper|nav|box|sidebar|links|widget|title|menu)"
    r"|(?:ez|lwptoc|rtoc|article|page|post|friendly|sticky) toc|^toc$"
    r"|cat links|tags links|edit link|posted on|posted in|posted by"
    r"|publish(?:ed)? (?:date|on)|date (?:time|published|line)|time stamp"
    r"|press release contact|add comment|leave reply|load more|show more|view (?:all"
    r"|more)|download app|app download"
    r"|rss feeds?|whats ?app|google news|article list|list articles?|card list"
    r"|story list|news list|link list|post list|thumb list"
    r")\b"
)
# What stands before the page until somebody consents, often longer than the article.
_WALL = re.compile(
    r"\b(?:onetrust|ot sdk|didomi|usercentrics|cookiebot|cookie(?:s)? (?:banner|consent"
    r"|notice|policy|bar|modal|law|preferences)|consent (?:banner|modal|sdk|manager)"
    r"|gdpr"
    r"|qc cmp|cmp (?:container|banner)|sp message|truste|cookieyes|cky consent|borlabs"
    r"|iubenda|cc window|tarteaucitron|fc consent|privacy (?:modal|bar|banner|popup))\b"
)
# What its matches begin with: most names have none of these, and are not searched.
_WALLED = frozenset(
    """
    onetrust ot didomi usercentrics cookiebot cookie cookies consent gdpr qc cmp sp
    truste cookieyes cky borlabs iubenda cc tarteaucitron fc privacy
    """.split()  # noqa: SIM905
)
# Page builders call every part of a page, its text too, a widget.
_BUILDER = re.compile(
    r"\b(?:elementor|siteorigin|so (?:widget|panel)|sow|wpb|fl module|et pb|brz"
    r"|textwidget)\b"
)
_HIDDEN = frozenset(
    "hidden hide d-none is-hidden visually-hidden visuallyhidden sr-only".split()  # noqa: SIM905
)
# "hidden md:block" is hidden on telephones alone.
_RESPONSIVE = re.compile(r"(?:^|[\s-])(?:sm|md|lg|xl|xxl|2xl)[:-]")
# Names that hold the article itself, whatever else they say.
_CONTENT = re.compile(
    r"\b(?:(?:article|story|post|entry|news|blog|page|main|single|text|rich)"
    r" ?(?:body|text|content|copy|main|inner)|body ?(?:text|copy|content)"
    r"|articlebody|storybody"
    r"|postcontent|entrycontent|hentry|paywalled? content|rich text)\b"
)
# On the body or html element, or as state, these words say nothing of the element.
_ROLES = frozenset(
    {
        "navigation",
        "complementary",
        "banner",
        "contentinfo",
        "search",
        "dialog",
        "alertdialog",
        "menu",
        "menubar",
        "toolbar",
        "tooltip",
        "tablist",
        "alert",
        "status",
    }
)


# Furniture by its element alone.
_BY_TAG = {"nav": FOREIGN, "footer": FOREIGN, "aside": FURNITURE, "form": FURNITURE}
# Their names tell of the theme's state, not of what they hold.
_UNNAMED = frozenset({"main", "article", "body", "h1", "h2", "h3", "h4", "h5", "h6"})
# React streams a page's parts hidden, and its script shows them.
_STREAMED = re.compile(r"[SB]:[0-9a-f]+$")


def judge(node: LexborNode, tag: str) -> tuple[str, int]:
    """Tell the names of an element with this tag, and whether it is furniture."""
    attributes = node.attributes
    if not attributes:
        return tag, _BY_TAG.get(tag, NEUTRAL)
    get = attributes.get
    return judged(
        tag, get("class"), get("id"), get("role"), get("style"), "hidden" in attributes
    )


@lru_cache(maxsize=16384)
def judged(
    tag: str,
    name: str | None,
    identity: str | None,
    role: str | None,
    style: str | None,
    hidden: bool,  # noqa: FBT001 - by position, which the cache is much faster with
) -> tuple[str, int]:
    """An element's names, and what they, its tag, role and style say of it."""
    verdict = _BY_TAG.get(tag, NEUTRAL)
    names = f"{name or ''} {identity}" if identity else name or ""
    if names and tag not in _UNNAMED:
        verdict = max(verdict, verdict_of(names))
    if verdict == NEUTRAL:
        is_hidden = hidden and not _STREAMED.match(identity or "")
        if is_hidden or _is_hidden(style):
            verdict = FURNITURE
        elif role:
            verdict = FURNITURE if is_furniture_role(role) else NEUTRAL
    return names or tag, verdict


def _is_hidden(style: str | None) -> bool:
    return style is not None and "display:none" in style.replace(" ", "").lower()


@lru_cache(maxsize=16384)
def verdict_of(names: str) -> int:
    """Judge an element by its names (class and id, as written).

    "share-buttons" is furniture, "article-body share" is neutral, "onetrust-consent" is
    a wall: it holds no article, however much text it has.
    """
    listed = names.split()
    is_hidden = not _HIDDEN.isdisjoint(listed) and not _RESPONSIVE.search(names)
    words = " ".join(map(_words, listed))
    return _verdict_of_words(words, is_hidden)


@lru_cache(maxsize=16384)
def _verdict_of_words(words: str, is_hidden: bool) -> int:  # noqa: FBT001 - cached
    """Judge the words: numbers are none, so "post-1" and "post-2" share a verdict."""
    named = set(words.split())
    if not _WALLED.isdisjoint(named) and _WALL.search(words):
        return WALL
    if _CONTENT.search(words):
        return NEUTRAL
    if is_hidden:
        return FURNITURE
    if "widget" in named and _BUILDER.search(words):
        named.discard("widget")
    if not _FOREIGN.isdisjoint(named) or _OTHERS.search(words):
        return FOREIGN
    if not _WORDS.isdisjoint(named) or _PAIRS.search(words):
        return FURNITURE
    return NEUTRAL


def is_furniture_role(role: str) -> bool:
    """Tell whether an ARIA role is one that no article's text has."""
    return role.lower() in _ROLES


@lru_cache(maxsize=16384)
def _words(name: str) -> str:
    if name.isascii() and name.isalpha() and name.islower():
        return name[:80]
    cut = name[:80]
    spaced = cut if cut.islower() else _CAMEL.sub(" ", cut).lower()
    return " ".join(_SEPARATORS.split(spaced)).strip()
