"""Drop the lines inside an article's element that are no article.

Headline, byline, date, share and newsletter lines, captions, links to other articles,
what is said twice. Which element it is has been decided by `scrapers.extract.generic`.
"""

from __future__ import annotations

import re

from scrapers.clean.text import weight
from scrapers.extract.blocks import HEADINGS, Block, Outline
from scrapers.extract.labels import heads_furniture, is_about_author, is_label
from scrapers.extract.prose import SENTENCE_ENDS
from scrapers.extract.titles import key_of

# A block of links alone; a paragraph may be nearly one, as "Get it on Amazon" is.
LINK_SHARE = 0.5
LINK_SHARE_OF_PARAGRAPH = 0.9
# So many blocks that are mostly links, one after the other, are a list of links.
MIN_RUN = 3
# What follows the article under headings of its own is less than this share.
SECTION_SHARE = 0.4
# Blocks at the end that may tell of the author.
LAST_BLOCKS = 3
# What repeats word for word, and is this long, is said once.
MIN_REPEATED = 40
# Shorter blocks at the edges are furniture unless they end like a sentence.
MIN_EDGE = 45

_TRAIL = re.compile(r"\s[>»›→]\s")


def unwanted(page: Outline, indices: list[int], title: str) -> set[int]:
    """Which of these blocks are no article; `indices` are in order."""
    gone, labels = _lines(page, indices, title)
    gone |= _link_lists(page, indices)
    kept = [index for index in indices if index not in gone]
    gone |= _sections(page, kept)
    if len(gone) + len(labels) < len(indices):  # or a label is all the text there is
        gone |= labels
    gone |= _about(page, [index for index in indices if index not in gone])
    kept = [index for index in indices if index not in gone]
    gone.update(_edge(page, kept, leading=True))
    gone.update(_edge(page, kept[::-1], leading=False))
    return gone


def _lines(page: Outline, indices: list[int], title: str) -> tuple[set[int], set[int]]:
    """The blocks that are no article by themselves, and those that are labels."""
    gone: set[int] = set()
    labels: set[int] = set()
    seen: set[str] = set()
    headline = key_of(title)
    # What is shorter or longer is not the title, however it is spelt.
    least, limit = len(headline) // 2, 2 * len(title)
    for index in indices:
        block = page.blocks[index]
        tag = block.container.tag
        text = block.text
        is_title = least <= len(text) < limit and key_of(text) == headline
        is_trail = _is_trail(text) and key_of(text).endswith(headline)
        is_repeated = text in seen and tag not in ("td", "th")
        is_caption = tag == "figcaption"
        if is_title or is_trail or is_repeated or is_caption or _is_linked(block, tag):
            gone.add(index)
        elif is_label(text):
            labels.add(index)
        elif len(text) >= MIN_REPEATED:
            seen.add(text)
    return gone, labels


def _is_trail(text: str) -> bool:
    has_mark = ">" in text or "»" in text or "›" in text or "→" in text
    return has_mark and bool(_TRAIL.search(text))


def _is_linked(block: Block, tag: str) -> bool:
    share = block.link_chars / len(block.text)
    return share > (LINK_SHARE_OF_PARAGRAPH if tag == "p" else LINK_SHARE)


def _link_lists(page: Outline, indices: list[int]) -> set[int]:
    """Blocks that are mostly links, where several stand one after the other."""
    gone: set[int] = set()
    run: list[int] = []
    for index in [*indices, -1]:
        block = page.blocks[index]
        if index >= 0 and block.link_chars > LINK_SHARE * len(block.text):
            run.append(index)
            continue
        if len(run) >= MIN_RUN:
            gone.update(run)
        run = []
    return gone


def _sections(page: Outline, kept: list[int]) -> set[int]:
    """What stands at the end under headings that name furniture."""
    gone: set[int] = set()
    section: set[int] = set()
    for index in reversed(kept):
        block = page.blocks[index]
        section.add(index)
        if block.container.tag in HEADINGS:
            if not heads_furniture(block.text):
                break
            gone |= section
            section = set()
    size = sum(len(page.blocks[index].text) for index in gone)
    whole = sum(len(page.blocks[index].text) for index in kept)
    return gone if size < SECTION_SHARE * whole else set()


def _about(page: Outline, kept: list[int]) -> set[int]:
    """Paragraphs at the end that tell who wrote the article."""
    last = kept[LAST_BLOCKS:][-LAST_BLOCKS:]
    return {index for index in last if is_about_author(page.blocks[index].text)}


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
        return leading and weight(text) >= MIN_EDGE
    is_item = tag in ("li", "td", "th", "dd", "dt", "pre")
    return is_item or weight(text) >= MIN_EDGE or text[-1] in SENTENCE_ENDS
