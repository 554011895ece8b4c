"""The command line, called in this process on a database of its own."""

import os

import pytest
from click.testing import CliRunner

from db.engine import build_engine
from service.cli.main import main


@pytest.fixture
def wireroom(database_url, tmp_path, monkeypatch):
    """Call the command on an empty database, once on SQLite and once on PostgreSQL."""
    for name in [name for name in os.environ if name.startswith("WIREROOM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WIREROOM_DATABASE_URL", database_url)
    monkeypatch.setenv("WIREROOM_SECRET_KEY", "a key for the tests alone")
    monkeypatch.chdir(tmp_path)
    return lambda *words, **options: CliRunner().invoke(main, words, **options)


@pytest.fixture
def database(database_url):
    """The engine of the database the command is called on."""
    engine = build_engine(database_url)
    yield engine
    engine.dispose()
