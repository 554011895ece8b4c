"""Which links of a page are its articles, learned from the page alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.discover.classes import is_lasting
from scrapers.discover.links import Group, Survey, link_texts, survey
from scrapers.discover.rules import Rules
from tests.fakes_visit import page

HOME = "https://example.org/"
RULES = Rules(publishers=frozenset({"example.org"}), ignored=frozenset({HOME}))
TITLES = (
    "Bridge over the Mtoni reopens after two years",
    "Council votes for a quieter harbour festival",
    "What the lightkeeper left to the library",
    "School boats run again from Monday morning",
    "A telescope made out of a sewer pipe",
    "Stars lose again and sing all the way home",
)
MENU = (
    "<header><nav><a href='/'>Home</a><a href='/politics/'>Politics</a>"
    "<a href='/culture/'>Culture</a><a href='/sport/'>Sport</a></nav></header>"
)
FOOTER = (
    "<footer><a href='/about/'>About us and our long history</a>"
    "<a href='/privacy/'>Privacy policy for our readers</a></footer>"
)


def slug(title: str) -> str:
    return title.lower().replace(" ", "-")


def path(n: int) -> str:
    return f"/politics/{slug(TITLES[n])}/"


def learned(main: str, **known: frozenset[str]) -> Survey:
    html = f"<html><body>{MENU}<main>{main}</main>{FOOTER}</body></html>"
    return survey(page(HOME, html), RULES, **known)


def group(main: str, **known: frozenset[str]) -> Group:
    found = learned(main, **known).group
    assert found is not None
    return found


def paths(found: Group) -> list[str]:
    return [url.removeprefix(HOME[:-1]) for url in found.urls]


ALL = [path(n) for n in range(len(TITLES))]

CARDS = "".join(
    f"<a class='card css-1x{n}y' href='{path(n)}'><img src=x.jpg><h3>{title}</h3>"
    f"<p>In short, it was so.</p><span>2{n} February 2026</span></a>"
    for n, title in enumerate(TITLES)
)
HASHED = "".join(
    f"<div class='sc-bdVaJa kXrTy{n}'><div class='flex mt-4 p{n}'><h2>"
    f"<a class='css-1ab{n}' href='{path(n)}'>{title}</a></h2>"
    f"<a href='/politics/'>Politics</a></div></div>"
    for n, title in enumerate(TITLES)
)
TABLE = "<table>" + "".join(
    f"<tr><td>0{n + 1}.02.2026</td><td><a href='{path(n)}'>{title}</a></td></tr>"
    for n, title in enumerate(TITLES)
)
PLAIN = "<ul class='entries'>" + "".join(
    f"<li>2026-02-0{n + 1} <a href='{path(n)}'>{title}</a></li>"
    for n, title in enumerate(TITLES)
)
SECTIONS = "".join(
    f"<section class=block><h2><a href='/{name}/'>{name.title()} and more</a></h2>"
    + "".join(
        f"<article><h3 class=headline><a href='{path(n)}'>{TITLES[n]}</a></h3>"
        f"<a class=author href='/author/ann/'>Ann Otieno of the harbour desk</a>"
        f"<a class=more href='{path(n)}'>Read more</a></article>"
        for n in numbers
    )
    + "</section>"
    for name, numbers in (("politics", (0, 1, 2)), ("culture", (3, 4, 5)))
)

# A headline that is no link, and a button; the section's link is in each of them, too.
BUTTONS = "".join(
    f"<div class=card><div class=in><h5>{title}</h5><a href='/politics/'>Politics</a>"
    f"<a class=btn href='/articles/{n + 1}'>Read more</a></div></div>"
    for n, title in enumerate(TITLES)
)
PICTURES = "".join(
    f"<div class=cell><a href='{path(n)}'><img src=/t{n}.jpg alt='{title}'></a></div>"
    for n, title in enumerate(TITLES)
)


@pytest.mark.parametrize(
    ("main", "selector"),
    [
        (CARDS, "a.card"),
        (HASHED, "h2 a"),
        (TABLE, "td a"),
        (PLAIN, ".entries a"),
        (SECTIONS, "h3.headline a"),
    ],
    ids=["cards", "hashed names", "a table", "a list", "sections"],
)
def test_the_articles_are_told_from_all_else(main, selector):
    found = group(main)

    assert sorted(paths(found)) == sorted(ALL)
    assert found.selector.endswith(selector)


def test_a_button_is_called_by_the_headline_of_its_card():
    assert paths(group(BUTTONS)) == [f"/articles/{n + 1}" for n in range(len(TITLES))]


def test_a_picture_is_called_by_its_alternative_text_where_no_text_links_its_page():
    assert paths(group(PICTURES)) == ALL
    banner = f"<a href='/about/'><img src=/b.jpg alt='{TITLES[0]}'></a>"
    assert "/about/" not in paths(group(banner + CARDS))


def test_a_leading_story_in_a_markup_of_its_own_is_added():
    hero = (
        f"<div class=hero><h1><a href='/top/{slug(TITLES[0])}/'>{TITLES[0]}!</a></h1>"
    )

    found = group(f"{hero}</div>{SECTIONS}")

    assert len(found.urls) == len(TITLES) + 1


@pytest.mark.parametrize(
    "titles",
    [
        (
            "پل متونی پس از دو سال بازگشایی شد",
            "شورا به جشنواره رأی داد",
            "کتابخانه تازه شهر",
        ),
        (
            "姆托尼大桥两年后重新开放通车",
            "市议会投票决定举办港口节日",
            "灯塔看守人留给图书馆的东西",
        ),
        (
            "Мост через Мтони снова открыт",
            "Совет голосует за праздник",
            "Что оставил смотритель",
        ),
    ],
    ids=["Persian", "Chinese", "Russian"],
)
def test_headlines_of_any_script_count(titles):
    items = "".join(
        f"<li class=item><a href='/n/{4000 + n}'>{title}</a> 2026-02-0{n + 1}</li>"
        for n, title in enumerate(titles)
    )

    assert paths(group(f"<ul>{items}</ul>")) == ["/n/4000", "/n/4001", "/n/4002"]


def test_what_stands_beside_the_listing_is_left_out():
    popular = "".join(
        f"<li><a href='/old/{slug(t)}-again/'>{t} again</a></li>" for t in TITLES
    )

    found = group(f"{PLAIN}</ul><aside><h2>Popular</h2><ul>{popular}</ul></aside>")

    assert sorted(paths(found)) == sorted(ALL)


def _rows(shape: str) -> str:
    return "".join(shape.format(url=path(n), title=t) for n, t in enumerate(TITLES))


@pytest.mark.parametrize(
    "main",
    [
        "<ul class=post-list>"
        + _rows(
            "<li><span class=post-meta>Nov 22, 2026</span>"
            "<h3><a class=post-link href='{url}'>{title}</a></h3></li>"
        ),
        "<div class=dialog-off-canvas-main-canvas><div class=latest-news>"
        + _rows("<div><span><a href='{url}'>{title}</a></span></div>"),
        "<div class='com-content-category-blog blog'>"
        + _rows(
            "<div class='com-content-category-blog__item blog-item'><div class="
            "page-header><h2><a href='{url}'>{title}</a></h2></div>"
            "<p class=readmore><a href='{url}'>Read more: {title}</a></p></div>"
        ),
        "<div class=news-list-view><div class=related-widgets>"
        + _rows("<div class=promo-social><h3><a href='{url}'>{title}</a></h3></div>"),
        "<form id=aspnetForm method=post><input type=hidden name=__VIEWSTATE>"
        + _rows("<p><a href='{url}'><b>{title}</b></a></p>"),
        _rows("<div class='post tag-harbour'><b><a href='{url}'>{title}</a></b></div>"),
    ],
    ids=["Jekyll", "Drupal", "Joomla", "TYPO3", "ASP.NET", "a topic that names posts"],
)
def test_names_that_are_furniture_in_an_article_are_none_in_a_listing(main):
    assert sorted(paths(group(f"{main}</ul></div></div>"))) == sorted(ALL)


def test_articles_in_a_box_beside_the_listing_are_no_menu():
    box = f"<aside><a href='/old/{slug(TITLES[0])}-again/'>{TITLES[0]}</a></aside>"

    found = learned(f"{CARDS}{box}").navigation

    assert {one.text for one in found} <= {"Home", "Politics", "Culture", "Sport"} | {
        "About us and our long history",
        "Privacy policy for our readers",
    }
    assert "About us and our long history" in {one.text for one in found}


@pytest.mark.parametrize("name", ["sidebar", "most-read", "footerLinks", "tag-cloud"])
def test_names_of_menus_and_boxes_beside_the_listing_count(name):
    box = "".join(
        f"<p><a href='/old/{slug(t)}-again/'>{t} again</a></p>" for t in TITLES[:3]
    )

    assert sorted(paths(group(f"{CARDS}<div class={name}>{box}</div>"))) == sorted(ALL)


def test_a_form_beside_the_listing_is_none_of_it():
    box = f"<form><p><a href='/old/{slug(TITLES[0])}-more/'>{TITLES[0]} more</a></form>"

    assert sorted(paths(group(f"{CARDS}{box}"))) == sorted(ALL)


def test_what_names_the_headline_is_better_than_what_names_a_button_below_it():
    rows = _rows(
        "<div><h2><a href='{url}'>{title}</a></h2>"
        "<p><a class=btn href='{url}'>Read more: {title}</a></p></div>"
    )

    assert group(rows).selector.endswith("h2 a")
    texts = dict(link_texts(page(HOME, f"<html><body>{rows}"), RULES))
    assert [*texts.values()] == [*TITLES]


def test_what_was_looked_at_and_is_no_article_teaches():
    promo = "<h3 class=promo><a href='/win-a-cruise-for-two-this-spring/'>Win a cruise"
    main = f"{SECTIONS}{promo} for two this spring</a></h3>"
    refused = frozenset({f"{HOME}win-a-cruise-for-two-this-spring/"})

    assert not refused & set(group(main, refused=refused).urls)


def test_known_articles_are_found_by_whatever_names_them():
    items = "".join(
        f"<p class=line><a href='/x{n}'>Short {n}</a> said so, and much else too.</p>"
        for n in range(4)
    )
    known = frozenset(f"{HOME}x{n}" for n in range(4))

    assert set(group(items, known=known).urls) == known


def test_a_page_of_menus_alone_has_no_articles():
    found = learned("<p>Welcome to the harbour. Find us by the old crane.</p>")

    assert found.group is None
    assert [one.text for one in found.navigation][:3] == [
        "Politics",
        "Culture",
        "Sport",
    ]


@pytest.mark.parametrize(
    ("pager", "way"),
    [
        ("<a rel=next href='/page/2/'>2</a>", (None, None)),
        ("<a class=older href='/page/2/'>Older posts</a>", ("a.older", None)),
        # On the second page the first link of a pager leads back.
        (
            "<a class='nav-link nav-link--next' href='/page/2/'>Older posts</a>",
            ("a.nav-link--next", None),
        ),
        (
            "<p><a href='/?p=2'>2</a><a href='/?p=3'>3</a><a href='/?p=9'>9</a></p>",
            (None, f"{HOME}?p={{page}}"),
        ),
        (
            "<p><a href='/index_2.shtml'>2</a><a href='/index_3.shtml'>3</a></p>",
            (None, f"{HOME}index_{{page}}.shtml"),
        ),
        # Nothing but its own word names the link.
        (
            "<p><a href='/'>1</a><a href='/index_1.shtml'>下一页</a></p>",
            ('a:lexbor-contains("下一页")', None),
        ),
        # Pages by how many articles stand before them.
        (
            "<ul><li class=page-item><a class=page-link href='/?start=5'>2</a></li>"
            "<li class=page-item><a class=page-link href='/?start=10'>3</a></li><li"
            " class=page-item><a class=page-link aria-label='Go to next page'"
            " href='/?start=5'><i></i></a></li></ul>",
            ('a[aria-label="Go to next page"]', None),
        ),
        (
            "<ul><li class='page-item active'><a href='/?ab=0'>1</a></li>"
            "<li class=page-item><a href='/?ab=5'>2</a></li></ul>",
            (".active + li a", None),
        ),
        (
            "<div class=pager><span>1</span><a href='/?ab=5'>2</a>"
            "<a href='/?ab=10'>3</a></div>",
            (".pager span + a", None),
        ),
        # Digits of another script, and a word of its language in the address.
        (
            "<p><a href='/?safhe=2'>۲</a><a href='/?safhe=3'>۳</a></p>",
            (None, f"{HOME}?safhe={{page}}"),
        ),
        # What only screen readers are told stands before the number.
        (
            "<p><a href='/?x_cur=1'><i>Página</i>1</a>"
            "<a href='/?x_cur=2'><i>Página</i>2</a>"
            "<a href='/?x_cur=3'><i>Página</i>3</a></p>",
            (None, f"{HOME}?x_cur={{page}}"),
        ),
        (
            "<ul><li class=i><a href='/?ab=0'>1</a><li class=i><a href='/?ab=8'"
            " title='Página siguiente'><svg></svg></a></ul>",
            ('a[title="Página siguiente"]', None),
        ),
        (
            "<p><b>1</b><a href='/?ab=2'>2<i>페이지</i></a>"
            "<a href='/?ab=3'>3<i>페이지</i></a></p>",
            (None, f"{HOME}?ab={{page}}"),
        ),
        # On the second page the same names lead back.
        (
            "<p class=paginator>Page 1 / 3 <a href='/index2.html'>&raquo;</a></p>",
            ('.paginator a:lexbor-contains("»")', None),
        ),
        (
            "<div class=pages><a class=btn href='/index2.html'>Older posts</a></div>",
            ('.pages a:lexbor-contains("Older posts")', None),
        ),
        # An arrow in any language, and the listing's own address with a number.
        ("<a href='/?p=2'>по-стари &gt;&gt;</a>", (None, f"{HOME}?p={{page}}")),
        ("<a href='/?nr=1'>vanhemmat »</a>", (None, f"{HOME}?nr={{page-1}}")),
        # A script writes the pager: the first page is 0, or 1.
        (
            '<script>createPageHTML(34, 0, "index", "html");</script>',
            (None, f"{HOME}index_{{page-1}}.html"),
        ),
        (
            "<script>createPageHTML('page-div',50, 1,'index','shtml',999);</script>",
            (None, f"{HOME}index_{{page}}.shtml"),
        ),
    ],
)
def test_the_way_to_older_pages_is_found(pager, way):
    onward = learned(PLAIN + "</ul>" + pager).onward

    assert onward.url is not None
    assert (onward.next, onward.pattern) == way


def test_a_number_alone_is_no_way_to_older_pages():
    assert learned(PLAIN + "</ul><a href='/?ward=2'>2</a>").onward.url is None


@pytest.mark.parametrize("href", ["/show?p=2", "/?p=7", "/?a=1&p=2", "/2"])
def test_an_arrow_to_another_address_is_no_way_to_older_pages(href):
    page = f"{PLAIN}</ul><a href='{href}'>прочети »</a>"

    assert learned(page).onward.url is None


def test_the_last_page_a_pager_shows_is_told():
    pager = "<a href='/page/2/'>2</a><a href='/page/3/'>3</a><a href='/page/41/'>41</a>"

    assert learned(PLAIN + "</ul>" + pager).onward.last == 41


@pytest.mark.parametrize(
    "name", ["entry-title", "card", "post-link", "wp-block-post-title", "headline"]
)
def test_a_themes_own_words_last(name):
    assert is_lasting(name)


@pytest.mark.parametrize(
    "name",
    ["css-1x2y3z", "post-4711", "sticky", "mt-4", "md:flex", "is-active", "cPpCwE"],
)
def test_hashed_numbered_and_passing_names_do_not(name):
    assert not is_lasting(name)


@given(
    st.lists(
        st.sampled_from(
            [
                "<a href='/",
                "x'>",
                "</a>",
                "<h2>",
                "<div class='a",
                "'>",
                "</div>",
                "Harbour news today",
                "<nav>",
                "<",
            ]
        )
    )
)
def test_any_page_can_be_surveyed(parts):
    survey(page(HOME, "".join(parts)), RULES)


def test_a_page_of_thousands_of_links_takes_no_second():
    rows = "".join(
        f"<div class=row{n % 9}x><h2><a class='t k{n % 7}' href='/a/{n}-two-three'>"
        f"Headline number {n} of the day</a></h2></div>"
        for n in range(5000)
    )
    begun = time.process_time()

    assert group(rows).urls

    assert time.process_time() - begun < 5
