"""The child's side of the sandbox: `python -m scrapers.parsing_child`.

It reads pickled calls, runs each under RLIMIT_AS and sends its value back. What keeps
it is `scrapers.sandbox`. What sets limits and signals of its own process is run by the
tests through that, in a child whose environment is too bare for coverage to see it.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable
from typing import BinaryIO

from scrapers.errors import ScrapeError

# The child's own alarm comes this much later than the parent's deadline: it matters
# only when the parent is gone or stopped.
ALARM_MARGIN_SECONDS = 2.0
# Objects made before Python looks for garbage in cycles, of which a page leaves next to
# none: looking after every 700 takes a twentieth of the time.
OBJECTS_BETWEEN_COLLECTIONS = 50_000
# Room for the files a late import opens, and for nothing else.
CHILD_FILES = 64

# What is read at once: the calls behind one are here when it is done.
READ_BYTES = 256 * 2**10
# Imported before the first call comes, which mostly is for it.
EXTRACTOR = "scrapers.reading"

# How long a message is, before the message.
LENGTH = struct.Struct("!Q")

Call = tuple[Callable[..., object], tuple[object, ...]]

_PDEATHSIG = 1  # prctl(2)


def collect_rarely() -> None:
    """Have Python look for cycles of garbage seldom: pages leave next to none."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


# What is not covered here runs in the child alone, whose environment is kept bare, so
# that nothing measures it there; called elsewhere it would limit or end the test run.
# The tests of `scrapers.sandbox` drive it through a real child.


def main(arguments: list[str]) -> int:
    """Serve calls from standard input until it ends: `PARENT MEMORY SECONDS`."""
    parent, memory_bytes, seconds = (
        int(arguments[0]),
        int(arguments[1]),
        float(arguments[2]),
    )
    # Ctrl-C reaches the whole group: the page under way is the parent's to give up.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with(parent)
    _limit(memory_bytes)
    collect_rarely()
    # Never closed: the hook below still writes when all else is over.
    reader, writer = os.fdopen(0, "rb", READ_BYTES), os.fdopen(os.dup(0), "wb")
    sys.excepthook = _last_words(writer)
    importlib.import_module(EXTRACTOR)
    gc.freeze()  # what is there now stays: no collection needs to look at it again
    while (request := _read_call(reader)) is not None:
        func, args = request
        signal.setitimer(signal.ITIMER_REAL, seconds + ALARM_MARGIN_SECONDS)
        kind, value = _perform(func, args)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _send(writer, (kind, value))
        del request, func, args, value
        if kind == "died":
            return 1  # its heap is in pieces: a fresh child is cheaper
    return 0


def _perform(
    func: Callable[..., object], args: tuple[object, ...]
) -> tuple[str, object]:
    try:
        return "value", func(*args)
    except ScrapeError as error:
        return "error", (type(error), error.args, error.__dict__)
    except MemoryError:
        return "died", "parsing took too much memory"
    except RecursionError:
        return "died", "nested too deep"


def _read_call(reader: BinaryIO) -> Call | None:
    header = reader.read(LENGTH.size)
    if len(header) < LENGTH.size:
        return None
    call: Call = pickle.loads(reader.read(LENGTH.unpack(header)[0]))  # noqa: S301 - from our parent
    return call


def _send(writer: BinaryIO, message: tuple[str, object]) -> None:
    data = pickle.dumps(message, protocol=5)
    writer.write(LENGTH.pack(len(data)))
    writer.write(data)
    writer.flush()


def _last_words(
    writer: BinaryIO,
) -> Callable[[type[BaseException], BaseException, object], None]:
    """Name a fault of ours to the parent instead of printing a traceback."""

    def hook(kind: type[BaseException], error: BaseException, trace: object) -> None:
        del trace
        place, at = "", error.__traceback__
        while at is not None:
            place = f" at {at.tb_frame.f_globals.get('__name__')}:{at.tb_lineno}"
            at = at.tb_next
        _send(writer, ("died", f"parser failed: {kind.__name__}{place}"))

    return hook


def _die_with(parent: int) -> None:
    """Have the kernel end this process when its parent does."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if sys.platform == "linux":
        import ctypes  # only the child needs it

        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        sys.exit(1)


def _limit(memory_bytes: int) -> None:
    import resource  # not on every platform, and only for the child

    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (CHILD_FILES, CHILD_FILES))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
