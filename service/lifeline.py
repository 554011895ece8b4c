"""End a child process with its parent, however the parent ends."""

from __future__ import annotations

import os
import signal
import sys
import time
from threading import Thread

PR_SET_PDEATHSIG = 1  # prctl(2)
# Where the kernel has no such promise, how often the child looks for its parent.
LOOK_SECONDS = 1.0


def die_with(parent: int) -> None:
    """Kill this process when process `parent` dies; at once when it is gone already.

    To be killed is safe at any moment: what was under way is leased, and is done again.
    """
    if sys.platform == "linux":
        import ctypes  # nobody else here needs it

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    else:  # pragma: no cover - the tests run on Linux
        Thread(target=_watch, args=(parent,), name="lifeline", daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _watch(parent: int) -> None:  # pragma: no cover - not on Linux
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os._exit(1)
