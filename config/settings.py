"""Settings: their names, what they may be, and defaults that work.

Where they come from is `config.loading`'s.
"""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from config.durations import Duration, Span

PREFIX = "WIREROOM_"
# A key shorter than this can be guessed.
SHORTEST_KEY = 16
# An answer that comes at the last moment is still to be written down.
TO_RECORD = timedelta(seconds=1)
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - compared with, not bound


class SettingError(Exception):
    """A setting is wrong: names it, its value, and what would be right."""


def _split(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


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
    feeds_file: Path | None = Field(
        None, description="Your own feeds: a TOML file, a table for each."
    )
    allow_nets: Words = Field(
        (), description="Networks the address guard lets through, in CIDR."
    )
    contact_url: str = Field(
        "", description="Named in the User-Agent; PUBLIC_URL/about when empty."
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="Encrypts stored secrets; made, in SECRET_KEY_FILE, when empty.",
    )
    secret_key_file: Path = Field(
        Path("wireroom.key"), description="Where a made key is kept."
    )
    trusted_proxies: Words = Field(
        (), description="Networks of the proxies in front, whose headers name clients."
    )
    web_threads: int = Field(
        8, ge=1, le=256, description="Blocking threads of a web process."
    )
    query_timeout: Span = Field(
        timedelta(seconds=3),
        description="What a web process asks the database takes no longer, or is 503.",
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
    fetch_timeout: Span = Field(
        timedelta(seconds=30),
        description="Total time of one request: a dripping body ends too.",
    )
    fetch_max_bytes: int = Field(
        10 * 2**20, ge=1024, description="Of a document once decoded."
    )
    parse_timeout: Span = Field(
        timedelta(seconds=5),
        description="A slower page is refused; real ones take milliseconds.",
    )
    parse_memory: int = Field(
        700 * 2**20,
        ge=100 * 2**20,
        description="Address space of the parsing child, bytes.",
    )
    lease: Span = Field(
        timedelta(minutes=2),
        description="How long a crashed worker's work stays taken.",
    )
    tick: Span = Field(
        timedelta(seconds=1), description="How often due work is looked for."
    )
    sync_threads: int = Field(
        4, ge=1, le=64, description="Hosts visited at once by a worker."
    )
    max_backoff: Span = Field(
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
    cache_stale_seconds: int = Field(
        60, ge=0, description="A cache may answer with the old copy while it asks."
    )
    cache_error_seconds: int = Field(
        86_400, ge=0, description="And for so long while we do not answer at all."
    )

    delivery_schedule: Durations = Field(
        tuple(
            timedelta(seconds=s)
            for s in (0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
        ),
        description="Pauses before each attempt, ±20 %; after the last: failed.",
    )
    delivery_timeout: Span = Field(
        timedelta(seconds=15), description="Of one attempt, all in all."
    )
    delivery_concurrency: int = Field(
        256, ge=1, le=1000, description="Requests under way at once in a worker."
    )
    disable_after: Span = Field(
        timedelta(days=5),
        description="Nothing but failure for so long disables a subscription.",
    )

    hub: bool = Field(
        default=True, description="Whether feeds are pushed to who asks (WebSub)."
    )
    hub_lease: Span = Field(
        timedelta(days=10),
        description="Of a WebSub subscription that asks for none; 30 days at most.",
    )
    hub_signature: Literal["sha1", "sha256", "sha384", "sha512"] = Field(
        "sha256", description="What signs the pushes of WebSub."
    )

    retention_events: Span = Field(
        timedelta(days=30), description="Events older than this leave the stream."
    )
    retention_deliveries: Span = Field(
        timedelta(days=14), description="Finished deliveries and their log."
    )
    retention_runs: Span = Field(
        timedelta(days=30), description="Passes shown in a source's history."
    )

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not re.match(r"sqlite:///[^?]|postgres(ql)?://.", value):
            message = "write sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME"
            raise ValueError(message)
        return value

    @field_validator("allow_nets", "trusted_proxies")
    @classmethod
    def _nets(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for net in value:
            try:
                ip_network(net)
            except ValueError as error:
                message = f"{error}; write networks as 10.0.0.0/8,fd00::/8"
                raise ValueError(message) from error
        return value

    @field_validator("bind", "sample_bind")
    @classmethod
    def _host_port(cls, value: str) -> str:
        found = re.fullmatch(r"([^:\s]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})", value, re.ASCII)
        if not found or not 0 < int(found[2]) < 2**16:
            message = "write HOST:PORT, as in 127.0.0.1:8080 or [::1]:8080"
            raise ValueError(message)
        return value

    @field_validator("public_url")
    @classmethod
    def _site(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value):
            message = "write http://… or https://…, without a query"
            raise ValueError(message)
        return value

    @field_validator("contact_url")
    @classmethod
    def _contact(cls, value: str) -> str:
        if value and not re.fullmatch(r"(https?://|mailto:)[\x21-\x7e]+", value):
            message = "write https://… or mailto:…, it goes into the User-Agent"
            raise ValueError(message)
        return value

    @field_validator("secret_key")
    @classmethod
    def _strong(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < SHORTEST_KEY:
            message = f"too short: {SHORTEST_KEY} characters at least, random ones"
            raise ValueError(message)
        return value

    @field_validator("sources_dir")
    @classmethod
    def _folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            message = "there is no such folder: make it, or leave the setting out"
            raise ValueError(message)
        return value

    @field_validator("feeds_file")
    @classmethod
    def _file(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            message = "there is no such file: make it, or leave the setting out"
            raise ValueError(message)
        return value

    @field_validator("delivery_schedule")
    @classmethod
    def _schedule(cls, value: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
        if not value:
            message = "at least one attempt is made: write 0,5s,5m"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _outlasting(self) -> Self:
        if self.lease < self.delivery_timeout + TO_RECORD:
            lease, timeout = self.lease.total_seconds(), self.delivery_timeout
            message = (
                f"{PREFIX}LEASE is {lease:g}s and {PREFIX}DELIVERY_TIMEOUT "
                f"{timeout.total_seconds():g}s: a lease must outlast an attempt by "
                f"{TO_RECORD.total_seconds():g}s at least, or it is made twice; "
                "lengthen the one or shorten the other"
            )
            raise ValueError(message)
        return self

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
    def trusted_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of `trusted_proxies`."""
        return tuple(ip_network(net) for net in self.trusted_proxies)

    @property
    def bind_address(self) -> tuple[str, int]:
        """Host and port of BIND; an IPv6 address without its brackets."""
        return _address(self.bind)

    @property
    def sample_address(self) -> tuple[str, int]:
        """Host and port of SAMPLE_BIND."""
        return _address(self.sample_bind)

    @property
    def base_url(self) -> str:
        """PUBLIC_URL without a slash at its end, or the bound address."""
        host, port = self.bind_address
        own = (
            f"http://localhost:{port}" if host in EVERYWHERE else f"http://{self.bind}"
        )
        return (self.public_url or own).rstrip("/")


def _address(bind: str) -> tuple[str, int]:
    host, port = bind.rsplit(":", 1)
    return host.strip("[]"), int(port)
