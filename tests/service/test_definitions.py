import pytest

from config.settings import SettingError, Settings
from db.engine import reading, transaction
from db.filters import Filter
from db.saved import SavedFeed, add_saved
from db.sources import find_source, list_sources, set_enabled
from scrapers.definitions import shipped_slugs
from service.definitions import read_files, sync_files
from service.services import build

GOOD = """
name = "The Daily Example"
home = "https://example.org/"
[[discover]]
kind = "feed"
url = "https://example.org/feed/"
"""


@pytest.fixture
def folder(tmp_path):
    """The operator's own folder."""
    path = tmp_path / "sources"
    path.mkdir()
    return path


@pytest.fixture
def services(database_url, folder):
    services = build(Settings(database_url=database_url, sources_dir=folder))
    yield services
    services.engine.dispose()


def watched(services):
    with reading(services.engine) as session:
        return {source.slug: source.enabled for source in list_sources(session)}


def spec(services, slug):
    with reading(services.engine) as session:
        return find_source(session, slug).spec


def test_the_operators_own_are_watched(services, folder):
    (folder / "example.toml").write_text(GOOD)

    assert sync_files(services) == ()
    assert watched(services) == {"example": True}


def test_no_shipped_source_runs_unless_it_is_named():
    assert read_files(Settings()).definitions == ()


def test_a_shipped_source_runs_when_it_is_named():
    slug = shipped_slugs()[0]

    (found,) = read_files(Settings(sources=(slug,))).definitions

    assert found.slug == slug


def test_an_unknown_shipped_source_stops_the_start():
    with pytest.raises(SettingError, match="WIREROOM_SOURCES=sampel: no shipped"):
        read_files(Settings(sources=("sampel",)))


def test_a_bad_file_is_told_and_keeps_nobody_else_from_running(services, folder):
    (folder / "bad.toml").write_text(GOOD.replace("name", "nmae"))
    (folder / "good.toml").write_text(GOOD)

    (fault,) = sync_files(services)

    assert "bad.toml" in str(fault)
    assert "nmae" in str(fault)
    assert watched(services) == {"good": True}


def test_a_source_whose_file_went_bad_stays_as_it_was(services, folder):
    (folder / "example.toml").write_text(GOOD)
    sync_files(services)
    (folder / "example.toml").write_text("name =")

    sync_files(services)

    assert watched(services) == {"example": True}
    assert spec(services, "example")["name"] == "The Daily Example"


def test_a_file_that_is_gone_is_watched_no_more(services, folder):
    (folder / "example.toml").write_text(GOOD)
    sync_files(services)
    (folder / "example.toml").unlink()

    sync_files(services)

    assert watched(services) == {"example": False}


def test_what_the_operator_disabled_stays_so_at_the_next_start(services, folder):
    (folder / "example.toml").write_text(GOOD)
    sync_files(services)
    with transaction(services.engine) as session:
        set_enabled(session, "example", enabled=False, now=services.clock())

    sync_files(services)

    assert watched(services) == {"example": False}


def test_one_slug_cannot_be_shipped_and_the_operators_own(folder):
    slug = shipped_slugs()[0]
    (folder / f"{slug}.toml").write_text(GOOD)

    files = read_files(Settings(sources=(slug,), sources_dir=folder))

    assert "rename one" in str(files.faults[0])
    assert len(files.definitions) == 1


def test_the_example_site_is_looked_for_where_it_listens():
    settings = Settings(sources=("sample",), sample_bind="127.0.0.1:9999")

    (found,) = read_files(settings).definitions

    assert found.spec["home"] == "http://127.0.0.1:9999/"


def test_a_file_called_like_a_feed_is_told_and_left(services, folder):
    with transaction(services.engine) as session:
        feed = SavedFeed(
            slug="example",
            title="Example",
            filter=Filter(),
            content="full",
            token_hash=None,
            added_at=services.clock(),
        )
        add_saved(session, feed, now=services.clock())
    (folder / "example.toml").write_text(GOOD)
    (folder / "other.toml").write_text(GOOD)

    (fault,) = sync_files(services)
    assert "example.toml: a feed is called 'example'" in str(fault)
    assert watched(services) == {"other": True}
