"""`wireroom source new`, over real sockets: the example site on loopback."""

from __future__ import annotations

import json
import tomllib

import pytest
from click.testing import CliRunner

from service.cli.main import main
from service.sample.server import running


@pytest.fixture(scope="module")
def site():
    with running() as address:
        yield address


@pytest.fixture
def wireroom(tmp_path, monkeypatch):
    """Call the command where there is no database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREROOM_ALLOW_NETS", "127.0.0.0/8")
    monkeypatch.setenv("WIREROOM_HOST_PAUSE", "0")
    return lambda *words: CliRunner().invoke(main, ["source", *words])


def test_the_definition_is_printed_and_the_preview_beside_it(wireroom, site):
    result = wireroom("new", site)

    assert result.exit_code == 0
    values = tomllib.loads(result.stdout)
    assert values["name"] == "The Mtoni Courier"
    assert values["discover"] == [{"kind": "wordpress"}]
    assert "more that were seen" in result.stderr


def test_a_written_definition_passes_its_checks(wireroom, site, tmp_path):
    result = wireroom("new", site, "--write", "own/mtoni.toml", "--republish", "full")

    assert result.exit_code == 0, result.output
    assert "Written to own/mtoni.toml, with 3 saved pages." in result.stderr
    assert "The folder own is new." in result.stderr
    assert "© The Mtoni Courier" in (tmp_path / "own/mtoni.toml").read_text()
    assert wireroom("check", "own/mtoni.toml").exit_code == 0


def test_programs_get_an_object(wireroom, site):
    found = json.loads(wireroom("new", site, "--json").stdout)

    assert found["definition"]["name"] == "The Mtoni Courier"
    assert found["is_sure"] is True
    assert found["used"][0]["kind"] == "wordpress"
    assert {"title", "published", "author", "words", "url"} == set(found["preview"][0])


def test_a_refusal_is_one_line_and_exit_code_1(wireroom, site):
    result = wireroom("new", f"{site}nothing-here/")

    assert result.exit_code == 1
    assert result.stderr == f"Error: {site}nothing-here/: answers 404\n"
    assert json.loads(wireroom("new", f"{site}no/", "--json").stdout)["toml"] is None


@pytest.mark.parametrize(
    "words",
    [
        ("no address",),
        ("https://example.org/", "--write", "x.txt"),
        ("https://example.org/", "--write", "there.toml"),
        ("https://example.org/", "--republish", "all"),
    ],
)
def test_wrong_use_is_exit_code_2_before_anything_is_asked(wireroom, words, tmp_path):
    (tmp_path / "there.toml").write_text("")

    assert wireroom("new", *words).exit_code == 2


def test_folders_that_do_not_exist_are_named_and_not_made(wireroom, tmp_path):
    result = wireroom("new", "https://example.org/", "--write", "none/deep/x.toml")

    assert result.exit_code == 2
    assert "the folder none does not exist" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_live_check_shows_what_the_site_gives_today(wireroom, site):
    assert wireroom("new", site, "--write", "mtoni.toml").exit_code == 0

    result = wireroom("check", "mtoni.toml", "--live")

    assert result.exit_code == 0, result.output
    assert f"wordpress {site}: " in result.stdout
    found = json.loads(wireroom("check", "mtoni.toml", "--live", "--json").stdout)
    assert [page["faults"] for page in found["live"]["pages"]] == [[]] * 4


def test_a_live_check_of_a_site_that_is_down_is_exit_code_1(wireroom, site, tmp_path):
    (tmp_path / "down.toml").write_text(
        'name = "Down"\nhome = "http://127.0.0.1:9/"\n[[discover]]\nkind = "feed"\n'
        'url = "http://127.0.0.1:9/feed"\n'
    )

    result = wireroom("check", "down.toml", "--live")

    assert result.exit_code == 1
    assert "feed http://127.0.0.1:9/feed: 0 found" in result.stdout
