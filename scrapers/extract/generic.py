"""Find the article's text on any page, without a recipe.

Three stages: choose the element that holds most prose and least else, walk it leaving
out furniture, drop the lines inside it that are no article.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from selectolax.lexbor import LexborNode

from scrapers.clean.text import weighs, weight
from scrapers.compiled import load
from scrapers.extract import labels, prose, trim
from scrapers.extract.blocks import outline, spare
from scrapers.extract.outlines import HEADINGS, Block, Container, Outline
from scrapers.extract.prose import (
    LINK_SHARE,
    NOISE_WEIGHT,
    PROSE_CHARS,
    Survey,
    articles_in,
    best_of,
    is_ended,
    survey,
)
from scrapers.extract.trim import unwanted

# A shorter text may be a label beside a table or list that is the article: the whole
# page is read then, and believed if it gives so many times more.
MIN_BODY = 400
FULLER = 3
# What each separate block of noise costs beside its characters.
NOISE_BLOCK = 10

_CELLS = frozenset({"td", "th"})
_NO_PROSE = frozenset({"th", "figcaption"})


@dataclass(slots=True)
class Body:
    """The text that stays of the chosen element, a paragraph a line, and its HTML."""

    text: str
    _gone: list[Container]
    _page: Outline
    _best: Container

    def html(self, base: str) -> str:
        """The clean HTML of the element, links resolved against `base`."""
        return self._page.html_of(self._best, self._gone, base)


def find_body(found: Survey, title: str) -> Body | None:
    """Choose the element that holds the article and what of it stays.

    `title` is the headline, which is no part of the body.
    """
    if not found.elements:
        return None
    spare(found.spared)
    body = _read(best_of(found, title), title)
    if body and weighs(body.text, MIN_BODY):
        return body
    root = found.elements[0]
    if len(articles_in(found, root)) > 1:
        return body
    wider = _read(root.node, title)
    is_fuller = wider and body and len(wider.text) > FULLER * len(body.text)
    return wider if is_fuller or body is None else body


def _read(region: LexborNode, title: str) -> Body | None:
    page = outline(region)
    return _keep(page, _best(page), title) if page.blocks else None


def whole(root: LexborNode, title: str) -> Body:
    """Take an element that is known to be the body, without the furniture in it."""
    spare(survey(root).spared)
    page = outline(root)
    return _keep(page, page.containers[0], title)


def _best(page: Outline) -> Container:
    """The container with most prose less a part of its noise; the inner of equals."""
    if _compiled is not None and not isinstance(page, Outline):
        found: Container = _compiled.best(page)
        return found
    containers = page.containers
    scores = [0.0]
    score = 0.0
    for block in page.blocks:
        score += _worth(block, block.container.tag)
        scores.append(score)
    best, best_score = containers[0], float("-inf")
    for container in containers:
        score = scores[container.end] - scores[container.start]
        if score >= best_score:
            best, best_score = container, score
    return best


def _worth(block: Block, tag: str) -> float:
    """The prose of a block less a tenth of its noise, in characters."""
    text, linked = block.text, block.link_chars
    size = len(text) if text.isascii() else weight(text)
    if linked > LINK_SHARE * len(text) or tag in _NO_PROSE:
        return -NOISE_WEIGHT * (size + NOISE_BLOCK)
    if tag in HEADINGS:
        return 0
    if size >= PROSE_CHARS or is_ended(text):
        return size - linked - NOISE_WEIGHT * linked
    return 0 if tag == "p" else -NOISE_WEIGHT * (size + NOISE_BLOCK)


def _keep(page: Outline, best: Container, title: str) -> Body:
    if _compiled is not None and not isinstance(page, Outline):
        return Body(*_compiled.keep(page, best, title), page, best)
    indices = list(range(best.start, best.end))
    gone, captions = unwanted(page, indices, title)
    without = gone | captions
    kept = [page.blocks[n].text for n in indices if n not in without]
    return Body("\n".join(kept), _emptied(page, best, gone), page, best)


def _emptied(page: Outline, best: Container, gone: set[int]) -> list[Container]:
    """The elements inside the chosen one of which nothing stays, outermost only.

    A picture's caption stays with its picture in the HTML.
    """
    counts = [0, *accumulate([n in gone for n in range(len(page.blocks))])]
    found: list[Container] = []
    passed = best.first
    for container in page.containers[page.containers.index(best) + 1 :]:
        if container.first > best.last:
            break
        if container.first > passed and _is_empty(page, container, counts):
            found.append(container)
            passed = container.last
    return found


def _is_empty(page: Outline, container: Container, counts: list[int]) -> bool:
    size = container.end - container.start
    if not size:
        return container.tag not in _CELLS and not page.shows(container)
    is_gone = counts[container.end] - counts[container.start] == size
    return is_gone and container.tag not in ("figure", "figcaption")


_compiled = load("trim")
if _compiled is not None:
    _compiled.learn(vars(trim), globals(), vars(prose), vars(labels))
