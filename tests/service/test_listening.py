import socket

import pytest

from config.settings import SettingError
from service.listening import answers, require_free


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as server:
        yield server


def test_a_port_in_use_is_named_with_its_setting(listener):
    port = listener.getsockname()[1]

    with pytest.raises(
        SettingError, match=rf"WIREROOM_BIND=127.0.0.1:{port}: another program"
    ):
        require_free(("127.0.0.1", port), setting="WIREROOM_BIND")


def test_a_free_port_stays_free(listener):
    port = listener.getsockname()[1]
    listener.close()

    require_free(("127.0.0.1", port), setting="WIREROOM_BIND")
    require_free(("127.0.0.1", port), setting="WIREROOM_BIND")


def test_a_name_that_does_not_resolve_is_named():
    with pytest.raises(SettingError, match=r"nowhere\.invalid:80: .*choose another"):
        require_free(("nowhere.invalid", 80), setting="WIREROOM_BIND")


def test_whether_somebody_listens_is_told(listener):
    address = listener.getsockname()
    assert answers(address)

    listener.close()
    assert not answers(address)
    assert not answers(("0.0.0.0", address[1]))
