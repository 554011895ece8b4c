"""Say what a listing calls an article whose link does not: a button, a picture.

"Read more" below a headline that is no link is called by that headline, a picture by
its alternative text. What the names are worth is `scrapers.discover.links`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborNode

from scrapers.clean.text import line, weight
from scrapers.discover.naming import HEADINGS
from scrapers.extract.document import text_of

# A text that so many links to different pages have is none of them's headline.
FEWEST_ALIKE = 3

# What a link below a short list says that leads to a longer one.
_MORE = re.compile(
    r"\b(?:all|more|archives?|alle|mehr|weitere|tou(?:te)?s|plus|tod[ao]s|más|mais|tutt[ei]"
    r"|altr[ei]|meer|fler|alla|flere|więcej|více|összes|все|ещё|tüm|lainnya)\b"
    r"|更多|もっと|一覧|더보기|전체|المزيد|بیشتر|עוד|ทั้งหมด",
    re.IGNORECASE,
)
# More letters are a headline.
LONGEST_LABEL = 24

_ANY_HEADING = ", ".join(HEADINGS)


def buttons(links: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Give the texts that label links to several pages, of pairs (text, address).

    A section's or author's link has its own page wherever it stands: that is none.
    """
    leads_to: dict[str, list[str]] = {}
    for text, url in links:
        if text:
            leads_to.setdefault(text, []).append(url)
    return frozenset(
        text
        for text, urls in leads_to.items()
        if len(urls) >= FEWEST_ALIKE and len(set(urls)) == len(urls)
    )


def heading_of(item: LexborNode) -> str:
    """Give the one headline of a block that is no link itself; "" where it has none."""
    found = item.css(_ANY_HEADING)
    if len(found) != 1 or found[0].css_first("a[href]") is not None:
        return ""
    return text_of(found[0])


def picture_text(link: LexborNode) -> str:
    """Give the alternative text of the picture a link shows; "" where it has none."""
    picture = link.css_first("img[alt]")
    return line(picture.attributes.get("alt") or "") if picture is not None else ""


def leads_on(text: str) -> bool:
    """Tell whether a link's text is that of one below a list: "All news", "Archive"."""
    return weight(text) <= LONGEST_LABEL and _MORE.search(text) is not None
