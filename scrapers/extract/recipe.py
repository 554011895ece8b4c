"""What a source's definition says of where things stand on its article pages.

A recipe is selectors only; reading a page with them is `scrapers.extract.article`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

# "a[href*='@']" has no attribute part: what follows the last @ must be a bare name.
_WITH_ATTRIBUTE = re.compile(
    r"(?P<css>.+?)@(?P<attribute>[A-Za-z_][\w:.-]*)", re.DOTALL
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Selector:
    """One CSS selector, and the attribute to read in place of the text, if any."""

    css: str
    attribute: str | None = None


@lru_cache(maxsize=1024)
def selector_of(text: str) -> Selector:
    """Read `div.x` or `meta[name=author]@content`.

    Raises ValueError, which says what is wrong, for anything lexbor refuses.
    """
    found = _WITH_ATTRIBUTE.fullmatch(text.strip())
    css = found["css"].strip() if found else text.strip()
    try:
        LexborHTMLParser("").css(css)
    except (SelectolaxError, ValueError) as error:
        message = f"{text!r} is no CSS selector (nor SELECTOR@ATTRIBUTE)"
        raise ValueError(message) from error
    return Selector(css=css, attribute=found["attribute"] if found else None)


def _many(value: object) -> object:
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def _known(value: tuple[str, ...]) -> tuple[str, ...]:
    for text in value:
        selector_of(text)
    return value


Selectors = Annotated[tuple[str, ...], BeforeValidator(_many), AfterValidator(_known)]


class Recipe(BaseModel):
    """The `[article]` table of a definition: each key one selector or a list of them.

    Of a list the first that gives something counts, except `drop`, `author`, `tags`
    and `breadcrumbs`, where a selector may match several elements and all of them
    count. What a key leaves open, metadata and the generic extractor fill.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    title: Selectors = ()
    body: Selectors = ()
    author: Selectors = ()
    date: Selectors = ()
    breadcrumbs: Selectors = ()
    image: Selectors = ()
    summary: Selectors = ()
    tags: Selectors = ()
    language: Selectors = ()
    drop: Selectors = ()
