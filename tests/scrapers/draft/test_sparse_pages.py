"""Sites whose pages say little of themselves: what stands around them helps a draft."""

from __future__ import annotations

from collections.abc import Callable

from scrapers.draft.arriving import Refusal
from scrapers.draft.drafting import Draft
from scrapers.draft.writing import write
from scrapers.sandbox import InProcess
from tests.scrapers.draft.seeing import look
from tests.sites.site import SmallSite
from tests.sites.stories import Story, prose, stories, story

COUNT = 12


def page(title: str, main: str, head: str = "") -> str:
    menu = "<ul class=menu><li><a href=/>Home</a><li><a href=/about/>About</a></ul>"
    return f"<html lang=en><title>{title}</title>{head}<body>{menu}{main}</body></html>"


def address(one: Story) -> str:
    return f"/notes/{one.slug}/"


def listed(
    row: Callable[[Story], str], article: Callable[[Story], str]
) -> tuple[SmallSite, Draft]:
    """A front page of such rows over such articles, and what is drafted of it."""
    site = SmallSite("sparse.example.org")
    told = stories(COUNT)
    for one in told:
        site.publish(address(one), article(one))
    site.put("/", page("The Sparse", f"<ul>{''.join(map(row, told))}</ul>"))
    site.put("/about/", page("About", "<h1>About</h1><p>We are four.</p>"))
    draft = look(site, site.home)
    assert isinstance(draft, Draft), draft
    return site, draft


def link(one: Story) -> str:
    return f"<a class=t href='{address(one)}'>{one.title}</a>"


def undated(one: Story) -> str:
    return page(one.title, f"<h1>{one.title}</h1><div>{prose(one)}</div>")


def test_articles_that_only_their_list_dates_are_as_sure_as_others():
    site, draft = listed(lambda one: f"<li>{one.at:%d.%m.%Y} {link(one)}</li>", undated)

    (chosen,) = draft.choice.used
    assert set(chosen.lead.urls) == site.articles
    assert draft.doubts == ()
    days = {site.root + address(one): one.at.date() for one in stories(COUNT)}
    for sample in draft.samples:
        assert sample.article is not None
        assert sample.article.published_at is not None
        assert sample.article.published_at.date() == days[sample.url]


def test_a_short_undated_article_among_longer_ones_is_none_the_less_one():
    newest = stories(COUNT)[0]

    def article(one: Story) -> str:
        count = 1 if one == newest else 3
        body = "".join(prose(story(one.number * n)) for n in range(1, count + 1))
        return page(one.title, f"<h1>{one.title}</h1><div>{body}</div>")

    site, draft = listed(lambda one: f"<li>{link(one)}</li>", article)

    (chosen,) = draft.choice.used
    assert set(chosen.lead.urls) == site.articles


def test_pages_of_recordings_are_articles_though_they_link_others_like_themselves():
    def article(one: Story) -> str:
        thing = f'{{"@type": "VideoObject", "name": "{one.title}"}}'
        head = f"<script type='application/ld+json'>{thing}</script>"
        others = "".join(f"<h3>{link(other)}</h3>" for other in stories(COUNT)[:5])
        main = f"<h1>{one.title}</h1><p>{one.excerpt}</p>{others}"
        return page(one.title, main, head)

    site, draft = listed(lambda one: f"<li>{link(one)}</li>", article)

    (chosen,) = draft.choice.used
    assert set(chosen.lead.urls) == site.articles


def test_a_headline_that_pages_hide_below_one_of_all_is_learned_from_their_links():
    def article(one: Story) -> str:
        main = (
            f"<h1>News Flash</h1><p>{one.at:%d.%m.%Y}</p>"
            f"<div class=strapline>{one.title}</div><div>{prose(one)}</div>"
        )
        return page("News Flash", main)

    _, draft = listed(lambda one: f"<li>{link(one)}</li>", article)

    (learned,) = draft.learned
    assert (learned.key, learned.selector) == ("title", ".strapline")


def plain(one: Story, look: str) -> str:
    byline = f"<small>{one.at:%d.%m.%Y} | Author: {one.author}</small>"
    text = f"Write to us, whoever and wherever you are.<br>{prose(one)}"
    return page(
        "The Sparse", f"<{look}>{one.title}</{look.split()[0]}><br>{byline}<br>{text}"
    )


def test_headlines_that_only_look_so_are_learned_where_all_pages_have_one_title():
    _, draft = listed(
        lambda one: f"<li>{link(one)}</li>", lambda one: plain(one, "font size=5")
    )

    (learned,) = draft.learned
    assert (learned.key, learned.selector) == ("title", 'font[size="5"]')
    assert draft.doubts == ()
    checks = write(draft, InProcess(), is_full=False).spec.check
    assert len(checks) == 3
    for check in checks:
        assert check.title in {one.title for one in stories(COUNT)}
        assert check.published
        assert check.authors
        assert check.contains
        assert not any("Write to us" in text for text in check.contains)


def test_headlines_that_nothing_tells_apart_are_a_doubt():
    _, draft = listed(
        lambda one: f"<li>{link(one)}</li>", lambda one: plain(one, "span")
    )

    assert any("none marks its headline" in doubt for doubt in draft.doubts)


def test_a_refusal_tells_what_the_pages_behind_the_links_lack():
    site = SmallSite("sparse.example.org")
    for one in stories(COUNT):
        site.put(address(one), page("The Sparse", f"<p>{one.excerpt}</p>"))
    rows = "".join(f"<li>{link(one)}</li>" for one in stories(COUNT))
    site.put("/", page("The Sparse", f"<ul>{rows}</ul>"))

    refusal = look(site, site.home)

    assert isinstance(refusal, Refusal)
    assert "were looked at and are none (no date, no author)" in refusal.reason


def test_a_time_of_day_in_a_zone_that_only_the_language_tells_states_no_offset():
    def article(one: Story) -> str:
        main = f"<h1>{one.title}</h1><p>{one.at:%d.%m.%Y}, 14:30 Uhr</p>{prose(one)}"
        return page(one.title, main).replace("lang=en", "lang=de")

    site, draft = listed(lambda one: f"<li>{link(one)}</li>", article)

    (chosen,) = draft.choice.used
    assert set(chosen.lead.urls) == site.articles
    assert [sample.stated for sample in draft.samples] == [None] * len(draft.samples)


def test_what_a_box_of_popular_articles_mixes_in_is_left_out():
    adverts = [f"/adverts/an-old-tractor-in-a-good-state-{n}/" for n in (1, 2)]
    told = [(address(one), one.title) for one in stories(5)]
    told += [(path, "An old tractor for sale, hardly used") for path in adverts]
    links = "".join(f"<li><a href='{path}'>{text}</a>" for path, text in told)
    site, rest = SmallSite("box.example.org"), stories(2 * COUNT)
    for one in rest:
        site.publish(address(one), undated(one).replace("<h1>", f"{one.at:%F}<h1>"))
    rows = "".join(f"<div class=row><h2>{link(one)}</h2></div>" for one in rest[5:])
    site.put("/", page("Boxes", f"{rows}<div class=right><ul>{links}</ul></div>"))
    for path in adverts:
        site.put(path, page("For sale", "<h1>For sale</h1><p>A tractor.</p>"))

    draft = look(site, site.home)

    assert isinstance(draft, Draft)
    assert {url for one in draft.choice.used for url in one.lead.urls} <= site.articles
