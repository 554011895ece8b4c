"""What strangers make of our feeds: feedparser always, others where they are."""

import threading
import warnings

import feedparser
import pytest
from werkzeug.serving import make_server

from scrapers.items import Author


@pytest.fixture
def address(web):
    """Where two articles are served, without their format's ending."""
    for number in (1, 2):
        web.add(number, authors=(Author(name="Amina Otieno"),))
    server = make_server("127.0.0.1", 0, web.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/feeds/daily"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("ending", ["rss", "atom"])
def test_feedparser_reads_all_and_is_told_that_nothing_changed(address, ending):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # feedparser's own deprecations
        first = feedparser.parse(f"{address}.{ending}")
        again = feedparser.parse(f"{address}.{ending}", etag=first.etag)
        dated = feedparser.parse(f"{address}.{ending}", modified=first.modified)
    one = first.entries[0]

    assert (one.title, one.author) == ("Story 2", "Amina Otieno")
    assert one.published_parsed[:5] == (2026, 3, 1, 12, 2)
    assert "The body of story 2." in one.content[0].value
    assert (again.status, dated.status) == (304, 304)


@pytest.mark.parametrize("ending", ["rss", "atom", "json"])
def test_the_reader_package_reads_all(address, ending, tmp_path):
    reader_package = pytest.importorskip("reader")
    reader = reader_package.make_reader(str(tmp_path / "reader.sqlite"))
    reader.add_feed(f"{address}.{ending}")
    reader.update_feed(f"{address}.{ending}")
    found = {entry.title: entry for entry in reader.get_entries()}
    reader.close()

    assert sorted(found) == ["Story 1", "Story 2"]
    assert found["Story 1"].author == "Amina Otieno"
    assert "The body of story 1." in found["Story 1"].content[0].value
