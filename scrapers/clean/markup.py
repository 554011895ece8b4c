"""Read HTML as lexbor writes it, without parsing it again.

There every `<` and `>` is markup, names are in lower case, every value stands in double
quotes and every element is closed. What pages send is nothing like it: of that,
`without_tags` alone reads what structured data hold.
"""

from __future__ import annotations

import re

# Elements whose content lexbor writes as it came: tags in it are none.
_RAW = frozenset(
    "script style noscript iframe noembed noframes xmp plaintext".split()  # noqa: SIM905
)
# Anybody's tags, and those at which the lines of their text end.
_TAG = re.compile(r"</?[A-Za-z!?][^<>]{0,500}>")
_LINE_TAG = re.compile(r"</?(?:p|div|br|li|h\d|blockquote)\b[^<>]*>", re.IGNORECASE)
ATTRIBUTE = re.compile(r'\s([^\s="]+)="([^"]*)"')


def attributes_of(tag: str) -> dict[str, str]:
    """The attributes of a start tag, with references resolved."""
    return {name: resolved(value) for name, value in ATTRIBUTE.findall(tag)}


def resolved(text: str) -> str:
    """A text or value without references: lexbor writes these five and no other."""
    if "&" not in text:
        return text
    text = text.replace("&nbsp;", "\xa0").replace("&lt;", "<").replace("&gt;", ">")
    return text.replace("&quot;", '"').replace("&amp;", "&")


def value_of(tag: str, name: str) -> str:
    """One attribute of a start tag, with its references; "" where it has none."""
    written = f' {name}="'
    at = tag.find(written)
    if at < 0:
        return ""
    at += len(written)
    return tag[at : tag.find('"', at)]


def without_tags(text: str) -> str:
    """Take the tags out of a text; its lines end where blocks do."""
    return _TAG.sub("", _LINE_TAG.sub("\n", text))


def without_comments(markup: str) -> str:
    """Take the comments out, which lexbor writes as they are: any `<` is in them."""
    kept, at = [], 0
    mark = markup.find("!")  # one character is found many times as fast as several
    while mark >= 0:
        if markup.startswith("<!--", mark - 1):
            end = markup.find("-->", mark + 3)
            if end < 0:
                break
            kept.append(markup[at : mark - 1])
            at = mark = end + 3
        mark = markup.find("!", mark + 1)
    return "".join([*kept, markup[at:]]) if kept else markup


def parts_of(markup: str) -> list[str]:
    """Cut HTML at each `<`: a part is a tag, `>` and the text after it.

    The first is no tag, and the text before all tags.
    """
    return f">{without_comments(markup)}".split("<")


def end_of(parts: list[str], at: int, name: str) -> int:
    """The part that begins with the end tag of the element that begins at `at`."""
    end, starts = f"/{name}>", (f"{name} ", f"{name}>")
    is_raw = name in _RAW
    depth = 1
    for n in range(at + 1, len(parts)):
        part = parts[n]
        if part[:1] == "/":
            if part.startswith(end):
                depth -= 1
                if not depth or is_raw:
                    return n
        elif part.startswith(starts):
            depth += 1
    return len(parts) - 1
