"""The application by a WSGI server that is not ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.journeys.test_run import ROOT, Run, free_port, until

pytest.importorskip("gunicorn", reason="gunicorn is not installed")


def test_gunicorn_serves_the_application_in_threads(tmp_path):
    served = Run(tmp_path)
    served.port = free_port()
    own = {**served.environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m"]
    subprocess.run(
        [*command, "service.cli.main", "db", "upgrade"],
        cwd=tmp_path,
        env=own,
        check=True,
    )
    options = [
        "--threads",
        "8",
        "--bind",
        f"127.0.0.1:{served.port}",
        "--chdir",
        str(ROOT),
    ]
    own["WIREROOM_DATABASE_URL"] = f"sqlite:///{tmp_path}/wireroom.db"
    with (
        served.log.open("ab") as log,
        subprocess.Popen(
            [*command, "gunicorn", *options, "service.wsgi:application()"],
            cwd=tmp_path,
            env=own,
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            for path, text in (
                ("/feeds/all.atom", "<feed"),
                ("/feeds/all.atom", "<feed"),
                ("/", "<html"),
            ):
                until(lambda: text in served.get(path))  # noqa: B023 - called here
        finally:
            process.send_signal(signal.SIGTERM)
    assert process.returncode == 0
    assert "Traceback" not in served.text()
