"""Look for WordPress's REST interface, and what it lists."""

from __future__ import annotations

from urllib.parse import urljoin

from scrapers.discover.visit import JSON
from scrapers.discover.wordpress import POLL_SIZE, posts_url
from scrapers.discover.wp_records import read_posts
from scrapers.draft.scouting import Lead, Scout

TYPE = "posts"


def rest_lead(scout: Scout) -> Lead | None:
    """Ask the REST interface for the posts changed last, where there may be one."""
    front = scout.front
    if not front.is_wordpress:
        return None
    usual = urljoin(front.home, "wp-json/")
    base = front.home if front.rest in (None, usual) else front.rest or front.home
    url = posts_url(base, TYPE, size=POLL_SIZE, number=1)
    page = scout.ask(url, accept=JSON)
    if page is None:
        answer = scout.asker.get(url)
        reason = getattr(answer, "reason", "no answer")
        scout.notes.append(f"WordPress's REST interface: {reason}")
        return None
    rules = scout.rules("wordpress", base)
    found = scout.read(read_posts, page, rules, "UTC", url=url)
    if found is None or not found.posts:
        scout.notes.append("WordPress's REST interface lists no posts")
        return None
    total = page.header("x-wp-total") or ""
    return Lead(
        kind="wordpress",
        url=base,
        page=page,
        seen=tuple(post.candidate for post in found.posts),
        reaches_all=True,
        total=int(total) if total.isascii() and total.isdigit() else None,
    )
