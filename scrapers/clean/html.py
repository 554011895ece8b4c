"""Clean HTML by allow-list: what a feed reader may be given, and nothing else.

Done once, on the way in. Links and pictures become absolute, lazy pictures real ones,
known players links; scripts, styles, classes, forms and handlers vanish.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from scrapers.clean.images import source_of
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
# Elements that only hold others.
_WRAPPERS = frozenset({"article", "body", "div", "main", "section", "span", "td"})
# Rounds until the output is its own; hostile nesting that needs more is refused.
MAX_ROUNDS = 4

_EMPTY = re.compile(
    r"<(p|div|span|b|i|em|strong|u|a|li|ul|ol|h[2-6]|figure|figcaption|blockquote"
    r"|small|s|table|tbody|tr|dl|dt|dd|pre|code)(?: [^<>]*)?>(?:\s|&nbsp;|<br>)*</\1>"
)
_MEDIA = re.compile(r"<(?:img|iframe|picture|video|audio|amp-|h1)", re.IGNORECASE)
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
            prepare(root, base)
            html = root.inner_html or ""
    return sanitise(html, base)


def clean_node(node: LexborNode, base: str) -> str:
    """Clean an element, with its own tag where that means something; changes it."""
    prepare(node, base)
    html = node.inner_html if node.tag in _WRAPPERS else node.html
    return sanitise(html or "", base)


def sanitise(html: str, base: str) -> str:
    """Clean HTML whose pictures and players are prepared."""
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


def prepare(root: LexborNode, base: str) -> None:
    """Make real pictures of lazy ones, and links of players, in place."""
    for node in root.css("img, amp-img"):
        _prepare_image(node, base)
    for node in root.css("iframe, video, audio, amp-youtube"):
        _prepare_player(node, base)
    for node in root.css("h1"):  # the page's own headline is its h1
        node.insert_before(_wrapped("h2", node))
        node.decompose()


def _wrapped(tag: str, node: LexborNode) -> LexborNode:
    made = LexborHTMLParser(f"<{tag}>{node.inner_html or ''}</{tag}>").css_first(tag)
    assert made is not None  # noqa: S101 - it was just written
    return made


def _prepare_image(node: LexborNode, base: str) -> None:
    attributes = node.attributes
    source = source_of(attributes)
    link = absolute(base, source) if source else None
    if link is None or _is_pixel(attributes):
        node.decompose()
        return
    if node.tag == "img":
        node.attrs["src"] = link
        return
    alt = (attributes.get("alt") or "").replace('"', "&quot;")
    made = LexborHTMLParser(f'<img src="{link}" alt="{alt}">').css_first("img")
    if made is not None:
        node.replace_with(made)


def _is_pixel(attributes: dict[str, str | None]) -> bool:
    sizes = (attributes.get("width") or "", attributes.get("height") or "")
    return any(re.fullmatch(r"\s*[01](?:px)?\s*", size) for size in sizes)


def _prepare_player(node: LexborNode, base: str) -> None:
    link, name = _player(node, base)
    if link is None:
        node.decompose()
        return
    made = LexborHTMLParser("<p><a></a></p>").css_first("p")
    anchor = made.css_first("a") if made is not None else None
    if made is None or anchor is None:
        return
    anchor.attrs["href"] = link
    anchor.insert_child(name)
    node.replace_with(made)


def _player(node: LexborNode, base: str) -> tuple[str | None, str]:
    attributes = node.attributes
    source = attributes.get("src") or attributes.get("data-src")
    if node.tag == "amp-youtube":
        source = f"https://www.youtube.com/embed/{attributes.get('data-videoid') or ''}"
    if not source and node.tag in ("video", "audio"):
        inner = node.css_first("source[src]")
        source = inner.attributes.get("src") if inner else None
    link = absolute(base, source) if source else None
    if link is None:
        return None, ""
    if node.tag in ("video", "audio"):
        return link, "Video" if node.tag == "video" else "Audio"
    host = (urlsplit(link).hostname or "").removeprefix("www.")
    return _watchable(link), PLAYERS.get(host, "")


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
    """Drop elements that hold nothing, from the inside out."""
    for _ in range(8):
        html, count = _EMPTY.subn("", html)
        if not count:
            break
    return html.strip()
