from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract.bylines import from_line, named
from scrapers.items import Author, Site
from tests.factories_pages import article, prose

TITLE = "<h1>Flood cuts off two villages</h1>"


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("By Amina Otieno", ["Amina Otieno"]),
        ("BY AMINA OTIENO", ["AMINA OTIENO"]),
        ("Amina Otieno and John Kamau", ["Amina Otieno", "John Kamau"]),
        (
            "Amina Otieno, John Kamau & Wanjiru",
            ["Amina Otieno", "John Kamau", "Wanjiru"],
        ),
        ("Von Jürgen Groß und Anna Maier", ["Jürgen Groß", "Anna Maier"]),
        ("Par Zoé Durand", ["Zoé Durand"]),
        ("Written by: Amina Otieno | 4 May 2021", ["Amina Otieno"]),
        ("Amina Otieno November 4, 2021", ["Amina Otieno"]),
        ("By Amina Otieno4 November 2021 at 10:20", ["Amina Otieno"]),
        ("By Amina Otieno, November 4, 2021", ["Amina Otieno"]),
        ("By Amina Otieno, Thursday, Nov. 4, 2021, 10:20 am", ["Amina Otieno"]),
        ("By Amina Otieno, John Kamau, Nov 2021", ["Amina Otieno", "John Kamau"]),
        ("Par Zoé Durand, le 4 novembre 2021", ["Zoé Durand"]),
        ("Amina Otieno (Nairobi)", ["Amina Otieno"]),
        ("von Amina Otieno under Harbour", ["Amina Otieno"]),
        ("CC7567", ["CC7567"]),
        ("Amina Otieno, Senior Reporter", ["Amina Otieno"]),
        ("Amina Otieno for The Daily", ["Amina Otieno"]),
        ("J. R. O'Neill-Smith", ["J. R. O'Neill-Smith"]),
        ("Amina Otieno - Nairobi", ["Amina Otieno"]),
        ("نویسنده: علی رضایی", ["علی رضایی"]),
        ("Otieno, Amina", ["Amina Otieno"]),
        ("Written by Amina Otieno who lives and works by the sea", ["Amina Otieno"]),
        ("홍길동 선임기자 hong@example.org", ["홍길동"]),
        ("河畔发布 关注", ["河畔发布"]),
        ("Amina Otieno 著、山田 太郎 監訳", ["Amina Otieno", "山田 太郎"]),
        ("著者：山田太郎", ["山田太郎"]),
        ("王小河 河畔大学水利研究所所长", ["王小河"]),
        ("作者：王小河 责任编辑：李桥", ["王小河"]),
        ("Amina Otieno and", ["Amina Otieno"]),
        ("By Theresa May", ["Theresa May"]),
        ("Daily Example Staff", ["Daily Example Staff"]),
        ("Amina Otieno Staff Writer", ["Amina Otieno"]),
        ("Theresa May November 4, 2021", ["Theresa May"]),
        ("/authors/amina-otieno/", []),
        ("https://example.org/authors/amina-otieno", []),
        ("Dec 1st 2016 1:01PM", []),
        ("March 4, 2021, Amina Otieno", ["Amina Otieno"]),
        ("", []),
    ],
)
def test_names_come_without_what_stands_around_them(byline, expected):
    assert [author.name for author in named(byline)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "The river rose.",
        "Bystanders watched",
        "By late afternoon the queue stretched around the corner, and it rained.",
        "x" * 500,
    ],
)
def test_a_line_that_is_no_byline_names_nobody(text):
    assert from_line(text) == []


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<script type="application/ld+json">{"@type":"NewsArticle","author":'
         '{"@type":"Person","name":"Amina Otieno"}}</script>', ""),
        ('<script type="application/ld+json">[{"@type":"NewsArticle","author":'
         '{"@id":"#a"}},{"@type":"Person","@id":"#a","name":"Amina Otieno"}]'
         "</script>", ""),
        ('<meta name="author" content="Amina Otieno">', ""),
        ("", "<span itemprop=author><span itemprop=name>Amina Otieno</span></span>"),
        ("", "<p class=byline>By <b>Amina Otieno</b></p>"),
        ("", "<p>By Amina Otieno</p>"),
        ("", "<p>03.02.2026 10:20 von Amina Otieno</p>"),
        ("", "<p>Publié le 3 février 2026 par <b>Amina Otieno</b></p>"),
        ("", "<p>3 February 2026, by Amina Otieno</p>"),
        ("", "<p>Posted on February 3, 2026 by Amina Otieno</p>"),
        ("", "<p class=byline>by Amina Otieno — published 03.02.2026, zuletzt"
         " geändert 04.02.2026</p>"),
    ],
)  # fmt: skip
def test_an_author_is_found_wherever_sites_put_it(head, body):
    made = article(f"{TITLE}{body}{prose()}", head=head)

    assert made.authors == (Author(name="Amina Otieno"),)
    assert "Amina" not in made.body_text


WRITTEN = '<meta name="twitter:label1" content="Verfasst von"><meta {}>'.format(
    'name="twitter:data1" content="Amina Otieno"'
)
CALLED = '<script>data = {"authors": [{"name": "Amina Otieno", "id": 1}]}</script>'


@pytest.mark.parametrize(
    ("head", "line", "is_known"),
    [
        (WRITTEN + '<meta name="twitter:data2" content="5 Minuten">', "", True),
        (WRITTEN + '<meta name="twitter:data2" content="In stock">', "", False),
        (CALLED, "<p>Amina Otieno</p>", True),
        (CALLED, "", False),
        ("<script>{tags: ['Amina Otieno']}</script>", "<p>Amina Otieno</p>", False),
        ('<script>{"author":"","tags":["Amina Otieno"]}</script>',
         "<p>Amina Otieno</p>", False),
    ],
)  # fmt: skip
def test_a_name_that_nothing_marks_is_the_authors_where_data_say_so(
    head, line, is_known
):
    made = article(f"{TITLE}{line}{prose()}", head=head)

    assert made.authors == ((Author(name="Amina Otieno"),) if is_known else ())


def test_an_authors_page_is_linked():
    body = f"{TITLE}{prose()}<a rel=author href=/author/amina/>Amina Otieno</a>"

    assert article(body).authors == (
        Author(name="Amina Otieno", url="https://example.org/author/amina/"),
    )


@pytest.mark.parametrize(
    "name", ["admin", "https://facebook.com/x", "The Daily Example"]
)
def test_what_names_nobody_is_no_author(name):
    made = article(
        f"{TITLE}<p>By Amina Otieno</p>{prose()}",
        head=f'<meta name="author" content="{name}">',
        site=Site(name="The Daily Example"),
    )

    assert made.authors == (Author(name="Amina Otieno"),)


@given(st.text(max_size=300))
def test_any_text_gives_short_clean_names(text):
    for author in (*named(text), *from_line(text)):
        assert author.name == " ".join(author.name.split())


def test_a_file_that_names_the_authors_is_no_author():
    head = '<meta rel="author" content="humans.txt">'

    assert article(f"{TITLE}{prose()}", head=head).authors == ()


NAMED = "<div class=byline>By <a href=/by/amina>Amina Otieno</a></div>"
OTHERS = "".join(f"<li><a href=/author/{n}>Other {n}</a></li>" for n in "ABC")
TEASERS = "".join(f"<p class=author-name>Other {n}</p>" for n in "ABC")


@pytest.mark.parametrize(
    "page",
    [
        "<ul>{others}</ul>{h}{named}{text}",
        "{h}{named}{text}<h2>More</h2>{teasers}",
        "{h}{named}{text}<a rel=author href=/amina>See full bio</a>",
        "{h}<p class=byline-date>Dec 1st 2021 1:01PM</p>{named}{text}",
        "{h}{named}{text}<figure><img src=/a.jpg><figcaption><p itemprop=author>"
        "John Kamau</p></figcaption></figure>",
        "{h}<div class=byline><div>By <b>Amina Otieno</b></div><div>DAILY NEWS</div>"
        "</div>{text}",
        "{h}<p>Interview by Amina Otieno</p>{text}{teasers}",
        "{h}{named}{text}<div class=byline>{text}She writes, and reads.</div>",
        "{h}<div class=author-box><p>Author:</p><p>Amina Otieno</p><p>Nairobi</p></div>"
        "{text}",
    ],
)
def test_whoever_is_named_by_the_headline_wrote_it(page):
    body = page.format(
        h=TITLE, named=NAMED, text=3 * prose(), others=OTHERS, teasers=TEASERS
    )

    assert [author.name for author in article(body).authors] == ["Amina Otieno"]


@pytest.mark.parametrize(
    ("href", "is_author"),
    [
        ("/contributor/amina", True),
        ("/journalists/amina", True),
        ("/journalistic-standards/", False),
        ("/contributor-guidelines", False),
    ],
)
def test_a_link_to_those_who_write_names_one_of_them(href, is_author):
    made = article(f"{TITLE}{prose()}<p><a href={href}>Amina Otieno</a></p>")

    assert bool(made.authors) == is_author


def test_who_wrote_is_told_behind_a_date_that_calls_its_year_one():
    line = "22 ноември 2026 г., 18:43 ч. | Автор: Иван Петров"
    made = article(f"{TITLE}<font>{line}</font><br><br>{prose()}")

    assert made.authors == (Author(name="Иван Петров"),)
    assert "Петров" not in made.body_text


def test_one_word_beside_whole_names_may_be_a_name():
    byline = "<p class=byline>Amina Otieno and Wanjiru</p>"
    teasers = "<p class=byline>Kamau</p><p class=byline>John Kamau</p>"

    made = article(f"{TITLE}{byline}{3 * prose()}{teasers}")
    assert [author.name for author in made.authors] == ["Amina Otieno", "Wanjiru"]


@pytest.mark.parametrize(
    "comment",
    [
        "<p class=comment__author><span>A Reader</span></p>",
        "<div class='comment-author vcard'><b class=fn>A Reader</b></div>",
    ],
)
def test_who_comments_is_no_author(comment):
    body = f"{TITLE}<div><span>By <i>Amina Otieno</i></span></div>{prose()}{comment}"

    assert article(body).authors == (Author(name="Amina Otieno"),)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("2026-02-03 17:58 来源：河畔日报 作者：王小河", ["王小河"]),
        ("河畔日报记者 王小河 李桥", ["王小河", "李桥"]),
        ("河畔社2月3日电（记者 王小河）河水上涨三米，两个村庄断路。", ["王小河"]),
        ("[강변뉴스] 홍길동 기자 = 강물이 3미터 불어 두 마을이 고립됐다.", ["홍길동"]),
        ("责任编辑：王小河", []),
        ("作者：网络整理", []),
    ],
)
def test_who_reported_is_found_below_the_headline_in_east_asia(line, names):
    head = '<meta name="author" content="name">'

    made = article(f"{TITLE}<p>{line}</p>{prose()}", head=head)

    assert [author.name for author in made.authors] == names


@pytest.mark.parametrize(
    "text",
    [
        "By Amina Otieno October 15, 2026 10:30",
        "Posted by: Amina Otieno  November 4, 2021  No Comments",
        "Von Amina Otieno 15. Oktober 2026",
        "Автор: Amina Otieno 15 жовтня 2026, 10:30",
        "Publié le 3 mars 2026 par Amina Otieno",
    ],
)
def test_a_date_in_a_byline_takes_no_name_with_it(text):
    assert [author.name for author in from_line(text)] == ["Amina Otieno"]
