"""Durations as people write them: 90s, 5m, 1h30m."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
# Longer pauses are a typing error, and timedelta's arithmetic has an end.
LONGEST = timedelta(days=36500)


def parse_duration(value: object) -> object:
    """Turn 5, "5", "90s", "5m", "2h", "1d" or "1h30m" into a timedelta.

    Anything else raises ValueError, which pydantic reports with the field's name.
    """
    if isinstance(value, timedelta):
        return value
    text = str(value).strip()
    if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        text += "s"
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", text, re.ASCII)
    if not parts or "".join(n + u for n, u in parts) != text:
        message = f"{text!r} is no duration: write seconds, or 30s, 5m, 2h, 1d, 1h30m"
        raise ValueError(message)
    seconds = sum(float(n) * UNITS[u] for n, u in parts)
    if seconds > LONGEST.total_seconds():
        message = f"{text!r} is longer than a hundred years"
        raise ValueError(message)
    return timedelta(seconds=seconds)


def _some(value: timedelta) -> timedelta:
    if not value:
        message = "must be greater than 0"
        raise ValueError(message)
    return value


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
# For what would stand still, or never end, with no time at all.
Span = Annotated[Duration, AfterValidator(_some)]
