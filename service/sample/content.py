"""The written articles of the example site, and the words of its world.

Each file in `articles/` is one article: header lines, an empty line, paragraphs. Pure;
when something is published or edited is decided in `edition`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable
from zlib import crc32
from zoneinfo import ZoneInfo

SITE_NAME = "The Mtoni Courier"
TAGLINE = "News from a river town that is on no map"
ZONE = ZoneInfo("Africa/Nairobi")
# Below any minute since 1970 that has a bulletin.
FIRST_ID, ID_SPAN = 1_000, 1_000_000
RIGHT_TO_LEFT = frozenset({"fa"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Writer:
    """Who signs articles."""

    id: int
    slug: str
    name: str
    about: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A category; `parent` is the slug of the one it is filed under, "" if none."""

    id: int
    slug: str
    name: str
    parent: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """What an author wrote. `title_html` differs where a title carries markup.

    `edits` are the paragraphs that later versions end with; `section` is a slug, ""
    for a post filed nowhere; `picture` is the caption of the lead image, if any.
    """

    id: int
    slug: str
    title: str
    title_html: str
    writer: str
    section: str
    tags: tuple[str, ...]
    published_at: datetime
    language: str
    body_html: str
    excerpt: str
    picture: str | None = None
    edits: tuple[str, ...] = ()
    is_sticky: bool = False
    is_locked: bool = False
    shows_date: bool = True


WRITERS = {
    writer.slug: writer
    for writer in (
        Writer(
            id=2,
            slug="amina-wekesa",
            name="Amina Wekesa",
            about="Amina writes about the river and whoever lives by it.",
        ),
        Writer(
            id=3,
            slug="joseph-kilonzo",
            name="Joseph Kilonzo",
            about="Joseph sits in every council meeting, to the end.",
        ),
        Writer(
            id=4,
            slug="nell-obuya",
            name="Nell O'Buya",
            about="Nell reviews music, books and the tea at book launches.",
        ),
        Writer(
            id=5,
            slug="neema-baraka",
            name="Neema Baraka",
            about="Neema ni mwandishi wa habari za mtaa na utamaduni.",
        ),
        Writer(
            id=6,
            slug="shirin-azadi",
            name="شیرین آزادی",
            about="شیرین دربارهٔ کتاب، زبان و همسایه‌ها می‌نویسد.",
        ),
        Writer(
            id=7,
            slug="desk",
            name="The Courier's desk",
            about="What nobody signed, everybody checked.",
        ),
    )
}
SECTIONS = {
    section.slug: section
    for section in (
        Section(id=10, slug="news", name="News"),
        Section(id=11, slug="town", name="Town", parent="news"),
        Section(id=12, slug="river", name="River & Harbour", parent="news"),
        Section(id=13, slug="schools", name="Schools", parent="news"),
        Section(id=20, slug="culture", name="Culture"),
        Section(id=21, slug="music", name="Music", parent="culture"),
        Section(id=22, slug="books", name="Books", parent="culture"),
        Section(id=30, slug="sport", name="Sport"),
        Section(id=40, slug="opinion", name="Opinion"),
        Section(id=50, slug="kiswahili", name="Kiswahili"),
        Section(id=51, slug="habari-za-mji", name="Habari za Mji", parent="kiswahili"),
        Section(id=52, slug="utamaduni", name="Utamaduni", parent="kiswahili"),
        Section(id=60, slug="farsi", name="فارسی"),
        Section(id=61, slug="shahr", name="شهر", parent="farsi"),
        Section(id=62, slug="ketab", name="کتاب و زبان", parent="farsi"),
        Section(id=70, slug="notices", name="Notices"),
    )
}
# What WordPress files a post under that nobody filed.
NOWHERE = Section(id=1, slug="uncategorized", name="Uncategorized")


def section_path(slug: str) -> tuple[Section, ...]:
    """Give the sections from the outermost to the one with this slug; none for ""."""
    path: list[Section] = []
    while slug:
        section = SECTIONS[slug]
        path.insert(0, section)
        slug = section.parent
    return tuple(path)


@cache
def articles() -> tuple[Article, ...]:
    """Read the written articles, oldest first."""
    folder = files("service.sample") / "articles"
    found = [_read(file) for file in folder.iterdir() if file.name.endswith(".txt")]
    return tuple(sorted(found, key=lambda article: article.published_at))


def to_html(text: str) -> str:
    """Make HTML of plain text: paragraphs, `## heading`, `> quotation`, `- items`."""
    return "\n".join(
        _block(part.strip()) for part in text.split("\n\n") if part.strip()
    )


def excerpt_of(text: str) -> str:
    """Give the words an excerpt shows: those of the first paragraph."""
    return " ".join(text.strip().partition("\n\n")[0].split())


def _read(file: Traversable) -> Article:
    head, _, body = file.read_text(encoding="utf-8").partition("\n\n")
    lines = [line.partition(":") for line in head.splitlines()]
    fields = {key: value.strip() for key, _, value in lines if key != "Edit"}
    edits = tuple(value.strip() for key, _, value in lines if key == "Edit")
    marks = fields.get("Marks", "").split()
    title = fields["Title"]
    return Article(
        # Of its name, so that another article moves no number.
        id=FIRST_ID + crc32(file.name.encode()) % ID_SPAN,
        slug=fields.get("Slug") or file.name.removesuffix(".txt"),
        title=title,
        title_html=fields.get("Title-HTML") or escape(title, quote=False),
        writer=fields["Writer"],
        section=fields.get("Section", ""),
        tags=tuple(t.strip() for t in fields.get("Tags", "").split(",") if t.strip()),
        published_at=datetime.fromisoformat(fields["Date"]).replace(tzinfo=ZONE),
        language=fields.get("Language", "en"),
        body_html=to_html(body),
        excerpt=excerpt_of(body),
        picture=fields.get("Picture"),
        edits=edits,
        is_sticky="sticky" in marks,
        is_locked="locked" in marks,
        shows_date="dateless" not in marks,
    )


def _block(text: str) -> str:
    safe = escape(text, quote=False)
    if safe.startswith("## "):
        return f"<h2>{safe[3:]}</h2>"
    if safe.startswith("&gt; "):
        quoted = " ".join(line.removeprefix("&gt; ") for line in safe.splitlines())
        return f"<blockquote><p>{quoted}</p></blockquote>"
    if safe.startswith("- "):
        items = "".join(f"<li>{line[2:]}</li>" for line in safe.splitlines())
        return f"<ul>{items}</ul>"
    return f"<p>{' '.join(safe.splitlines())}</p>"
