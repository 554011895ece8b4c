"""Two WordPress sites: one with a classic theme and an open REST interface, one with a
block theme whose interface and sitemap a security plug-in has closed.
"""

from __future__ import annotations

import json
from datetime import UTC

import httpx

from tests.fakes import Answer
from tests.sites.site import SmallSite, rss, sitemap, sitemap_index
from tests.sites.stories import Story, prose, stories

COUNT, PER_PAGE, IN_FEED = 24, 8, 10
COOKIES = (
    '<div id="cookie-notice" role="dialog"><p>We use cookies. '
    '<a href="/privacy-policy/">Read how</a></p><button>Fine</button></div>'
)


def path_of(one: Story) -> str:
    return f"/{one.at:%Y/%m}/{one.slug}/"


def classic() -> SmallSite:
    """A classic theme: post_class, widgets, /page/2/, REST, feed, wp-sitemap.xml."""
    site = SmallSite("classic.example.org")
    told = stories(COUNT)
    for one in told:
        site.publish(path_of(one), _classic_page(site, _classic_post(one), one.title))
    for number in range(1, COUNT // PER_PAGE + 1):
        path = "/" if number == 1 else f"/page/{number}/"
        shown = told[(number - 1) * PER_PAGE : number * PER_PAGE]
        site.put(path, _classic_page(site, _classic_list(shown, number), ""))
    _pages(site, lambda title: _classic_page(site, f"<h1>{title}</h1>", title))
    newest = [(site.root + path_of(one), one) for one in told[:IN_FEED]]
    site.feed("/feed/", rss("Classic Gazette", site.home, newest, full=False), "rss")
    _sitemaps(site, told)
    _rest(site, told)
    return site


def _pages(site: SmallSite, page: object) -> None:
    assert callable(page)
    text = "<p>We are a small paper by the sea, made by those who live here.</p>" * 6
    for path in ("/about/", "/contact/", "/privacy-policy/"):
        title = path.strip("/").replace("-", " ").title()
        site.put(path, page(title).replace("</h1>", f"</h1><div>{text}</div>"))


def _sitemaps(site: SmallSite, told: list[Story]) -> None:
    at = f"{told[0].at:%Y-%m-%dT%H:%M:%S%z}"
    parts = ("posts-post-1", "posts-page-1", "taxonomies-category-1", "users-1")
    urls = [f"{site.root}/wp-sitemap-{part}.xml" for part in parts]
    site.put("/wp-sitemap.xml", sitemap_index([(url, at) for url in urls]))
    lines = [(site.root + path_of(one), f"{one.at:%Y-%m-%d}") for one in told]
    site.put("/wp-sitemap-posts-post-1.xml", sitemap(lines[::-1]))
    pages = ("/about/", "/contact/", "/privacy-policy/")
    site.put(
        "/wp-sitemap-posts-page-1.xml", sitemap([(site.root + p, None) for p in pages])
    )


def _rest(site: SmallSite, told: list[Story]) -> None:
    def posts(request: httpx.Request) -> httpx.Response:
        size = int(request.url.params["per_page"])
        page = int(request.url.params.get("page", 1))
        start = int(request.url.params.get("offset", (page - 1) * size))
        records = [_record(site, one) for one in told[start : start + size]]
        return Answer(
            body=json.dumps(records),
            content_type="application/json",
            headers={
                "x-wp-total": str(COUNT),
                "x-wp-totalpages": str(-(-COUNT // size)),
            },
        ).to(request)

    site.interfaces[f"{site.root}/wp-json/wp/v2/posts"] = posts
    empty = Answer(body="[]", content_type="application/json")
    site.interfaces[f"{site.root}/wp-json/wp/v2/categories"] = empty.to


def _record(site: SmallSite, one: Story) -> dict[str, object]:
    at = f"{one.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
    return {
        "id": one.number,
        "link": site.root + path_of(one),
        "date_gmt": at,
        "modified_gmt": at,
        "title": {"rendered": one.title},
        "excerpt": {"rendered": f"<p>{one.excerpt}</p>", "protected": False},
        "content": {"protected": False},
        "_embedded": {
            "author": [{"name": one.author, "link": f"{site.root}/author/x/"}]
        },
    }


def _classic_page(site: SmallSite, main: str, title: str) -> str:
    recent = "".join(
        f'<li><a href="{path_of(one)}">{one.title}</a></li>' for one in stories(5)
    )
    name = "Classic Gazette"
    return f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">
<title>{f"{title} – {name}" if title else f"{name} – News from the coast"}</title>
<link rel="alternate" type="application/rss+xml" title="{name} » Feed" href="/feed/">
<link rel="alternate" type="application/rss+xml" title="{name} » Comments Feed"
 href="/comments/feed/"><link rel="https://api.w.org/" href="{site.home}wp-json/">
<meta name="generator" content="WordPress 6.9"></head><body class="home blog">
<header id="masthead"><p class="site-title"><a href="/" rel="home">{name}</a></p>
<nav class="main-navigation"><ul id="primary-menu"><li class="menu-item menu-item-11">
<a href="/category/harbour/">Harbour</a></li><li class="menu-item menu-item-12">
<a href="/category/council/">Council</a></li><li><a href="/about/">About us</a></li>
<li><a href="/contact/">Contact</a></li></ul></nav></header>
<div id="content"><main id="main" class="site-main">{main}</main>
<aside id="secondary" class="widget-area"><section class="widget widget_recent_entries">
<h2 class="widget-title">Recent Posts</h2><ul>{recent}</ul></section>
<section class="widget widget_categories"><h2 class="widget-title">Categories</h2><ul>
<li class="cat-item cat-item-2"><a href="/category/culture/">Culture</a></li></ul>
</section></aside></div>{COOKIES}<footer id="colophon">
<a href="/privacy-policy/">Privacy Policy</a> <a href="https://wordpress.org/">Proudly
powered by WordPress</a></footer>
</body></html>"""


def _classic_list(shown: list[Story], number: int) -> str:
    rows = "".join(
        f'<article id="post-{one.number}" class="post-{one.number} post '
        f'type-post hentry category-{one.section.lower()}">'
        f'<header class="entry-header">'
        f'<h2 class="entry-title"><a href="{path_of(one)}" rel="bookmark">'
        f'{one.title}</a></h2><div class="entry-meta">'
        f'<time class="entry-date published" '
        f'datetime="{one.at.isoformat()}">{one.at:%B %d, %Y}</time> by '
        f'<a href="/author/{one.author.split()[0].lower()}/">{one.author}</a></div>'
        f'</header><div class="entry-summary"><p>{one.excerpt} <a class="more-link"'
        f' href="{path_of(one)}">Continue reading</a></p></div><footer class="'
        f'entry-footer"><a href="/category/{one.section.lower()}/" rel="category tag">'
        f'{one.section}</a> <a href="/tag/{one.tag}/" rel="tag">{one.tag}</a></footer>'
        "</article>"
        for one in shown
    )
    after = f'<a class="next page-numbers" href="/page/{number + 1}/">Next</a>'
    return (
        f'{rows}<nav class="navigation pagination">{after if number < 3 else ""}</nav>'
    )


def _classic_post(one: Story) -> str:
    return (
        f'<article class="post-{one.number} post hentry"><header class="entry-header">'
        f'<h1 class="entry-title">{one.title}</h1><div class="entry-meta"><time class="'
        f'entry-date published" datetime="{one.at.isoformat()}">'
        f'{one.at:%B %d, %Y}</time> <span class="byline">by '
        f'<span class="author vcard">'
        f'<a class="url fn n" href="/author/x/">{one.author}</a></span></span>'
        f"</div></header>"
        f'<div class="entry-content">{prose(one)}</div></article>'
        '<div class="related-posts"><h3>You may also like</h3>'
        f'<a href="{path_of(stories(1)[0])}">The newest report</a></div>'
    )


def block() -> SmallSite:
    """A block theme: Query Loop markup, REST closed (401), no sitemap, ten in the feed.

    Its permalinks are bare slugs, as the addresses of its pages.
    """
    site = SmallSite("block.example.org")
    told = stories(COUNT)
    for one in told:
        site.publish(f"/{one.slug}/", _block_page(_block_post(one), one.title))
    for number in range(1, COUNT // PER_PAGE + 1):
        path = "/" if number == 1 else f"/page/{number}/"
        shown = told[(number - 1) * PER_PAGE : number * PER_PAGE]
        site.put(path, _block_page(_query_loop(shown, number), ""))
    _pages(site, lambda title: _block_page(f"<h1>{title}</h1>", title))
    newest = [(f"{site.root}/{one.slug}/", one) for one in told[:IN_FEED]]
    site.feed("/feed/", rss("Block Post", site.home, newest, full=False), "rss")
    closed = Answer(body='{"code":"rest_forbidden"}', status=401)
    site.interfaces[f"{site.root}/wp-json/wp/v2/posts"] = closed.to
    return site


def _block_page(main: str, title: str) -> str:
    name = "Block Post"
    links = "".join(
        '<li class="wp-block-navigation-item wp-block-navigation-link"><a class="'
        f'wp-block-navigation-item__content" href="{path}"><span class="'
        f'wp-block-navigation-item__label">{label}</span></a></li>'
        for path, label in (
            ("/category/harbour/", "Harbour"),
            ("/about/", "Who we are and what we want"),
            ("/contact/", "Contact"),
        )
    )
    return f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">
<title>{f"{title} – {name}" if title else name}</title>
<link rel="alternate" type="application/rss+xml" title="{name} » Feed" href="/feed/">
<link rel="stylesheet" href="/wp-includes/blocks/style.min.css"></head>
<body class="wp-singular wp-embed-responsive"><div class="wp-site-blocks">
<header class="wp-block-template-part"><div class="wp-block-group is-layout-constrained
wp-container-core-group-is-layout-f1f2ed93"><p class="wp-block-site-title"><a href="/"
rel="home">{name}</a></p><nav class="wp-block-navigation is-responsive"><ul class="
wp-block-navigation__container">{links}</ul></nav></div></header>
<main class="wp-block-group is-layout-flow">{main}</main>{COOKIES}
<footer class="wp-block-template-part"><ul class="wp-block-latest-posts__list
wp-block-latest-posts"><li><a class="wp-block-latest-posts__post-title" href="/about/">
What this paper is for and who pays for it</a></li></ul><a href="/privacy-policy/">
Privacy</a></footer></div></body></html>"""


def _query_loop(shown: list[Story], number: int) -> str:
    rows = "".join(
        f'<li class="wp-block-post post-{one.number} post type-post status-publish '
        f'format-standard hentry category-{one.section.lower()}">'
        f'<figure class="wp-block-post-featured-image"><a href="/{one.slug}/">'
        f'<img src="/i.jpg" alt=""></a></figure>'
        f'<h2 class="wp-block-post-title has-large-font-size"><a href="/'
        f'{one.slug}/" target="_self">{one.title}</a></h2>'
        f'<div class="taxonomy-category wp-block-post-terms">'
        f'<a href="/category/{one.section.lower()}/" rel="tag">'
        f'{one.section}</a></div><div class="wp-block-post-excerpt">'
        f'<p>{one.excerpt}</p></div><div class="wp-block-post-date">'
        f'<time datetime="{one.at.isoformat()}">'
        f'<a href="/{one.slug}/">{one.at:%d %B %Y}</a></time></div></li>'
        for one in shown
    )
    after = (
        f'<a href="/page/{number + 1}/" class="wp-block-query-pagination-next">'
        'Next Page<span class="wp-block-query-pagination-next-arrow">→</span></a>'
    )
    return (
        '<h1 class="wp-block-query-title">News</h1><div class="wp-block-query">'
        '<ul class="wp-block-post-template is-layout-grid columns-3">'
        f'{rows}</ul><nav class="wp-block-query-pagination">'
        f"{after if number < 3 else ''}</nav></div>"
    )


def _block_post(one: Story) -> str:
    return (
        f'<h1 class="wp-block-post-title">{one.title}</h1><div class="wp-block-group">'
        f'<div class="wp-block-post-date"><time datetime="{one.at.isoformat()}">'
        f'{one.at:%d %B %Y}</time></div><div class="wp-block-post-author-name">'
        f'{one.author}</div></div><div class="entry-content wp-block-post-content">'
        f"{prose(one)}</div>"
        '<nav class="wp-block-group" aria-label="Post navigation"><div class="post-'
        f'navigation-link-previous wp-block-post-navigation-link"><a href="/'
        f'{stories(one.number + 1)[-1].slug}/" rel="prev">Previous</a></div></nav>'
    )
