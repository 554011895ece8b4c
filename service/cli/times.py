"""Times and spans as people write them on a command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import click

from config.durations import parse_duration

# A number of four digits is a year rather than so many seconds.
_YEAR_OR_MONTH = re.compile(r"((?:19|20)\d\d)(?:-(0[1-9]|1[0-2]))?")


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
    """A point in time: "now", 2019, 2019-05, ISO 8601, or "2h ago"; UTC by default."""

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
        if found := _YEAR_OR_MONTH.fullmatch(words):
            return datetime(int(found[1]), int(found[2] or 1), 1, tzinfo=UTC)
        try:
            moment = datetime.fromisoformat(words)
        except ValueError:
            return datetime.now(UTC) - self._span(words, param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def _span(
        self, words: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        try:
            # A bare number is a year mistyped rather than so many seconds.
            span = None if words.isdigit() else parse_duration(words)
        except ValueError:
            span = None
        if not isinstance(span, timedelta):
            remedy = "write 2019, 2019-05, 2019-05-31, 2019-05-31T12:30, or 2h"
            self.fail(f"{words!r} is no time: {remedy}", param, ctx)
        return span
