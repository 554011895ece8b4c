"""Whether an address can be listened on, and whether somebody does."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Callable

from config.settings import SettingError

# Between looks at an address somebody is about to listen on.
LOOK_SECONDS = 0.1


def require_free(address: tuple[str, int], *, setting: str) -> None:
    """Raise SettingError, naming the setting, when nobody could listen there.

    Asked before the server starts, which would name neither the setting nor a remedy.
    """
    host, port = address
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, where = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
            probe.listen(1)
    except OSError as error:
        message = f"{setting}={host}:{port}: {_remedy(error, setting)}"
        raise SettingError(message) from error


def _remedy(error: OSError, setting: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"another program listens there: end it, or choose another {setting}"
    if error.errno == errno.EACCES:
        return f"ports below 1024 are the system's: choose another {setting}"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"this machine has no such address: choose another {setting}"
    return f"{error.strerror}: choose another {setting}"


def answers(address: tuple[str, int]) -> bool:
    """Tell whether somebody accepts connections there."""
    host, port = address
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - replaced
    try:
        with socket.create_connection((host, port), timeout=0.2):
            return True
    except OSError:
        return False


def await_answer(
    address: tuple[str, int],
    *,
    seconds: float,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Wait until somebody accepts connections there; False if nobody does in time."""
    for _ in range(int(seconds / LOOK_SECONDS)):
        if answers(address):
            return True
        sleep(LOOK_SECONDS)
    return answers(address)
