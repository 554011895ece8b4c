"""One walk lists what searches of the tree would find."""

import pytest

from scrapers.extract.document import Document

MARKS = "h1, h2, img, amp-img, p, time, [itemprop=headline]:not(h1, h2)"


@pytest.mark.parametrize(
    ("markup", "count"),
    [
        ("<h1>a</h1><p>b<img src=c><time>d</time><h2>e</h2>", 5),
        ("<p>a</p><amp-img src=b></amp-img><h1>c</h1>", 3),
        ("<p>a</p><div itemprop=headline>b</div><h1 itemprop=headline>c</h1>", 3),
        ("<svg><foreignObject><p>a<img src=b></p></foreignObject></svg><h1>c</h1>", 1),
        ("<template><p>a</p></template><noscript><p>b</p></noscript><p>c</p>", 1),
        ("", 0),
    ],
)
def test_marks_are_what_is_shown_in_the_pages_order(markup, count):
    document = Document(markup.encode(), "https://example.org/a")

    marks = [node.mem_id for node in document.marks]
    assert marks == [node.mem_id for node in document.tree.css(MARKS)]
    assert len(marks) == count
    assert [node.tag for node in document.times] == ["time"] * markup.count("<time")


def test_what_tells_of_the_page_is_read_from_anywhere_on_it():
    page = b"""<meta name=author content=A><link rel=canonical href=/a><title>T</title>
    <body><meta itemprop=datePublished content=2021-11-04><base href=/b/><script src=s>
    </script><svg><title>no</title></svg>"""
    document = Document(page, "https://example.org/a")

    assert document.metas == {"author": ["A"], "datepublished": ["2021-11-04"]}
    assert document.links == [{"rel": "canonical", "href": "/a"}]
    assert document.title_element == "T"
    assert document.base == "https://example.org/b/"
    assert document.script_sources == ["s"]
    assert not document.tree.css("script, svg")
