"""A year of one source, and readers that poll at random: each ends with what is there.

By default it is two months with an article a day; `YEAR_OF_ARTICLES=10000` makes it a
year with that many.
"""

import os
import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from werkzeug.serving import make_server

from tests.service.feeds.conftest import BASE, make_web
from tests.year import BEGIN, Year

ATOM = "{http://www.w3.org/2005/Atom}"
GONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
COUNT = int(os.environ.get("YEAR_OF_ARTICLES", "60"))
LENGTH = timedelta(days=365 if "YEAR_OF_ARTICLES" in os.environ else 60)
# A week's articles and a week's edits fit into a window.
WINDOW = max(15, COUNT // 25)
# A reader that comes once a week, or oftener.
LONGEST = timedelta(days=6, hours=20)


@dataclass
class DeltaReader:
    """Asks for deltas; walks back by `next` when it may have missed a page."""

    web: Any
    address: str
    kept: dict[str, tuple[str, str]] = field(default_factory=dict)
    announced: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    tag: str = ""

    def poll(self):
        answer = self.web.get(self.address, A_IM="feed", If_None_Match=self.tag)
        self.statuses.append(answer.status_code)
        if answer.status_code == 304:
            return
        self.tag = answer.headers["ETag"]
        new = self.take(answer)
        address = link(answer, "next")
        while address and new and answer.status_code == 200 and self.is_behind(answer):
            answer = self.web.get(address.removeprefix(BASE))
            new, address = self.take(answer), link(answer, "next")

    def is_behind(self, answer):
        """Whether the document's last entry is new, so that there may be more."""
        return ids(answer)[-1] in self.fresh

    def take(self, answer):
        root = ET.fromstring(answer.data)
        self.fresh = set()
        for grave in root.iter(GONE):
            self.kept.pop(grave.get("ref"), None)
        for entry in root.iter(f"{ATOM}entry"):
            name = entry.findtext(f"{ATOM}id")
            updated = entry.findtext(f"{ATOM}updated")
            if name not in self.kept:
                self.fresh.add(name)
                self.announced.append(name)
            assert updated >= self.kept.get(name, ("", ""))[0]
            self.kept[name] = updated, entry.findtext(f"{ATOM}title")
        return self.fresh

    def titles(self):
        return {name: title for name, (_, title) in self.kept.items()}


def ids(answer):
    found = ET.fromstring(answer.data).iter(f"{ATOM}entry")
    return [entry.findtext(f"{ATOM}id") for entry in found]


def link(answer, relation):
    found = ET.fromstring(answer.data).findall(f"{ATOM}link")
    return next((o.get("href") for o in found if o.get("rel") == relation), None)


def archived(web, address):
    """Follow prev-archive from a feed: titles by id, and the archives' addresses."""
    titles, addresses, seen = {}, [], []
    while address:
        answer = web.get(address.removeprefix(BASE))
        for entry in ET.fromstring(answer.data).iter(f"{ATOM}entry"):
            name = entry.findtext(f"{ATOM}id")
            titles.setdefault(name, entry.findtext(f"{ATOM}title"))
            seen += [name] if addresses else []
        addresses.append(link(answer, "self"))
        address = link(answer, "prev-archive")
    assert len(seen) == len(set(seen))
    return titles, addresses[1:]


def live(web, year, readers, rng):
    """Let the year pass, with the readers polling at random; give the archives met."""
    polls = [(BEGIN + rng.random() * LONGEST, n) for n in range(len(readers))]
    middle = []
    for at, what, number in year.happenings():
        while min(polls)[0] < at:
            due = min(polls)
            polls.remove(due)
            moment, index = due
            web.clock.seconds = moment.timestamp()
            web.notice()
            readers[index].poll()
            polls.append((moment + rng.uniform(0.02, 1) * LONGEST, index))
        if not middle and at > BEGIN + LENGTH / 2:
            web.notice()
            middle = archived(web, f"{BASE}/feeds/daily.atom")[1]
        year.happen(at, what, number)
    web.clock.seconds = (at + timedelta(minutes=1)).timestamp()
    web.notice()
    for reader in readers:
        reader.poll()
    return middle


def test_every_reader_ends_with_exactly_what_is_there(engine, tmp_path):
    web = make_web(engine, tmp_path, feed_entries=WINDOW)
    year, rng = Year(engine, COUNT, LENGTH), random.Random(2)
    all_of_it = [DeltaReader(web, "/feeds/daily.atom") for _ in range(2)]
    of_floods = DeltaReader(web, "/feeds/all.atom?tag=flood")
    middle = live(web, year, [*all_of_it, of_floods], rng)

    for reader in all_of_it:
        assert reader.titles() == year.standing()
        twice = [n for n, times in Counter(reader.announced).items() if times > 1]
        assert set(twice) <= {year.names()[number] for number in year.restored}
        assert reader.statuses.count(226) > reader.statuses.count(200)
    assert of_floods.titles() == year.standing("flood")
    titles, addresses = archived(web, f"{BASE}/feeds/daily.atom")
    assert titles == year.standing()
    assert archived(web, f"{BASE}/feeds/all.atom?tag=flood")[0] == year.standing(
        "flood"
    )
    assert addresses[len(addresses) - len(middle) :] == middle
    assert middle


def test_the_reader_package_ends_with_every_article(engine, tmp_path):
    reader_package = pytest.importorskip("reader")
    web = make_web(engine, tmp_path, feed_entries=WINDOW)
    year, rng = Year(engine, COUNT, LENGTH, seed=3), random.Random(4)
    server = make_server("127.0.0.1", 0, web.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    reader = reader_package.make_reader(str(tmp_path / "reader.sqlite"))
    try:
        address = f"http://127.0.0.1:{server.server_port}/feeds/daily.atom"
        reader.add_feed(address)

        @dataclass
        class Poller:
            polls: int = 0

            def poll(self):
                self.polls += 1
                reader.update_feed(address)

        live(web, year, [Poller()], rng)
        found = {entry.id: entry.title for entry in reader.get_entries()}
    finally:
        reader.close()
        server.shutdown()
        thread.join()
        server.server_close()
    standing = year.standing()
    assert {name: found.get(name) for name in standing} == standing
    assert len(found) <= COUNT


def test_the_year_has_everything_in_it():
    year = Year(None, 500, LENGTH)
    kinds = {what for _, what, _ in year.happenings()}

    assert kinds == {
        *("publish", "late", "edit", "redate", "move", "retag", "withdraw", "restore")
    }
    assert datetime.fromtimestamp(0, UTC) < BEGIN
