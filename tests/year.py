"""A simulated year of one source, or less: what happens to its articles."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from db.articles import restore, store, withdraw
from db.engine import transaction
from db.models import ArticleRow, SourceRow
from tests.factories import arrival, scraped

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = ("bridge", "ferry", "river", "county", "school", "road", "harvest", "rain")

# What may happen to an article after it is published: how often, and within how long.
LATER = {
    "edit": (0.15, timedelta(days=60)),
    "redate": (0.05, timedelta(days=20)),
    "move": (0.05, timedelta(days=90)),
    "retag": (0.06, timedelta(days=30)),
    "withdraw": (0.06, timedelta(days=30)),
}


@dataclass
class Year:
    """The year's happenings in order, and the database they happen to."""

    engine: Any
    count: int
    length: timedelta
    seed: int = 1
    positions: dict[int, int] = field(default_factory=dict)
    values: dict[int, dict[str, Any]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    restored: set[int] = field(default_factory=set)

    def happenings(self) -> list[tuple[datetime, str, int]]:
        """Everything that happens, in order: when, what, to which article."""
        rng = random.Random(self.seed)
        found = []
        for number in range(self.count):
            at = BEGIN + rng.random() * self.length
            found.append((at, "late" if rng.random() < 0.1 else "publish", number))
            for what, (share, within) in LATER.items():
                later = at + timedelta(minutes=1) + rng.random() * within
                if rng.random() < share:
                    found.append((later, what, number))
                    if what == "withdraw" and rng.random() < 0.5:
                        back = later + rng.random() * timedelta(days=10)
                        found.append((back, "restore", number))
        return sorted(found)

    def happen(self, at: datetime, what: str, number: int) -> None:
        """Let one thing happen."""
        with transaction(self.engine) as session:
            if what == "withdraw":
                withdraw(session, [self.positions[number]], by="site", now=at)
                self.gone.add(number)
            elif what == "restore":
                restore(session, [self.positions[number]], now=at)
                self.gone.discard(number)
                self.restored.add(number)
            elif number not in self.gone:
                self._store(session, at, what, number)

    def _store(self, session: Any, at: datetime, what: str, number: int) -> None:
        values = self.values.setdefault(number, first_values(number, at))
        if what == "late":
            values["published_at"] = at - timedelta(days=60, minutes=number)
        elif what == "edit":
            values["title"] += " (corrected)"
        elif what == "redate":
            values["published_at"] -= timedelta(days=2)
        elif what == "move":
            values["url"] += "moved/"
        elif what == "retag":
            values["tags"] = () if values["tags"] else ("flood",)
        article = scraped(number, **values)
        (stored,) = store(
            session,
            session.scalars(select(SourceRow.id)).one(),
            "daily",
            [
                arrival(
                    article,
                    content_hash=f"{article.title} {article.tags}",
                    position=self.positions.get(number),
                )
            ],
            now=at,
        )
        self.positions[number] = stored.position

    def standing(self, tag: str | None = None) -> dict[str, str]:
        """What a reader must end with: titles by id, of one tag or of all."""
        names = self.names()
        return {
            names[number]: values["title"]
            for number, values in self.values.items()
            if number not in self.gone and (tag is None or tag in values["tags"])
        }

    def names(self) -> dict[int, str]:
        """The id of each article."""
        with transaction(self.engine) as session:
            rows = select(ArticleRow.position, ArticleRow.uid)
            uids = {row.position: row.uid for row in session.execute(rows)}
        assert len(uids) == self.count
        return {n: f"urn:uuid:{uids[at]}" for n, at in self.positions.items()}


def first_values(number: int, at: datetime) -> dict[str, Any]:
    """An article as it is first published: like no other."""
    rng = random.Random(number)
    text = " ".join(rng.choices(WORDS, k=40)) + f" {number}."
    return {
        "url": f"https://example.org/2026/story-{number}/",
        "title": f"{' '.join(rng.choices(WORDS, k=4))} {number}",
        "body_html": f"<p>{text}</p>",
        "body_text": text,
        "published_at": at.replace(microsecond=0),
        "tags": ("flood",) if number % 2 else (),
    }
