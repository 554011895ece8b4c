"""Every real page, and pages mutated at random, through the whole extraction.

No exception, no page over a second of CPU, and HTML that is clean to a stranger's
parser. A sample by default; all with the settings below.
"""

from __future__ import annotations

import gzip
import os
import re
import time
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from random import Random

import pytest

from scrapers.clean.html import ATTRIBUTES, TAGS, clean
from scrapers.extract.article import extract
from scrapers.extract.recipe import Recipe
from scrapers.items import Hints, NotArticle, Page, ScrapedArticle, Site
from tests.factories_pages import URL, document, prose

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "extraction"
# All pages take half a minute, three thousand mutations two.
ALL_PAGES = "WIREROOM_TEST_ALL_PAGES" in os.environ
MUTATIONS = int(os.environ.get("WIREROOM_TEST_MUTATIONS", "100"))
SOME = 60
MOST_SECONDS = 1.0

# What an attacker would put where a mutation has made room for it.
POISON = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)" onclick="alert(1)">x</a>',
    '<a href="java&#10;script:alert(1)">x</a>',
    '<svg><script>alert(1)</script><a xlink:href="javascript:alert(1)">',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<style>*{background:url(javascript:alert(1))}</style><p style=x:expression(1)>",
    '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
    "<form action=javascript:alert(1)><input autofocus onfocus=alert(1)>",
    "<template><script>alert(1)</script></template><!--><script>alert(1)</script>-->",
)
_TAG = re.compile(rb"<[a-zA-Z/][^<>]{0,500}>")
_ATTRIBUTE = re.compile(rb'\s[\w:-]{1,30}="[^"<>]{0,300}"')


def real_pages():
    paths = sorted(SHARED.glob("*/pages/*.html.gz"))
    return paths if ALL_PAGES else Random(2).sample(paths, min(SOME, len(paths)))


def seeds():
    """The pages that are mutated: real ones, or what the repository itself has."""
    if SHARED.is_dir():
        paths = Random(3).sample(sorted(SHARED.glob("*/pages/*.html.gz")), 60)
        return [gzip.decompress(path.read_bytes()) for path in paths]
    saved = sorted(ROOT.glob("config/sources/**/*.html"))
    invented = document(f"<h1>Flood</h1><article>{prose() * 5}</article>").encode()
    return [path.read_bytes() for path in saved] + [invented]


def whole(html):
    """What extraction makes of a page's bytes, and the CPU time it took."""
    page = Page(
        url=URL,
        requested_url=URL,
        body=html,
        content_type="text/html",
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    began = time.process_time()
    made = extract(page, Recipe(), Hints(), Site())
    return made, time.process_time() - began


class Stranger(HTMLParser):
    """Notes whatever a reader must not be given."""

    def __init__(self):
        super().__init__()
        self.faults = []

    def handle_starttag(self, tag, attrs):
        allowed = ATTRIBUTES.get(tag, set()) | ATTRIBUTES["*"]
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name not in allowed or name.startswith("on"):
                self.faults.append(f"{tag} {name}")
            is_link = name in ("href", "src")
            if is_link and not (value or "").lower().startswith(("http:", "https:")):
                self.faults.append(f"{name}={value}")

    def handle_comment(self, data):
        self.faults.append(f"<!--{data[:20]}")

    def handle_decl(self, decl):
        self.faults.append(f"<!{decl[:20]}")


def faults_of(html):
    stranger = Stranger()
    stranger.feed(html)
    stranger.close()
    return stranger.faults


def faults_in(html):
    """What is wrong with what the extraction made of a page, if anything."""
    made, seconds = whole(html)
    if seconds > MOST_SECONDS:
        made, seconds = whole(html)  # the collector may have run just then
    faults = [f"{seconds:.2f} s"] if seconds > MOST_SECONDS else []
    if isinstance(made, NotArticle):
        return faults if made.reason else [*faults, "no reason"]
    assert isinstance(made, ScrapedArticle)
    if made.body_html != clean(made.body_html, URL):
        faults.append("cleaning again changes it")
    return faults + faults_of(made.body_html)


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data/extraction")
def test_every_real_page_goes_through_in_time_and_comes_out_clean():
    found = {}
    for path in real_pages():
        if faults := faults_in(gzip.decompress(path.read_bytes())):
            found[path.name] = faults

    assert found == {}


def cut(html, rng):
    """Lose the end, the beginning or a piece of it."""
    one, other = sorted(rng.randrange(len(html) + 1) for _ in range(2))
    return rng.choice((html[:one], html[other:], html[:one] + html[other:]))


def doubled(html, rng):
    """Say a piece several times."""
    at = rng.randrange(len(html))
    piece = html[at : at + rng.randrange(20_000)]
    return html[:at] + piece * rng.randrange(1, 6) + html[at:]


def shuffled_bytes(html, rng):
    """Put other bytes into many places."""
    made = bytearray(html)
    for _ in range(rng.randrange(1, 500)):
        made[rng.randrange(len(made))] = rng.choice(b"<>\"'=&/!-\x00\xff \n") or 0
    return bytes(made)


def shuffled(pattern):
    """Exchange what a pattern finds among its places."""

    def mutate(html, rng):
        found = pattern.findall(html)
        rng.shuffle(found)
        others = iter(found)
        return pattern.sub(lambda match: next(others), html)

    return mutate


def without_tags(html, rng):
    """Lose some tags."""
    return _TAG.sub(lambda tag: b"" if rng.random() < 0.2 else tag.group(), html)


def poisoned(html, rng):
    """Say what an attacker would, between tags and in the middle of words."""
    for _ in range(rng.randrange(1, 30)):
        at = rng.randrange(len(html) + 1)
        html = html[:at] + rng.choice(POISON).encode() + html[at:]
    return html


MUTATORS = (
    cut, doubled, shuffled_bytes, shuffled(_TAG), shuffled(_ATTRIBUTE), without_tags,
    poisoned,
)  # fmt: skip


def mutated(number, pages):
    """The page of a number: the same at every run."""
    rng = Random(number)
    html = rng.choice(pages)
    for mutate in rng.choices(MUTATORS, k=rng.randrange(1, 4)):
        html = mutate(html, rng) or b"<p>"
    return html


def test_mutated_pages_go_through_in_time_and_come_out_clean():
    pages = seeds()

    found = {}
    for number in range(MUTATIONS):
        if faults := faults_in(mutated(number, pages)):
            found[number] = faults

    assert found == {}


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>", "<p onclick=x>y</p>", '<a href="javascript:x">y</a>',
        "<!-- x -->", "<p class=x>y</p>", "<a href=/x>y</a>",
    ],
)  # fmt: skip
def test_the_stranger_finds_what_is_not_clean(html):
    assert faults_of(html)
