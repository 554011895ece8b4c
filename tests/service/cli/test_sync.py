import json
from threading import Thread

import pytest
from werkzeug.serving import make_server

from tests.crawling import article_page, listing

SPEC = """
name = "The Daily Example"
home = "http://127.0.0.1:{port}/"
[[discover]]
kind = "listing"
url = "http://127.0.0.1:{port}/news/"
links = "h2 a"
"""


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site of three stories on loopback, and the operator's folder with it."""
    pages = {f"/story/{n}/": article_page(n) for n in (1, 2, 3)}
    pages["/news/"] = listing([3, 2, 1])

    def answer(environ, start):
        found = pages.get(environ["PATH_INFO"])
        start("200 OK" if found else "404 Not Found", [("Content-Type", "text/html")])
        return [(found or "").encode()]

    server = make_server("127.0.0.1", 0, answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "example.toml").write_text(SPEC.format(port=server.port))
    monkeypatch.setenv("WIREROOM_SOURCES_DIR", str(folder))
    monkeypatch.setenv("WIREROOM_ALLOW_NETS", "127.0.0.0/8")
    monkeypatch.setenv("WIREROOM_HOST_PAUSE", "0")
    yield pages
    server.shutdown()
    thread.join()
    server.server_close()


def rows(result):
    return json.loads(result.stdout)


@pytest.fixture
def sync(wireroom, site):
    """Call `wireroom sync`; after `wireroom`, whose settings it adds to."""
    return lambda *words: wireroom("sync", *words)


def test_one_pass_brings_the_articles(sync):
    (row,) = rows(sync("--json"))

    assert (row["source"], row["outcome"], row["new"]) == ("example", "ok", 3)


def test_a_pass_of_one_source_disables_none_whose_file_it_is_not_given(
    sync, wireroom, monkeypatch
):
    sync()
    monkeypatch.delenv("WIREROOM_SOURCES_DIR")

    result = sync("example", "--json")

    assert result.exit_code == 0, result.output
    (source,) = rows(wireroom("source", "list", "--json"))
    assert source["enabled"]


def test_a_second_pass_finds_nothing_new(sync):
    sync()

    (row,) = rows(sync("example", "--json"))

    assert (row["new"], row["changed"]) == (0, 0)


def test_people_see_a_table_and_the_failures(sync, site):
    site["/story/2/"] = "nothing to see"

    result = sync()

    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].split()[:5] == [
        *("example", "ok", "3", "3", "2"),
    ]
    assert "/story/2/: " in result.stderr


def test_a_source_that_cannot_be_read_is_found_wrong(sync, site):
    del site["/news/"]

    result = sync("--json")

    assert result.exit_code == 1
    assert rows(result)[0]["outcome"] == "failed"
    assert "404" in rows(result)[0]["reason"]


def test_an_unknown_source_is_named_with_the_known_ones(sync):
    result = sync("exmaple")

    assert result.exit_code == 1
    assert "no source 'exmaple'; there are: example" in result.output


def test_a_bad_file_is_told_and_the_others_are_read(sync, site, tmp_path):
    (tmp_path / "sources" / "bad.toml").write_text("nmae = 1")

    result = sync("--json")

    assert "bad.toml" in result.stderr
    assert rows(result)[0]["new"] == 3


def test_since_walks_the_archive_behind_the_first_pass(sync, site):
    for n in range(4, 10):
        site[f"/story/{n}/"] = article_page(n)
        site[f"/news/{n}/"] = listing([n], f"<a rel=next href='/news/{n + 1}/'>x</a>")
    site["/news/"] = listing([3, 2, 1], "<a rel=next href='/news/4/'>x</a>")

    (row,) = rows(sync("--since", "2019", "--json"))
    again = sync("--since", "2019", "--again")

    assert (row["outcome"], row["new"]) == ("ok", 9)
    assert again.stdout.splitlines()[1].split()[:5] == ["example", "ok", *"000"]
    for odd in ("soon", "20199", "2099"):
        assert sync("--since", odd).exit_code == 2
    assert sync("--again").exit_code == 2
