import pytest

from config.settings import Settings
from db.engine import reading
from scrapers.fetch.guard import ForbiddenAddress
from service.services import build


def test_nothing_is_connected_or_made_by_building(tmp_path):
    services = build(Settings(database_url=f"sqlite:///{tmp_path}/wireroom.db"))

    assert services.name.startswith("cli:")
    assert list(tmp_path.iterdir()) == []


def test_the_guard_lets_through_what_the_settings_allow(database_url):
    services = build(Settings(database_url=database_url, allow_nets=("127.0.0.0/8",)))

    services.guard.check("127.0.0.1")
    with pytest.raises(ForbiddenAddress):
        services.guard.check("10.0.0.1")


def test_the_clock_is_the_databases(database_url):
    services = build(Settings(database_url=database_url), kind="worker")

    with reading(services.engine):
        assert services.clock().utcoffset().total_seconds() == 0
    services.engine.dispose()
