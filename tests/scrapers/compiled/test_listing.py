"""What is listed of a page is the same, compiled and in Python."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract import listing as python
from scrapers.extract.document import parse_html
from scrapers.extract.index import Index
from tests.scrapers.compiled.pages import fragments, needed

needed("listing")
compiled = needed("index")

KINDS = ("script", "template", "link", "title", "audio", "form", "iframe")
PAIRS = (("class", "rumb"), ("id", "date"), ("typeof", "readcrumb"), ("class", "né"))
PARTS = ("byline", "author", "fn")
PIECES = st.sampled_from(
    [
        "<meta name=Author content='A &amp; B'>", "<meta property=og:title content=T>",
        "<meta itemprop=author name=x http-equiv=y content=z>", "<meta name=a content>",
        "<meta name content=x>", "<meta content=' y ' name='  Spaced\u00a0'>",
        "<link rel='Canonical shortlink' href=/a>", "<link rel=canonical>", "<link>",
        "<link href=/b rel='caf\u00e9 canonical'>", "<base href=/c/>", "<base href>",
        "<title>T</title>", "<svg><title>no</title><path/></svg>", "<svg><desc><p>no",
        "<svg><foreignObject><h1 class=byline>no</h1></foreignObject></svg>",
        "<svg><script>x</script><style>y</style></svg>", "<svg><svg></svg>",
        "<script src=/s.js></script>", "<script src=''></script>", "<style>p{}</style>",
        "<script type='application/LD+JSON'>{}</script>", "<template><p>no</template>",
        "<script src=x type=ld+json>no</script>", "<noscript><p>no</p></noscript>",
        "<amp-img src=x></amp-img>", "<h1 itemprop=headline>h", "<h2>i</h2>", "<p>j",
        "<div itemprop=headline>k</div>", "<p itemprop=headline>l", "<img src=m>",
        "<span itemprop='author name author'>n</span>", "<span itemprop>", "<time>o",
        "<time itemprop='\u00a0datePublished'>", "<i property='datePublished x'>",
        "<i property=dc:date>", "<a rel='nofollow tag author' href=/tag/x>p</a>",
        "<a rel=TAG href=/TAG/>q</a>", "<a href>r</a>", "<a href='/author/\u00e9'>",
        "<b class='By-LINE  x'>s</b>", "<b class>", "<b class=''>",
        "<b id=Publish-DATE>",
        "<b data-testid=Authors>t</b>", "<b class=fn data-testid='x y'>", "<b id=x>",
        "<nav class=\u0130fn aria-label=Breadcrumb>", "<ol typeof='v:Breadcrumb'>",
        "<ol class='breadCRUMBs' id=date typeof=Readcrumb>", "<b class='n\u00e9'>",
        "<math><mi class=fn></math>", "<audio src=u>", "<form action=/v>", "</div>",
        "<iframe src=w></iframe>", "<table><p>x", "<form action><form action=y>",
        "<b data-a-very-long-name-of-an-attribute=x z=byline>", "<frameset>",
        "<body class=author>", "<html id=date>",
    ]
)  # fmt: skip
PAGES = st.lists(PIECES | fragments, max_size=30).map("".join)


def shape(node):
    """Where an element stands: in two trees of one page, the same of each."""
    found = [node.tag]
    while node is not None:
        before = node.prev
        count = 0
        while before is not None:
            before, count = before.prev, count + 1
        found.append(count)
        node = node.parent
    return tuple(found)


def shapes(nodes):
    return [shape(node) for node in nodes]


def all_told(tree, listed, index):
    title = listed.title()
    named = ("itemprop=author", "itemprop=datePublished", "property=datePublished")
    told = {
        "metas": listed.metas(),
        "stated": listed.stated(),
        "relations": [listed.relation(n) for n in ("canonical", "shortlink", "x")],
        "sources": [s for s in listed.values("script", "src") if s],
        "bases": [s for s in listed.values("base", "href") if s],
        "actions": listed.values("form", "action"),
        "counts": [len(listed.elements(name)) for name in KINDS],
        "scripts": [node.attributes for node in listed.elements("script")],
    }
    listed.clear()
    return told | {
        "title": shape(title) if title is not None and title.parent else None,
        "marks": shapes(listed.marks),
        "some": shapes(listed.marks[-3:2]),
        "heads": listed.heads(),
        "times": shapes(listed.times()),
        "named": [shapes(index.named(n)) for n in (*named, "rel=tag", "rel=author")],
        "headlines": shapes(index.named("itemprop=headline", "itemprop=author")),
        "has": index.has_microdata,
        "links": [(t, shape(n)) for t, n in index.links_to("/tag/", "/author")],
        "classed": [(t, shape(n)) for t, n in index.classed(*PARTS)],
        "holding": [shapes(index.holding(pair)) for pair in PAIRS],
        "held": shapes(index.holding(*PAIRS)),
        "html": tree.html,
    }


def both(page):
    one, other = parse_html(page), parse_html(page)
    ours = python.listed(one)
    listed = python.Listing(other)
    return (
        all_told(one, ours, compiled.Index(ours)),
        all_told(other, listed, Index(other)),
    )


@given(PAGES)
def test_a_page_is_listed_the_same(page):
    ours, theirs = both(page.encode())

    assert ours == theirs


@given(PAGES, st.data())
def test_a_page_that_is_cut_anywhere_is_listed_the_same(page, data):
    cut = page.encode()[: data.draw(st.integers(0, len(page.encode())))]
    ours, theirs = both(cut)

    assert ours == theirs


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<div class=fn>" * 20_000 + "x",
        "<svg>" * 3_000 + "<desc><p>",
        "<a href=/tag/" * 9,
    ],
)
def test_an_odd_page_is_listed(page):
    tree = parse_html(page.encode())
    ours = python.listed(tree)
    index = compiled.Index(ours)

    ours.clear()

    assert len(list(index.classed("fn"))) == page.count("<div")
    assert len(ours.marks) == 0
    assert not tree.css("svg, script")


def test_what_is_listed_outlives_the_document():
    listed = python.listed(parse_html(b"<h1 class=author>a</h1>"))
    index = compiled.Index(listed)
    del listed

    assert [node.text() for _, node in index.classed("author")] == ["a"]


def test_a_mark_is_asked_for_by_its_place():
    marks = python.listed(parse_html(b"<h1>a</h1><p>b</p><h2>c</h2>")).marks

    assert [node.tag for node in marks] == ["h1", "p", "h2"]
    assert (marks[0].tag, marks[-1].tag, len(marks)) == ("h1", "h2", 3)
    with pytest.raises(IndexError):
        marks[3]
