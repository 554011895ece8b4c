"""Sites made of files: a blog, and three that list their articles in one way only."""

from __future__ import annotations

from html import escape

from tests.fakes import Answer
from tests.sites.site import SmallSite, rss, sitemap, sitemap_index
from tests.sites.stories import SECTIONS, Story, prose, stories

COUNT = 18
PAGES = ("/about/", "/colophon/", "/imprint/")
ABOUT = "<p>This is made by three people in a room above the chandler's shop.</p>" * 8


def blog() -> SmallSite:
    """A blog: atom.xml of five, sitemap.xml with pages and tags, an archive."""
    site = SmallSite("blog.example.net")
    told = stories(COUNT)
    for one in told:
        site.publish(_dated(one), _blog_page(_blog_post(one), one.title))
    items = "".join(
        f'<li><span class="post-meta">{one.at:%b %-d, %Y}</span><h3>'
        f'<a class="post-link" href="{_dated(one)}">{one.title}</a></h3></li>'
        for one in told[:6]
    )
    site.put("/", _blog_page(f'<ul class="post-list">{items}</ul>', ""))
    rows = "".join(
        f'<li>{one.at:%Y-%m-%d} <a href="{_dated(one)}">{one.title}</a></li>'
        for one in told
    )
    site.put("/archive/", _blog_page(f"<h1>Archive</h1><ul>{rows}</ul>", "Archive"))
    for path in ("/about/", "/tags/"):
        site.put(path, _blog_page(f"<h1>{path.strip('/')}</h1>{ABOUT}", "About"))
    site.feed("/atom.xml", _atom(site, told[:5]), "atom")
    others = ["/", "/about/", "/tags/", "/archive/", *(f"/tag/{t}/" for t in "abc")]
    lines: list[tuple[str, str | None]]
    lines = [(site.root + _dated(one), f"{one.at:%Y-%m-%d}") for one in told]
    lines += [(site.root + path, None) for path in others]
    site.put("/sitemap.xml", sitemap(lines))
    return site


def _dated(one: Story) -> str:
    return f"/{one.at:%Y/%m/%d}/{one.slug}.html"


def _blog_page(main: str, title: str) -> str:
    name = "Notes from the Quay"
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{f"{title} | {name}" if title else name}</title>
<link type="application/atom+xml" rel="alternate" href="/atom.xml">
</head>
<body><header class="site-header"><a class="site-title" rel="author" href="/">{name}</a>
<nav class="site-nav"><a class="page-link" href="/about/">About</a><a class="page-link"
href="/archive/">Archive</a><a class="page-link" href="/tags/">Tags</a></nav></header>
<main class="page-content"><div class="wrapper">{main}</div></main>
<footer class="site-footer"><a href="/atom.xml">Subscribe</a></footer></body></html>"""


def _blog_post(one: Story) -> str:
    return (
        '<article class="post h-entry"><header class="post-header">'
        f'<h1 class="post-title p-name">{one.title}</h1><p class="post-meta">'
        f'<time class="dt-published" '
        f'datetime="{one.at.isoformat()}">{one.at:%b %-d, %Y}</time></p></header>'
        f'<div class="post-content e-content">{prose(one)}</div></article>'
    )


def _atom(site: SmallSite, told: list[Story]) -> str:
    rows = "".join(
        f"<entry><title>{one.title}</title><link href='{site.root}{_dated(one)}'/>"
        f"<id>{site.root}{_dated(one)}</id><published>{one.at.isoformat()}</published>"
        f"<updated>{one.at.isoformat()}</updated><author><name>{one.author}</name>"
        f"</author><content type='html'>{escape(prose(one))}</content></entry>"
        for one in told
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<feed xmlns="http://www.w3.org/2005/Atom"'
        f' xml:lang="en"><title>Notes from the Quay</title><link href="{site.home}"/>'
        f"<id>{site.home}</id><updated>2026-02-28T12:00:00Z</updated>{rows}</feed>"
    )


def feeds_only() -> SmallSite:
    """Scripts build its front page; a feed nothing links to carries everything."""
    site = SmallSite("feeds.example.com")
    told = stories(COUNT)
    for one in told:
        site.publish(f"/a/{one.number:04d}", _plain_page(_plain_post(one), one.title))
    scripts = '<div id="root"></div><script src="/app.js"></script>'
    site.put(
        "/", f"<html lang=en><head><title>The Cable</title></head>{scripts}</html>"
    )
    items = [(f"{site.root}/a/{one.number:04d}", one) for one in told]
    site.feed("/rss.xml", rss("The Cable", site.home, items, full=True), "rss")
    return site


def _plain_page(main: str, title: str, *, menu: str = "") -> str:
    name = "The Cable"
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{title} - {name}</title><meta property="og:site_name" content="{name}"></head>
<body><div class="top"><div class="menu">{menu}</div></div>
<div class="page">{main}</div>
<div class="footer"><a href="/imprint/">Imprint</a> <a href="/about/">About</a></div>
</body></html>"""


def _plain_post(one: Story) -> str:
    return (
        f'<div class="story"><h1>{one.title}</h1>'
        f'<div class="byline">By {one.author}</div>'
        f'<div class="date">{one.at:%d %B %Y}</div><div class="text">{prose(one)}</div>'
        "</div>"
    )


def sitemaps_only() -> SmallSite:
    """robots.txt names an index of articles by year, of pages and of tags; no links."""
    site = SmallSite("maps.example.com")
    told = stories(COUNT)
    menu = '<a href="/about/">About this paper</a><a href="/colophon/">Colophon</a>'
    for one in told:
        page = _plain_page(_plain_post(one), one.title, menu=menu)
        site.publish(f"/{one.slug}", page)
    site.put("/", _plain_page("<h1>The Cable</h1><p>Search us.</p>", "Home", menu=menu))
    for path in PAGES:
        title = path.strip("/").title()
        site.put(path, _plain_page(f"<h1>{title}</h1>{ABOUT}", title, menu=menu))
    site.put(
        "/robots.txt", Answer(body=f"User-agent: *\nSitemap: {site.root}/maps.xml\n")
    )
    at = f"{told[0].at.isoformat()}"
    kinds = ("articles-2025", "articles-2026", "pages", "tags")
    site.put(
        "/maps.xml",
        sitemap_index([(f"{site.root}/map-{kind}.xml", at) for kind in kinds]),
    )
    for year in (2025, 2026):
        mine = [one for one in told if one.at.year == year]
        lines = [(f"{site.root}/{one.slug}", f"{one.at:%Y-%m-%d}") for one in mine]
        site.put(f"/map-articles-{year}.xml", sitemap([*lines]))
    site.put("/map-pages.xml", sitemap([(site.root + path, None) for path in PAGES]))
    site.put("/map-tags.xml", sitemap([(f"{site.root}/tag/x/", None)]))
    return site


def listings_only() -> SmallSite:
    """Neither feed nor sitemap: a front page of highlights, and sections in pages."""
    site = SmallSite("lists.example.com")
    told = stories(COUNT)
    for one in told:
        page = _list_page(_list_post(one, told), one.title)
        site.publish(
            f"/{one.section.lower()}/{one.number + 5000}-{one.slug[:30]}", page
        )
    front = "".join(_teaser(one, "h3") for one in told[1:6])
    hero = f'<div class="hero">{_teaser(told[0], "h2")}</div>'
    site.put("/", _list_page(f'{hero}<div class="grid">{front}</div>', "Home"))
    for section in SECTIONS:
        mine = [one for one in told if one.section == section]
        for number in (1, 2):
            shown = mine[(number - 1) * 4 : number * 4]
            path = f"/{section.lower()}" + ("?page=2" if number == 2 else "")
            rows = "".join(_teaser(one, "h3") for one in shown)
            pager = "".join(
                f'<a class="pg" href="/{section.lower()}?page={n}">{n}</a>'
                for n in (1, 2)
            )
            main = f'<h1>{section}</h1><div class="grid">{rows}</div><div>{pager}</div>'
            site.put(path, _list_page(main, section))
    for path in PAGES:
        title = path.strip("/").title()
        site.put(path, _list_page(f"<h1>{title}</h1>{ABOUT}", title))
    return site


def _list_url(one: Story) -> str:
    return f"/{one.section.lower()}/{one.number + 5000}-{one.slug[:30]}"


def _teaser(one: Story, heading: str) -> str:
    return (
        f'<div class="card css-1x9k2{one.number}"><a class="kicker" href="/'
        f'{one.section.lower()}">{one.section}</a>'
        f'<{heading} class="card-title"><a href="{_list_url(one)}">{one.title}</a>'
        f"</{heading}><p>{one.excerpt}</p>"
        f'<span class="when">{one.at:%d.%m.%Y}</span></div>'
    )


def _list_page(main: str, title: str) -> str:
    menu = "".join(f'<a href="/{s.lower()}">{s}</a>' for s in SECTIONS)
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{title} :: Strand Weekly</title></head><body>
<div class="cookie-banner"><p>This site uses cookies to remember what you have already
read, see our <a href="/imprint/">imprint and privacy notice for all readers</a>.</p>
</div>
<div class="mainmenu">{menu}<a href="/about/">About</a></div><div class="cols">
<div class="col-main">{main}</div><div class="sidebar"><h3><a href="/colophon/">How this
paper is made, and why it is printed</a></h3></div></div>
<div class="footer"><a href="/imprint/">Imprint</a><a href="/about/">About the Strand
Weekly and its people</a></div></body></html>"""


def _list_post(one: Story, told: list[Story]) -> str:
    more = "".join(
        f'<li><a href="{_list_url(other)}">{other.title}</a></li>' for other in told[:3]
    )
    return (
        f'<div class="crumbs"><a href="/">Home</a> / <a href="/{one.section.lower()}">'
        f'{one.section}</a></div><h1>{one.title}</h1><p class="meta">{one.author}, '
        f'{one.at:%d.%m.%Y}</p><div class="copy">{prose(one)}</div>'
        f'<div class="related"><h4>More on this</h4><ul>{more}</ul></div>'
    )
