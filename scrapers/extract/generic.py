"""Find the article's text on any page, without a recipe.

Three stages: mark furniture by name (unless it holds too much of the text), choose the
element that holds most prose and least else, drop what is no article inside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from selectolax.lexbor import LexborNode

from scrapers.clean.text import weight
from scrapers.extract.blocks import HEADINGS, Block, Container, Outline, outline
from scrapers.extract.boilerplate import FOREIGN, FURNITURE, NEUTRAL, WALL
from scrapers.extract.titles import key_of
from scrapers.extract.trim import SENTENCE_ENDS, unwanted

# A class that holds this share of the page's prose is never furniture (+.010 on zyte).
GUARD_SHARE = 0.3
# The same for all elements of a class together: comments reach half of a page.
GUARD_SHARE_TOGETHER = 0.75
GUARD_SHARE_OF_FOREIGN = 0.7
# A consent wall is longer than a short article; what holds nearly all is none.
GUARD_SHARE_OF_WALL = 0.85
# How much a character of links and fragments weighs against one of prose.
NOISE_WEIGHT = 0.1
# Links beyond this share make a block navigation.
LINK_SHARE = 0.5
# Shorter blocks count as prose only where they end like a sentence.
PROSE_CHARS = 60
# An element "article" with less prose is a teaser or a comment.
MIN_ARTICLE = 400
# What each separate block of noise costs beside its characters.
NOISE_BLOCK = 10

_NO_PROSE = frozenset({"th", "figcaption"})
_PASSABLE = {
    FURNITURE: GUARD_SHARE,
    FOREIGN: GUARD_SHARE_OF_FOREIGN,
    WALL: GUARD_SHARE_OF_WALL / (1 - GUARD_SHARE_OF_WALL),
}


@dataclass(slots=True)
class Body:
    """The chosen element, its blocks that stay, and the elements that go."""

    node: LexborNode
    blocks: list[Block]
    unwanted: list[LexborNode]

    @property
    def text(self) -> str:
        """The text, a paragraph a line."""
        return "\n".join(block.text for block in self.blocks)


def survey(root: LexborNode) -> Outline:
    """Outline a page, walking into furniture only where it might not be pruned.

    Prose in an element is at most its text, and the page's prose at least what was
    walked: where that settles the guards, passing over changes nothing.
    """
    page = outline(root, thorough=False)
    if not page.passed:
        return page
    prose = sum(_weigh(page)[0])
    return page if _is_settled(page.passed, prose) else outline(root)


def _is_settled(passed: list[tuple[Container, int]], prose: float) -> bool:
    """Tell whether all that was passed over is furniture, however it is weighed."""
    together: dict[str, int] = {}
    for container, size in passed:
        together[container.names] = together.get(container.names, 0) + size
        if size >= _PASSABLE[container.verdict] * prose:
            return False
    return max(together.values()) < GUARD_SHARE_TOGETHER * prose


def find_body(page: Outline, title: str) -> Body | None:
    """Choose the element that holds the article and what of it stays.

    `title` is the headline, which is no part of the body.
    """
    if not page.blocks:
        return None
    good, noise = _weigh(page)
    _prune(page, good)
    pruned = _pruned_blocks(page)
    kept_good = [0.0 if p else g for g, p in zip(good, pruned, strict=True)]
    lost = [n + g if p else n for g, n, p in zip(good, noise, pruned, strict=True)]
    best = _single(page, _best(page, kept_good, lost), kept_good, title)
    return _keep(page, best, pruned, title)


def whole(page: Outline, title: str) -> Body:
    """Take an element that is known to be the body, without the furniture in it."""
    good, _ = _weigh(page)
    _prune(page, good)
    return _keep(page, page.containers[0], _pruned_blocks(page), title)


def _weigh(page: Outline) -> tuple[list[float], list[float]]:
    """The prose and the noise of each block, in characters, worked out once."""
    if page.weights is None:
        containers = page.containers
        pairs = [_weights(b, containers[b.container].tag) for b in page.blocks]
        page.weights = [good for good, _ in pairs], [noise for _, noise in pairs]
    return page.weights


def _weights(block: Block, tag: str) -> tuple[float, float]:
    text, linked = block.text, block.link_chars
    if not text:
        return 0, linked + NOISE_BLOCK
    size = len(text) if text.isascii() else weight(text)
    if linked > LINK_SHARE * len(text) or tag in _NO_PROSE:
        return 0, size + NOISE_BLOCK
    if tag in HEADINGS:
        return 0, 0
    if size >= PROSE_CHARS or text[-1] in SENTENCE_ENDS:
        return size - linked, linked
    return 0, 0 if tag == "p" else size + NOISE_BLOCK


def _prune(page: Outline, good: list[float]) -> None:
    """Mark furniture, unless its class holds a good share of the page's prose.

    The share is of all elements with the same names together: a page whose every
    paragraph sits in a "sidebar-grid" of its own keeps them all.
    """
    sums = [0.0, *accumulate(good)]
    limit = GUARD_SHARE_OF_WALL * sums[-1]
    walls = [
        container
        for container in page.containers
        if container.verdict == WALL
        and sums[container.end] - sums[container.start] <= limit
    ]
    for wall in walls:
        wall.pruned = True
    held: dict[str, float] = {}
    past: dict[str, int] = {}
    for container in page.containers:
        if NEUTRAL < container.verdict < WALL and container.start >= past.get(
            container.names, 0
        ):
            share = sums[container.end] - sums[container.start]
            held[container.names] = held.get(container.names, 0) + share
            past[container.names] = container.end
    behind = sum(sums[c.end] - sums[c.start] for c in walls if not _inside(c, walls))
    limit = GUARD_SHARE * (sums[-1] - behind)
    for container in page.containers:
        if NEUTRAL < container.verdict < WALL:
            own = sums[container.end] - sums[container.start]
            shared = held[container.names] * GUARD_SHARE / GUARD_SHARE_TOGETHER
            if container.verdict == FOREIGN:
                own *= GUARD_SHARE / GUARD_SHARE_OF_FOREIGN
            container.pruned = max(own, shared) < limit or not limit


def _inside(one: Container, others: list[Container]) -> bool:
    return any(
        other is not one
        and other.start <= one.start
        and one.end <= other.end
        and other.index < one.index
        for other in others
    )


def _pruned_blocks(page: Outline) -> list[bool]:
    marks = [False] * len(page.blocks)
    for container in page.containers:
        if container.pruned:
            marks[container.start : container.end] = [True] * (
                container.end - container.start
            )
    return marks


def _best(page: Outline, good: list[float], noise: list[float]) -> Container:
    """The container with most prose less a part of its noise; the inner of equals."""
    goods, noises = [0.0, *accumulate(good)], [0.0, *accumulate(noise)]
    best, best_score = page.containers[0], float("-inf")
    for container in page.containers:
        start, end = container.start, container.end
        score = goods[end] - goods[start] - NOISE_WEIGHT * (noises[end] - noises[start])
        if score >= best_score:
            best, best_score = container, score
    return best


def _single(page: Outline, best: Container, good: list[float], title: str) -> Container:
    """Of several articles one after the other take the one with the headline.

    Sites that scroll without end append the next article to the page.
    """
    headline = key_of(title)
    articles = []
    end = best.start
    for container in page.containers[best.index + 1 :]:
        if container.start >= best.end:
            break
        if container.tag == "article" and container.start >= end:
            if sum(good[container.start : container.end]) >= MIN_ARTICLE:
                articles.append(container)
            end = container.end
    if len(articles) < 2 or not headline:
        return best
    for article in articles:
        texts = (block.text for block in page.blocks[article.start : article.end])
        if any(key_of(text) == headline for text in texts):
            return article
    return best


def _keep(page: Outline, best: Container, pruned: list[bool], title: str) -> Body:
    indices = [n for n in range(best.start, best.end) if not pruned[n]]
    dropped = unwanted(page, indices, title)
    gone = list(pruned)
    for index in dropped:
        gone[index] = True
    kept = [page.blocks[n] for n in indices if n not in dropped]
    return Body(best.node, kept, _emptied(page, best, gone))


def _emptied(page: Outline, best: Container, gone: list[bool]) -> list[LexborNode]:
    """The elements inside the chosen one of which nothing stays, outermost only.

    A picture's caption stays with its picture in the HTML.
    """
    counts = [0, *accumulate(gone)]
    found: list[LexborNode] = []
    for container in page.containers[best.index + 1 :]:
        if container.start >= best.end:
            break
        size = container.end - container.start
        is_empty = size and counts[container.end] - counts[container.start] == size
        if container.pruned or (
            is_empty and container.tag not in ("figure", "figcaption")
        ):
            found.append(container.node)
    return found
