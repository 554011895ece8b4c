"""Drop the lines inside an article's element that are no article.

Headline, byline, date, share and newsletter lines, captions, links to other articles,
what is said twice. Which element it is has been decided by `scrapers.extract.generic`.
"""

from __future__ import annotations

import re

from scrapers.clean.text import weighs
from scrapers.extract.labels import (
    STOPS,
    heads_furniture,
    is_about_author,
    is_label,
    takes_leave,
)
from scrapers.extract.outlines import HEADINGS, HOLDERS, Block, Container, Outline
from scrapers.extract.prose import is_ended
from scrapers.extract.titles import key_of

# A block of links alone; a paragraph may be nearly one, as "Get it on Amazon" is.
LINK_SHARE = 0.5
LINK_SHARE_OF_PARAGRAPH = 0.9
# So many blocks that are mostly links, one after the other, are a list of links.
MIN_RUN = 3
# What follows the article under headings of its own is less than this share.
SECTION_SHARE = 0.5
# An element with this share of the text itself is the article's: none follows it.
MAIN_SHARE = 0.6
# A caption is no longer, stands so deep in the element of its picture, and beside it
# is no more than a credit.
MAX_CAPTION = 300
CAPTION_DEPTH = 3
MAX_BESIDE = 2
# A shorter line with a colon is a label, such as "Read more:".
MIN_LEADING = 40
# A line that is no heading heads at most so many blocks that are longer than that.
MAX_LONG, MIN_LONG = 1, 150
# Blocks at the end that may tell of the author.
LAST_BLOCKS = 3
# What repeats word for word, and is this long, is said once.
MIN_REPEATED = 40
# Shorter blocks at the edges are furniture unless they end like a sentence.
MIN_EDGE = 45

_AMONG = frozenset({"li", "td", "th", "dt", "dd"})
_ITEMS = _AMONG | {"pre"}
_WITHIN = frozenset({"tbody", "tr"})
_MAY_STAND_ALONE = frozenset({"div", "section", "center"})
_COMMAS = "，、；،؛"
_HEADING_LIKE = frozenset({"article", "div", "p", "section"})
# It begins with the mark, since spaces are everywhere.
_TRAIL = re.compile(r"[>»›→](?<=\s[>»›→])\s|＞")


def unwanted(
    page: Outline, indices: list[int], title: str
) -> tuple[set[int], set[int]]:
    """Which of these blocks are no article, and which are captions.

    Both leave the text; a caption stays with its picture in the HTML. `indices` are in
    order.
    """
    if not indices:  # as in an element that a recipe names
        return set(), set()
    main = _main(page, indices)
    captions = {n for n in indices if _is_caption(page, page.blocks[n], main)}
    shown = [index for index in indices if index not in captions]
    gone, labels = _lines(page, shown, title, main)
    gone |= _link_lists(page, shown, main)
    gone |= _sections(page, _without(shown, gone))
    if len(gone) + len(labels) < len(shown):  # or a label is all the text there is
        gone |= labels
    if main:
        gone |= _tail(page, indices, main)
    gone |= _leaving(page, _without(shown, gone))
    kept = _without(shown, gone)
    gone.update(_edge(page, kept, leading=True))
    gone.update(_edge(page, kept[::-1], leading=False))
    return gone, captions - gone


def _without(indices: list[int], gone: set[int]) -> list[int]:
    return [index for index in indices if index not in gone]


def _main(page: Outline, indices: list[int]) -> Container | None:
    """The element that itself holds most of the text; None where it is in several."""
    sizes: dict[Container, int] = {}
    total = 0
    for index in indices:
        block = page.blocks[index]
        size = len(block.text)
        if block.link_chars <= LINK_SHARE * size:
            one = block.holder()
            sizes[one] = sizes.get(one, 0) + size
            total += size
    most = max(sizes, key=sizes.__getitem__) if sizes else None
    return most if most and sizes[most] >= MAIN_SHARE * total else None


def _lines(
    page: Outline, indices: list[int], title: str, main: Container | None
) -> tuple[set[int], set[int]]:
    """The blocks that are no article by themselves, and those that are labels."""
    gone: set[int] = set()
    labels: set[int] = set()
    seen: set[str] = set()
    headline = key_of(title)
    # What is shorter or longer is not the title, however it is spelt.
    least, limit = len(headline) // 2, 2 * len(title)
    for index in indices:
        block = page.blocks[index]
        text = block.text
        is_title = least <= len(text) < limit and key_of(text) == headline
        is_trail = _is_trail(text) and key_of(text).endswith(headline)
        is_repeated = text in seen and block.container.tag not in ("td", "th")
        if is_title or is_trail or is_repeated or _is_linked(page, block, main):
            gone.add(index)
        elif is_label(text):
            labels.add(index)
        elif len(text) >= MIN_REPEATED:
            seen.add(text)
    return gone, labels


def _is_caption(page: Outline, block: Block, main: Container | None) -> bool:
    """Tell whether a block is in a caption, or alone beside a picture as one is."""
    one: Container | None = block.container
    is_short = len(block.text) <= MAX_CAPTION
    may_stand = is_short and block.container.tag in _MAY_STAND_ALONE
    for _ in range(CAPTION_DEPTH):
        if one is None or one is main:
            break
        if one.tag == "figcaption":
            return True
        if one.end - one.start > MAX_BESIDE:
            may_stand = False
        elif may_stand and one.tag in HOLDERS and page.shows(one):
            return True
        one = one.parent
    return False


def _is_trail(text: str) -> bool:
    # Written out, since a loop over the marks takes several times as long.
    has_mark = ">" in text or "»" in text or "›" in text or "→" in text or "＞" in text
    return has_mark and bool(_TRAIL.search(text))


def _is_linked(page: Outline, block: Block, main: Container | None) -> bool:
    """Tell whether a block is a link and no more.

    A heading among the text's own paragraphs is of the text, wherever it leads.
    """
    tag = block.container.tag
    if main and tag in HEADINGS and block.container.parent is main:
        return False
    share = block.link_chars / len(block.text)
    if share <= LINK_SHARE or (tag == "p" and share <= LINK_SHARE_OF_PARAGRAPH):
        return False
    return tag not in _AMONG or not _is_among_text(page, block, main)


def _is_among_text(page: Outline, block: Block, main: Container | None) -> bool:
    """Tell whether a list or table that holds a block is not mostly links.

    Links in a table of which one cell holds the text are a menu, or the text's own.
    """
    one = block.container.parent
    while one and one.tag in _WITHIN:
        one = one.parent
    if one is None or (main and one.first < main.first < one.last):
        return False
    if one.start and _leads(page.blocks[one.start - 1]):
        return True
    every = page.blocks[one.start : one.end]
    size = sum([len(other.text) for other in every])
    return sum([other.link_chars for other in every]) <= LINK_SHARE * size


def _leads(block: Block) -> bool:
    """Tell whether a paragraph ends in a colon: what follows is part of the text."""
    text = block.text
    is_text = block.container.tag == "p" and block.link_chars <= LINK_SHARE * len(text)
    return is_text and text[-1] in ":：" and weighs(text, MIN_LEADING)


def _link_lists(page: Outline, indices: list[int], main: Container | None) -> set[int]:
    """Blocks that are mostly links, where several stand one after the other."""
    gone: set[int] = set()
    run: list[int] = []
    for index in [*indices, -1]:
        block = page.blocks[index]
        if index >= 0 and block.link_chars > LINK_SHARE * len(block.text):
            tag = block.container.tag
            if tag not in _AMONG or not _is_among_text(page, block, main):
                run.append(index)
            continue
        if len(run) >= MIN_RUN:
            gone.update(run)
        run = []
    return gone


def _sections(page: Outline, kept: list[int]) -> set[int]:
    """What stands at the end under headings, or lines like one, that name furniture."""
    gone: set[int] = set()
    section: set[int] = set()
    long = 0
    left = SECTION_SHARE * sum(len(page.blocks[index].text) for index in kept)
    for index in reversed(kept):
        block = page.blocks[index]
        section.add(index)
        long += len(block.text) > MIN_LONG
        left -= len(block.text)
        is_heading = block.container.tag in HEADINGS
        is_furniture = _may_head(block) and heads_furniture(block.text)
        if left < 0 or (is_heading and not is_furniture):
            break
        if is_furniture and (is_heading or long <= MAX_LONG):
            gone |= section
            section, long = set(), 0
    return gone


def _may_head(block: Block) -> bool:
    """Tell whether a block is a heading, or a line of its own that may be meant so."""
    tag = block.container.tag
    return tag in HEADINGS or (tag in _HEADING_LIKE and block.text[-1] not in STOPS)


def _tail(page: Outline, indices: list[int], main: Container) -> set[int]:
    """What stands after the element of the text, in others that are not its like.

    A text may go on after it in an element of the same names, or in none.
    """
    after = [index for index in indices if index >= main.end]
    around = main.path() if after else []
    gone: set[int] = set()
    for index in after:
        path = page.blocks[index].holder().path()
        shared = sum(one is other for one, other in zip(path, around, strict=False))
        others = [one.start_tag for one in path[shared:]]
        if others and others != [one.start_tag for one in around[shared:]]:
            gone.add(index)
    return gone


def _leaving(page: Outline, kept: list[int]) -> set[int]:
    """Paragraphs at the end that tell of the author, or take leave of the reader."""
    last = kept[LAST_BLOCKS:]
    gone = {n for n in last[-LAST_BLOCKS:] if is_about_author(page.blocks[n].text)}
    for index in reversed(last):
        text = page.blocks[index].text
        if index not in gone and not takes_leave(text) and not is_about_author(text):
            break
        gone.add(index)
    return gone


def _edge(page: Outline, indices: list[int], *, leading: bool) -> list[int]:
    """The blocks before the first, or after the last, that is part of the article."""
    gone = []
    for index in indices:
        block = page.blocks[index]
        if _holds(block.text, block.container.tag, leading=leading):
            break
        gone.append(index)
    return gone if len(gone) < len(indices) else []


def _holds(text: str, tag: str, *, leading: bool) -> bool:
    """Tell whether a block at an edge is part of the article."""
    if tag in HEADINGS:  # a standfirst may be one; at the end it heads nothing
        return leading and weighs(text, MIN_EDGE)
    is_open = text[-1] in _COMMAS  # of a sentence in several lines, as in Chinese
    return tag in _ITEMS or is_open or weighs(text, MIN_EDGE) or is_ended(text)
