"""Real feed readers on our feeds: whether they read all of an article.

    python -m benchmarks.readers [--node-modules FOLDER]

Serves three articles, a recording with each, and lets every reader that is installed
here read each format it claims to: the Python packages feedparser, reader and
fastfeedparser, the programs newsboat and sfeed, and from FOLDER (where `npm install
rss-parser feedsmith` was run) the npm packages. Prints what each found of title,
author, date, text and recording, and what we answered to its polls. Exits 1 when one
that is here missed something.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

from benchmarks.serving import settings_of
from db import migrate
from db.engine import transaction
from scrapers.items import Author, Enclosure
from service.app import create_app
from service.services import build
from tests.factories_feeds import add_article, add_source, article

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

COUNT = 3
AUTHOR = "Amina Otieno"
FIELDS = ("title", "author", "date", "content", "file")
FILE = Enclosure(
    url="https://cdn.example.org/episode.mp3",
    media_type="audio/mpeg",
    length=12_216_320,
    duration_seconds=3723,
)
# Who reads recordings of RSS and JSON Feed alone.
FILELESS = {("fastfeedparser", "atom"), ("rss-parser", "atom")}
NODE = """
const url = process.argv[1];
const wanted = process.argv[2];
(async () => {
  if (wanted === "rss-parser") {
    const feed = await new (require("rss-parser"))().parseURL(url);
    console.log(JSON.stringify(feed.items.map((i) => ({
      title: i.title, author: i.creator || i.author, date: i.isoDate,
      content: i["content:encoded"] || i.content,
      file: i.enclosure && i.enclosure.url }))));
  } else {
    const { parseFeed } = await import("feedsmith");
    const { format, feed } = parseFeed(await (await fetch(url)).text());
    const items = feed.items || feed.entries;
    console.log(JSON.stringify(items.map((i) => ({
      title: i.title && i.title.value || i.title,
      author: JSON.stringify(i.authors || (i.dc && (i.dc.creators || i.dc.creator))),
      date: i.pubDate || i.published || i.date_published,
      content: (i.content && (i.content.encoded || i.content.value || i.content))
        || i.content_html,
      file: JSON.stringify(i.enclosures || i.attachments || i.links) }))));
  }
})();
"""

# What a reader found: an object of FIELDS for each article.
Found = list[dict[str, object]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """A reader: whether it is here, how it polls twice, and what it claims to read."""

    name: str
    is_here: bool
    read: Callable[[str], Found]
    formats: tuple[str, ...] = ("rss", "atom")
    sends_validators: bool = False


@dataclass
class Served:
    """Where the feeds are, and the statuses of what was answered lately."""

    url: str = ""
    statuses: list[str] = field(default_factory=list)


class Quiet(WSGIRequestHandler):
    """Logs nothing: the table is the output."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def main() -> int:
    """Let all readers read, print, and say whether one missed something."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--node-modules", type=Path)
    asked = parser.parse_args()
    failed = False
    with served() as ours:
        for reader in readers(asked.node_modules):
            if not reader.is_here:
                print(f"{reader.name:16} is not installed here")
                continue
            for form in reader.formats:
                failed |= not report(reader, form, ours)
    return int(failed)


def report(reader: Reader, form: str, ours: Served) -> bool:
    """Let one reader read one format, print, and say whether all is well."""
    ours.statuses.clear()
    try:
        found = reader.read(f"{ours.url}/feeds/daily.{form}")
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        print(f"{reader.name:16} {form:5} failed: {error}")
        return False
    wanted = FIELDS[:-1] if (reader.name, form) in FILELESS else FIELDS
    missing = [name for name in wanted if not all(is_whole(o, name) for o in found)]
    polls = ", ".join(ours.statuses)
    is_well = len(found) == COUNT and not missing
    if reader.sends_validators:
        is_well = is_well and ours.statuses[-1] == "304"
    said = "all of it" if is_well else f"without {', '.join(missing) or 'a 304'}"
    print(f"{reader.name:16} {form:5} {len(found)} articles, {said}; polls: {polls}")
    return is_well


def is_whole(one: dict[str, object], name: str) -> bool:
    """Say whether a field holds what was published."""
    value = str(one.get(name) or "")
    if name in ("author", "file"):
        return (AUTHOR if name == "author" else FILE.url) in value
    return {"title": "Story", "content": "The body of"}.get(name, "") in value != ""


@contextmanager
def served() -> Iterator[Served]:
    """Serve three articles on a free port of the loopback."""
    with tempfile.TemporaryDirectory() as name:
        services = build(settings_of(Path(name)), kind="web")
        migrate.upgrade(services.engine)
        with transaction(services.engine) as session:
            add_source(session)
            for number in range(1, COUNT + 1):
                author = Author(name=AUTHOR)
                made = article(number, authors=(author,), enclosures=(FILE,))
                add_article(session, made)
        ours = Served()
        inner = create_app(services)

        def logged(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            return inner(environ, noted(start, ours.statuses))

        server = make_server("127.0.0.1", 0, logged, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        ours.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield ours
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            services.engine.dispose()


def noted(start: StartResponse, statuses: list[str]) -> StartResponse:
    """Give a start_response that notes the status."""

    def begin(
        status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None
    ) -> Callable[[bytes], object]:
        statuses.append(status.partition(" ")[0])
        return start(status, headers, exc_info)

    return begin


def readers(modules: Path | None) -> list[Reader]:
    """List the readers, those that are not here too."""
    node = [] if modules is None else [one.name for one in modules.iterdir()]
    every = ("rss", "atom", "json")
    return [
        Reader(
            name="feedparser",
            is_here=find_spec("feedparser") is not None,
            read=by_feedparser,
            sends_validators=True,
        ),
        Reader(
            name="reader",
            is_here=find_spec("reader") is not None,
            read=by_reader,
            formats=every,
            sends_validators=True,
        ),
        Reader(
            name="fastfeedparser",
            is_here=find_spec("fastfeedparser") is not None,
            read=by_fastfeedparser,
            formats=every,
        ),
        Reader(
            name="newsboat",
            is_here=shutil.which("newsboat") is not None,
            read=by_newsboat,
        ),
        Reader(name="sfeed", is_here=shutil.which("sfeed") is not None, read=by_sfeed),
        *(
            Reader(
                name=name,
                is_here=name in node and shutil.which("node") is not None,
                read=by_node(name, modules),
                formats=formats,
            )
            for name, formats in (("rss-parser", ("rss", "atom")), ("feedsmith", every))
        ),
    ]


def by_feedparser(url: str) -> Found:
    """Read with feedparser, the second time with what the first answer said."""
    import feedparser

    first = feedparser.parse(url)
    feedparser.parse(url, etag=first.etag, modified=first.modified)
    return [
        {
            "title": one.title,
            "author": one.get("author"),
            "date": one.get("published_parsed"),
            "content": one.content[0].value,
            "file": [link.href for link in one.enclosures],
        }
        for one in first.entries
    ]


def by_reader(url: str) -> Found:
    """Read with the package reader, which keeps validators itself."""
    from reader import make_reader

    with closing(make_reader(":memory:")) as reader:
        reader.add_feed(url)
        for _ in range(2):
            reader.update_feed(url)  # the plural one waits for the next hour
        return [
            {
                "title": one.title,
                "author": one.author,
                "date": one.published,
                "content": one.content[0].value,
                "file": [file.href for file in one.enclosures],
            }
            for one in reader.get_entries()
        ]


def by_fastfeedparser(url: str) -> Found:
    """Read with fastfeedparser."""
    import fastfeedparser

    return [
        {
            "title": one.title,
            "author": one.get("author"),
            "date": one.get("published"),
            "content": str(one.get("content")),
            "file": one.get("enclosures"),
        }
        for one in fastfeedparser.parse(url).entries
    ]


def by_newsboat(url: str) -> Found:
    """Read with newsboat, and look into its cache."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "urls").write_text(url + "\n")
        (folder / "config").write_text("")
        options = [f"-u{folder}/urls", f"-c{folder}/cache.db", f"-C{folder}/config"]
        for _ in range(2):
            run(["newsboat", *options, "-x", "reload"], HOME=name)
            time.sleep(0.1)
        with closing(sqlite3.connect(folder / "cache.db")) as cache:
            rows = cache.execute(
                "SELECT title, author, pubDate, content, enclosure_url FROM rss_item"
            )
            return [dict(zip(FIELDS, row, strict=True)) for row in rows]


def by_sfeed(url: str) -> Found:
    """Read with sfeed, which parses what it is piped."""
    with urllib.request.urlopen(url) as answer:
        text = subprocess.run(
            ["sfeed"], input=answer.read(), capture_output=True, check=True
        ).stdout.decode()
    rows = [line.split("\t") for line in text.splitlines()]
    return [
        {"date": row[0], "title": row[1], "content": row[3], "author": row[6]}
        | {"file": row[7]}
        for row in rows
    ]


def by_node(name: str, modules: Path | None) -> Callable[[str], Found]:
    """Give how an npm package reads."""

    def read(url: str) -> Found:
        folder = str((modules or Path()).resolve().parent)
        text = run(["node", "-e", NODE, url, name], cwd=folder)
        found: Found = json.loads(text)
        return found

    return read


def run(command: list[str], cwd: str | None = None, **environment: str) -> str:
    """Run a program to its end, at most half a minute; give what it printed."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        check=True,
        text=True,
        timeout=30,
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
