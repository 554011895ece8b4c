"""What is not documented fails the build; what is documented exists."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import click
import pytest

from config.loading import CONFIG
from config.settings import PREFIX, Settings
from scrapers import discover
from scrapers.extract.recipe import Recipe
from scrapers.source import Check, SourceSpec
from service.app import create_app
from service.cli.main import main
from service.delivery.signing import SIGNATURES
from service.feeds import formats
from service.services import build
from service.webhooks import payloads

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


def subscription_options():
    """What `wireroom subscription add` takes beside what every command takes."""
    made = main.get_command(click.Context(main), "subscription").commands["add"]
    found = chain.from_iterable(each.opts for each in made.params)
    return [each for each in found if each.startswith("--") and each != "--help"]


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


@pytest.mark.parametrize(
    "key",
    [
        *SourceSpec.model_fields,
        *Recipe.model_fields,
        *Check.model_fields,
    ],
)
def test_every_key_of_a_definition_is_in_its_page(key):
    assert f"`{key}`" in documented("sources.md")


@pytest.mark.parametrize("kind", discover.kinds())
def test_every_kind_of_discovery_is_in_its_page_with_its_keys(kind):
    text = documented("sources.md")

    for key in (kind, *discover.options_of(kind).model_fields):
        assert f"`{key}`" in text, key


def links(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.findall(r"\]\(([^)\s]+)\)", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_internal_link_leads_somewhere(page):
    for link in links(page):
        path, _, anchor = link.partition("#")
        if "://" in path:
            continue
        target = page.parent / path if path else page
        assert target.exists(), link
        if anchor:
            text = target.read_text(encoding="utf-8").lower()
            heads = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", h).replace(" ", "-") for h in heads}
            assert anchor in slugs, link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_shown_exists(page):
    """`make x` is a target, `wireroom x` a command, in every page."""
    text = page.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^(\w+):", makefile, flags=re.MULTILINE))
    known = {name.split()[1] for name in COMMANDS}

    blocks = re.findall(r"^(?: {4}|```).*?$(?:\n(?: {4}).*)*", text, flags=re.MULTILINE)
    fenced = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    code = "\n".join([*re.findall(r"`([^`\n]+)`", text), *blocks, *fenced])
    assert set(re.findall(r"\bmake (\w+)", code)) <= targets
    assert set(re.findall(r"(?:^|[ /])wireroom ([a-z]+)", code, re.MULTILINE)) <= known


def test_the_readme_fits_a_screen():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 60


def test_every_dependency_has_its_reason():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    named = re.findall(r'^    "([\w.-]+)(?:\[\w+\])?>=', project, flags=re.MULTILINE)
    text = (ROOT / "docs/decisions/0001-libraries.md").read_text(encoding="utf-8")

    assert len(named) > 20
    for name in named:
        assert re.search(rf"\b{re.escape(name)}\b", text), name


@pytest.mark.parametrize("option", subscription_options())
def test_every_option_of_subscribing_is_in_the_subscribers_page(option):
    assert re.search(rf"{option}\b", documented("webhooks.md"))


@pytest.mark.parametrize("name", SIGNATURES)
def test_every_signature_is_in_the_subscribers_page(name):
    assert f"| `{name}` |" in documented("webhooks.md")


def test_every_payload_format_is_in_the_subscribers_page():
    for name in payloads.formats():
        assert f"`{name}`" in documented("webhooks.md")


@pytest.mark.parametrize("name", formats.load_formats())
def test_every_feed_format_is_in_the_readers_page(name):
    assert f"`{name}`" in documented("feeds.md")


def test_every_route_is_documented():
    services = build(Settings())
    text = documented()
    for rule in create_app(services).url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        shown = re.sub(r"<(?:\w+:)?(\w+)>", "<", str(rule)).split("<")[0]
        assert f"`{shown}" in text, rule
