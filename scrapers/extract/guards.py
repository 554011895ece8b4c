"""Which elements above a page's prose are furniture, and how much prose is in none.

Names tell furniture (`scrapers.extract.boilerplate`); what holds a good share of the
prose is none, whatever its names.
"""

from __future__ import annotations

import re

from scrapers import compiled
from scrapers.extract.boilerplate import FOREIGN, FURNITURE, NEUTRAL, WALL
from scrapers.extract.elements import Element

# An element with this share of the page's prose is no furniture, whatever its name.
GUARD_SHARE = {FURNITURE: 0.3, FOREIGN: 0.7, WALL: 0.85}
# The same for all elements of a name together: comments reach half of a page.
GUARD_SHARE_TOGETHER = 0.75
# A text may be in several elements of the same names, each with such a share.
ALIKE_SHARE = 0.1
# No more hold so much of the prose, unless one is in the other.
MAX_ARTICLES = 3
# With so much prose beside them comments are no article, however many.
MIN_COMMENTED = 400
_COMMENTS = re.compile(
    r"comment|kommentar|comentari|komentar|koment[aá]|yorum|pinglun|reacties|disqus"
)
# A list of so many items with linked headings and so much prose each is of other
# articles; asked of lists with this share of the prose.
MIN_LISTED, MAX_LISTED, LISTED_SHARE = 5, 280, 0.1
# What is looked at though its names tell nothing.
_ASKED = frozenset({"article", "ul"})
_LINKED_HEADS = ", ".join(f"li h{n} a[href]" for n in (2, 3, 4, 5))


def prune(elements: list[Element]) -> None:
    """Mark furniture, unless it holds a good share of the page's prose.

    The share is also of all elements with the same names together: a page whose every
    paragraph sits in a "sidebar-grid" of its own keeps them all. What a consent wall
    holds is not the page's. `elements` are all above prose, parents before children.
    """
    total = elements[0].prose
    # Most elements are in no question.
    asked = [one for one in elements if one.verdict or one.tag in _ASKED]
    for one in asked:
        if one.tag == "ul" and _is_of_others(one, total):
            one.verdict = WALL
    for wall in [one for one in asked if one.verdict == WALL]:
        wall.pruned = wall.prose <= GUARD_SHARE[WALL] * elements[0].prose
        if wall.pruned and not any(above.verdict == WALL for above in wall.above()):
            total -= wall.prose
    judged = [one for one in asked if NEUTRAL < one.verdict < WALL]
    together: dict[str, float] = {}
    for one in judged:
        if not _is_in_alike(one):
            together[one.names] = together.get(one.names, 0) + one.prose
    articles = [one for one in asked if _is_article(one, total)][:MAX_ARTICLES]
    for one in judged:
        share = GUARD_SHARE[FOREIGN if _is_beside(one, articles) else one.verdict]
        is_small = one.prose < share * total
        are_few = together[one.names] < GUARD_SHARE_TOGETHER * total
        one.pruned = (is_small and are_few) or not total
    _spare_alike(judged, total)
    if any(one.verdict == FOREIGN and not one.pruned for one in judged):
        _prune_comments(judged, total)
    _keep(elements)


def _spare_alike(judged: list[Element], total: float) -> None:
    """Spare what is named as an element that holds too much to be furniture."""
    least = GUARD_SHARE[FURNITURE] * total
    kept = {one.names for one in judged if not one.pruned and one.prose >= least}
    for one in judged:
        if one.names in kept and one.prose >= ALIKE_SHARE * total:
            one.pruned = False


def _prune_comments(judged: list[Element], total: float) -> None:
    """Mark comments that hold most of a page, where what is left is an article."""
    found = {one for one in judged if _COMMENTS.search(one.names.lower())}
    outermost = [one for one in found if found.isdisjoint(one.above())]
    if total - sum(one.prose for one in outermost) >= MIN_COMMENTED:
        for one in outermost:
            one.pruned = one.pruned or one.node.css_first("h1") is None


def _is_of_others(one: Element, total: float) -> bool:
    """Tell whether a list is of other articles: each item has a heading that links."""
    if one.prose < LISTED_SHARE * total:
        return False
    items = sum([other.tag == "li" for other in one.node.iter()])
    if items < MIN_LISTED or one.prose > MAX_LISTED * items:
        return False
    return len(one.node.css(_LINKED_HEADS)) >= items / 2


def _is_in_alike(one: Element) -> bool:
    """Tell whether an element stands in furniture of the same names."""
    above = one.outer
    while above is not None and (above.names != one.names or above.verdict == WALL):
        above = above.outer
    return above is not None


def _is_article(one: Element, total: float) -> bool:
    """Tell whether an element says that it is an article, and holds enough for one."""
    is_named = one.tag == "article" and one.verdict == NEUTRAL
    return is_named and one.prose >= GUARD_SHARE[FURNITURE] * total


def _is_beside(one: Element, articles: list[Element]) -> bool:
    """Tell whether an element stands beside an article: in none, and around none."""
    for article in articles:
        if article is not one and not one.is_in(article) and not article.is_in(one):
            return True
    return False


def _keep(elements: list[Element]) -> None:
    """Work out how much prose of each element is in no furniture."""
    if _compiled is not None and _compiled.keep(elements):
        return
    for one in elements:
        one.kept = one.prose
    for one in elements:
        if one.parent is not None and one.parent.pruned:
            one.pruned = True
        elif one.pruned:
            for above in one.above():
                above.kept -= one.prose
        if one.pruned:
            one.kept = 0


_compiled = compiled.load("survey")
