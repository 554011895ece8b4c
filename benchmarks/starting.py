"""From `wireroom run` to the first feed, on an existing database.

    python -m benchmarks.starting [--rounds 5]

The floor beside it is an interpreter that imports what the web process imports, and
ends: what no arrangement of processes can be quicker than.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 60.0


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    rounds = options.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        start(Path(folder))  # makes the database
        ours = [start(Path(folder)) for _ in range(rounds)]
    floor = [imports() for _ in range(rounds)]
    print(f"{'':24}{'median':>8}{'best':>8}   seconds")
    for name, found in (("run, to the first feed", ours), ("imports alone", floor)):
        print(f"{name:24}{median(found):8.2f}{min(found):8.2f}")
    print(f"ratio {median(ours) / median(floor):.2f}; at most 3.00 s, aim 1.50 s")


def start(folder: Path) -> float:
    """Start the service in a folder, wait for its first feed, end it."""
    port = free_port()
    kept = {k: v for k, v in os.environ.items() if not k.startswith("WIREROOM_")}
    settings = {"WIREROOM_BIND": f"127.0.0.1:{port}", "PYTHONPATH": str(ROOT)}
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli.main", "run"],
        cwd=folder,
        env=kept | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not serves(f"http://127.0.0.1:{port}/feeds/all.atom"):
            if (
                process.poll() is not None
                or time.monotonic() > began + PATIENCE_SECONDS
            ):
                sys.exit("the service did not start; try `wireroom run`")
            time.sleep(0.01)
        return time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def serves(url: str) -> bool:
    """Tell whether an address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def imports() -> float:
    """Import what the web process imports, in a new interpreter."""
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", "import service.app, service.web"], cwd=ROOT, check=True
    )
    return time.monotonic() - began


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
