import subprocess
import sys
from importlib import metadata
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from scrapers.compiled import load
from service.cli.main import COMMANDS, main

ROOT = Path(__file__).parents[3]


def commands():
    """Every command, with its full name."""

    def walk(command, name):
        yield name, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for child in command.list_commands(context):
                yield from walk(command.get_command(context, child), f"{name} {child}")

    return dict(walk(main, "wireroom"))


ALL = commands()


@pytest.mark.parametrize("name", ALL)
def test_every_command_has_help_with_an_example(name):
    text = CliRunner().invoke(ALL[name], ["--help"], prog_name=name).output

    if isinstance(ALL[name], click.Group) and name != "wireroom":
        return
    assert "    wireroom " in text or "    WIREROOM_" in text, text


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_its_help_says(name):
    command = main.get_command(click.Context(main), name)

    first, _, _ = (command.help or "").partition("\n\n")
    assert " ".join(first.split()) == COMMANDS[name].line


def test_the_list_imports_no_command():
    program = (
        "import sys; from service.cli.main import main; "
        "main(['--help'], standalone_mode=False); "
        "sys.exit('sqlalchemy' in sys.modules or 'pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)

    assert done.returncode == 0


def test_an_unknown_command_is_wrong_use():
    result = CliRunner().invoke(main, ["serve"])

    assert result.exit_code == 2
    assert "No such command" in result.output


def test_wrong_settings_are_wrong_use_told_in_one_line(monkeypatch):
    monkeypatch.setenv("WIREROOM_BIND", "nowhere")

    result = CliRunner().invoke(main, ["db", "check"])

    assert result.exit_code == 2
    assert result.output.startswith("Error: WIREROOM_BIND='nowhere': write HOST:PORT")


@pytest.mark.parametrize(
    ("pure", "how"), [("1", "in Python"), ("", "compiled" if load("tree") else "")]
)
def test_the_version_tells_how_pages_are_read(pure, how, monkeypatch):
    if not any(metadata.distributions(name="wireroom")):
        pytest.skip("the package is not installed, only its folder is read")
    monkeypatch.setenv("PURE_PYTHON", pure)
    text = CliRunner().invoke(main, ["--version"]).output

    assert text.startswith("wireroom, version ")
    assert how in text
