"""The checks beside the repository, against a served app; skipped where absent."""

import importlib.util
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from tests.service.feeds.conftest import make_web

CHECKS = Path(__file__).parents[3].parent / "shared" / "checks"
GOLDEN = Path(__file__).parents[2] / "golden" / "feeds"


def load(name):
    path = CHECKS / f"{name}.py"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except ImportError as error:
        pytest.skip(f"{name}: {error}")
    return module


@pytest.fixture
def served(engine, tmp_path):
    """The address of an app with two articles, served by a thread."""
    web = make_web(engine, tmp_path)
    web.add(1, categories=(("اخبار",),))
    web.add(2, title="<b>&amp;</b> ]]> 🎉")
    server = make_server("127.0.0.1", 0, web.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("ending", ["rss", "atom", "json", "ninjs"])
def test_http_is_as_readers_and_caches_rely_on_it(served, ending):
    checks = load("check_http")
    queries = ("", "?limit=1", "?before=2", "?archive=0-1&limit=1")
    for slug, of_it in (("all", 4), ("daily/%D8%A7%D8%AE%D8%A8%D8%A7%D8%B1", 3)):
        for query in queries[:of_it]:
            address = f"{served}/feeds/{slug}.{ending}{query}"
            found = checks.check(checks.Endpoint(address, {}))
            assert [one for one in found if one[0] in ("must", "should")] == []


@pytest.mark.parametrize("path", ["/opml", "/feeds/daily.news.xml"])
def test_http_of_lists_is_as_of_feeds(served, path):
    checks = load("check_http")
    found = checks.check(checks.Endpoint(f"{served}{path}", {}))

    assert [one for one in found if one[0] in ("must", "should")] == []


# ninjs has a schema of its own: see test_formats.
READ = sorted(path for path in GOLDEN.iterdir() if path.suffix != ".ninjs")


@pytest.mark.parametrize("golden", READ, ids=lambda p: p.name)
def test_documents_are_valid(golden):
    checks = load("check_feed")
    assert checks.check(golden.read_bytes()).found == []
