"""A cached feed, gzip 200 and 304, beside nginx serving the same bytes from a file.

    python -m benchmarks.serving [--seconds 4] [--rounds 5] [--connections 32]

One worker each: nginx with gzip_static, `wireroom web`, granian with a bare Flask view
that holds the bytes. wrk asks them in turn, several rounds; the table has the median of
each and the ratio to nginx. Needs nginx and wrk; says so and stops where they are not.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from statistics import median

from flask import Flask, Response, request

from config.settings import Settings
from db import migrate
from db.engine import build_engine, transaction
from scrapers.items import Author, Image
from tests.factories_feeds import add_article, add_source, article

ENTRIES = 50
WORDS = (
    "bridge noon ferry river county market school road teacher harvest council water "
    "village minister rain train court hospital price farmer strike election border "
    "night morning week year because although before until while against between"
)
FOLDER = "BENCHMARK_FOLDER"
NGINX = """
{user} daemon off; worker_processes 1;
pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; keepalive_requests 1000000000;
  types {{ application/atom+xml atom; }} charset utf-8; charset_types *;
  server {{
    listen 127.0.0.1:{port} backlog=1024; root {folder}/www;
    gzip_static on; gzip_vary on; add_header Cache-Control "public, max-age=60";
  }}
}}
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Peer:
    """One server: where the feed is, and the tag a reader of its gzip holds."""

    name: str
    url: str
    tag: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What wrk measured: requests a second, and the slowest hundredth in ms."""

    rate: float
    p99: float


def bare_flask() -> Flask:
    """Make the floor: a Flask view that answers from bytes it holds."""
    folder = Path(os.environ[FOLDER])
    zipped = (folder / "www/all.atom.gz").read_bytes()
    app = Flask("bare")

    @app.get("/all.atom")
    def feed() -> Response:
        answer = Response(zipped, content_type="application/atom+xml; charset=utf-8")
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Vary"] = "Accept-Encoding"
        answer.set_etag("bare")
        return answer.make_conditional(request)  # type: ignore[return-value] # itself

    return app


def main() -> int:
    """Measure and print; 2 where a needed program is missing."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=32)
    asked = parser.parse_args()
    missing = [name for name in ("nginx", "wrk") if find(name) is None]
    if missing:
        print(f"skipped: {' and '.join(missing)} not installed")
        return 2
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder = Path(name)
        fill(folder)
        ours = running.enter_context(wireroom(folder, "/feeds/all.atom"))
        publish(folder, ours.url)
        peers = (
            running.enter_context(nginx(folder)),
            ours,
            running.enter_context(granian(folder, "/all.atom")),
        )
        for status in (200, 304):
            report(peers, status, asked)
    return 0


def report(peers: tuple[Peer, ...], status: int, asked: argparse.Namespace) -> None:
    """Ask all peers in turn and print the medians."""
    loads: dict[str, list[Load]] = {peer.name: [] for peer in peers}
    for _ in range(asked.rounds):
        for peer in peers:
            loads[peer.name].append(ask(peer, status, asked))
    floor = median(load.rate for load in loads["nginx"])
    slow = median(load.p99 for load in loads["nginx"])
    print(f"\ngzip, {status}          requests/s   ratio    p99 ms   ratio")
    for name, found in loads.items():
        rate, p99 = median(f.rate for f in found), median(f.p99 for f in found)
        print(
            f"{name:18} {rate:10,.0f}   {rate / floor:5.2f}   {p99:7.2f}   "
            f"{p99 / slow:5.2f}"
        )


def ask(peer: Peer, status: int, asked: argparse.Namespace) -> Load:
    """Let wrk ask one peer; every answer must have the status that is measured."""
    wanted = {"Accept-Encoding": "gzip"}
    if status == 304:
        wanted["If-None-Match"] = peer.tag
    if fetch(peer.url, wanted)[0] != status:
        message = f"{peer.name} does not answer {status}"
        raise RuntimeError(message)
    headers = [f"-H{name}: {value}" for name, value in wanted.items()]
    options = ["-t1", f"-c{asked.connections}", f"-d{asked.seconds}s", "--latency"]
    text = subprocess.run(
        [str(find("wrk")), *options, *headers, peer.url],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    slow = re.search(r"99%\s+([\d.]+)(us|ms|s)", text)
    if rate is None or slow is None or ("Non-2xx" in text and status == 200):
        raise RuntimeError(text)
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}[slow[2]]
    return Load(rate=float(rate[1]), p99=float(slow[1]) * unit)


def fill(folder: Path) -> None:
    """Make a database with as many articles as a feed holds."""
    engine = build_engine(settings_of(folder).database_url)
    migrate.upgrade(engine)
    rng = random.Random(1)
    with transaction(engine) as session:
        add_source(session)
        for number in range(1, ENTRIES + 1):
            words = " ".join(rng.choices(WORDS.split(), k=150))
            add_article(session, article(number, **details(number, words)))
    engine.dispose()


def details(number: int, words: str) -> dict[str, object]:
    """Give an article what those of a news site have."""
    return {
        "body_html": f"<p>{words}</p>",
        "body_text": words,
        "authors": (Author(name=f"Reporter {number % 7}"),),
        "categories": (("News", "Local News"),),
        "tags": ("rivers", "ferries"),
        "image": Image(url=f"https://example.org/pictures/{number}.jpg"),
    }


def publish(folder: Path, url: str) -> None:
    """Put our own bytes where nginx finds them."""
    (folder / "www").mkdir()
    for suffix, coding in (("", "identity"), (".gz", "gzip")):
        _, _, body = fetch(url, {"Accept-Encoding": coding})
        (folder / f"www/all.atom{suffix}").write_bytes(body)
        print(f"all.atom{suffix}: {len(body):,} bytes")


@contextmanager
def nginx(folder: Path) -> Iterator[Peer]:
    """Run nginx over the folder's files."""
    port = free_port()
    user = "user root;" if os.geteuid() == 0 else ""  # it would else read as nobody
    conf = NGINX.format(folder=folder, port=port, user=user)
    (folder / "nginx.conf").write_text(conf)
    command = [str(find("nginx")), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with running(command, {}):
        yield peer("nginx", f"http://127.0.0.1:{port}/all.atom")


@contextmanager
def wireroom(folder: Path, path: str) -> Iterator[Peer]:
    """Run `wireroom web` on the folder's database, set as it comes."""
    port = free_port()
    settings = settings_of(folder)
    asked = {
        "WIREROOM_DATABASE_URL": settings.database_url,
        "WIREROOM_SECRET_KEY_FILE": str(settings.secret_key_file),
        "WIREROOM_FEED_ENTRIES": str(settings.feed_entries),
        "WIREROOM_BIND": f"127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "service.cli.main", "web"]
    with running(command, asked):
        yield peer("ours", f"http://127.0.0.1:{port}{path}")


@contextmanager
def granian(folder: Path, path: str) -> Iterator[Peer]:
    """Run granian over the bare view, with eight threads, as Flask is served."""
    port = free_port()
    options = ["--interface", "wsgi", "--factory", "--blocking-threads", "8"]
    address = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    target = "benchmarks.serving:bare_flask"
    command = [sys.executable, "-m", "granian", *options, *address, target]
    with running(command, {FOLDER: str(folder)}):
        yield peer("granian, Flask", f"http://127.0.0.1:{port}{path}")


@contextmanager
def running(command: list[str], environment: Mapping[str, str]) -> Iterator[None]:
    """Run a server until the end of the block."""
    with subprocess.Popen(command, env={**os.environ, **environment}) as process:
        try:
            yield
        finally:
            process.terminate()


def peer(name: str, url: str) -> Peer:
    """Wait until a server answers, and take its tag."""
    for _ in range(100):
        try:
            _, headers, _ = fetch(url, {"Accept-Encoding": "gzip"})
            return Peer(name=name, url=url, tag=headers["etag"])
        except OSError:
            time.sleep(0.1)
    message = f"{name} does not answer at {url}"
    raise RuntimeError(message)


def fetch(url: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    """Ask once; a 304 is an answer."""
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, headers=headers)
        ) as found:
            return found.status, lowered(found.headers), found.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, lowered(error.headers), b""


def lowered(headers: Message) -> dict[str, str]:
    """Give headers by their names in lower case: servers spell them variously."""
    return {name.lower(): value for name, value in headers.items()}


def find(name: str) -> str | None:
    """Find a program; nginx hides in sbin."""
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings_of(folder: Path) -> Settings:
    """Give the settings of a benchmark's database."""
    return Settings(
        database_url=f"sqlite:///{folder}/wireroom.db",
        feed_entries=ENTRIES,
        secret_key_file=folder / "key",
    )


if __name__ == "__main__":
    sys.exit(main())
