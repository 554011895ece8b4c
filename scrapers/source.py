"""What a source definition may say, and reading and writing it as TOML.

One file is one source, its name the slug. Nothing here knows a site or the database;
what the kinds of discovery take is in scrapers/discover, the recipe in
scrapers/extract/recipe.py. Finding the files is scrapers/definitions.py's.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

import tomlkit
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema
from tomlkit.items import AoT, Table

from config.durations import parse_duration
from scrapers import discover as discovery
from scrapers.discover.options import Address, Options, check_address, listed
from scrapers.errors import SourceError
from scrapers.explain import nearest, sentences
from scrapers.extract.recipe import Recipe
from scrapers.items import Site
from scrapers.rhythm import Rhythm, cron_trigger

# Polling more often than this is an attack, not a visit.
SHORTEST_POLL = timedelta(seconds=10)
LONGEST_POLL = timedelta(days=366)
# A definition is a page of text; a megabyte of it is a mistake.
MOST_BYTES = 2**20
# `all` is the feed of everything, and feeds and sources share their names.
RESERVED_SLUGS = frozenset({"all"})

# Characters that turn the text around them (Unicode Annex 9).
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

TABLES = ("discover", "article", "check")

_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def _check_name(text: str) -> str:
    # Control and formatting characters: line breaks, bidirectional overrides.
    if any(unicodedata.category(c) in {"Cc", "Zl", "Zp"} or c in BIDI for c in text):
        message = f"{text!r} holds control characters: write plain text"
        raise ValueError(message)
    return text


def _check_pace(text: str) -> str:
    if text == "auto":
        return text
    span = parse_duration(text)
    if isinstance(span, timedelta) and not SHORTEST_POLL <= span <= LONGEST_POLL:
        message = f"{text!r} is out of range: 10s to 366d"
        raise ValueError(message)
    return text


def _check_cron(text: str) -> str:
    cron_trigger(text)
    return text


def _check_timezone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        message = f"unknown time zone {text!r}{nearest(text, available_timezones())}"
        raise ValueError(message) from error
    return text


def _check_language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        message = f"{text!r} is no language tag: write en, sw or fa-IR"
        raise ValueError(message)
    return text


def _check_page(text: str) -> str:
    if not re.fullmatch(r"[\w][\w.-]*", text):
        message = f"{text!r} is no plain file name"
        raise ValueError(message)
    return text


def _iso(value: object) -> object:
    # TOML has dates of its own, written without quotes.
    return value.isoformat() if isinstance(value, date) else value


Pace = Annotated[str, AfterValidator(_check_pace)]
Texts = Annotated[tuple[str, ...], BeforeValidator(listed)]


class _AnyKind:
    """Tells pydantic that `kind` says which kind's options these are."""

    @classmethod
    def models(cls) -> dict[str, type[BaseModel]]:
        """Give the options of every kind, for explaining what is wrong with one."""
        return {kind: discovery.options_of(kind) for kind in discovery.kinds()}

    @classmethod
    def __get_pydantic_core_schema__(
        cls,
        source: Any,  # noqa: ANN401 - pydantic's signature
        handler: GetCoreSchemaHandler,
    ) -> CoreSchema:
        """Make the choice between the options of all kinds, by their `kind`."""
        choices = {
            kind: handler.generate_schema(model) for kind, model in cls.models().items()
        }
        return core_schema.tagged_union_schema(choices, discriminator="kind")


AnyOptions = Annotated[Options, _AnyKind()]


class Check(BaseModel):
    """One `[[check]]`: a saved page and what must come out of it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    page: Annotated[str, AfterValidator(_check_page)] = Field(
        description="A file in the folder named like the definition, beside it."
    )
    url: Address | None = Field(
        None, description="The address the page was saved from; else the home."
    )
    title: str | None = Field(None, description="The title, exactly.")
    contains: Texts = Field((), description="Texts that the body must hold.")
    lacks: Texts = Field((), description="Texts that the body must not hold.")
    authors: Texts | None = Field(None, description="The names, in order.")
    categories: Texts | None = Field(
        None, description="The names, outermost first, each once."
    )
    tags: Texts | None = Field(None, description="The tags, in any order.")
    published: Annotated[str, BeforeValidator(_iso)] | None = Field(
        None, description="The date, or as much of it as is written (2026-01-31)."
    )
    language: str | None = Field(None, description="The tag, or its beginning.")
    image: str | None = Field(None, description="The address of the lead image.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.title is None and not self.contains:
            message = "a check needs a title, or contains, to say what must come out"
            raise ValueError(message)
        return self


class SourceSpec(BaseModel):
    """A source definition: everything there is to say about one watched site."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: Annotated[str, AfterValidator(_check_name)] = Field(
        min_length=1, description="The site's name, as readers see it."
    )
    home: Address = Field(description="The address of the site's front page.")
    every: Pace | None = Field(
        None,
        description="How often to look: 15m, 2h; `auto`, which it is if neither this"
        " nor cron is given.",
    )
    cron: Annotated[str, AfterValidator(_check_cron)] | None = Field(
        None, description="When to look, as a crontab line in the source's time zone."
    )
    recheck: Pace = Field(
        "auto",
        description="How often to look at a known article for edits; `auto` is often"
        " while it is fresh, seldom later.",
    )
    republish: Literal["full", "summary", "headline"] = Field(
        "summary", description="How much of an article the feeds carry."
    )
    rights: str | None = Field(
        None, description="The rights statement; `full` needs one."
    )
    timezone: Annotated[str, AfterValidator(_check_timezone)] = Field(
        "UTC", description="The time zone of dates that carry none."
    )
    language: Annotated[str, AfterValidator(_check_language)] | None = Field(
        None, description="The language of pages that do not tell theirs."
    )
    visibility: Literal["public", "private"] = Field(
        "public", description="Private sources appear only in feeds with a token."
    )
    notify: bool = Field(
        default=False,
        description="Whether what a first pass finds is news for subscribers too.",
    )
    discover: Annotated[
        tuple[AnyOptions, ...], BeforeValidator(listed), Field(min_length=1)
    ] = Field(description="Where articles are found; each entry is one place.")
    article: Recipe = Field(
        default_factory=Recipe, description="Where things stand on an article page."
    )
    check: Annotated[tuple[Check, ...], BeforeValidator(listed)] = Field(
        (), description="Saved pages and what must come out of them."
    )

    @model_validator(mode="before")
    @classmethod
    def _at_home(cls, values: object) -> object:
        # Every entry has its address from here on, also one that may leave it out.
        if not isinstance(values, dict) or not isinstance(values.get("discover"), list):
            return values
        home = values.get("home")
        entries = [_with_address(entry, home) for entry in values["discover"]]
        return {**values, "discover": entries}

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.every is not None and self.cron is not None:
            message = "every and cron are two answers to one question: give one"
            raise ValueError(message)
        if self.republish == "full" and not (self.rights or "").strip():
            message = 'republish = "full" needs a rights statement (rights = "© …")'
            raise ValueError(message)
        return self

    def rhythm(self) -> Rhythm:
        """Say how often the source is polled."""
        return Rhythm(every=_span(self.every), cron=self.cron, timezone=self.timezone)

    def recheck_every(self) -> timedelta | None:
        """Say how often known articles are looked at; None means by their age."""
        return _span(self.recheck)

    def site(self) -> Site:
        """Say what extraction may know of the site."""
        return Site(
            name=self.name,
            home=self.home,
            timezone=self.timezone,
            language=self.language,
        )

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON types, for the table; `from_dict` reads it back."""
        return self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)


def from_dict(values: Mapping[str, Any], *, name: str = "source") -> SourceSpec:
    """Read a definition from JSON types; SourceError names `name` and what is wrong."""
    try:
        return SourceSpec.model_validate(dict(values))
    except ValidationError as error:
        raise SourceError("\n".join(sentences(error, SourceSpec, name))) from error


def parse(text: str, name: str) -> SourceSpec:
    """Read a definition from TOML; SourceError names `name` and what is wrong.

    One line a fault: `NAME: discover[0].kind: unknown kind 'sitmap' (nearest: …)`.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{name}: no TOML: {error}") from error
    except RecursionError as error:
        raise SourceError(f"{name}: no TOML: nested too deep") from error
    return from_dict(values, name=name)


def load(path: Path) -> tuple[str, SourceSpec]:
    """Read one definition file and give its slug with it."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise SourceError(f"{path}: over {MOST_BYTES} bytes are no definition")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: no UTF-8 at byte {error.start}") from error
    return check_slug(path.stem, name=str(path)), parse(text, str(path))


def check_slug(slug: str, *, name: str) -> str:
    """Give `slug` back if a source or feed may have it; SourceError names `name`."""
    if slug in RESERVED_SLUGS:
        raise SourceError(f"{name}: nothing else can be called {slug!r}")
    if not _SLUG.fullmatch(slug):
        raise SourceError(
            f"{name}: {slug!r} is no slug: lower case letters, digits and hyphens"
        )
    return slug


def dump(spec: SourceSpec) -> str:
    """Write a definition as TOML; `parse` gives an equal one back."""
    values = spec.to_dict()
    document = tomlkit.document()
    # Tables come last: what follows one in TOML would belong to it.
    for key in sorted(values, key=lambda key: key in TABLES):
        value = values[key]
        if key not in TABLES:
            document.add(key, value)
        elif isinstance(value, list):
            document.add(key, _tables(value))
        else:
            document.add(key, _table(value))
    return tomlkit.dumps(document)


def _with_address(entry: object, home: object) -> object:
    """Give an entry that may leave out its address the site's home, if that is one."""
    if not isinstance(entry, dict) or "url" in entry or not isinstance(home, str):
        return entry
    kind = entry.get("kind")
    if not isinstance(kind, str) or kind not in discovery.kinds():
        return entry
    if discovery.options_of(kind).model_fields["url"].is_required():
        return entry
    try:
        return {**entry, "url": check_address(home)}
    except ValueError:
        return entry  # what is wrong with the home is told by its own field


def _tables(values: list[dict[str, Any]]) -> AoT:
    tables = tomlkit.aot()
    for value in values:
        tables.append(_table(value))
    return tables


def _table(values: dict[str, Any]) -> Table:
    table = tomlkit.table()
    for key, value in values.items():
        # One selector is written as one.
        is_one = isinstance(value, list) and len(value) == 1
        table.add(key, value[0] if is_one else value)
    return table


def _span(text: str | None) -> timedelta | None:
    """Read a pace; None for "auto"."""
    if text is None or text == "auto":
        return None
    span = parse_duration(text)
    return span if isinstance(span, timedelta) else None
