"""Elements are found by what their attributes say, whatever the case and the order."""

from scrapers.extract.document import parse_html
from scrapers.extract.index import Index

PAGE = b"""
<a class="Post-AUTHOR" href="/author/amina">Amina</a>
<a href="/tag/floods">Floods</a><a>nowhere</a>
<p data-testid="Byline-Date" class="small">4 May</p>
<span itemprop="author name">Otieno</span><a rel="nofollow tag" href="/t/1">Rain</a>
"""


def index() -> Index:
    return Index(parse_html(PAGE))


def texts(listed):
    return [node.text() for _, node in listed]


def test_links_are_found_by_a_part_of_their_address():
    assert texts(index().links_to("/tag/", "/author")) == ["Amina", "Floods"]


def test_what_no_address_has_is_found_nowhere():
    assert not list(index().links_to("/topic"))


def test_elements_are_found_by_class_and_test_id_in_any_case():
    found = list(index().classed("author", "byline"))
    assert texts(found) == ["Amina", "4 May"]
    assert found[1][0] == "small byline-date"


def test_elements_are_found_by_each_word_of_a_name():
    made = index()
    assert [n.text() for n in made.named("itemprop=name", "rel=tag")] == [
        "Otieno",
        "Rain",
    ]
    assert made.named("itemprop=headline", "property=datePublished") == []
