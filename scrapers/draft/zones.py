"""Guess a site's time zone from the offsets it writes and the country of its name.

Pure. The tables of countries are the time zone database's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from scrapers.clean.urls import host_of
from scrapers.extract.zones import clock_of

# Country-code domains that are sold to everybody, or are no country's in the database.
EVERYBODYS = frozenset("ai cc co fm io ly me sh so st su to tv ws gg im".split())  # noqa: SIM905
# Of a country with few zones the first is where most people live; of one with more any
# guess is wrong for most.
MOST_ZONES = 3
# Languages of nearly one country: with a fitting offset that is enough.
HOMES = {
    "bg": "BG", "cs": "CZ", "da": "DK", "de": "DE", "el": "GR", "et": "EE", "fa": "IR",
    "fi": "FI", "fr": "FR", "he": "IL", "hr": "HR", "hu": "HU", "id": "ID", "is": "IS",
    "it": "IT", "ja": "JP", "ko": "KR", "lt": "LT", "lv": "LV", "nb": "NO", "nl": "NL",
    "no": "NO", "pl": "PL", "ro": "RO", "sk": "SK", "sl": "SI", "sv": "SE", "th": "TH",
    "tr": "TR", "uk": "UA", "vi": "VN",
}  # fmt: skip
# Of these most people, and nearly the whole press, live by one zone of many.
USUAL = {
    "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo", "CL": "America/Santiago", "KZ": "Asia/Almaty",
    "ID": "Asia/Jakarta", "MX": "America/Mexico_City", "RU": "Europe/Moscow",
}  # fmt: skip
OTHER_NAMES = {"uk": "GB"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Zone:
    """A zone, how sure it is, and what speaks for it; `name` is None for no idea."""

    name: str | None = None
    is_sure: bool = False
    why: str = ""


def guess_zone(url: str, language: str | None, stated: Iterable[datetime]) -> Zone:
    """Guess from the zones in which dates were stated, and from the country.

    `stated` are aware times in their own zone; those in UTC tell nothing, since most
    software writes all its dates so. The country is that of the domain, else of the
    language ("fa-IR"), else where it is written. Without another zone than UTC it stays
    a guess.
    """
    dates = [at for at in stated if _offset(at)]
    country = _country_of(url) or _region_of(language)
    known = zones_of(country) if country else ()
    if dates:
        return _agreeing(dates, country, known, language)
    if known and (len(known) <= MOST_ZONES or country in USUAL):
        why = f"a guess: the zone of {country}, since no date on the site states one"
        return Zone(name=known[0], why=why)
    if known:
        return Zone(why=f"{country} has {len(known)} zones and no date states one")
    if clock := clock_of(language):
        return Zone(name=clock, why=f"a guess: the clock of most who write {language}")
    return Zone(why="nothing tells it")


def _agreeing(
    dates: list[datetime],
    country: str | None,
    known: tuple[str, ...],
    language: str | None,
) -> Zone:
    offsets = {_offset(at) for at in dates}
    written = ", ".join(_spelled(offset) for offset in sorted(offsets))
    home = HOMES.get((language or "").partition("-")[0])
    for place, zones in ((country, known), (home, zones_of(home or ""))):
        for name in zones:
            if all(
                _offset(at.astimezone(ZoneInfo(name))) == _offset(at) for at in dates
            ):
                why = f"its dates state {written}, as in {place}"
                return Zone(name=name, is_sure=True, why=why)
    why = f"its dates state {written}; which country is not told"
    hours, minutes = divmod(min(offsets), 60)
    if len(offsets) > 1 or minutes:
        return Zone(why=why)
    # The signs of Etc are turned round (POSIX).
    return Zone(name=f"Etc/GMT{-hours:+d}", why=why)


def _offset(at: datetime) -> int:
    span = at.utcoffset()
    return int(span.total_seconds() // 60) if span is not None else 0


def zones_of(country: str) -> tuple[str, ...]:
    """Give the zones of a country (ISO 3166), the most populous first."""
    found = _countries().get(country, ())
    usual = USUAL.get(country)
    return (usual, *(name for name in found if name != usual)) if usual else found


@cache
def _countries() -> dict[str, tuple[str, ...]]:
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    found: dict[str, list[str]] = {}
    for row in table.splitlines():
        if row and not row.startswith("#"):
            country, _, name, *_ = row.split("\t")
            found.setdefault(country, []).append(name)
    return {country: tuple(names) for country, names in found.items()}


def _spelled(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def _country_of(url: str) -> str | None:
    last = host_of(url).rpartition(".")[2]
    if len(last) != 2 or last in EVERYBODYS:
        return None
    code = OTHER_NAMES.get(last, last.upper())
    return code if code in _countries() else None


def _region_of(language: str | None) -> str | None:
    region = (language or "").rpartition("-")[2].upper()
    # "en-US" is what software says that nobody told anything.
    if len(region) != 2 or not language or "-" not in language or language == "en-US":
        return None
    return region if region in _countries() else None
