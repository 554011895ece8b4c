"""Wait for what another thread or process does."""

import time


def until(is_so, *, seconds=10.0):
    """Wait until something is so; what a thread does has no other sign."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not so within {seconds} s"
        time.sleep(0.005)
