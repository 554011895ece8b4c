"""Clean HTML by allow-list: what a feed reader may be given, and nothing else.

Done once, on the way in. Links and pictures become absolute, lazy pictures real ones,
known players links; scripts, styles, classes, forms and handlers vanish.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

from selectolax.lexbor import (
    LexborDocumentOptions,
    LexborHTMLParser,
    SelectolaxError,
)

from scrapers.clean.images import LAZY, PLACEHOLDERS, is_pixel, offered_by, source_of
from scrapers.clean.markup import (
    ATTRIBUTE,
    attributes_of,
    end_of,
    parts_of,
    resolved,
    value_of,
)
from scrapers.clean.text import legal
from scrapers.clean.urls import absolute
from scrapers.compiled import load

TAGS = frozenset(
    """
    a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div
    dl dt em figcaption figure h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt
    ruby s samp small span strong sub summary sup table tbody td tfoot th thead time tr
    u ul var
    """.split()  # noqa: SIM905 - a table of words reads better than a list of strings
)
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
# Elements whose text is no text.
_EMPTIED = frozenset(
    """
    script style noscript template iframe object embed svg math canvas select button
    textarea title head noembed noframes xmp plaintext audio video
    """.split()  # noqa: SIM905
)
# Where an embedded player's page is worth a link, and what the link says.
PLAYERS = {
    "youtube.com": "YouTube",
    "youtube-nocookie.com": "YouTube",
    "youtu.be": "YouTube",
    "player.vimeo.com": "Vimeo",
    "vimeo.com": "Vimeo",
    "dailymotion.com": "Dailymotion",
    "geo.dailymotion.com": "Dailymotion",
    "w.soundcloud.com": "SoundCloud",
    "open.spotify.com": "Spotify",
    "embed.podcasts.apple.com": "Apple Podcasts",
    "facebook.com": "Facebook",
    "instagram.com": "Instagram",
    "tiktok.com": "TikTok",
    "platform.twitter.com": "X",
    "t.me": "Telegram",
    "rumble.com": "Rumble",
    "aparat.com": "Aparat",
    "player.twitch.tv": "Twitch",
    "google.com": "Google Maps",
    "datawrapper.dwcdn.net": "Datawrapper",
}
# Rounds until the output is its own; hostile nesting that needs more is refused.
MAX_ROUNDS = 4
# And until nothing is hollow; what nests deeper takes one round, and a longer one.
HOLLOW_ROUNDS = 16

_OPTIONS = LexborDocumentOptions.WO_EVENTS  # nothing listens to the tree's changes
_PLAYERS = frozenset({"iframe", "video", "audio", "amp-youtube"})
VOID = frozenset({"br", "col", "hr", "img"})
# What goes where it holds nothing but space and line breaks.
HOLLOW = frozenset(
    """
    a b blockquote code dd div dl dt em figcaption figure h2 h3 h4 h5 h6 i li ol p pre s
    small span strong table tbody tr u ul
    """.split()  # noqa: SIM905
)
# What says of most HTML that a parser would write it as it stands, without asking one.
_compiled = load("clean")
if _compiled:
    _compiled.learn(TAGS, HOLLOW)
# Elements that hold nothing.
_EMPTY = re.compile(r"<([a-z0-9]++)(?: [^<>]*+)?+>(?:\s++|&nbsp;|<br>)*+</\1>")
_QUOTED = re.compile('["&<>\xa0]')
_BLANK = re.compile(r"(?:\s|&nbsp;)*")
_NONE: frozenset[str] = frozenset()
_ANYWHERE = ATTRIBUTES["*"]
_OF_PICTURES = ("alt", "title", "width", "height", "dir", "lang")
if _pictures := load("pictures"):
    _pictures.learn(LAZY, _OF_PICTURES, PLACEHOLDERS)
_OF_LINKS = tuple((name, f' {name}="') for name in ("title", "dir", "lang"))
_YOUTUBE = re.compile(r"/embed/([\w-]{6,20})")
_VIMEO = re.compile(r"/video/(\d+)")


def clean(html: str, base: str) -> str:
    """Clean a fragment of HTML; links are resolved against `base`.

    Only the tags and attributes of this module remain, links are http(s) and absolute,
    no character is illegal in XML. Idempotent. What cannot be cleaned becomes "".
    """
    made = _Writing(parts_of(_parsed(legal(html))), base).run()
    return settled(made, base)


def settled(html: str, base: str) -> str:
    """Clean anew what a parser would not write as it stands, until it does.

    What comes in is made of text, of what `written`, `link` and `shown` give, and of
    nothing else: every `<` is of a tag of this module, and a page cannot bring one. A
    browser makes of what comes out exactly what is written.
    """
    if (sure := _sure(html)) is not None:
        return sure
    html = _without_hollow(legal(html), base).strip()
    for _ in range(MAX_ROUNDS):
        if _sure(html) == html:
            return html
        parsed = _parsed(html)
        if parsed == html:
            return html
        html = _Writing(parts_of(parsed), base).run()
    return ""


def _sure(html: str) -> str | None:
    """What is settled of HTML as far as no parser is needed; None where one is."""
    return _compiled.settled(html) if _compiled else None


def _without_hollow(html: str, base: str) -> str:
    """Drop what holds nothing, from the inside out."""
    for _ in range(HOLLOW_ROUNDS):
        if not any(name in HOLLOW for name in _EMPTY.findall(html)):
            return html
        html = _EMPTY.sub(lambda found: "" if found[1] in HOLLOW else found[0], html)
    return _Writing(parts_of(html), base).run()


def written(tag: str) -> str:
    """A tag, given without `<` and `>`, as it is allowed; "" where it is not.

    Of a link there is only the name, see `link`; of pictures and players nothing, see
    `shown`.
    """
    name = tag.partition(" ")[0]
    kind, made = _KNOWN.get(name, _UNKNOWN)
    if kind == _LINK:
        return "<a>"
    if kind > _BREAK:
        return ""
    has_any = name in ATTRIBUTES or ' dir="' in tag or ' lang="' in tag
    return f"{made[:-1]}{_allowed(tag, name)}>" if has_any else made


def _parsed(html: str) -> str:
    """What a parser that reads this fragment writes."""
    try:
        body = LexborHTMLParser(f"<!DOCTYPE html><body>{html}", options=_OPTIONS).body
    except SelectolaxError as error:
        message = "the parser ran out of memory"
        raise MemoryError(message) from error
    return (body.inner_html or "") if body is not None else ""


# What a tag is to the writer, by name: its kind, and what is written.
_OPEN, _CLOSE, _DROP, _BREAK, _PICTURE, _PLAYER, _LINK, _SKIP, _NOTHING = range(9)
_KNOWN = {name: (_OPEN, f"<{name}>") for name in TAGS - VOID}
_KNOWN |= {
    f"/{name}": (_DROP if name in HOLLOW else _CLOSE, f"</{name}>")
    for name in TAGS - VOID
}
_KNOWN |= {name: (_BREAK, f"<{name}>") for name in VOID - {"img"}}
_KNOWN |= {"h1": (_OPEN, "<h2>"), "/h1": (_DROP, "</h2>"), "a": (_LINK, "a")}
_KNOWN |= dict.fromkeys(("img", "amp-img"), (_PICTURE, ""))
_KNOWN |= {name: (_SKIP, name) for name in _EMPTIED}
_KNOWN |= {name: (_PLAYER, name) for name in _PLAYERS}
_UNKNOWN = (_NOTHING, "")


class _Writing:
    """One pass over parts of HTML, writing what of it is allowed."""

    __slots__ = ("base", "full", "out", "parts", "starts")

    def __init__(self, parts: list[str], base: str) -> None:
        self.parts, self.base = parts, base
        self.out: list[str] = []
        # Where in `out` the elements that are open begin, and where the last thing
        # ends that shows.
        self.starts: list[int] = []
        self.full = 0

    def run(self) -> str:
        """Write all."""
        parts, out, known = self.parts, self.out, _KNOWN.get
        at = 0
        while at < len(parts):
            tag, _, text = parts[at].partition(">")
            if at:
                kind, made = known(tag) or _kind_of(tag)
                if kind == _OPEN:
                    self.starts.append(len(out))
                    out.append(made)
                elif kind <= _DROP:
                    self._close(made, kind)
                elif kind != _NOTHING and (to := self._write(at, tag, kind, made)):
                    at = to
                    text = parts[at].partition(">")[2]
            if text:
                out.append(text)
                if not text.isspace() and not _BLANK.fullmatch(text):
                    self.full = len(out)
            at += 1
        return "".join(out).strip()

    def _close(self, end: str, kind: int) -> None:
        """End an element, or take it back where it holds nothing."""
        out = self.out
        start = self.starts.pop() if self.starts else len(out)
        if kind == _DROP and self.full <= start:
            del out[start:]
        else:
            out.append(end)
            self.full = len(out)

    def _write(self, at: int, tag: str, kind: int, made: str) -> int:
        """Write what is no plain element; give the part that ends what is no tag."""
        to = 0
        if kind == _LINK:
            self.starts.append(len(self.out))
            made = link(tag, self.base)
        elif kind == _PICTURE:
            made = _picture(self.parts, at, self.base)
        elif kind in (_PLAYER, _SKIP):
            to = end_of(self.parts, at, made)
            inside = self.parts[at : to + 1]
            made = _player(made, inside, self.base) if kind == _PLAYER else ""
        if made:
            self.out.append(made)
            if kind not in (_LINK, _BREAK) or made == "<hr>":
                self.full = len(self.out)
        return to


@lru_cache(maxsize=4096)
def _kind_of(tag: str) -> tuple[int, str]:
    """The kind of a start tag with attributes, and the tag with those allowed."""
    kind, made = _KNOWN.get(tag.partition(" ")[0], _UNKNOWN)
    return kind, written(tag) if kind in (_OPEN, _BREAK) else made


def _allowed(tag: str, name: str) -> str:
    """The attributes of a start tag that are allowed and need no look at the value."""
    known = ATTRIBUTES.get(name, _NONE)
    found = ATTRIBUTE.findall(tag) if "=" in tag else ()
    kept = (pair for pair in found if pair[0] in known or pair[0] in _ANYWHERE)
    return "".join([f' {key}="{value}"' for key, value in kept])


def link(tag: str, base: str) -> str:
    """The start tag of a link, resolved against `base`."""
    href = resolved(value_of(tag, "href"))
    to = absolute(base, href) if href else None
    made = f'<a href="{_quoted(to)}"' if to else "<a"
    for name, written in _OF_LINKS:
        if written in tag and (value := value_of(tag, name)):
            made += f'{written}{value}"'
    return made + ">"


def shown(parts: list[str], start: int, end: int, base: str) -> str:
    """A picture, a player or a rule, from its start tag to its end tag, as allowed."""
    name = parts[start].partition(">")[0].partition(" ")[0]
    if name in _PLAYERS:
        return _player(name, parts[start : end + 1], base)
    return "<hr>" if name == "hr" else _picture(parts, start, base)


def _picture(parts: list[str], at: int, base: str) -> str:
    tag = parts[at].partition(">")[0]
    attributes = attributes_of(tag)
    source = source_of(attributes) or _offered(parts, at)
    link = absolute(base, source) if source else None
    if link is None or is_pixel(attributes):
        return ""
    if tag[0] == "a":
        attributes.setdefault("alt", "")
    written = [
        f' {name}="{_quoted(attributes[name])}"'
        for name in _OF_PICTURES
        if name in attributes
    ]
    return f'<img src="{_quoted(link)}"{"".join(written)}>'


def _offered(parts: list[str], at: int) -> str | None:
    """What the picture element around an img offers in place of its address."""
    start = at
    while parts[start - 1].startswith("source "):
        start -= 1
    if not parts[start - 1].startswith("picture"):
        return None
    tags = (part.partition(">")[0] for part in parts[start:at])
    return offered_by([attributes_of(tag) for tag in tags])


def _quoted(value: str) -> str:
    """A value as lexbor writes it between quotes."""
    if not _QUOTED.search(value):
        return value
    return escape(value, quote=False).replace('"', "&quot;").replace("\xa0", "&nbsp;")


def _player(name: str, parts: list[str], base: str) -> str:
    attributes = attributes_of(parts[0].partition(">")[0])
    source = attributes.get("src") or attributes.get("data-src")
    if name == "amp-youtube":
        source = f"https://www.youtube.com/embed/{attributes.get('data-videoid') or ''}"
    if not source and name in ("video", "audio"):
        inner = (part for part in parts if part.startswith("source "))
        source = attributes_of(next(inner, "").partition(">")[0]).get("src")
    link = absolute(base, source) if source else None
    if link is None:
        return ""
    if name in ("video", "audio"):
        says = "Video" if name == "video" else "Audio"
    else:
        says = PLAYERS.get((urlsplit(link).hostname or "").removeprefix("www."), "")
        link = _watchable(link)
    return f'<p><a href="{_quoted(link)}">{says}</a></p>' if link else ""


def _watchable(link: str) -> str | None:
    """The page a person opens in place of a player's address; None for no player."""
    host = (urlsplit(link).hostname or "").removeprefix("www.")
    if host not in PLAYERS:
        return None
    if host.startswith("youtube") and (found := _YOUTUBE.search(link)):
        return f"https://www.youtube.com/watch?v={found[1]}"
    if host == "player.vimeo.com" and (found := _VIMEO.search(link)):
        return f"https://vimeo.com/{found[1]}"
    return link
