"""What a request asks of a feed: its parameters, read, checked and normalised.

Two requests for the same ask with the same `query`, which is what the feed's own links
carry and what its document is kept under. Whether this feed may be asked so is found
out in `service.feeds.refusing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import unquote_to_bytes

from db.choosing import EVERYTHING, Narrowing, Stretch
from db.filters import MAX_QUOTED, PARAMETERS, Filter, fault_of
from db.records import Republish
from db.search import read_searches
from service.entries import POLICIES, query_of

# A document of a few megabytes; who wants more follows `next`.
MAX_LIMIT = 500

# One statement is made for all values, and each costs it some work.
MAX_VALUES = 50

# As long as a search may be. No tag or name of an article is longer.
MAX_VALUE = 300

# Of all mistakes of a request so many are told; a head has room for thousands.
MAX_TOLD = 10

# Of all parameters as the feed's links write them. It stands in several links and in
# what is remembered of the feed; addresses of 8,000 characters are refused elsewhere.
MAX_QUERY = 4000

# Positions are 64 bits wide; a database refuses what is wider.
MAX_POSITION = 2**63 - 1

_NUMBER = re.compile(r"[0-9]{1,19}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,100}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is asked of a feed; `content` is the most that is wanted of an article.

    `limit` is None where the operator's number of entries is meant, `token` is what a
    private feed opens with. `parameters` are all but `before`, `window` and `archive`,
    sorted, each value the one way it is written.
    """

    narrowing: Narrowing = EVERYTHING
    limit: int | None = None
    content: Republish = "full"
    token: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def query(self) -> str:
        """Write it as a query string; empty for a plain feed."""
        asked = self.narrowing
        return query_of(
            self.parameters,
            before=asked.before,
            window=asked.window,
            archive=asked.archive,
        )

    @property
    def description(self) -> str:
        """Say what the feed is narrowed to, for its title; empty for a plain feed."""
        said = [f"{name} {value}" for name, value in self.narrowing.filter.to_pairs()]
        if self.narrowing.since is not None:
            said.append(f"since {_written(self.narrowing.since)}")
        return ", ".join(said)


PLAIN = Asked()


def with_token(token: str | None) -> Asked:
    """Ask for a whole feed; a private one with its token."""
    if token is None:
        return PLAIN
    return Asked(token=token, parameters=(("token", token),))


def check_encoding(query: bytes) -> None:
    """Refuse a query string that is no text in UTF-8: ValueError names the parameter.

    Whoever decodes it leniently would search for the percent signs' digits.
    """
    for pair in query.split(b"&") if b"%" in query else ():
        try:
            unquote_to_bytes(pair).decode()
        except UnicodeDecodeError:
            name = pair.partition(b"=")[0].decode("ascii", "replace")
            message = f"Parameter {name[:MAX_QUOTED]!r}: it is no text in UTF-8."
            raise ValueError(message) from None


def read_parameters(pairs: Iterable[tuple[str, str]]) -> Asked:
    """Read what a request asks of a feed.

    ValueError has one sentence for each unknown or impossible parameter, of the first
    ten: its name, its value, and what would be right.
    """
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    if not given:
        return PLAIN
    wrong = list(islice(_problems(given), MAX_TOLD))
    if wrong:
        raise ValueError(" ".join(wrong))
    chosen = Filter.from_pairs(
        (name, value) for name in PARAMETERS for value in given.get(name, ())
    )
    asked = _asked(chosen, {name: values[0] for name, values in given.items()})
    wrong = list(_excesses(asked))
    if wrong:
        raise ValueError(" ".join(wrong))
    return asked


def _excesses(asked: Asked) -> Iterable[str]:
    """Say what is too long as we write it: a letter may become eighteen (NFKC)."""
    for name, value in asked.narrowing.filter.to_pairs():
        if name != "q" and len(value) > MAX_VALUE:
            yield _too_long(name, value)
    if len(asked.query) > MAX_QUERY:
        yield (
            f"These parameters take {len(asked.query)} characters in an address, "
            f"more than {MAX_QUERY}: ask for several feeds."
        )


def _asked(chosen: Filter, single: Mapping[str, str]) -> Asked:
    """Put together what was found to be right."""
    since = _moment(single["since"]) if "since" in single else None
    archive = _stretch(single["archive"]) if "archive" in single else None
    before, window, limit = (
        int(single[name]) if name in single else None
        for name in ("before", "window", "limit")
    )
    content = next((p for p in POLICIES if p == single.get("content")), None)
    others = (
        ("since", _written(since) if since else None),
        ("limit", str(limit) if limit else None),
        ("content", content),
        ("token", single.get("token")),
    )
    told = [(name, value) for name, value in others if value is not None]
    return Asked(
        narrowing=Narrowing(
            filter=chosen, since=since, before=before, window=window, archive=archive
        ),
        limit=limit,
        content=content or "full",
        token=single.get("token"),
        parameters=tuple(sorted([*chosen.to_pairs(), *told])),
    )


def _problems(given: Mapping[str, Sequence[str]]) -> Iterable[str]:
    for name, values in given.items():
        if name in _SINGLE:
            yield from _problem_of_single(name, values)
        elif name in PARAMETERS:
            yield from _problems_of_many(name, values)
        else:
            known = ", ".join(sorted((*PARAMETERS, *_SINGLE)))
            yield f"{_named(name, values[0])} is no parameter: a feed takes {known}."
    if "before" in given and "archive" in given:
        yield "Parameters 'before' and 'archive' exclude each other: ask for one part."
    if "window" in given and "before" not in given:
        yield "Parameter 'window' is given beside 'before', as next links have it."
    if sum(map(len, given.values())) > MAX_VALUES:
        yield f"These are more values than {MAX_VALUES}: ask for several feeds."


def _problem_of_single(name: str, values: Sequence[str]) -> Iterable[str]:
    if len(values) > 1:
        yield f"{_named(name, ', '.join(values))}: it is given once."
    elif not _is_right(name, values[0]):
        yield f"{_named(name, values[0])}: it is {_SINGLE[name]}."


def _problems_of_many(name: str, values: Sequence[str]) -> Iterable[str]:
    if name == "q":
        yield from _problem_of_search(values)
        return
    for value in values:
        if len(value) > MAX_VALUE:
            yield _too_long(name, value)
        elif fault := fault_of(name, value):
            yield f"{_named(name, value)}: {fault}."


def _problem_of_search(values: Sequence[str]) -> Iterable[str]:
    try:
        read_searches(tuple(values))
    except ValueError as error:
        yield f"{_named('q', ' OR '.join(values))}: {error}."


def _too_long(name: str, value: str) -> str:
    return (
        f"{_named(name, value)}: these are {len(value)} characters: "
        f"{name!r} takes at most {MAX_VALUE}."
    )


def _named(name: str, value: str) -> str:
    shown = "…" if name == "token" else value[:MAX_QUOTED]  # it opens a private feed
    return f"Parameter {name[:MAX_QUOTED]!r} = {shown!r}"


_SINGLE = {
    "since": "a time of ISO 8601, as 2026-03-01 or 2026-03-01T12:00:00Z "
    "(a + is sent as %2B)",
    "before": "a position, a whole number from 1, as the feed's next link has it",
    "window": "a position, a whole number from 1, as the feed's next link has it",
    "archive": "two positions, as 1024-1087, as the feed's prev-archive link has them",
    "limit": f"a whole number from 1 to {MAX_LIMIT}",
    "content": f"one of {', '.join(reversed(POLICIES))}",
    "token": "letters, digits, - and _, as the operator gave it",
}


def _is_right(name: str, value: str) -> bool:
    if name == "since":
        return _moment(value) is not None
    if name == "archive":
        return _stretch(value) is not None
    if name == "content":
        return value in POLICIES
    if name == "token":
        return _TOKEN.fullmatch(value) is not None
    most = MAX_LIMIT if name == "limit" else MAX_POSITION
    return bool(_NUMBER.fullmatch(value)) and 1 <= int(value) <= most


def _stretch(value: str) -> Stretch | None:
    """Read two positions, 1024-1087; none where the first is not the lower one."""
    first, _, last = value.partition("-")
    if not (_NUMBER.fullmatch(first) and _NUMBER.fullmatch(last)):
        return None
    found = Stretch(first=int(first), last=int(last))
    return found if found.first <= found.last < MAX_POSITION else None


def _written(moment: datetime) -> str:
    # Not strftime, which writes the year 987 in three digits.
    return moment.isoformat().replace("+00:00", "Z")


def _moment(value: str) -> datetime | None:
    """Read a time in whole seconds; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(value)
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return zoned.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None
