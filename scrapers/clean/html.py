"""Clean HTML by allow-list: what a feed reader may be given, and nothing else.

Done once, on the way in. Links and pictures become absolute, lazy pictures real ones,
known players links; scripts, styles, classes, forms and handlers vanish.
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlsplit

import nh3
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from scrapers.clean.images import source_of
from scrapers.clean.markup import attributes_of, without_comments
from scrapers.clean.text import legal
from scrapers.clean.urls import absolute

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

_EMPTY = re.compile(
    r"<(p|div|span|b|i|em|strong|u|a|li|ul|ol|h[2-6]|figure|figcaption|blockquote"
    r"|small|s|table|tbody|tr|dl|dt|dd|pre|code)(?: [^<>]*)?>(?:\s|&nbsp;|<br>)*</\1>"
)
# What passes for an address of the web until it is read: "href=' https:='".
_BROKEN = re.compile(r' (?:href|src)="(?!https?://)[^"]*"')
# A picture that came to light when cleaning closed a broken tag before it.
_LATE = re.compile(r"<img (?!src=)")
# A picture without an address.
_UNSHOWN = re.compile(r'<img(?: (?!src=)[\w-]+="[^"]*")*>')
_MEDIA = re.compile(r"<(?:img|iframe|picture|video|audio|amp-|h1)", re.IGNORECASE)
_PREPARED = re.compile(
    r"<(?P<img>img|amp-img)(?:\s[^>]*)?>"
    r"|(?P<tag><(?P<player>iframe|video|audio|amp-youtube)(?:\s[^>]*)?>).*?</(?P=player)>"
    r"|</?h1(?:\s[^>]*)?>",
    re.DOTALL,
)
_SOURCE = re.compile(r"<source\s[^>]*>")
_OF_PICTURES = ("alt", "title", "width", "height", "dir", "lang")
_PIXEL = re.compile(r"\s*[01](?:px)?\s*")
_YOUTUBE = re.compile(r"/embed/([\w-]{6,20})")
_VIMEO = re.compile(r"/video/(\d+)")


def clean(html: str, base: str) -> str:
    """Clean a fragment of HTML; links are resolved against `base`.

    Only the tags and attributes of this module remain, links are http(s) and absolute,
    no character is illegal in XML. Idempotent. What cannot be cleaned becomes "".
    """
    html = legal(html)
    if _MEDIA.search(html):
        try:
            root = LexborHTMLParser(f"<body>{html}").body
        except SelectolaxError as error:
            message = "the parser ran out of memory"
            raise MemoryError(message) from error
        if root is not None:
            html = prepared(without_comments(root.inner_html or ""), base)
    return sanitise(html, base)


def sanitise(html: str, base: str) -> str:
    """Clean HTML whose pictures and players are `prepared`."""
    cleaner = nh3.Cleaner(
        tags=TAGS,
        clean_content_tags=_EMPTIED,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https"},
        url_relative=("rewrite_with_base", base) if "://" in base else "deny",
        link_rel=None,
    )
    for _ in range(MAX_ROUNDS):
        made = _tidy(legal(cleaner.clean(html)))
        if _LATE.search(made):
            made = prepared(made, base)
        if made == html or _is_settled(made):
            return made
        html = made
    return ""


def _is_settled(html: str) -> bool:
    """Tell whether parsing and writing clean HTML gives the same: cleaning does too.

    lexbor does it in a fourth of the time that another round of cleaning takes. What
    is nested so deep that empty elements are left takes that round.
    """
    if _EMPTY.search(html):
        return False
    try:
        body = LexborHTMLParser(f"<!DOCTYPE html><body>{html}").body
    except SelectolaxError:
        return False
    return body is not None and body.inner_html == html


def prepared(html: str, base: str) -> str:
    """Make real pictures of lazy ones, links of players, and h2 of h1.

    The HTML is without comments and as lexbor writes it. The page's own headline is
    its h1.
    """

    def made(found: re.Match[str]) -> str:
        name = found["img"] or found["player"]
        if name is None:
            return "</h2>" if found[0].startswith("</") else "<h2>"
        start = found["tag"] if found["player"] else found[0]
        attributes = attributes_of(start)
        if found["img"]:
            return _picture(name, attributes, base)
        return _player(name, attributes, found[0], base)

    return _PREPARED.sub(made, html)


def _picture(name: str, attributes: dict[str, str], base: str) -> str:
    source = source_of(attributes)
    link = absolute(base, source) if source else None
    if link is None or _is_pixel(attributes):
        return ""
    if name == "amp-img":
        attributes.setdefault("alt", "")
    kept = {"src": link} | {k: attributes[k] for k in _OF_PICTURES if k in attributes}
    written = (f'{name}="{escape(value)}"' for name, value in kept.items())
    return f"<img {' '.join(written)}>"


def _is_pixel(attributes: dict[str, str]) -> bool:
    sizes = (attributes.get("width") or "", attributes.get("height") or "")
    return any(_PIXEL.fullmatch(size) for size in sizes)


def _player(name: str, attributes: dict[str, str], whole: str, base: str) -> str:
    source = attributes.get("src") or attributes.get("data-src")
    if name == "amp-youtube":
        source = f"https://www.youtube.com/embed/{attributes.get('data-videoid') or ''}"
    if not source and name in ("video", "audio"):
        inner = _SOURCE.search(whole)
        source = attributes_of(inner[0]).get("src") if inner else None
    link = absolute(base, source) if source else None
    if link is None:
        return ""
    if name in ("video", "audio"):
        says = "Video" if name == "video" else "Audio"
    else:
        says = PLAYERS.get((urlsplit(link).hostname or "").removeprefix("www."), "")
        link = _watchable(link)
    return f'<p><a href="{escape(link)}">{says}</a></p>' if link else ""


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


def _tidy(html: str) -> str:
    """Drop links that lead nowhere, and what holds nothing, from the inside out."""
    html = _UNSHOWN.sub("", _BROKEN.sub("", html))
    for _ in range(8):
        html, count = _EMPTY.subn("", html)
        if not count:
            break
    return html.strip()
