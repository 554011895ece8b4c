"""Which addresses are, by their spelling, versions of one page: print, AMP, mobile.

A guess only: whether two pages hold one article, their texts tell
(`scrapers.likeness`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapers.clean.urls import registrable

# Labels of hosts and steps of paths that name a version of a page.
_HOSTS = frozenset({"www", "m", "mobile", "amp", "wap", "touch", "print"})
_STEPS = frozenset({"amp", "print", "printable", "mobile", "m", "amphtml"})
_SUFFIX = re.compile(r"[._-](?:amp|print|mobile)(?=$|\.html?$)|\.amp(?=\.)")
_INDEX = re.compile(r"/(?:index|default)\.\w{2,5}$")
_VERSIONS = re.compile(r"amp|amphtml|print(?:able|page|er)?|mobile|nomobile|noamp|pf")
_FORMS = re.compile(r"view|format|output|outputtype|layout|tmpl|display|version|mode")
_FORM = re.compile(r"amp|print(?:er|able|page)?|mobile|component|m|txt|text")
# Keys that tell the way of the reader, beside those that `clean.urls` takes off.
_WAYS = re.compile(
    r"ref|ref_|source|src|from|via|share|replytocom|referr?er|origin|channel|rss|feed"
    r"|int_\w+|fb_\w+|sh|smid|partner|emc|cid"
)


@lru_cache(maxsize=4096)
def key_of(url: str) -> str:
    """Give what the versions of one page have in common: a host and a path.

    Without scheme, www and its like, a trailing slash, the marks of print, AMP and
    mobile versions, and query keys that tell the reader's way. "" for no address.
    """
    return _split(url)[0]


@lru_cache(maxsize=4096)
def standing(url: str) -> tuple[bool, bool]:
    """Rank an address among those of one article: the greater is the better one.

    A page's own address is above its print, AMP and mobile versions, https above http.
    """
    return not _split(url)[1], url.startswith("https://")


def _split(url: str) -> tuple[str, bool]:
    """Give the key, and whether the address names a version or a way."""
    try:
        found = urlsplit(url)
        port = found.port
    except ValueError:
        return "", False
    host, is_other_host = _host(found.hostname or "")
    path, is_other_path = _path(found.path)
    query, is_other_query = _query(found.query)
    is_default = port in {None, 80, 443}
    key = host + ("" if is_default else f":{port}") + path + query
    return key, is_other_host or is_other_path or is_other_query


def _host(host: str) -> tuple[str, bool]:
    own = registrable(host.removeprefix("www."))
    if not host.endswith("." + own):
        return host, False
    labels = host[: -len(own) - 1].split(".")
    kept = [label for label in labels if label not in _HOSTS]
    is_other = any(label in _HOSTS and label != "www" for label in labels)
    return ".".join([*kept, own]), is_other


def _path(path: str) -> tuple[str, bool]:
    path = _INDEX.sub("/", path).casefold()
    steps = [step for step in path.split("/") if step]
    bare = list(steps)
    while len(bare) > 1 and bare[-1] in _STEPS:
        bare.pop()
    while len(bare) > 1 and bare[0] in _STEPS:
        bare.pop(0)
    if bare:
        bare[-1] = _SUFFIX.sub("", bare[-1]) or bare[-1]
    return "/" + "/".join(bare), bare != steps


def _query(query: str) -> tuple[str, bool]:
    if not query:
        return "", False
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [pair for pair in pairs if not _is_way(*pair)]
    return ("?" + urlencode(sorted(kept)) if kept else ""), len(kept) < len(pairs)


def _is_way(name: str, value: str) -> bool:
    name, value = name.casefold(), value.casefold()
    if _VERSIONS.fullmatch(name) or _WAYS.fullmatch(name):
        return True
    return bool(_FORMS.fullmatch(name) and _FORM.fullmatch(value))
