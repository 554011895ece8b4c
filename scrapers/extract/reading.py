"""What every field's reader needs of one page, worked out once.

Lives for one call of `scrapers.extract.article.extract`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from selectolax.lexbor import LexborNode

from scrapers.clean.text import line
from scrapers.clean.urls import host_of
from scrapers.extract.document import Document, text_of
from scrapers.extract.lines import drawn, lines_after, lines_before
from scrapers.extract.once import once
from scrapers.extract.prose import Survey, survey
from scrapers.extract.recipe import Recipe, selector_of
from scrapers.extract.titles import (
    Heading,
    headings_of,
    is_stated,
    key_of,
    readings_of,
    saying,
    title_of,
)
from scrapers.extract.unmarked import Unmarked, unmarked_of
from scrapers.items import Hints, Page, Site

# Lines before and after the headline where byline, date and trail stand.
LINES_BEFORE = 4
LINES_AFTER = 10
MAX_LINE = 240
# What stands after so many paragraphs may be of other articles: it comes last.
PROSE = 2


class Reading:
    """A parsed page with its recipe, hints and site."""

    def __init__(
        self, page: Page, document: Document, recipe: Recipe, hints: Hints, site: Site
    ) -> None:
        self.page = page
        self.document = document
        self.recipe = recipe
        self.hints = hints
        self.site = site

    def drop(self) -> None:
        """Take out what the recipe drops from the body.

        After everything else is read: an author's box is no body, and names the author.
        """
        if not self.recipe.drop:
            return
        every = ", ".join(selector_of(text).css for text in self.recipe.drop)
        list(self.lines_below)  # read while the headline is still in the tree
        tree = self.document.tree
        # Innermost first: what stands inside a removed element is gone with it. The
        # root cannot be removed, and `*` and `html` are of it too.
        for node in reversed(tree.css(every)):
            if tree.root is None or node.mem_id != tree.root.mem_id:
                node.decompose()
        self.__dict__.pop("survey", None)  # its elements may be among them

    @once
    def sites(self) -> tuple[str, ...]:
        """The names the site goes by: none is a title, an author, a category."""
        document = self.document
        names = [
            self.site.name,
            document.meta("og:site_name", "application-name") or "",
            *document.article.texts("publisher"),
            host_of(self.page.url),
        ]
        return tuple(dict.fromkeys(name for name in names if name))

    @once
    def site_keys(self) -> frozenset[str]:
        """What is compared of these names."""
        return frozenset(map(key_of, self.sites)) - {""}

    @once
    def title(self) -> str:
        """The headline; "" where nothing tells it."""
        chosen = self.first_text(self.recipe.title)
        if chosen is None and self._unmarked is not None:
            return self._unmarked.text
        return chosen or self._stated_title or line(self.hints.title or "")

    @once
    def _stated_title(self) -> str:
        """What the page calls itself; "" where nothing tells it."""
        return title_of(self.document, self.headings, self.site_keys) or ""

    @once
    def _unmarked(self) -> Unmarked | None:
        """The headline where no heading says it.

        A page that calls itself but by the site's name may say what it is called
        elsewhere.
        """
        title, told = self._stated_title, line(self.hints.title or "")
        if told and (not title or key_of(title) in self.site_keys):
            return unmarked_of(self.document, [told])
        if not title or saying(self.headings, title):
            return None
        found = unmarked_of(self.document, readings_of(self.document, title))
        if found is None and told and not is_stated(self.document):
            return unmarked_of(self.document, [told])
        return found

    @once
    def survey(self) -> Survey:
        """Where on the page its prose is."""
        root = self.document.tree.body
        return survey(root) if root is not None else Survey()

    @once
    def headings(self) -> list[Heading]:
        """The headings that may be the headline."""
        return headings_of(self.document)

    @once
    def headlines(self) -> list[Heading]:
        """Those that say the title, perhaps with a kicker: some pages have it twice."""
        return saying(self.headings, self.title)

    @once
    def headline(self) -> LexborNode | None:
        """The element that says the title; None where none is known."""
        exact = (h for h in self.headlines if h.key == key_of(self.title))
        found = next(exact, self.headlines[0] if self.headlines else None)
        if found is not None:
            return found.node
        plain = [t for t in self.recipe.title if not selector_of(t).attribute]
        if plain and (named := self.chosen((*plain,))):
            return named[0]
        return self._unmarked.node if self._unmarked is not None else None

    @once
    def lines_below(self) -> Iterable[str]:
        """The lines after the headline, none where no element says it."""
        node = self.headline
        return drawn(lines_after(node, LINES_AFTER) if node is not None else iter(()))

    @once
    def lines(self) -> Iterable[str]:
        """The short lines around the headline, those after it first, then upward."""
        # Nothing of this may know the Reading: it waits half read, and the two would
        # hold each other and the page's tree.
        return drawn(_around(self.lines_below, self.headline))

    def chosen(self, selectors: tuple[str, ...]) -> list[LexborNode]:
        """All elements any of these selectors matches, in the selectors' order."""
        tree = self.document.tree
        return [node for text in selectors for node in tree.css(selector_of(text).css)]

    def texts(self, selectors: tuple[str, ...]) -> list[str]:
        """What those elements say: the attribute named, else the text; none empty."""
        found = []
        for text in selectors:
            selector = selector_of(text)
            for node in self.document.tree.css(selector.css):
                name = selector.attribute
                value = line(node.attributes.get(name) or "") if name else text_of(node)
                if value:
                    found.append(value)
        return found

    def first_text(self, selectors: tuple[str, ...]) -> str | None:
        """The first thing these selectors find."""
        return next(iter(self.texts(selectors)), None)


def _around(below: Iterable[str], headline: LexborNode | None) -> Iterator[str]:
    after = iter(below)
    prose = 0
    for text in after:
        if len(text) <= MAX_LINE:
            yield text
            continue
        prose += 1
        if prose == PROSE:
            break
    before = lines_before(headline, LINES_BEFORE) if headline is not None else []
    for text in chain(reversed(before), after):
        if len(text) <= MAX_LINE:
            yield text
