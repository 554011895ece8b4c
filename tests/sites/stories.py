"""Invented stories: the same number always tells the same one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random

LATEST = datetime(2026, 2, 28, 17, 40, tzinfo=timezone(timedelta(hours=1)))
EVERY = timedelta(hours=83)
WRITERS = ("Hanna Brandt", "Tomas Lindqvist", "Maria Okafor")
SECTIONS = ("Harbour", "Council", "Culture")
TAGS = ("ferries", "budget", "weather", "theatre", "schools")

_WHO = ("The harbour board", "A choir of pilots", "The town clerk", "Two bakers")
_DOES = ("reopens", "counts", "paints", "gives back", "cannot find", "sells")
_WHAT = ("the old lighthouse", "nine lost buoys", "a bridge", "the winter ferry")
_WHY = ("after a long night", "to general surprise", "before the thaw", "at last")
_SAYS = (
    "Nobody on the quay could remember when that had last been done, or by whom.",
    "The clerk wrote it down twice, once in the book and once on his sleeve.",
    "By noon the tide had settled the question for everyone who still had one.",
    "It will cost less than was feared, the treasurer said, and more than was hoped.",
    "Children from the upper school were given the afternoon off to see it.",
    "A motion to postpone was itself postponed, with only the postman against.",
    "The wind, which had been expected on Tuesday, came late and stayed for lunch.",
    "What remains of the fund goes into new ropes, of which there are never enough.",
)


@dataclass(frozen=True)
class Story:
    """One article: what every site of these shows of it, each in its own way."""

    number: int
    title: str
    slug: str
    at: datetime
    author: str
    section: str
    tag: str
    paragraphs: tuple[str, ...]

    @property
    def excerpt(self) -> str:
        return self.paragraphs[0][:140].rsplit(" ", 1)[0] + "…"


def story(number: int) -> Story:
    dice = Random(number)
    words = [dice.choice(part) for part in (_WHO, _DOES, _WHAT, _WHY)]
    title = f"{' '.join(words)}, report {number}"
    slug = title.lower().replace(",", "").replace(" ", "-")
    return Story(
        number=number,
        title=title,
        slug=slug,
        at=LATEST - number * EVERY,
        author=WRITERS[number % len(WRITERS)],
        section=SECTIONS[number % len(SECTIONS)],
        tag=TAGS[number % len(TAGS)],
        paragraphs=tuple(
            f"Report {number}, part {part}. " + " ".join(dice.sample(_SAYS, 5))
            for part in range(1, 5)
        ),
    )


def stories(count: int) -> list[Story]:
    """So many stories, the newest first."""
    return [story(number) for number in range(1, count + 1)]


def prose(one: Story) -> str:
    return "".join(f"<p>{text}</p>" for text in one.paragraphs)
