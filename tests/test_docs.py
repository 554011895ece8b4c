"""What is not documented fails the build; what is documented exists."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import click
import pytest

from config.settings import CONFIG, PREFIX, Settings
from service.cli.main import main

ROOT = Path(__file__).parents[1]
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def documented(*names):
    """The text of some of the docs, or of all."""
    chosen = [page for page in DOCS if not names or page.name in names]
    return "\n".join(page.read_text(encoding="utf-8") for page in chosen)


def commands(command, name):
    """Every command that does something, by its full name."""
    if not isinstance(command, click.Group):
        return [name]
    context = click.Context(command)
    return list(
        chain.from_iterable(
            commands(command.get_command(context, child), f"{name} {child}")
            for child in command.list_commands(context)
        )
    )


SETTINGS = [PREFIX + name.upper() for name in Settings.model_fields]
COMMANDS = commands(main, "wireroom")


@pytest.mark.parametrize("setting", [CONFIG, *SETTINGS])
def test_every_setting_is_in_the_operators_page(setting):
    assert f"| `{setting}` |" in documented("operator.md")


def test_no_setting_is_documented_that_is_none():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"WIREROOM_[A-Z_]*[A-Z]", text))

    assert named <= {CONFIG, *SETTINGS, "WIREROOM_DATABSE_URL"}


def test_the_defaults_are_as_documented():
    rows = dict(re.findall(r"\| `(WIREROOM_\w+)` \| (\S*) ?\|", documented()))
    for name, field in Settings.model_fields.items():
        default = rows[PREFIX + name.upper()].strip("`")
        settings = Settings.model_validate({name: default} if default else {})
        assert getattr(settings, name) == getattr(Settings(), name), name
        assert bool(default) == bool(field.default), name


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_operators_page(command):
    assert f"`{command}" in documented("operator.md")


def test_the_readme_fits_a_screen():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 60


def test_every_dependency_has_its_reason():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    named = re.findall(r'^    "([\w.-]+)(?:\[\w+\])?>=', project, flags=re.MULTILINE)
    text = (ROOT / "docs/decisions/0001-libraries.md").read_text(encoding="utf-8")

    assert len(named) > 20
    for name in named:
        assert re.search(rf"\b{re.escape(name)}\b", text), name
