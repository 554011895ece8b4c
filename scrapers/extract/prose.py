"""Find which element of a page holds the article, by where the prose is.

Paragraphs alone tell it on most pages, and lexbor lists them without a walk: only they
and the elements above them are asked anything. Walking into the element that is chosen
is `scrapers.extract.blocks`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from scrapers import compiled
from scrapers.clean.text import FEW_BYTES, WIDE, weight
from scrapers.extract.boilerplate import NEUTRAL, judge
from scrapers.extract.elements import Element, size_of, without_indentation
from scrapers.extract.guards import prune
from scrapers.extract.titles import key_of

# How much a character of links and fragments weighs against one of prose.
NOISE_WEIGHT = 0.1
# Links beyond this share make a block navigation.
LINK_SHARE = 0.5
# Shorter blocks count as prose only where they end like a sentence; much shorter never.
PROSE_CHARS = 60
MIN_PROSE = 20
# Paragraphs that hold less than this share of the page's long texts tell nothing.
PARAGRAPHS_SHARE = 0.5
# So much in paragraphs tells it, whatever else there is.
ENOUGH_PROSE = 4000
# An element "article" with less prose is a teaser or a comment.
MIN_ARTICLE = 400
# Elements weighed at most: each costs the length of its text.
MAX_WEIGHED = 24
# Prose in so many elements is an attack, and left out.
MAX_DEPTH = 2000
# How much more text an element around the best one may have to be looked into.
REGION_SHARE, REGION_CHARS = 0.2, 100

SENTENCE_ENDS = frozenset(".!?…:;。！？।॥؟۔።։။។»”\"’'）)]」』")
# Headlines of East Asia weigh as much as a short sentence elsewhere, but not so much.
LONG_WEIGHT = 90
# Thai and Lao end a sentence with nothing: a line of so many letters is one.
MIN_UNMARKED = 30

_SEPARATOR = "\x00"  # which no text of a parsed page has


@dataclass(slots=True)
class Survey:
    """The elements above a page's prose, parents before children."""

    elements: list[Element] = field(default_factory=list)

    @property
    def prose(self) -> float:
        """How many characters of prose there are, furniture's included."""
        return self.elements[0].prose if self.elements else 0

    @property
    def spared(self) -> list[LexborNode]:
        """The elements that are furniture by name but hold too much to be any."""
        return [one.node for one in self.elements if one.verdict and not one.pruned]


def survey(root: LexborNode) -> Survey:
    """Find where the prose under an element is, and what of it is furniture."""
    found: list[Element] | None = None
    if _compiled is not None:
        found = _compiled.elements_of(root)
    elements = elements_of(root) if found is None else found
    prune(elements)
    return Survey(elements)


def elements_of(root: LexborNode) -> list[Element]:
    """The elements above the prose under one, without what is compiled.

    Where paragraphs hold too little of the long texts, all elements are looked at for
    text of their own.
    """
    made = _Gathering(root)
    made.add_paragraphs(root.css("p"))
    found = sum(one.prose for one in made.elements)
    if _is_little(found, root):
        made.add_others(root.css(":not(p)"))
    _sum_up(made.elements)
    return made.elements


def _is_little(prose: float, root: LexborNode) -> bool:
    """Tell whether paragraphs hold too little of the text to tell where it is."""
    if prose >= ENOUGH_PROSE:
        return False
    text = root.text_lexbor()
    if prose >= PARAGRAPHS_SHARE * weight(text):  # the cheapest thing to ask
        return False
    if prose >= PARAGRAPHS_SHARE * without_indentation(text):
        return False
    return prose < PARAGRAPHS_SHARE * _long_texts(root)


def _long_texts(root: LexborNode) -> int:
    """The weight of the texts that are long enough to be prose."""
    pieces = root.text(separator=_SEPARATOR, skip_empty=True).split(_SEPARATOR)
    # Where a letter says three, a third of it may be enough.
    likely = [piece for piece in pieces if len(piece) > LONG_WEIGHT / 3]
    return sum([weight(piece) for piece in likely if _is_long(piece)])


def _is_long(text: str) -> bool:
    """Tell whether a text is long enough to be prose and no headline."""
    if len(text) > PROSE_CHARS:
        return True
    return not text.isascii() and weight(text) > LONG_WEIGHT


def is_ended(text: str) -> bool:
    """Tell whether a text ends like a sentence in its script."""
    last = text[-1]
    if last in SENTENCE_ENDS:
        return True
    return "\u0e00" <= last <= "\u0eff" and len(text) >= MIN_UNMARKED


def _prose_of(text: str) -> int:
    """How many characters of prose a text is: none if it is short and no sentence."""
    size = len(text)
    if 3 * size < MIN_PROSE:  # as most are, whatever their script
        return 0
    size = size if text.isascii() else weight(text)
    if size < MIN_PROSE:
        return 0
    return size if size >= PROSE_CHARS or is_ended(text) else 0


class _Gathering:
    """The elements above the prose found so far, each made once."""

    def __init__(self, root: LexborNode) -> None:
        self.elements: list[Element] = []
        self.known: dict[int, Element] = {}
        self._make(root, root.mem_id, None).verdict = NEUTRAL

    def add_paragraphs(self, nodes: list[LexborNode]) -> None:
        """Count paragraphs with all that is in them, unless it is mostly links."""
        for node in nodes:
            text = node.text_lexbor().strip()
            size = _prose_of(text)
            if not size or _is_linked(node, text):
                continue
            element = self._around(node)
            if element is not None and not element.linked:
                if judge(node, "p")[1]:  # a paragraph may be furniture itself
                    element = self._make(node, node.mem_id, element)
                element.prose += size

    def add_others(self, nodes: list[LexborNode]) -> None:
        """Count what elements have as text of their own."""
        for node in nodes:
            size = _prose_of(node.text(deep=False).strip())
            if not size:
                continue
            identity = node.mem_id
            element = self.known.get(identity)
            if element is None and (around := self._around(node)) is not None:
                element = self._make(node, identity, around)
            if element is not None and not element.linked:
                element.prose += size

    def _around(self, node: LexborNode) -> Element | None:
        """The element of a node's parent, made together with all above it."""
        path: list[tuple[LexborNode, int]] = []
        parent, find = node.parent, self.known.get
        element: Element | None = None
        while parent is not None and len(path) < MAX_DEPTH:
            identity = parent.mem_id
            element = find(identity)
            if element is not None:
                break
            path.append((parent, identity))
            parent = parent.parent
        if element is None or element.depth + len(path) > MAX_DEPTH:
            return None
        for one, identity in reversed(path):
            element = self._make(one, identity, element)
        return element

    def _make(self, node: LexborNode, identity: int, parent: Element | None) -> Element:
        tag = node.tag or ""
        names, verdict = judge(node, tag)
        depth = parent.depth + 1 if parent else 0
        linked = tag == "a" or (parent is not None and parent.linked)
        outer = parent.outer if parent and not parent.verdict else parent
        made = Element(node, parent, outer, depth, tag, names, verdict, linked)
        self.elements.append(made)
        self.known[identity] = made
        return made


def _is_linked(node: LexborNode, text: str) -> bool:
    """Tell whether most of a paragraph is links; most have next to none."""
    own = node.text(deep=False).strip()
    if len(own) >= (1 - LINK_SHARE) * len(text):
        return False
    if "<a" not in (node.html or ""):  # which costs less than to search for links
        return False
    return sum(len(link.text()) for link in node.css("a")) > LINK_SHARE * len(text)


def _sum_up(elements: list[Element]) -> None:
    for one in reversed(elements):
        if one.parent is not None:
            one.parent.prose += one.prose


def best_of(found: Survey, title: str) -> LexborNode:
    """The element to look for the article in.

    It holds most prose less a part of its noise, the inner of equals; of several
    articles one after the other it is the one with the headline; and it is widened to
    the elements around that add little, since a standfirst may be in them.
    """
    region = _single(found, _densest(found), title)
    left = REGION_SHARE * region.size + REGION_CHARS
    for above in region.above():
        left -= _beside(region.node, left)
        if left < 0:
            break
        region = above
    return region.node


def _beside(node: LexborNode, enough: float) -> int:
    """How much text stands beside an element in the one around it, or enough of it."""
    found: int = -1 if _compiled is None else _compiled.beside(node, enough)
    return beside(node, enough) if found < 0 else found


def beside(node: LexborNode, enough: float) -> int:
    """Do as `_beside` does, without what is compiled.

    Comments count as text: where there are long ones, another part of the page begins.
    """
    found, identity = 0, node.mem_id
    around = node.parent
    for other in around.iter() if around is not None else ():
        if other.mem_id != identity:
            found += size_of(other)
            if found > enough:
                break
    return found


def _densest(found: Survey) -> Element:
    innermost: dict[float, Element] = {}  # of those that hold as much
    for one in found.elements:
        other = innermost.get(one.kept)
        if other is None or one.depth > other.depth:
            innermost[one.kept] = one
    best, best_score = found.elements[0], float("-inf")
    for kept in sorted(innermost, reverse=True)[:MAX_WEIGHED]:
        if kept <= best_score:
            break  # no other can be better, however little noise it has
        one = innermost[kept]
        score = kept - NOISE_WEIGHT * max(0, one.size - kept)
        if score > best_score:
            best, best_score = one, score
    return best


def articles_in(found: Survey, best: Element) -> list[Element]:
    """The articles inside an element, outermost only, that are no teasers."""
    articles: dict[Element, None] = {}  # in order, and found at once
    for one in found.elements:
        if one.tag == "article" and one.kept >= MIN_ARTICLE:
            above = one.above()
            if best in above and articles.keys().isdisjoint(above):
                articles[one] = None
    return list(articles)


def _single(found: Survey, best: Element, title: str) -> Element:
    """Of several articles one after the other take the one with the headline.

    Sites that scroll without end append the next article to the page.
    """
    headline = key_of(title)
    articles = articles_in(found, best)
    if len(articles) < 2 or not headline:
        return best
    for article in articles:
        for node in article.node.css("h1, h2, h3"):
            if key_of(node.text(separator=" ")) == headline:
                return article
    return best


_compiled = compiled.load("survey")
if _compiled is not None:
    _compiled.learn(
        is_ended=is_ended,
        wide=WIDE,
        few_bytes=FEW_BYTES,
        min_prose=MIN_PROSE,
        prose_chars=PROSE_CHARS,
        long_weight=LONG_WEIGHT,
        enough_prose=ENOUGH_PROSE,
        paragraphs_share=PARAGRAPHS_SHARE,
        link_share=LINK_SHARE,
        max_depth=MAX_DEPTH,
    )
