"""The JSON Schema of the standard format, one file a version: see `schemas/`.

Written by hand, for it is a promise; tests hold it against what is really sent.
"""

from __future__ import annotations

from importlib.resources import files

# A new one comes with a new file; the old ones stay served.
VERSION = 1
VERSIONS = (1,)


def schema_text(version: int) -> str:
    """Give the schema of a version as JSON."""
    folder = files("service.webhooks") / "schemas"
    return (folder / f"message-{version}.json").read_text(encoding="utf-8")
