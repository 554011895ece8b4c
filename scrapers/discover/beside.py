"""Tell what stands beside the point on a page: menus, footers, boxes.

By an element's tag, role and names alone. What is beside an article ("latest news",
"post list", "teaser") is what a listing is made of: so there fewer names count.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from selectolax.lexbor import LexborNode

from scrapers.discover.naming import HEADINGS
from scrapers.extract.boilerplate import is_furniture_role, verdict_of

_TAGS = frozenset({"nav", "footer", "aside"})
# ASP.NET puts whole pages into one.
FORM = "form"
# What these are called says nothing of whether they are beside the point.
_UNNAMED = frozenset({"main", "article", "li", *HEADINGS})
_OF_LISTINGS = re.compile(r"teasers?|promos?|topics?|posted|meta", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]*[a-z]+|[A-Z]+")
# Words of names that are beside the point in a listing too. A lone "tag" may be of a
# post's own topic, a "dialog" holds whole pages of Drupal's.
_BESIDE = frozenset(
    """
    ad ads advert adverts advertisement advertising adsense sponsor sponsors sponsored
    nav navi navbar navigation menu menus submenu breadcrumb breadcrumbs crumbs
    pagination paginator pager paging toolbar topbar masthead sitemap skiplink
    footer footnav sidebar sidebars aside widget widgets tags taglist tagcloud
    comments share sharing shares social socials followus related recommended
    recommendations popular mostread mostpopular mostviewed trending
    newsletter newsletters subscribe signup cookie cookies consent modal popup overlay
    login signin register donate copyright imprint disclaimer
    """.split()  # noqa: SIM905
)
_PAIRS = frozenset(
    [("most", word) for word in ("read", "viewed", "commented", "shared")]
    + [("must", "read"), ("tag", "cloud"), ("tag", "list"), ("side", "bar")]
    + [("sign", "up"), ("sign", "in"), ("log", "in"), ("skip", "link")]
)


def names_of(node: LexborNode) -> str:
    """Give the names an element is judged by, class and id; "" where they do not count.

    Those of articles, list items and headings tell what is inside, not where it stands.
    A form's begin with its tag.
    """
    if node.tag in _UNNAMED:
        return ""
    attributes = node.attributes
    if node.tag == FORM:
        return f"<{FORM}> {attributes.get('id') or ''}"
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip()


def is_apart(node: LexborNode) -> bool:
    """Tell from an element's tag and role that it is a menu, or beside the point."""
    role = node.attributes.get("role") or ""
    return node.tag in _TAGS or is_furniture_role(role)


@lru_cache(maxsize=4096)
def is_beside_listing(names: str) -> bool:
    """Tell from its names that an element is beside a page's list of articles."""
    if names.startswith(f"<{FORM}>"):
        return True
    words = [word.lower() for word in _WORD.findall(names)]
    if not _BESIDE.isdisjoint(words):
        return True
    return not _PAIRS.isdisjoint(pairwise(words))


def is_beside_article(node: LexborNode) -> bool:
    """Tell that an element is beside the one article of a page."""
    names = _OF_LISTINGS.sub("", names_of(node)).strip()
    return (
        is_apart(node) or node.tag == FORM or (bool(names) and bool(verdict_of(names)))
    )
