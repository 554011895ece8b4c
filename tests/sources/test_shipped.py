"""Every shipped definition gives from its saved pages what its checks say."""

from __future__ import annotations

import pytest

from scrapers.check import run_checks, unused_pages
from scrapers.definitions import shipped_folder, shipped_slugs
from scrapers.sandbox import InProcess
from scrapers.source import SourceSpec, dump, load, parse


def shipped(slug: str) -> SourceSpec:
    return load(shipped_folder() / f"{slug}.toml")[1]


@pytest.mark.parametrize("slug", shipped_slugs())
def test_the_checks_of_a_shipped_definition_hold(slug):
    file = shipped_folder() / f"{slug}.toml"

    findings = run_checks(shipped(slug), file, InProcess())

    assert findings, "a shipped definition carries its own check"
    assert [found for found in findings if found.faults] == []


@pytest.mark.parametrize("slug", shipped_slugs())
def test_every_saved_page_is_named_by_a_check(slug):
    assert unused_pages(shipped(slug), shipped_folder() / f"{slug}.toml") == ()


@pytest.mark.parametrize("slug", shipped_slugs())
def test_a_shipped_definition_survives_an_export(slug):
    spec = shipped(slug)

    assert parse(dump(spec), slug) == spec


@pytest.mark.parametrize("slug", shipped_slugs())
def test_nothing_is_republished_in_full_without_rights(slug):
    spec = shipped(slug)

    assert spec.republish != "full" or spec.rights


def test_every_folder_of_saved_pages_belongs_to_a_definition():
    folders = {path.name for path in shipped_folder().iterdir() if path.is_dir()}

    assert folders - {"__pycache__"} <= set(shipped_slugs())
