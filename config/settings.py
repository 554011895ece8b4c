"""Settings, from the environment, a file, and defaults that work.

`WIREROOM_…` variables come first, then the TOML file `WIREROOM_CONFIG` names. A
wrong value stops the start with its name and the remedy.
"""

from __future__ import annotations

import os
import re
import tomllib
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

PREFIX = "WIREROOM_"
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


class SettingError(Exception):
    """A setting is wrong: names it, its value, and what would be right."""


def parse_duration(value: object) -> object:
    """Turn 5, "5", "90s", "5m", "2h", "1d" or "1h30m" into a timedelta.

    Anything else raises ValueError, which pydantic reports with the field's name.
    """
    if isinstance(value, timedelta):
        return value
    text = str(value).strip()
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return timedelta(seconds=float(text))
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", text)
    if not parts or "".join(n + u for n, u in parts) != text:
        message = f"{text!r} is no duration: write seconds, or 30s, 5m, 2h, 1d, 1h30m"
        raise ValueError(message)
    return timedelta(seconds=sum(float(n) * UNITS[u] for n, u in parts))


def _split(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Durations = Annotated[tuple[Duration, ...], NoDecode, BeforeValidator(_split)]


class Settings(BaseSettings):
    """Everything an operator can set. Each field says why its default is what it is."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    database_url: str = Field(
        "sqlite:///wireroom.db",
        description="SQLite needs no server; postgresql://… carries many machines.",
    )
    bind: str = Field(
        "127.0.0.1:8080", description="Loopback until you decide otherwise."
    )
    public_url: str = Field(
        "", description="What feeds call themselves; http://BIND when empty."
    )
    sources: Words = Field((), description="Shipped sources to run, by slug.")
    sources_dir: Path | None = Field(
        None, description="Your own definitions; all of them are enabled."
    )
    allow_nets: Words = Field(
        (), description="Networks the address guard lets through, in CIDR."
    )
    contact_url: str = Field(
        "", description="Named in the User-Agent; PUBLIC_URL/about when empty."
    )
    secret_key: str = Field(
        "",
        description="Encrypts stored secrets; made, in SECRET_KEY_FILE, when empty.",
    )
    secret_key_file: Path = Field(
        Path("wireroom.key"), description="Where a made key is kept."
    )
    web_threads: int = Field(
        8, ge=1, le=256, description="Blocking threads of a web process."
    )
    log_format: Literal["console", "json"] = Field(
        "console", description="JSON for machines."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Below it nothing is logged."
    )
    sample_bind: str = Field(
        "127.0.0.1:8081",
        description="Where the example site listens, as its definition says.",
    )

    host_pause: Duration = Field(
        timedelta(seconds=1),
        description="Between requests to a host; robots.txt can only lengthen it.",
    )
    fetch_timeout: Duration = Field(
        timedelta(seconds=30),
        description="Total time of one request: a dripping body ends too.",
    )
    fetch_max_bytes: int = Field(
        10 * 2**20, ge=1024, description="Of a document once decoded."
    )
    parse_timeout: Duration = Field(
        timedelta(seconds=5),
        description="A slower page is refused; real ones take milliseconds.",
    )
    parse_memory: int = Field(
        700 * 2**20,
        ge=100 * 2**20,
        description="Address space of the parsing child, bytes.",
    )
    lease: Duration = Field(
        timedelta(minutes=2),
        description="How long a crashed worker's work stays taken.",
    )
    tick: Duration = Field(
        timedelta(seconds=1), description="How often due work is looked for."
    )
    sync_threads: int = Field(
        4, ge=1, le=64, description="Hosts visited at once by a worker."
    )
    max_backoff: Duration = Field(
        timedelta(hours=6), description="The longest pause of a failing source."
    )
    gone_after: Duration = Field(
        timedelta(days=1),
        description="Two 404 this far apart withdraw an article; one 410 does at once.",
    )

    feed_entries: int = Field(
        50, ge=1, le=500, description="Entries in a feed document."
    )
    cache_seconds: int = Field(60, ge=0, description="max-age of a feed.")

    delivery_schedule: Durations = Field(
        tuple(
            timedelta(seconds=s)
            for s in (0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
        ),
        description="Pauses before each attempt, ±20 %; after the last: failed.",
    )
    delivery_timeout: Duration = Field(
        timedelta(seconds=15), description="Of one attempt, all in all."
    )
    delivery_concurrency: int = Field(
        64, ge=1, le=1000, description="Requests under way at once in a worker."
    )
    disable_after: Duration = Field(
        timedelta(days=5),
        description="Nothing but failure for so long disables a subscription.",
    )

    retention_events: Duration = Field(
        timedelta(days=30), description="Events older than this leave the stream."
    )
    retention_deliveries: Duration = Field(
        timedelta(days=14), description="Finished deliveries and their log."
    )
    retention_runs: Duration = Field(
        timedelta(days=30), description="Passes shown in a source's history."
    )

    @field_validator("allow_nets")
    @classmethod
    def _nets(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for net in value:
            ip_network(net)  # its ValueError names the network and what is wrong
        return value

    @field_validator("bind", "sample_bind")
    @classmethod
    def _host_port(cls, value: str) -> str:
        if not re.fullmatch(r".+:\d{1,5}", value):
            message = "write HOST:PORT, as in 127.0.0.1:8080"
            raise ValueError(message)
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before file: `load` hands the file's values in as arguments."""
        return env_settings, init_settings

    @property
    def allowed_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of `allow_nets`."""
        return tuple(ip_network(net) for net in self.allow_nets)

    @property
    def base_url(self) -> str:
        """PUBLIC_URL without a slash at its end, or the bound address."""
        return (self.public_url or f"http://{self.bind}").rstrip("/")


def load() -> Settings:
    """Read the settings; a SettingError names every wrong one."""
    try:
        return Settings(**_file_values())
    except ValidationError as error:
        raise SettingError(_explain(error)) from error


def _file_values() -> dict[str, Any]:
    name = os.environ.get(PREFIX + "CONFIG")
    if not name:
        return {}
    try:
        values = tomllib.loads(Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{PREFIX}CONFIG={name}: {error.strerror}"
        raise SettingError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{PREFIX}CONFIG={name}: no TOML: {error}"
        raise SettingError(message) from error
    values = {key.lower().removeprefix(PREFIX.lower()): v for key, v in values.items()}
    unknown = sorted(set(values) - set(Settings.model_fields))
    if unknown:
        message = f"{name}: unknown setting {', '.join(unknown)}"
        raise SettingError(message)
    return values


def _explain(error: ValidationError) -> str:
    lines = []
    for found in error.errors():
        name = PREFIX + str(found["loc"][0]).upper()
        message = found["msg"].removeprefix("Value error, ")
        lines.append(f"{name}={found['input']!r}: {message}")
    return "\n".join(lines)
