"""Feeds that an operator defines in a file."""

import pytest

from config.settings import SettingError, Settings
from db.engine import reading, transaction
from db.filters import Filter
from db.saved import list_saved, remove_saved
from db.scopes import Removed, find_scope
from service.definitions import sync_files
from service.services import build
from tests.factories_feeds import NOON, add_source

FLOODS = """
[floods]
title = "Floods  & rain"
content = "summary"
q = ["flood OR drought"]
lang = "en"
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "feeds.toml"
    path.write_text(FLOODS)
    return path


@pytest.fixture
def services(database_url, file):
    services = build(Settings(database_url=database_url, feeds_file=file))
    yield services
    services.engine.dispose()


def declared(services):
    with reading(services.engine) as session:
        return {one.slug: one for one in list_saved(session)}


def test_a_feed_of_the_file_is_there(services):
    assert sync_files(services) == ()
    (found,) = declared(services).values()

    assert (found.slug, found.title, found.origin) == (
        "floods",
        "Floods & rain",
        "file",
    )
    assert found.content == "summary"
    assert found.filter == Filter(words=("flood OR drought",), languages=("en",))


def test_the_feed_follows_its_file(services, file):
    sync_files(services)
    file.write_text(FLOODS.replace("rain", "mud"))
    sync_files(services)
    assert declared(services)["floods"].title == "Floods & mud"
    file.write_text("")
    sync_files(services)

    assert declared(services) == {}
    with reading(services.engine) as session:
        assert isinstance(find_scope(session, "floods"), Removed)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[floods", "it cannot be read"),
        ("floods = 1", "[floods]: a feed is a table with a title"),
        ("[floods]", "[floods]: a feed is a table with a title"),
        ("[floods]\ntitle = 1", "title = 1: it is a text"),
        (
            "[floods]\ntitle = 'x'\nlangs = 'en'",
            "unknown key 'langs' (did you mean 'lang'?)",
        ),
        ("[floods]\ntitle = 'x'\nq = ['-']", "no letter or digit to search for"),
        ("[floods]\ntitle = 'x'\ntag = [1]", "tag = [1]: it is a text, or a list"),
        ("[floods]\ntitle = 'x'\ncontent = 'all'", "content = 'all': it is one of"),
        ("[floods]\ntitle = 'x'\nsource = 'daily'", "no public source is called"),
        ("[floods]\ntitle = 'x'\n[A]\ntitle = 'x'", "[A]: "),
    ],
)
def test_a_wrong_one_is_told_and_leaves_what_was(services, file, text, said):
    sync_files(services)
    file.write_text(text)
    (fault,) = sync_files(services)

    assert said in str(fault)
    assert str(file) in str(fault)
    assert "floods" in declared(services)


def test_a_name_that_is_taken_is_told(services):
    with transaction(services.engine) as session:
        add_source(session, "floods")
    (fault,) = sync_files(services)

    assert "[floods]: a source or another feed is called so" in str(fault)
    assert declared(services) == {}


def test_what_was_removed_by_hand_comes_back_with_the_file_alone(
    services, database_url
):
    sync_files(services)
    with transaction(services.engine) as session:
        remove_saved(session, "floods", now=NOON)
    sync_files(services)
    assert "floods" in declared(services)
    without = build(Settings(database_url=database_url))
    sync_files(without)

    assert "floods" in declared(without)
    without.engine.dispose()


def test_a_file_that_is_not_there_stops_the_start(tmp_path):
    with pytest.raises((SettingError, ValueError), match="no such file"):
        Settings(feeds_file=tmp_path / "none.toml")
