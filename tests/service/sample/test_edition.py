"""What the example site has published at a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from service.sample.content import articles
from service.sample.edition import (
    CORRECTED,
    CORRECTED_AFTER,
    EDITED_EVERY,
    FIRST_MINUTE,
    HEAD_START,
    RETURNS_AFTER,
    WITHDRAWN,
    WITHDRAWN_AFTER,
    Edition,
    bulletin_post,
    written_post,
)

START = datetime(2026, 3, 1, 9, tzinfo=UTC)


def after(minutes: float) -> Edition:
    return Edition(START + timedelta(minutes=minutes), START)


def at(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


def first_minute(remainder: int, modulus: int) -> int:
    start = FIRST_MINUTE + 10_000
    return start + (remainder - start) % modulus


def test_the_site_starts_with_its_articles_and_a_few_bulletins():
    assert len(after(0).posts) == len(articles()) + HEAD_START


def test_every_minute_brings_one_more():
    before = {post.article.slug for post in after(0).posts}

    now = {post.article.slug for post in after(3).posts}

    assert len(now - before) == 3


def test_posts_stand_newest_first():
    dates = [post.article.published_at for post in after(30).posts]

    assert dates == sorted(dates, reverse=True)


def test_the_same_moment_gives_the_same_edition_wherever_it_was_started():
    restarted = Edition(START + timedelta(minutes=20), START + timedelta(minutes=15))
    slug = after(20).posts[9].article.slug

    assert restarted.find(slug) == after(20).find(slug)
    assert after(20).posts == after(20).posts


def test_a_bulletin_is_corrected_and_says_so():
    minute = first_minute(1, 2 * CORRECTED)

    fresh = bulletin_post(minute, at(minute))
    later = bulletin_post(minute, at(minute + CORRECTED_AFTER))

    assert later.title.startswith(fresh.title + " (")
    assert later.body_html.startswith(fresh.body_html)
    assert later.modified_at - fresh.modified_at == timedelta(minutes=CORRECTED_AFTER)


def test_a_withdrawn_bulletin_is_gone_and_every_second_one_returns():
    returning, lost = first_minute(5, 2 * WITHDRAWN), first_minute(16, 2 * WITHDRAWN)

    for minute in (returning, lost):
        assert not bulletin_post(minute, at(minute)).is_gone
        assert bulletin_post(minute, at(minute + WITHDRAWN_AFTER)).is_gone
    assert not bulletin_post(returning, at(returning + RETURNS_AFTER)).is_gone
    assert bulletin_post(lost, at(lost + RETURNS_AFTER)).is_gone


def test_what_is_withdrawn_is_not_listed_but_found():
    withdrawn = first_minute(16, 2 * WITHDRAWN)
    edition = Edition(at(withdrawn + WITHDRAWN_AFTER), at(withdrawn - 1))
    found = edition.find_id(withdrawn)
    assert found is not None
    assert found.is_gone
    assert found not in edition.posts


def test_the_written_articles_are_edited_in_turn():
    editable = [n for n, article in enumerate(articles()) if article.edits]

    def bodies(minutes: int) -> list[str]:
        now = START + timedelta(minutes=minutes)
        return [written_post(n, now).body_html for n in editable]

    changed = [
        sum(a != b for a, b in zip(bodies(m), bodies(m + EDITED_EVERY), strict=True))
        for m in range(0, 120, EDITED_EVERY)
    ]

    assert max(changed) == 1
    assert sum(changed) > 0


def test_an_edit_moves_the_date_of_change_along():
    n = next(n for n, article in enumerate(articles()) if article.edits)

    post = written_post(n, START)

    assert post.article.published_at < post.modified_at <= START


def test_nothing_is_listed_before_its_date():
    early = Edition(
        datetime(2025, 12, 31, tzinfo=UTC), datetime(2025, 12, 31, tzinfo=UTC)
    )

    assert all(post.article.published_at <= early.now for post in early.posts)


def test_addresses_have_an_end():
    edition = after(0)

    assert edition.find("ferry-1") is None
    assert edition.find_id(2**31) is None
    assert edition.find("nothing") is None
    assert edition.find(f"ferry-{10**12}") is None
