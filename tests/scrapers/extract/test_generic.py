from __future__ import annotations

import pytest

from scrapers.extract.boilerplate import FOREIGN, FURNITURE, NEUTRAL, WALL, verdict_of
from tests.factories_pages import PARAGRAPHS, article, prose

TITLE = "<h1>Flood cuts off two villages</h1>"
TEXT = "\n".join(PARAGRAPHS)
MORE = (
    "In other news a bakery in the town won the prize of the county this week.",
    "The mayor said on Monday that the library opens again when spring comes.",
    "A school bus service begins next month, and it is free for every pupil.",
)


@pytest.mark.parametrize(
    ("names", "verdict"),
    [
        ("entry-content", NEUTRAL),
        ("share-buttons", FURNITURE),
        ("shareButtons", FURNITURE),
        ("article-body share", NEUTRAL),
        ("related-posts", FOREIGN),
        ("comments", FOREIGN),
        ("glbComentarios", FOREIGN),
        ("box-tuijian", FOREIGN),
        ("localPankuzu", FURNITURE),
        ("onetrust-consent-sdk", WALL),
        ("elementor-widget elementor-widget-text-editor", NEUTRAL),
        ("sidebar widget", FURNITURE),
        ("overflow-hidden", NEUTRAL),
        ("article-detail__segment", NEUTRAL),
        ("article-details", FURNITURE),
        ("hidden", FURNITURE),
        ("hidden md:block", NEUTRAL),
        ("padded shadow", NEUTRAL),
        ("toc-page", NEUTRAL),
        ("ez-toc-container", FURNITURE),
        ("toc", FURNITURE),
        ("js-call-to-action", FURNITURE),
        ("Section__mostRead2", FURNITURE),
        ("cookie-banner article-body", WALL),
        ("articlebody_3 tags", NEUTRAL),
        ("größe-share", FURNITURE),
        ("1-what-are-the-most-popular-comments-on-ways-to-rest", NEUTRAL),
        ("1-what-are-the-most-popular-ways-to-rest comments", FOREIGN),
        ("x" * 10_000, NEUTRAL),
    ],
)
def test_names_tell_furniture(names, verdict):
    assert verdict_of(names) == verdict


@pytest.mark.parametrize(
    "furniture",
    [
        f"<div class=related-posts>{prose(*MORE)}</div>",
        f"<div class=comments><div class=comment>{prose(*MORE)}</div></div>",
        f"<div id=onetrust-consent-sdk>{prose(*MORE, *MORE)}</div>",
        f"<footer>{prose(MORE[0])}</footer>",
        f"<div style='display: none'>{prose(MORE[0])}</div>",
        f"<div hidden>{prose(MORE[0])}</div>",
        f"<div role=complementary>{prose(MORE[0])}</div>",
        f"<script>{MORE[0]}</script><noscript>{prose(*MORE)}</noscript>",
        "<ul>" + "".join(f"<li><a href=/{n}>{MORE[0]}</a>" for n in range(9)) + "</ul>",
        "<p><a href=/b>Bakery of the town wins the county's prize again</a></p>",
        "<p>Advertisement</p>",
        "<p>An dieser Stelle finden Sie einen externen Inhalt von YouTube.</p>"
        "<p>YouTube-Inhalte erlauben</p><p>Link zum YouTube-Inhalt</p>",
        "<p>To view this video please enable JavaScript and accept all cookies.</p>",
        "<p>Related: The bakery</p>",
        "<p>Photo: Amina Otieno</p>",
        "<p>The river at noon. Photo by Amina Otieno</p>",
        "<p>(MORE: A bakery wins the prize)</p>",
        "<p>Comments are closed.</p>",
        "".join(
            f"<p>Town | <a href=/{n}>{text}</a></p>" for n, text in enumerate(MORE)
        ),
        f"<h3>Most read</h3><p>{MORE[0]}</p>",
        "<p>Amina Otieno is a reporter who covers rivers for this paper.</p>",
        "<figure><img src=a.jpg><figcaption>The river.</figcaption></figure>",
        "<figure><img src=a.jpg><figcaption><p>The river.</p></figcaption></figure>",
        "<div><img src=a.jpg><div>The river at noon.</div><div>AFP</div></div>",
        f"<div>More Great Town Stories</div><ul><li>{MORE[0]}</ul>",
        f"<p>Weitere Informationen:</p><p>{MORE[0]}</p>",
        "<p>Reporting by Amina Otieno; editing by Jane Doe in London.</p>"
        "<p>Follow us on Facebook, and tell us what you think.</p>",
        f"<p>{PARAGRAPHS[0]}</p>",
    ],
)
def test_what_surrounds_the_article_stays_out(furniture):
    assert article(f"{TITLE}<main>{prose()}{furniture}</main>").body_text == TEXT


@pytest.mark.parametrize(
    ("after", "is_text"),
    [
        (f"<div class=box><p>{MORE[0]}</p></div>", False),
        (f"<section><h3>A prize</h3><div>{MORE[0]}</div></section>", False),
        (f"<div class=story><p>{MORE[0]}</p></div>", True),
        (f"<p>{MORE[0]}</p>", True),
    ],
)
def test_after_the_element_of_the_text_only_its_like_goes_on(after, is_text):
    made = article(f"<main>{TITLE}<div class=story>{prose()}</div>{after}</main>")
    assert (MORE[0] in made.body_text) == is_text


@pytest.mark.parametrize("address", ["#flood", "https://e.org/flood"])
def test_a_heading_of_the_text_may_be_a_link(address):
    heading = f'<h2><a href="{address}">What the council says</a></h2>'
    made = article(f"{TITLE}<main>{prose()}{heading}<p>{MORE[0]}</p></main>")
    assert "What the council says" in made.body_text


def test_a_caption_leaves_the_text_and_stays_below_its_picture():
    caption = "<div><img src=a.jpg><div>The river at noon.</div></div>"
    made = article(f"{TITLE}<main>{prose()}{caption}{prose(MORE[0])}</main>")
    assert "noon" not in made.body_text
    assert 'a.jpg"' in made.body_html
    assert "The river at noon." in made.body_html


def test_a_line_that_names_furniture_heads_no_paragraphs_of_the_text():
    before = prose(" ".join(PARAGRAPHS * 9))
    after = prose(" ".join(MORE), " ".join(MORE[::-1]))
    made = article(f"{TITLE}<main>{before}<p>Read more</p>{after}</main>")
    assert MORE[2] in made.body_text


def test_paragraphs_in_a_misnamed_class_each_are_kept():
    parts = "".join(
        f"<div class=sidebar-grid><p>{text}</p></div>" for text in PARAGRAPHS
    )

    assert article(f"{TITLE}<main>{parts}</main>").body_text == TEXT


def test_parts_named_alike_are_kept_alike():
    first, second = (f"{text} Again." for text in MORE[:2])
    other = " ".join(MORE)
    made = article(
        f"{TITLE}<main><div class=content-nav>{prose(first)}</div>"
        f"<div class=content-nav>{prose(*PARAGRAPHS)}</div>"
        f"<div class=content-nav>{prose(second)}</div></main><nav><p>{other}</p></nav>"
    )

    assert made.body_text == "\n".join((first, *PARAGRAPHS, second))


def test_a_long_sidebar_beside_the_article_is_furniture():
    live = "".join(f"<li><p>{n}: {text}</p></li>" for n in range(2) for text in MORE)
    made = article(
        f"<div><aside><ul>{live}</ul></aside><div><article>{TITLE}{prose()}{prose()}"
        "</article></div></div>"
    )

    assert MORE[0] not in made.body_text


def test_a_list_of_other_articles_with_linked_headings_is_not_the_article():
    teasers = "".join(
        f'<li><h3><a href="/{n}">Bakery wins prize {n}</a></h3><p>{n}: {text}</p></li>'
        for n in range(4)
        for text in MORE
    )
    text = prose(*PARAGRAPHS, *(f"{text} Again." for text in PARAGRAPHS))
    made = article(f"<div>{TITLE}<div>{text}</div><ul>{teasers}</ul></div>")

    assert MORE[0] not in made.body_text
    assert made.body_text.startswith(TEXT)


def test_the_rest_that_a_button_shows_is_text():
    rest = f"<div class=read-more-content>{prose(*MORE)}</div>"
    made = article(f"{TITLE}<main>{prose()}{rest}</main>")

    assert made.body_text == "\n".join((*PARAGRAPHS, *MORE))


def test_a_list_that_is_named_for_posts_and_links_nowhere_is_text():
    items = "".join(f"<li>{text}</li>" for text in MORE)
    made = article(f"{TITLE}<main>{prose()}<ul class=postList>{items}</ul></main>")
    linked = items.replace("<li>", "<li><a href=/>").replace("</li>", "</a></li>")
    other = article(f"{TITLE}<main>{prose()}<ul class=postList>{linked}</ul></main>")

    assert made.body_text == "\n".join((*PARAGRAPHS, *MORE))
    assert other.body_text == TEXT


@pytest.mark.parametrize("hidden", ["hidden", "style='display: none'", "class=hide"])
def test_a_hidden_list_is_no_text(hidden):
    items = "".join(f"<li>{text}</li>" for text in MORE)

    assert article(f"{TITLE}<main>{prose()}<ul {hidden}>{items}").body_text == TEXT


def test_linked_items_and_cells_among_others_are_text():
    items = f"<li><a href=/a>The report of the county</a><li>{MORE[0]}<li>{MORE[1]}"
    rows = f"<tr><td>2026<td><a href=/b>The flood</a><td>{MORE[2]}"
    terms = f"<dt><a href=/c>The dam</a><dd>It held, though {MORE[0]}"
    rich = f"<ul>{items}</ul><table>{rows}</table><dl>{terms}</dl>"
    made = article(f"{TITLE}<main>{prose()}{rich}")

    assert "The report of the county\n" in made.body_text
    assert "2026\nThe flood\n" in made.body_text
    assert "\nThe dam\nIt held" in made.body_text


def test_the_cell_of_a_menu_beside_the_cell_of_the_text_is_no_text():
    links = "<a href=/a>City</a><br><a href=/b>Who writes for this newspaper here</a>"
    text = "<br><br>".join(PARAGRAPHS)
    foot = "<a href=/print?id=1>Print version</a>"
    made = article(
        f"<table><tr><td><font>{links}</font><td>{TITLE}{text}<br><br>{foot}</table>"
    )

    assert made.body_text == TEXT
    assert "Who writes" not in made.body_html


@pytest.mark.parametrize(
    ("line", "is_text"),
    [("The council read these three reports last night:", True), ("Read more:", False)],
)
def test_links_that_a_paragraph_leads_to_are_text(line, is_text):
    links = "".join(f"<li><a href=/{n}>Report {n} on the river</a>" for n in range(3))
    made = article(f"{TITLE}<main>{prose()}<p>{line}<ul>{links}</ul>{prose(*MORE)}")

    assert ("Report 1 on the river" in made.body_text) == is_text


def test_lines_of_code_stay_lines():
    code = "<pre><code>$ make run\n  installing\n</code></pre>"
    made = article(f"{TITLE}<main>{prose()}{code}{prose(MORE[0])}</main>")

    assert "\n$ make run\ninstalling\n" in made.body_text


def test_the_sign_of_a_headings_own_link_is_no_text():
    sign = '<a class=headerlink href="#help">¶</a>'
    made = article(
        f"<h1>Flood cuts off two villages{sign}</h1>"
        f"<main>{prose()}<h2>Help{sign}</h2>{prose(MORE[0])}</main>"
    )

    assert made.title == "Flood cuts off two villages"
    assert "\nHelp\n" in made.body_text
    assert "¶" not in made.body_html


def test_parts_that_react_streams_hidden_are_read():
    parts = "".join(
        f"<div hidden id=S:{n}>{prose(t)}</div>" for n, t in enumerate(PARAGRAPHS)
    )

    assert article(f"{TITLE}{parts}").body_text == TEXT


def test_the_next_article_of_an_endless_page_is_another():
    text = prose(*(PARAGRAPHS * 4))
    other = prose(*(f"{n}: {more}" for n in range(4) for more in MORE))
    made = article(
        f"<div><article>{TITLE}{text}</article><article><h1>Bakery wins</h1>{other}"
        "</article></div>",
        head="<title>Flood cuts off two villages</title>",
    )

    assert made.body_text == TEXT


def test_tables_lists_and_headings_belong_to_the_article():
    rich = (
        f"{prose(*PARAGRAPHS[:2])}<h3>Help</h3><ul><li>Boats<li>Tents</ul>"
        f"<table><tr><td>Food<td>5 t</table><blockquote><p>{PARAGRAPHS[2]}</blockquote>"
    )
    made = article(f"{TITLE}<article>{rich}</article>")

    assert made.body_text.splitlines() == [
        *PARAGRAPHS[:2], "Help", "Boats", "Tents", "Food", "5 t", PARAGRAPHS[2],
    ]  # fmt: skip
    for tag in ("h3", "ul", "table", "blockquote"):
        assert f"<{tag}>" in made.body_html


def test_lines_before_a_break_are_lines():
    made = article(f"{TITLE}<div>{'<br><br>'.join(PARAGRAPHS)}</div>")

    assert made.body_text == TEXT


def test_what_leaves_the_text_leaves_the_html():
    made = article(
        f"{TITLE}<main>{prose()}<div class=related-posts>{prose(*MORE)}</div>"
        "<p class=byline>By Amina Otieno</p></main>"
    )

    assert made.body_html == prose()


def test_teasers_that_are_links_are_no_prose():
    cards = "".join(f"<div><a href=/{n}><p>{text}</p></a></div>" for n, text in
                    enumerate(MORE * 3))  # fmt: skip

    assert article(f"{TITLE}<main>{cards}</main><div>{prose()}</div>").body_text == TEXT


def test_a_standfirst_beside_the_text_belongs_to_it():
    lead = "<div class=lead>After days of rain the river took the only bridge.</div>"
    made = article(f"{TITLE}<main>{lead}<div class=copy>{prose(*PARAGRAPHS * 3)}</div>")

    assert made.body_text.startswith("After days of rain")


def test_text_without_paragraphs_is_found():
    text = "".join(f"<div><font>{text}</font></div>" for text in PARAGRAPHS)

    assert (
        article(f"{TITLE}<div>{text}</div><footer><p>{MORE[0]}</p>").body_text == TEXT
    )


def test_a_paragraph_that_holds_most_is_no_furniture_by_its_own_name():
    text = f"<p class=paywall>{' '.join(PARAGRAPHS)}</p>"

    assert article(f"{TITLE}<main>{text}</main>").body_text == " ".join(PARAGRAPHS)


def test_pictures_and_players_stay_where_they_stand():
    shown = (
        "<figure><img data-src=/a.jpg alt='A &amp; B'></figure><p>Text &lt;b&gt; &amp;"
        " more of it, said the county on Monday.</p><!-- <p> -->"
        "<iframe src=//www.youtube.com/embed/abcdefg><p>No</iframe><hr>"
    )
    made = article(f"{TITLE}<main>{prose()}{shown}<h1>Part</h1>{prose(*MORE)}</main>")

    assert made.body_html == (
        f'{prose()}<figure><img src="https://example.org/a.jpg" alt="A &amp; B">'
        "</figure><p>Text &lt;b&gt; &amp; more of it, said the county on Monday.</p>"
        '<p><a href="https://www.youtube.com/watch?v=abcdefg">YouTube</a></p><hr>'
        f"<h2>Part</h2>{prose(*MORE)}"
    )
    assert "Text <b> & more of it" in made.body_text


LEAD = "After four days of rain the river took the only bridge, and with it the road."


def led(text, *, description=LEAD):
    head = f'<meta property="og:description" content="{description}">'
    top = f"<header>{TITLE}<h2>{LEAD}</h2><img src=/a.jpg></header>"
    teasers = prose(*(more[:50] for more in MORE * 3))

    return article(f"{top}<aside>{teasers}</aside><div>{text}</div>", head=head)


def test_the_standfirst_that_describes_the_page_opens_the_text():
    text = prose(*(f"{n}: {p} {p}" for n in range(4) for p in PARAGRAPHS))

    assert led(text).body_text.startswith(f"{LEAD}\n0: Two villages")
    assert led(text).body_html.startswith(f"<p>{LEAD}</p><p>0: Two")
    assert led(text, description="News of the day").body_text.startswith("0: Two")
    assert led(f"<p>{LEAD}</p>{text}").body_text.count(LEAD) == 1


def test_a_notice_of_a_few_sentences_has_no_standfirst():
    assert led(prose()).body_text == TEXT


def test_a_table_beside_a_short_label_is_the_article():
    rows = "".join(f"<tr><td>Results of group {n}.<td>{p}</tr>" for n in range(5)
                   for p in PARAGRAPHS)  # fmt: skip
    made = article(f"{TITLE}<div><p>{MORE[0]}</p></div><table>{rows}</table>")

    assert "Results of group 4." in made.body_text


def test_what_a_paywall_hides_is_the_article():
    text = "".join(f"<p class=paywall>{text}</p>" for text in PARAGRAPHS[1:])
    text = f"<p>{PARAGRAPHS[0]}</p>{text}<p>{MORE[0]}</p><p>{MORE[1]}</p>"

    assert len(article(f"{TITLE}<main>{text}</main>").body_text.splitlines()) == 5


@pytest.mark.parametrize("tag", ["plaintext", "xmp", "iframe", "noembed", "listing"])
def test_what_is_written_as_it_came_ends_nothing_early(tag):
    made = article(f"{TITLE}<main>{prose()}<div>{prose(*MORE)}<{tag}></div><p>a<b></p>")

    assert made.body_text.startswith("\n".join((*PARAGRAPHS, *MORE)))
    assert made.body_html.count(MORE[0]) == 1


def test_a_large_menu_is_passed_over_and_a_large_sidebar_with_the_text_is_not():
    menu = "".join(f"<li><a href=/{n}>Section {n} of the paper</a>" for n in range(200))
    text = f"<div class=sidebar>{prose(*PARAGRAPHS * 9)}</div>"

    assert article(f"<nav><ul>{menu}</ul></nav>{TITLE}{text}").body_text == TEXT


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "fa",
            "رودخانه پس از باران دیروز سه متر بالا آمد و پل چوبی دهکده را با خود برد.",
        ),
        (
            "zh",
            "昨日大雨过后，河水上涨了三米，冲走了村里的木桥，两个村庄与外界失去联系。",
        ),
        ("ja", "昨日の大雨で川の水位が三メートル上がり、村の木の橋が流されました。"),
        ("th", "เมื่อวานนี้ฝนตกหนักทำให้แม่น้ำสูงขึ้นสามเมตรและสะพานไม้ของหมู่บ้านถูกพัดหายไป"),
        (
            "ru",
            "Вчера после дождя река поднялась на три метра и снесла деревянный мост.",
        ),
    ],
)
def test_every_script_is_read(language, text):
    made = article(
        f"<nav><a href=/>x</a></nav><h1>{text[:20]}</h1>{prose(text, text[::-1])}",
        lang=language,
    )

    assert made.body_text == f"{text}\n{text[::-1]}"
    assert made.language == language


CHINESE = "河水在星期二上涨了三米，两个村庄的道路被切断，村民只能坐船往来两岸。" * 3


def test_lines_of_one_chinese_sentence_and_of_credits_are_told_apart():
    lines = ["下周一，", "大桥就要封闭，", CHINESE, CHINESE, "请大家互相转告。"]
    helpers = ["编辑|王小河", "校对|李桥", "扫描二维码，关注我们"]
    body = "".join(f"<p>　　{text}</p>" for text in [*lines, *helpers])

    made = article(f"<h1>两个村庄的道路被洪水切断了</h1><div>{body}</div>", lang="zh")

    assert made.body_text.splitlines() == list(dict.fromkeys(lines))


def test_a_chinese_sentence_that_begins_like_a_heading_heads_nothing():
    body = prose(CHINESE, "相关部门已介入调查。", CHINESE[1:], "评论员认为还会涨水。")

    made = article(f"<h1>两个村庄的道路被洪水切断了</h1><div>{body}</div>", lang="zh")

    assert len(made.body_text.splitlines()) == 4


LONG = [f"{text} {n} times it was said." for n in range(9) for text in PARAGRAPHS]


@pytest.mark.parametrize("name", ["comments", "boxComentarios", "kommentare"])
def test_comments_that_hold_most_of_a_page_are_no_article(name):
    said = [text.upper() for text in LONG * 4]

    made = article(
        f"{TITLE}<div><div>{prose(*LONG[:9])}</div><div class={name}>{prose(*said)}"
    )

    assert made.body_text.splitlines() == LONG[:9]


@pytest.mark.parametrize("beside", ["", "<div class=comments><p>Well said.</p></div>"])
def test_an_element_named_for_its_comments_may_hold_the_article(beside):
    made = article(
        f"{TITLE}<div><div class=commentOnSelection>{prose(*LONG)}</div>{beside}</div>"
    )

    assert made.body_text.splitlines() == LONG


def test_links_to_others_under_a_heading_are_cut_though_the_text_is_short():
    others = prose(*[f"{n}: {text[:52]}" for n, text in enumerate(PARAGRAPHS)])

    made = article(f"{TITLE}<main>{prose()}<h2>Most read</h2>{others}</main>")

    assert made.body_text == TEXT


@pytest.mark.parametrize("made", ["{}<br>", "<div>{}</div>", "<section>{}</section>"])
def test_chinese_lines_are_not_passed_over_for_teasers_in_paragraphs(made):
    lines = [f"{n}号河段的{CHINESE[:34]}" for n in range(12)]
    body = "".join(map(made.format, lines))
    teasers = "".join(
        f"<div><p><a href=/{n}>短讯</a></p><p>第{n}条：{CHINESE[:18]}。</p></div>"
        for n in range(9)
    )

    read = article(f"<h1>{CHINESE[:12]}</h1><div>{body}</div><div>{teasers}", lang="zh")

    assert read.body_text.splitlines()[: len(lines)] == lines


def test_noise_weighs_in_chinese_as_elsewhere():
    lines = [f"{n}号河段的{CHINESE[:34]}" for n in range(6)]
    side = "".join(
        f"<div>第{n}名作者 获赞{n}次 文章{n}篇</div>" for n in range(200, 260)
    )
    others = prose(*[f"第{n}条评论说水还会涨。" for n in range(9)])

    read = article(
        f"<h1>{CHINESE[:12]}</h1><div><div>{prose(*lines)}</div>"
        f"<div>{side}{others}</div></div>",
        lang="zh",
    )

    assert read.body_text.splitlines() == lines


def test_thai_paragraphs_end_without_a_mark():
    lines = [
        "ระดับน้ำในแม่น้ำเพิ่มขึ้นสามเมตรเมื่อวันอังคาร ทำให้ถนนไปสองหมู่บ้านถูกตัดขาดจากกัน",
        "ทางจังหวัดระบุว่าสะพานจะปิดจนถึงสิ้นเดือน",
        "ชาวบ้านกล่าวว่าไม่ได้รับจดหมายมาสามวันแล้ว",
    ]

    made = article(f"<h1>น้ำท่วมตัดขาดสองหมู่บ้าน</h1>{prose(*lines)}", lang="th")

    assert made.body_text.splitlines() == lines
