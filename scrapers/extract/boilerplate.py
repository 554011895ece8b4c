"""Tell from an element's class, id and role whether it is furniture, not article.

Verdicts are about names alone; who holds how much text is `scrapers.extract.generic`'s
to weigh. They are cached: a site uses the same few hundred names on every page.
"""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborNode

from scrapers.clean.markup import resolved, value_of
from scrapers.compiled import load
from scrapers.extract.names import (
    ALL_SAID,
    BUILDER_NAMED,
    CONTENT_NAMED,
    FOREIGN_NAMED,
    FURNITURE_NAMED,
    WALL_NAMED,
    WIDGET_NAMED,
    said_by,
)

NEUTRAL, FURNITURE, FOREIGN, WALL = range(4)

_HIDDEN = frozenset(
    "hidden hide d-none is-hidden visually-hidden visuallyhidden sr-only".split()  # noqa: SIM905
)
# "hidden md:block" is hidden on telephones alone.
_RESPONSIVE = re.compile(r"(?:^|[\s-])(?:sm|md|lg|xl|xxl|2xl)[:-]")
# On the body or html element, or as state, these words say nothing of the element.
_ROLES = frozenset(
    {
        "navigation",
        "complementary",
        "banner",
        "contentinfo",
        "search",
        "dialog",
        "alertdialog",
        "menu",
        "menubar",
        "toolbar",
        "tooltip",
        "tablist",
        "alert",
        "status",
    }
)


# Furniture by its element alone.
BY_TAG = {"nav": FOREIGN, "footer": FOREIGN, "aside": FURNITURE, "form": FURNITURE}
# Their names tell of the theme's state, not of what they hold.
_UNNAMED = frozenset({"main", "article", "body", "h1", "h2", "h3", "h4", "h5", "h6"})
# What styles say of what is not shown, without spaces.
_HIDING = ("display:none", "visibility:hidden")
# React streams a page's parts hidden, and its script shows them.
_STREAMED = re.compile(r"[SB]:[0-9a-f]+$")


def judge(node: LexborNode, tag: str) -> tuple[str, int]:
    """Tell the names of an element with this tag, and whether it is furniture."""
    attributes = node.attributes
    if not attributes:
        return tag, BY_TAG.get(tag, NEUTRAL)
    get = attributes.get
    names, identity = get("class") or "", get("id") or ""
    verdict = judge_said(
        tag,
        names,
        identity,
        get("role"),
        get("style"),
        says_hidden="hidden" in attributes,
    )
    return (f"{names} {identity}" if identity else names or tag), verdict


def judge_said(
    tag: str,
    names: str,
    identity: str,
    role: str | None,
    style: str | None,
    *,
    says_hidden: bool,
) -> int:
    """Tell by what an element says of itself whether it is furniture."""
    verdict = BY_TAG.get(tag, NEUTRAL)
    if (names or identity) and tag not in _UNNAMED:
        said = verdict_of(f"{names} {identity}" if identity else names)
        verdict = max(verdict, said)
    if verdict == NEUTRAL:
        is_hidden = says_hidden and not _is_streamed(identity)
        if is_hidden or _is_furniture(role, style):
            return FURNITURE
    return verdict


def judge_tag(start: str, tag: str) -> int:
    """Tell furniture by its start tag as lexbor writes it, without `<` and `>`."""
    return judge_said(
        tag,
        _value(start, "class"),
        _value(start, "id"),
        _value(start, "role"),
        _value(start, "style"),
        says_hidden=' hidden="' in start,
    )


def is_hidden(start: str) -> bool:
    """Tell whether a start tag says that its element is not shown."""
    if ' hidden="' in start or _are_hidden(_value(start, "class")):
        return True
    return _is_hidden(_value(start, "style"))


def _value(start: str, name: str) -> str:
    return resolved(value_of(start, name))


def _is_furniture(role: str | None, style: str | None) -> bool:
    return bool((style and _is_hidden(style)) or (role and is_furniture_role(role)))


def _is_hidden(style: str) -> bool:
    style = style.replace(" ", "").lower()
    return any(said in style for said in _HIDING)


@lru_cache(maxsize=16384)
def verdict_of(names: str) -> int:
    """Judge an element by its names (class and id, as written).

    "share-buttons" is furniture, "article-body share" is neutral, "onetrust-consent" is
    a wall: it holds no article, however much text it has. Numbers say nothing.
    """
    return concluded(said_by(names), are_hidden=_are_hidden(names))


def concluded(said: int, *, are_hidden: bool) -> int:
    """Judge by what the words of names say, and whether one of the names hides."""
    if said & (WALL_NAMED | CONTENT_NAMED):
        return WALL if said & WALL_NAMED else NEUTRAL
    if are_hidden:
        return FURNITURE
    if said & FOREIGN_NAMED:
        return FOREIGN
    is_widget = said & WIDGET_NAMED and not said & BUILDER_NAMED
    return FURNITURE if is_widget or said & FURNITURE_NAMED else NEUTRAL


def _are_hidden(names: str) -> bool:
    # Most have none of these, which is the cheapest thing to ask.
    if "hid" not in names and "d-none" not in names and "sr-only" not in names:
        return False
    return not _HIDDEN.isdisjoint(names.split()) and not _RESPONSIVE.search(names)


def _is_streamed(identity: str) -> bool:
    """Tell whether an id is of a part that a script shows."""
    return _STREAMED.match(identity) is not None


def is_furniture_role(role: str) -> bool:
    """Tell whether an ARIA role is one that no article's text has."""
    return role.lower() in _ROLES


if _compiled := load("judging"):
    _compiled.learn(
        by_tag=BY_TAG,
        unnamed=_UNNAMED,
        concluded=[concluded(said, are_hidden=False) for said in range(ALL_SAID)],
        furniture=FURNITURE,
        verdict_of=verdict_of,
        is_streamed=_is_streamed,
        hides=_is_hidden,
        hiding=_HIDING,
        hiders=_HIDDEN,
        is_role=is_furniture_role,
    )
