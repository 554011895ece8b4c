import stat
from threading import Barrier, Thread

import pytest

from config.settings import SettingError, Settings
from service.secrets import build_cipher, key_file


@pytest.fixture
def settings(tmp_path):
    return Settings(database_url=f"sqlite:///{tmp_path}/wireroom.db")


def test_what_is_encrypted_is_decrypted(settings):
    cipher = build_cipher(settings)

    token = cipher.encrypt("whsec_سرّ")

    assert "whsec" not in token
    assert cipher.decrypt(token) == "whsec_سرّ"


def test_the_same_text_never_gives_the_same_token(settings):
    cipher = build_cipher(settings)

    assert cipher.encrypt("a") != cipher.encrypt("a")


def test_another_key_does_not_open_it():
    one = build_cipher(Settings(secret_key="one one one one one"))
    two = build_cipher(Settings(secret_key="two two two two two"))

    with pytest.raises(SettingError, match="WIREROOM_SECRET_KEY is not the key"):
        two.decrypt(one.encrypt("x"))


def test_the_made_key_is_kept_beside_the_database_for_its_owner_alone(settings):
    token = build_cipher(settings).encrypt("x")

    path = key_file(settings)
    assert path.parent.joinpath("wireroom.key") == path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert build_cipher(settings).decrypt(token) == "x"


def test_an_absolute_key_file_stays_where_it_is(tmp_path):
    path = tmp_path / "keys" / "key"

    assert key_file(Settings(secret_key_file=path)) == path


def test_nothing_is_written_before_the_key_is_needed(settings):
    build_cipher(settings)

    assert not key_file(settings).exists()


def test_processes_that_start_together_agree_on_the_key(settings):
    ready = Barrier(8)
    tokens = []

    def start():
        cipher = build_cipher(settings)
        ready.wait()
        tokens.append(cipher.encrypt("x"))

    threads = [Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [build_cipher(settings).decrypt(token) for token in tokens] == ["x"] * 8
    assert [p.name for p in key_file(settings).parent.iterdir()] == ["wireroom.key"]


def test_postgresql_asks_for_the_key_all_machines_share():
    cipher = build_cipher(Settings(database_url="postgresql://localhost/wireroom"))

    with pytest.raises(
        SettingError, match=r"WIREROOM_SECRET_KEY is not set.*token_url"
    ):
        cipher.require()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    settings = Settings(secret_key_file=tmp_path / "missing" / "key")

    with pytest.raises(SettingError, match=r"WIREROOM_SECRET_KEY_FILE=.*No such file"):
        build_cipher(settings).require()


def test_an_empty_key_file_is_not_taken_for_a_key(settings):
    key_file(settings).write_text("\n")

    with pytest.raises(SettingError, match="is empty: restore it"):
        build_cipher(settings).require()
