"""Read HTML as lexbor writes it, without parsing it again.

There every `<` and `>` is markup, names are in lower case, every value stands in double
quotes and every element is closed. What pages send is nothing like it.
"""

from __future__ import annotations

import html
import re

_ATTRIBUTE = re.compile(r'\s([^\s="]+)="([^"]*)"')
# What lexbor writes as it is, and may hold anything.
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def attributes_of(tag: str) -> dict[str, str]:
    """The attributes of a start tag, with references resolved."""
    return {
        name: html.unescape(value) if "&" in value else value
        for name, value in _ATTRIBUTE.findall(tag)
    }


def without_comments(markup: str) -> str:
    """Take the comments out."""
    return _COMMENT.sub("", markup) if "<!--" in markup else markup
