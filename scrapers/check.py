"""Run a definition's `[[check]]`s: extract its saved pages and compare.

The pages lie in the folder named like the definition, beside it. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scrapers.errors import ScrapeError
from scrapers.extract.article import extract
from scrapers.items import Hints, NotArticle, Page, ScrapedArticle
from scrapers.sandbox import Parser
from scrapers.source import Check, SourceSpec

# Not shown in full: a body is pages long.
LONGEST_SHOWN = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one check found: `faults` is empty when all was as it should be."""

    page: str
    faults: tuple[str, ...] = ()


def pages_folder(file: Path) -> Path:
    """Give the folder of a definition's saved pages."""
    return file.with_suffix("")


def run_checks(spec: SourceSpec, file: Path, parser: Parser) -> tuple[Finding, ...]:
    """Run every check of a definition, read from `file`, in order."""
    folder = pages_folder(file)
    return tuple(
        Finding(page=check.page, faults=tuple(_faults(check, spec, folder, parser)))
        for check in spec.check
    )


def unused_pages(spec: SourceSpec, file: Path) -> tuple[str, ...]:
    """Name the saved pages that no check reads."""
    folder = pages_folder(file)
    saved = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    return tuple(sorted(saved - {check.page for check in spec.check}))


def read_saved(path: Path, url: str) -> Page:
    """Give a saved page as if it had been fetched from `url`; OSError when missing."""
    return Page(
        url=url,
        requested_url=url,
        body=path.read_bytes(),
        content_type="text/html",
        fetched_at=datetime.now(UTC),
    )


def _faults(
    check: Check, spec: SourceSpec, folder: Path, parser: Parser
) -> Iterator[str]:
    url = check.url or spec.home
    try:
        page = read_saved(folder / check.page, url)
        found = parser.run(extract, page, spec.article, Hints(), spec.site(), url=url)
    except OSError as error:
        yield f"{folder / check.page}: {error.strerror}"
    except ScrapeError as error:
        yield error.reason
    else:
        if isinstance(found, NotArticle):
            yield f"no article: {found.reason}"
        else:
            yield from _differences(check, found)


def _differences(check: Check, found: ScrapedArticle) -> Iterator[str]:
    for key, wanted, got in _compared(check, found):
        if wanted is not None and wanted != got:
            yield f"{key}: wanted {_shown(wanted)}, got {_shown(got)}"
    for text in check.contains:
        if text not in found.body_text:
            yield f"contains: {_shown(text)} is not in the body"
    for text in check.lacks:
        if text in found.body_text:
            yield f"lacks: {_shown(text)} is in the body"


def _compared(
    check: Check, found: ScrapedArticle
) -> Iterator[tuple[str, object, object]]:
    """Give what can be compared: the key, what is wanted, what came."""
    published = found.published_at.isoformat() if found.published_at else ""
    language, image = found.language or "", found.image
    yield "title", check.title, found.title
    yield "authors", check.authors, tuple(author.name for author in found.authors)
    yield "categories", check.categories, category_names(found)
    wanted_tags = None if check.tags is None else sorted(check.tags)
    yield "tags", wanted_tags, sorted(found.tags)
    wanted_day = check.published
    yield "published", wanted_day, published[: len(wanted_day or "")] or published
    yield "language", check.language, language[: len(check.language or "")] or language
    yield "image", check.image, image.url if image else None


def category_names(article: ScrapedArticle) -> tuple[str, ...]:
    """Give the names of all categories, outermost first, each once."""
    names = (name for path in article.categories for name in path)
    return tuple(dict.fromkeys(names))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
