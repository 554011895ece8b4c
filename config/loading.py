"""Where settings come from: the environment, then a file.

`WIREROOM_…` variables come first, then the TOML file `WIREROOM_CONFIG` names. A wrong
value or a misspelt name stops the start with its name, its value and the remedy; the
values of secrets are not repeated.
"""

from __future__ import annotations

import os
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.settings import PREFIX, SettingError, Settings

CONFIG = PREFIX + "CONFIG"  # names the file, so it cannot stand in it
# Told without their values, which are secret or hold a password.
SECRETS = {"secret_key", "database_url"}


def load() -> Settings:
    """Read the settings; a SettingError names every wrong one, a line each."""
    values = _file_values()
    misspelt = _misspelt()
    try:
        settings = Settings(**values)
    except ValidationError as error:
        lines = [_explain(found, values) for found in error.errors()]
        raise SettingError("\n".join(misspelt + lines)) from error
    if misspelt:
        raise SettingError("\n".join(misspelt))
    return settings


def _misspelt() -> list[str]:
    names = {field.upper() for field in Settings.model_fields} | {"CONFIG"}
    given = {
        name: name.upper().removeprefix(PREFIX)
        for name in sorted(os.environ)
        if name.upper().startswith(PREFIX)
    }
    return [
        f"{name}: there is no such setting{_nearest(bare, names, PREFIX)}"
        for name, bare in given.items()
        if bare not in names
    ]


def _nearest(name: str, names: set[str], prefix: str = "") -> str:
    found = get_close_matches(name, sorted(names), n=1, cutoff=0.5)
    return (
        f"; did you mean {prefix}{found[0]}?"
        if found
        else ", docs/operator.md lists them"
    )


def _file_values() -> dict[str, Any]:
    name = os.environ.get(CONFIG)
    if not name:
        return {}
    try:
        values = tomllib.loads(Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{CONFIG}={name}: {error.strerror}"
        raise SettingError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{CONFIG}={name}: no TOML: {error}"
        raise SettingError(message) from error
    values = {key.lower().removeprefix(PREFIX.lower()): v for key, v in values.items()}
    known = set(Settings.model_fields)
    unknown = [
        f"{name}: {key}: there is no such setting{_nearest(key, known)}"
        for key in sorted(set(values) - known)
    ]
    if unknown:
        raise SettingError("\n".join(unknown))
    return values


def _explain(found: ErrorDetails, values: dict[str, Any]) -> str:
    """Name one wrong setting as it was written: in the environment, or in the file."""
    if not found["loc"]:  # more than one setting, which the message names
        return found["msg"].removeprefix("Value error, ")
    field = str(found["loc"][0])
    variable = PREFIX + field.upper()
    written = os.environ.get(variable, values.get(field, found["input"]))
    in_file = variable not in os.environ and field in values
    name = f"{os.environ[CONFIG]}: {field} = " if in_file else f"{variable}="
    shown = "…" if field in SECRETS else repr(written)
    return f"{name}{shown}: {found['msg'].removeprefix('Value error, ')}"
