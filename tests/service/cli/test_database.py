import json

import pytest
from click.testing import CliRunner

from service.cli.main import main


@pytest.fixture
def wireroom(tmp_path, monkeypatch):
    """Call the command on a database that is not there yet."""
    monkeypatch.setenv("WIREROOM_DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    return lambda *words: CliRunner().invoke(main, words)


def test_an_empty_database_is_found_wrong_and_nothing_is_made(wireroom, tmp_path):
    result = wireroom("db", "check")

    assert result.exit_code == 1
    assert "run `wireroom db upgrade`" in result.output
    assert list(tmp_path.iterdir()) == []


def test_upgrade_makes_the_tables_once(wireroom):
    first, second = wireroom("db", "upgrade"), wireroom("db", "upgrade")

    assert "The tables are made" in first.output
    assert "nothing to do" in second.output
    assert wireroom("db", "check").exit_code == 0


def test_check_tells_programs_too(wireroom):
    wireroom("db", "upgrade")

    found = json.loads(wireroom("db", "check", "--json").output)

    assert found["fits"] is True
    assert found["found"] == found["newest"]
