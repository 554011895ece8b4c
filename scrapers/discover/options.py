"""What every `[[discover]]` entry may say; each kind adds its own keys.

Knows the form of the values, not where a definition comes from (scrapers/source.py).
"""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from scrapers.extract.recipe import selector_of

# More of one listing than a source of news has; a larger archive says so.
DEFAULT_LIMIT = 5_000
# What one sitemap may hold (sitemaps.org), and more than a pass should ever be.
MOST_CANDIDATES = 50_000


def check_address(text: str) -> str:
    """Give back an absolute http(s) URL; ValueError says what is none."""
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
        is_web = is_web and (parts.port is None or parts.port > 0)
        has_name = "@" in parts.netloc
    except ValueError as error:
        message = f"{text!r} is no address: {error}"
        raise ValueError(message) from error
    if has_name:
        message = "an address with a user name or password would be shown to readers"
        raise ValueError(message)
    if not is_web or re.search(r"\s", text):
        message = f"{text!r} is no address: write https://host/path"
        raise ValueError(message)
    return text


def _check_selector(text: str) -> str:
    selector_of(text)
    return text


def _check_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        message = f"{text!r} is no regular expression: {error}"
        raise ValueError(message) from error
    return text


def _check_host(text: str) -> str:
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)*(:\d{1,5})?", text):
        message = f"{text!r} is no host: write example.org"
        raise ValueError(message)
    return text.lower()


def listed(value: object) -> object:
    """Let one string stand for a list of one, and make a TOML or JSON array a tuple."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


Address = Annotated[str, AfterValidator(check_address)]
Selector = Annotated[str, AfterValidator(_check_selector)]
Patterns = Annotated[
    tuple[Annotated[str, AfterValidator(_check_pattern)], ...], BeforeValidator(listed)
]
Hosts = Annotated[
    tuple[Annotated[str, AfterValidator(_check_host)], ...], BeforeValidator(listed)
]


class Options(BaseModel):
    """The keys that every kind takes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    kind: str = Field(description="Which kind of discovery this is.")
    url: Address = Field(description="Where to look.")
    limit: int = Field(
        DEFAULT_LIMIT,
        ge=1,
        le=MOST_CANDIDATES,
        description="The most addresses taken in one pass.",
    )
    hosts: Hosts = Field(
        (),
        description="Further hosts that links may lead to, with all below them. What"
        " is under the same registered name as the site always counts.",
    )
    include: Patterns = Field(
        (), description="Regular expressions; an address must match one of them."
    )
    exclude: Patterns = Field(
        (), description="Regular expressions; an address that matches one is left out."
    )
