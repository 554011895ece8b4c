import json
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from service.cli.main import main
from tests.scrapers.test_check import PAGE

SHARED = Path(__file__).parents[4] / "shared" / "data" / "source-site"
URL = "https://example.org/2026/01/flood/"
SPEC = """
name = "The Daily Example"
home = "https://www.example.org/"
[[discover]]
kind = "feed"
url = "https://example.org/feed/"
[article]
title = "title"
author = "b.nobody"
"""
KEYS = {
    *("url", "title", "summary", "authors", "published_at", "published_precision"),
    *("modified_at", "categories", "tags", "language", "image"),
    *("body_html", "body_text"),
}


@pytest.fixture
def wireroom(tmp_path, monkeypatch):
    """Call the command where there is no database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREROOM_ALLOW_NETS", "127.0.0.0/8")
    monkeypatch.setenv("WIREROOM_HOST_PAUSE", "0")
    return lambda *words: CliRunner().invoke(main, ["try", *words])


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(PAGE)
    return str(path)


@pytest.fixture
def site():
    """Serve a site on loopback: `pages` are its answers by path."""

    class Site:
        def __init__(self):
            self.pages = {"/flood/": ("200 OK", PAGE)}

        def __call__(self, environ, start):
            found = self.pages.get(environ["PATH_INFO"], ("404 Not Found", ""))
            headers = [("Content-Type", "text/html")]
            if found[0].startswith("30"):
                headers.append(("Location", found[1]))
            start(found[0], headers)
            return [found[1].encode()]

    site = Site()
    server = make_server("127.0.0.1", 0, site)
    thread = Thread(target=server.serve_forever)
    thread.start()
    site.port = server.port
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_saved_page_gives_an_object_with_all_keys(wireroom, page, tmp_path):
    result = wireroom(URL, "--html", page, "--json")

    found = json.loads(result.output)
    assert set(found) == KEYS
    assert (found["title"], found["authors"]) == ("Flood", ["Amina Otieno"])
    assert found["published_at"] == "2026-01-31T08:00:00+00:00"
    assert len(found["body_text"].splitlines()) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_people_see_which_definition_was_used(wireroom, page):
    assert "no definition: metadata" in wireroom(URL, "--html", page).output


def test_the_definition_with_the_pages_host_is_used(
    wireroom, page, tmp_path, monkeypatch
):
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "daily.toml").write_text(SPEC)
    monkeypatch.setenv("WIREROOM_SOURCES_DIR", str(folder))

    lines = wireroom(URL, "--html", page).output.splitlines()

    assert lines[0].split() == ["definition", "daily"]


def test_a_definition_may_be_named_by_its_file(wireroom, page, tmp_path):
    file = tmp_path / "draft.toml"
    file.write_text(SPEC)

    result = wireroom(URL, "--html", page, "--source", str(file))

    assert result.output.splitlines()[0].split() == ["definition", "draft"]


def test_an_unknown_definition_is_wrong_use(wireroom, page):
    result = wireroom(URL, "--html", page, "--source", "nowhere")

    assert result.exit_code == 2
    assert "no definition 'nowhere'; there are " in result.output


def test_a_page_is_fetched_over_redirects_to_other_hosts(wireroom, site):
    other = f"http://localhost:{site.port}/flood/"
    site.pages["/old/"] = ("301 Moved Permanently", other)

    result = wireroom(f"http://127.0.0.1:{site.port}/old/", "--json")

    assert json.loads(result.output)["title"] == "Flood"


def test_hosts_that_send_us_to_each_other_are_left(wireroom, site):
    one = f"http://127.0.0.1:{site.port}/a/"
    two = f"http://localhost:{site.port}/b/"
    site.pages |= {"/a/": ("302 Found", two), "/b/": ("302 Found", one)}

    result = wireroom(one)

    assert result.exit_code == 1
    assert result.output == f"Error: {one}: it leads from host to host\n"


def test_a_page_that_is_not_there_is_told_with_its_status(wireroom, site):
    result = wireroom(f"http://127.0.0.1:{site.port}/nowhere/")

    assert result.exit_code == 1
    assert "the site answers 404" in result.output


def test_robots_txt_is_obeyed(wireroom, site):
    site.pages["/robots.txt"] = ("200 OK", "User-agent: *\nDisallow: /\n")

    result = wireroom(f"http://127.0.0.1:{site.port}/flood/")

    assert result.exit_code == 1
    assert "robots.txt" in result.output


def test_an_address_that_is_not_public_is_refused(wireroom, site, monkeypatch):
    monkeypatch.delenv("WIREROOM_ALLOW_NETS")

    result = wireroom(f"http://127.0.0.1:{site.port}/flood/")

    assert result.exit_code == 1
    assert "WIREROOM_ALLOW_NETS" in result.output


def test_what_is_no_web_address_is_wrong_use(wireroom):
    assert wireroom("ftp://example.org/").exit_code == 2


def test_a_page_that_is_no_article_is_told_why(wireroom, page):
    Path(page).write_text("")

    result = wireroom(URL, "--html", page)

    assert result.exit_code == 1
    assert "no article: " in result.output


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not there")
def test_the_first_source_sites_page_gives_what_is_expected(wireroom):
    expected = json.loads((SHARED / "expected.json").read_text())

    found = json.loads(
        wireroom(
            expected["url"], "--html", str(SHARED / "article.html"), "--json"
        ).output
    )

    assert {key: found[key] for key in ("title", "categories")} == {
        key: expected[key] for key in ("title", "categories")
    }
    assert found["language"].startswith("en")
    assert found["body_text"].splitlines() == expected["paragraphs"]
