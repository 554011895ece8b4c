"""The hub checker beside the repository, test by test; skipped where it is absent."""

import importlib.util
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.hubs import running_hub

CHECKER = Path(__file__).parents[3].parent / "shared" / "checks" / "check_websub_hub.py"
# A failed push is tried again so soon that the checker need not wait for it.
SCHEDULE = (timedelta(0), timedelta(seconds=1), timedelta(seconds=2))
OPTIONS = {"wait": 10, "quiet": 0.4, "retry_wait": 10, "lease": 2, "trigger": None}


@pytest.fixture(scope="module")
def checker():
    if not CHECKER.exists():
        pytest.skip(f"{CHECKER} is not here")
    spec = importlib.util.spec_from_file_location("check_websub_hub", CHECKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_hub_conforms(checker, database_url):
    with running_hub(database_url, delivery_schedule=SCHEDULE) as hub:
        hub.publish()
        suite = checker.Suite(hub.url, SimpleNamespace(topic=hub.topic, **OPTIONS))
        suite.publish = lambda _topic: hub.publish()
        said = []
        suite.say = lambda verdict, *what: (
            said.append((verdict, *what)) or (verdict == "PASS")
        )

        for _, test in checker.TESTS:
            test(suite)

    assert [line for line in said if line[0] in ("FAIL", "NOTE")] == []
    assert len(said) > 40
