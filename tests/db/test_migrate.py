import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from db import migrate
from db.base import FULL_TEXT, Base
from db.engine import reading, transaction
from db.errors import SchemaMismatch
from db.models import StreamRow
from tests.databases import empty_engine


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """An engine on a database without any table."""
    with empty_engine(request, tmp_path) as engine:
        yield engine


def set_version(engine, number):
    with transaction(engine) as session:
        session.execute(
            text("UPDATE alembic_version SET version_num = :n"), {"n": number}
        )


def test_the_migrations_make_what_the_models_say(empty):
    migrate.upgrade(empty)

    with empty.connect() as connection:
        options = {
            "compare_type": True,
            "compare_server_default": True,
            "include_object": migrate.is_compared,
        }
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, Base.metadata)

    assert not differences, "run `make migration` (CONTRIBUTING.md)"


def test_every_constraint_is_named_after_the_convention(empty):
    migrate.upgrade(empty)

    found = inspect(empty)
    for table in found.get_table_names():
        if table == "alembic_version" or table.startswith(FULL_TEXT):
            continue
        assert found.get_pk_constraint(table)["name"] == f"pk_{table}"
        for key in found.get_foreign_keys(table):
            assert key["name"].startswith(f"fk_{table}_")
        for index in found.get_indexes(table):
            assert index["name"].startswith((f"ix_{table}_", f"uq_{table}_"))


def test_the_stream_begins_at_nought(empty):
    migrate.upgrade(empty)

    with reading(empty) as session:
        rows = session.execute(select(StreamRow.id, StreamRow.value)).all()
    assert rows == [(1, 0)]


def test_an_empty_database_is_refused_with_the_remedy(empty):
    with pytest.raises(
        SchemaMismatch, match="no tables yet: run `wireroom db upgrade`"
    ):
        migrate.require(empty)


def test_a_migrated_database_is_accepted(empty):
    before = migrate.upgrade(empty)

    migrate.require(empty)
    assert before.found is None


def test_a_second_upgrade_finds_nothing_to_do(empty):
    migrate.upgrade(empty)

    assert migrate.upgrade(empty).fits


def test_a_schema_from_the_future_is_left_alone(empty):
    migrate.upgrade(empty)
    set_version(empty, "9999")

    with pytest.raises(SchemaMismatch, match="newer than this version"):
        migrate.upgrade(empty)
    with pytest.raises(SchemaMismatch, match="install the newer Wireroom"):
        migrate.require(empty)


def test_a_schema_too_old_is_refused(empty):
    migrate.upgrade(empty)
    set_version(empty, "0000")

    with pytest.raises(SchemaMismatch, match="run `wireroom db upgrade`"):
        migrate.require(empty)


def test_every_migration_can_be_undone(empty):
    from alembic import command

    migrate.upgrade(empty)
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    with empty.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")

    assert inspect(empty).get_table_names() == ["alembic_version"]


def test_the_newest_number_is_the_head_of_one_line():
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))

    assert ScriptDirectory.from_config(config).get_heads() == [migrate.newest()]


def test_two_processes_may_migrate_at_once(empty):
    url = empty.url.render_as_string(hide_password=False)
    program = (
        "import sys; from db.engine import build_engine; from db import migrate;"
        "migrate.upgrade(build_engine(sys.argv[1]))"
    )
    root = migrate.MIGRATIONS.parents[1]
    started = [
        subprocess.Popen([sys.executable, "-c", program, url], cwd=root)
        for _ in range(3)
    ]

    assert [process.wait(timeout=60) for process in started] == [0, 0, 0]
    migrate.require(empty)
