"""Extraction without a recipe, scored on annotated pages beside its peers.

    python -m benchmarks.extraction [DATA] [--repeat 3] [--every 1] [--sets fundus,naeb]

Prints body F1, the share of right titles, authors, days and so on, and CPU time over
parsing alone, by data set and by language. DATA holds folders with `ground_truth.json`
and `pages/ID.html.gz`. `extract` is what the whole extraction makes of a page: no
recipe, no hints, no site.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from statistics import median

from selectolax.lexbor import LexborHTMLParser

from benchmarks.scoring import Fields, Score, score, summary
from scrapers.extract.article import examine
from scrapers.extract.dates import Moment
from scrapers.extract.recipe import Recipe
from scrapers.items import Hints, Page, Precision, ScrapedArticle, Site
from scrapers.parsing_child import collect_rarely

DATA = Path(__file__).parents[1].parent / "shared" / "data" / "extraction"
RECIPE, HINTS, SITE = Recipe(), Hints(), Site()
FIGURES = ("body", "snippets", "title", "author", "day", "minute", "topics", "image")
# Languages with fewer pages tell nothing and are shown together.
FEW_PAGES = 4

Extractor = Callable[[bytes, str], Fields]


def extract(html: bytes, url: str) -> dict[str, object]:
    """Give text, title, authors, published, categories, image, language, body_html.

    `categories` are the topics: the tags where the page has any, else its category.
    """
    collect_rarely()  # as the child does in which the product reads pages
    page = Page(
        url=url or "http://unknown.invalid/article",
        requested_url=url or "http://unknown.invalid/article",
        body=html,
        content_type="text/html",
        fetched_at=datetime.now(UTC),
    )
    made, moment = examine(page, RECIPE, HINTS, SITE)
    if not isinstance(made, ScrapedArticle):
        return {"text": "", "reason": made.reason}
    names = [name for path in made.categories for name in path]
    return {
        "text": made.body_text,
        "title": made.title,
        "authors": [author.name for author in made.authors],
        "published": _published(moment),
        "categories": list(made.tags) or list(dict.fromkeys(names)),
        "image": made.image.url if made.image else None,
        "language": made.language,
        "body_html": made.body_html,
    }


def _published(moment: Moment | None) -> str | None:
    """In the zone the page states: its day is the day printed."""
    if moment is None:
        return None
    if moment.precision is Precision.TIME:
        return moment.at.isoformat()
    return moment.at.date().isoformat()


def trafilatura(html: bytes, url: str) -> Fields:
    """Text and metadata as trafilatura gives them."""
    made = import_module("trafilatura").bare_extraction(
        html, url=url or None, include_comments=False, with_metadata=True
    )
    if made is None:
        return {}
    topics = [*(made.tags or ()), *(made.categories or ())]
    return {
        "text": made.text, "title": made.title, "authors": made.author,
        "published": made.date, "categories": topics, "image": made.image,
    }  # fmt: skip


def resiliparse(html: bytes, url: str) -> Fields:
    """The text as resiliparse gives it, which reads no metadata."""
    del url
    encoding = import_module("resiliparse.parse.encoding").detect_encoding(html)
    trees = import_module("resiliparse.parse.html").HTMLTree
    tree = trees.parse_from_bytes(html, encoding)
    plain = import_module("resiliparse.extract.html2text").extract_plain_text
    return {"text": plain(tree, main_content=True, alt_texts=False, list_bullets=False)}


PEERS: dict[str, Extractor] = {"trafilatura": trafilatura, "resiliparse": resiliparse}

# What gives no metadata is not scored for them.
TEXT_ONLY = {"resiliparse": ("body", "snippets")}
# trafilatura's justext needs the last, and does not ask for it.
INSTALLED = "trafilatura resiliparse lxml_html_clean"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One annotated page."""

    folder: str
    html: bytes
    expected: Fields

    @property
    def url(self) -> str:
        """Its address, "" where none is known."""
        return str(self.expected.get("url") or "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """What one extractor made of one page, and its CPU time over parsing alone."""

    folder: str
    language: str
    score: Score
    seconds: float
    parsing: float


def samples(data: Path, sets: Sequence[str] = (), every: int = 1) -> list[Sample]:
    """Read the annotated pages under a folder, each `every`-th of each set."""
    found = []
    for truths in sorted(data.glob("*/ground_truth.json")):
        folder = truths.parent
        if sets and folder.name not in sets:
            continue
        annotated = sorted(json.loads(truths.read_text()).items())
        for name, expected in annotated[::every]:
            html = gzip.decompress((folder / "pages" / f"{name}.html.gz").read_bytes())
            found.append(Sample(folder=folder.name, html=html, expected=expected))
    return found


def measure(
    pages: Sequence[Sample], extractors: dict[str, Extractor], repeat: int
) -> dict[str, list[Run]]:
    """Run every extractor over every page; of repeated runs the quickest counts."""
    for page in pages[:5]:  # what is imported or compiled at first use
        for extractor in extractors.values():
            extractor(page.html, page.url)
    gc.collect()
    runs: dict[str, list[Run]] = {name: [] for name in extractors}
    for page in pages:
        parsing, _ = _timed(_parse, page, repeat)
        language = ""
        for name, extractor in extractors.items():
            seconds, got = _timed(extractor, page, repeat)
            language = language or _language(page, got)
            run = Run(
                folder=page.folder,
                language=language,
                score=score(page.expected, got),
                seconds=seconds,
                parsing=parsing,
            )
            runs[name].append(run)
    return runs


def _parse(html: bytes, url: str) -> Fields:
    del url
    LexborHTMLParser(html)
    return {}


def _timed(extractor: Extractor, page: Sample, repeat: int) -> tuple[float, Fields]:
    best, got = float("inf"), {}
    for _ in range(repeat):
        began = time.process_time()
        got = dict(extractor(page.html, page.url))
        best = min(best, time.process_time() - began)
    return best, got


def _language(page: Sample, got: Fields) -> str:
    """The language annotated, else the one extracted, without its region."""
    stated = str(page.expected.get("language") or got.get("language") or "unknown")
    return stated.replace("_", "-").partition("-")[0].lower()


def table(title: str, groups: dict[str, dict[str, list[Run]]]) -> Iterable[str]:
    """The lines of a table: each group, in it each extractor, the figures across."""
    wide = max(map(len, [*groups, title])) + 2
    head = "".join(f"{name:>9}" for name in FIGURES)
    yield f"{title:{wide}}{'':13}{'pages':>6}{head}{'CPU ×':>8}{'median':>8}{'ms':>8}"
    for group, by_name in groups.items():
        for name, runs in by_name.items():
            figures = TEXT_ONLY.get(name, FIGURES)
            yield f"{group:{wide}}{name:13}{len(runs):>6}{_figures(runs, figures)}"


def _figures(runs: list[Run], given: Sequence[str]) -> str:
    found = summary(run.score for run in runs)
    found = {name: figure for name, figure in found.items() if name in given}
    cells = "".join(f"{found[f]:9.3f}" if f in found else f"{'':9}" for f in FIGURES)
    parsing = sum(run.parsing for run in runs) or float("inf")
    ratio = sum(run.seconds for run in runs) / parsing
    ratios = [run.seconds / run.parsing for run in runs if run.parsing]
    milliseconds = median(1000 * run.seconds for run in runs)
    usual = median(ratios) if ratios else 0.0
    return f"{cells}{ratio:8.1f}{usual:8.1f}{milliseconds:8.2f}"


def grouped(
    runs: dict[str, list[Run]], key: Callable[[Run], str]
) -> dict[str, dict[str, list[Run]]]:
    """The runs by group, in it by extractor; every group holds the same pages."""
    groups: dict[str, dict[str, list[Run]]] = {}
    for name, made in runs.items():
        for run in made:
            groups.setdefault(key(run), {}).setdefault(name, []).append(run)
    return groups


def report(runs: dict[str, list[Run]]) -> Iterable[str]:
    """The lines of both tables: by data set and all together, by language."""
    by_set = grouped(runs, lambda run: run.folder) | {"all": runs}
    yield from table("data set", by_set)
    counts = Counter(run.language for run in next(iter(runs.values())))
    usual = [name for name, count in counts.most_common() if count >= FEW_PAGES]
    found = grouped(runs, lambda r: r.language if r.language in usual else "other")
    yield ""
    ordered = {name: found[name] for name in (*usual, "other") if name in found}
    yield from table("language", ordered)


def _is_there(name: str) -> bool:
    try:
        import_module(name)
    except ImportError:
        return False
    return True


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("data", nargs="?", type=Path, default=DATA, metavar="DATA")
    options.add_argument("--repeat", type=int, default=1, help="the quickest counts")
    options.add_argument("--every", type=int, default=1, help="only each Nth page")
    options.add_argument("--sets", default="", help="only these, parted by commas")
    given = options.parse_args(arguments)
    wanted = [name for name in given.sets.split(",") if name]
    pages = samples(given.data, wanted, given.every)
    if not pages:
        sys.exit(
            f"{given.data}: no folder with ground_truth.json and pages; name the folder"
            " that holds the data sets: python -m benchmarks.extraction DATA"
        )
    there = {name: peer for name, peer in PEERS.items() if _is_there(name)}
    if missing := [name for name in PEERS if name not in there]:
        print(
            f"{' and '.join(missing)} not installed and left out; to compare:"
            f" {Path(sys.executable).name} -m pip install {INSTALLED}\n",
            file=sys.stderr,
        )
    runs = measure(pages, {"ours": extract} | there, given.repeat)
    print("\n".join(report(runs)))


if __name__ == "__main__":
    main()
