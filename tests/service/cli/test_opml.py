import json

import pytest

LIST = """<opml version="1.0"><head><title>Mine</title></head><body>
<outline text="Papers">
  <outline text="The Example" xmlUrl="https://www.example.org/feed" htmlUrl="https://example.org/"/>
  <outline text="Its sport" xmlurl="https://example.org/sport/feed"/>
  <outline text="Twice" xmlUrl="https://www.example.org/feed"/>
</outline>
<outline text="Odd" xmlUrl="gopher://example.org/feed"/>
<outline text="No feed" htmlUrl="https://example.org/"/>
</body></opml>"""


@pytest.fixture
def listed(wireroom, tmp_path):
    """Import a list; give the exit code and the rows."""

    def take(text=LIST):
        (tmp_path / "mine.opml").write_text(text, encoding="utf-8")
        answer = wireroom("opml", "import", "mine.opml", "--json")
        return answer.exit_code, json.loads(answer.output)

    return take


def test_each_feed_of_a_list_becomes_a_source(listed, wireroom):
    code, rows = listed()

    found = [(row["source"], row["outcome"]) for row in rows]
    assert found == [
        ("example-org", "added"),
        ("example-org-2", "added"),
        (None, "failed"),
    ]
    assert code == 1
    assert "gopher" in rows[2]["reason"]
    exported = wireroom("source", "export", "example-org-2").output
    assert 'url = "https://example.org/sport/feed"' in exported
    assert 'name = "Its sport"' in exported


def test_the_same_list_may_come_again(listed):
    listed()
    _, rows = listed()

    assert [row["outcome"] for row in rows] == ["known", "known", "failed"]
    assert rows[0]["source"] == "example-org"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not XML", "mine.opml: is no XML"),
        ("<html></html>", "is no OPML: its first element is <html>"),
        ("<opml><body/></opml>", "no outline with an xmlUrl"),
        ('<!DOCTYPE o [<!ENTITY a "b">]><opml/>', "a document type declaration"),
    ],
)
def test_what_is_no_list_is_named(wireroom, tmp_path, text, said):
    (tmp_path / "mine.opml").write_text(text)
    answer = wireroom("opml", "import", "mine.opml")

    assert answer.exit_code == 1
    assert said in answer.output


def test_an_address_that_is_none_fails_alone(listed):
    text = LIST.replace("gopher://example.org/feed", "http://[::1")
    code, rows = listed(text)

    assert [row["outcome"] for row in rows] == ["added", "added", "failed"]
    assert code == 1


@pytest.mark.parametrize("encoding", ["rot13", "nope", "utf-7", "idna"])
def test_an_encoding_that_is_none_is_named(wireroom, tmp_path, encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><opml/>'
    (tmp_path / "odd.opml").write_text(text, encoding="utf-8")
    answer = wireroom("opml", "import", "odd.opml")

    assert "odd.opml: is no XML" in answer.output
    assert answer.exit_code == 1
