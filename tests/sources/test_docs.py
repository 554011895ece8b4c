"""docs/sources.md knows every key of a definition, and only those."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from scrapers.discover import kinds, options_of
from scrapers.discover.options import Options
from scrapers.extract.recipe import Recipe
from scrapers.source import Check, SourceSpec, parse

PAGE = Path(__file__).parents[2] / "docs/sources.md"
TEXT = PAGE.read_text(encoding="utf-8")
SECTIONS: dict[str, tuple[type[BaseModel], frozenset[str]]] = {
    "The site": (SourceSpec, frozenset()),
    "Where articles are found": (Options, frozenset()),
    "The recipe": (Recipe, frozenset()),
    "Checks": (Check, frozenset()),
} | {
    f"`{kind}`": (options_of(kind), frozenset(Options.model_fields)) for kind in kinds()
}


def documented(section: str) -> set[str]:
    body = re.split(rf"^##+ {re.escape(section)}$", TEXT, flags=re.MULTILINE)[1]
    body = re.split(r"^##+ ", body, flags=re.MULTILINE)[0]
    return set(re.findall(r"^\| `(\w+)` \|", body, flags=re.MULTILINE))


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_is_documented_and_no_other(section):
    model, inherited = SECTIONS[section]
    own = set(model.model_fields) - inherited

    found = documented(section)

    assert own <= found <= set(model.model_fields)


@pytest.mark.parametrize("block", re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL))
def test_the_examples_are_definitions(block):
    assert tomllib.loads(block)
    assert parse(block, "example.toml").name == "The Daily Example"
