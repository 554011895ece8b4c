"""Times and spans as people write them on a command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from config.settings import parse_duration


class Span(click.ParamType[timedelta]):
    """A length of time: 30s, 5m, 24h, 7d, 1h30m."""

    name = "span"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Read it, or fail with what would be right."""
        try:
            span = parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return span if isinstance(span, timedelta) else timedelta(0)


class Moment(click.ParamType[datetime]):
    """A point in time: "now", ISO 8601 (UTC unless it says otherwise), or "2h ago"."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read it, or fail with what would be right."""
        if isinstance(value, datetime):
            return value
        words = str(value).removesuffix("ago").strip()
        if words == "now":
            return datetime.now(UTC)
        try:
            moment = datetime.fromisoformat(words)
        except ValueError:
            return datetime.now(UTC) - self._span(words, param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def _span(
        self, words: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        try:
            span = parse_duration(words)
        except ValueError:
            span = None
        if not isinstance(span, timedelta):
            remedy = "write 2026-03-01, 2026-03-01T12:30, or 2h for two hours ago"
            self.fail(f"{words!r} is no time: {remedy}", param, ctx)
        return span
