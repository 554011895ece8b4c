import os
from datetime import timedelta
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.durations import parse_duration
from config.loading import load
from config.settings import SettingError, Settings


@pytest.fixture(autouse=True)
def _no_settings_of_this_shell(monkeypatch):
    for name in [name for name in os.environ if name.startswith("WIREROOM_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def file(tmp_path, monkeypatch):
    """The file WIREROOM_CONFIG names."""
    path = tmp_path / "wireroom.toml"
    monkeypatch.setenv("WIREROOM_CONFIG", str(path))
    return path


def test_without_any_setting_the_defaults_work():
    settings = load()

    assert settings.database_url == "sqlite:///wireroom.db"
    assert settings.sources == ()
    assert settings.base_url == "http://127.0.0.1:8080"


def test_every_setting_says_why_its_default_is_what_it_is():
    for name, field in Settings.model_fields.items():
        assert field.description, name


def test_the_environment_comes_before_the_file(file, monkeypatch):
    file.write_text('web_threads = 3\nlog_format = "json"\n')
    monkeypatch.setenv("WIREROOM_WEB_THREADS", "5")

    assert (load().web_threads, load().log_format) == (5, "json")


def test_lists_are_written_with_commas_or_as_toml(file, monkeypatch):
    file.write_text('sources = ["one", "two"]\ndelivery_schedule = [0, "5m"]\n')
    monkeypatch.setenv("WIREROOM_ALLOW_NETS", "10.0.0.0/8, fd00::/8")

    settings = load()

    assert settings.sources == ("one", "two")
    assert settings.delivery_schedule == (timedelta(0), timedelta(minutes=5))
    assert settings.allowed_networks[1] == ip_network("fd00::/8")


def test_a_lease_outlasts_an_attempt(monkeypatch):
    monkeypatch.setenv("WIREROOM_LEASE", "3s")
    with pytest.raises(SettingError, match=r"^WIREROOM_LEASE is 3s and WIREROOM_DELI"):
        load()

    monkeypatch.setenv("WIREROOM_DELIVERY_TIMEOUT", "2s")
    assert load().lease == timedelta(seconds=3)


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("DATABASE_URL", "mysql://x/y", "sqlite:///FILE, or postgresql://"),
        ("DATABASE_URL", "sqlite://", "sqlite:///FILE"),
        ("BIND", "8080", "write HOST:PORT"),
        ("BIND", "localhost:99999", "write HOST:PORT"),
        ("BIND", "::1:8080", r"\[::1\]:8080"),
        ("PUBLIC_URL", "news.example.org", "write http://"),
        ("SOURCES_DIR", "/no/such/folder", "no such folder: make it"),
        ("ALLOW_NETS", "10.0.0.1/8", "10.0.0.0/8"),
        ("TRUSTED_PROXIES", "nginx", "10.0.0.0/8"),
        ("CONTACT_URL", "me at example", "https://… or mailto:"),
        ("SECRET_KEY", "short", "16 characters at least"),
        ("WEB_THREADS", "0", "greater than or equal to 1"),
        ("WEB_THREADS", "many", "valid integer"),
        ("LOG_FORMAT", "xml", "'console' or 'json'"),
        ("HOST_PAUSE", "soon", "write seconds, or 30s, 5m, 2h"),
        ("LEASE", "0", "greater than 0"),
        ("RETENTION_EVENTS", "99999999999999d", "longer than a hundred years"),
        ("DELIVERY_SCHEDULE", "", "at least one attempt"),
    ],
)
def test_a_wrong_value_is_named_with_the_remedy(name, value, remedy, monkeypatch):
    monkeypatch.setenv(f"WIREROOM_{name}", value)

    with pytest.raises(SettingError, match=remedy) as caught:
        load()

    assert str(caught.value).startswith(f"WIREROOM_{name}=")


def test_the_value_is_shown_as_it_was_written(monkeypatch):
    monkeypatch.setenv("WIREROOM_HOST_PAUSE", "5 minutes")

    with pytest.raises(SettingError, match="WIREROOM_HOST_PAUSE='5 minutes': "):
        load()


@pytest.mark.parametrize(
    ("name", "secret"),
    [("SECRET_KEY", "hunter2"), ("DATABASE_URL", "mysql://me:hunter2@host/x")],
)
def test_a_secret_is_not_repeated(name, secret, monkeypatch):
    monkeypatch.setenv(f"WIREROOM_{name}", secret)

    with pytest.raises(SettingError) as caught:
        load()

    assert "hunter2" not in str(caught.value)


def test_the_settings_do_not_show_the_key():
    assert "hunter2" not in repr(Settings(secret_key="hunter2 hunter2 hunter2"))


def test_all_wrong_values_are_told_at_once(monkeypatch):
    monkeypatch.setenv("WIREROOM_BIND", "nowhere")
    monkeypatch.setenv("WIREROOM_TICK", "often")
    monkeypatch.setenv("WIREROOM_THREADS", "3")

    with pytest.raises(SettingError) as caught:
        load()

    assert len(str(caught.value).splitlines()) == 3


def test_a_misspelt_variable_is_refused_with_the_nearest_right_one(monkeypatch):
    monkeypatch.setenv("WIREROOM_DATABSE_URL", "sqlite:///x.db")

    with pytest.raises(SettingError, match=r"did you mean WIREROOM_DATABASE_URL\?"):
        load()


def test_a_variable_like_no_other_points_to_the_list(monkeypatch):
    monkeypatch.setenv("WIREROOM_ZZZZ", "1")

    with pytest.raises(SettingError, match=r"no such setting, docs/operator\.md"):
        load()


def test_a_misspelt_key_of_the_file_is_refused_with_the_nearest_right_one(file):
    file.write_text('log_fromat = "json"\n')

    with pytest.raises(SettingError, match=r"did you mean log_format\?"):
        load()


def test_a_wrong_value_of_the_file_is_named_with_the_file(file):
    file.write_text("web_threads = 1000\n")

    with pytest.raises(SettingError, match=r"wireroom\.toml: web_threads = 1000: "):
        load()


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "No such file"), (b"web_threads =", "no TOML"), (b"\xff\xfe", "no TOML")],
)
def test_a_file_that_cannot_be_read_is_named(file, content, reason):
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(SettingError, match=rf"WIREROOM_CONFIG=.*{reason}"):
        load()


@pytest.mark.parametrize(
    ("bind", "address", "url"),
    [
        ("127.0.0.1:80", ("127.0.0.1", 80), "http://127.0.0.1:80"),
        ("[::1]:8080", ("::1", 8080), "http://[::1]:8080"),
        ("0.0.0.0:8080", ("0.0.0.0", 8080), "http://localhost:8080"),
    ],
)
def test_feeds_call_themselves_by_an_address_that_can_be_asked(bind, address, url):
    settings = Settings(bind=bind)

    assert (settings.bind_address, settings.base_url) == (address, url)


def test_the_public_address_loses_its_last_slash():
    assert Settings(public_url="https://a.example/").base_url == "https://a.example"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5", 5), (5, 5), (2.5, 2.5), ("90s", 90), ("1h30m", 5400), ("250ms", 0.25)],
)
def test_durations_are_read(text, seconds):
    assert parse_duration(text) == timedelta(seconds=seconds)


@given(st.text())
def test_any_text_is_a_duration_or_a_value_error(text):
    try:
        found = parse_duration(text)
    except ValueError:
        return
    assert found >= timedelta(0)
