"""What the example site has published at a moment: a pure function of the clock.

A bulletin comes every minute; some are corrected, some withdrawn, some of those come
back. Written articles are edited in turn. Nothing here keeps state, so a restart
changes no page: only what is listed depends on when the site was started.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from html import escape
from urllib.parse import quote

from service.sample.bulletins import Bulletin, bulletin_of
from service.sample.content import (
    ZONE,
    Article,
    Section,
    articles,
    excerpt_of,
    section_path,
    to_html,
)

MINUTE = timedelta(minutes=1)
# Bulletins already listed when the site starts, so that its first page looks alive.
HEAD_START = 5
# A demonstration left running for a month stays quick; older pages still answer.
MOST_LISTED = 1_000
# Bulletins exist from here on, so that addresses have an end.
FIRST_MINUTE = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() // 60)
# In minutes: every fourth bulletin is corrected, every eleventh withdrawn, half of
# these come back. With the pace of one a minute a newcomer sees each within ten.
CORRECTED, CORRECTED_AFTER = 4, 3
WITHDRAWN, WITHDRAWN_AFTER = 11, 4
RETURNS_AFTER = 9
# A written article is edited every five minutes, each in its turn.
EDITED_EVERY = 5
CORRECTED_WORD = {"en": "corrected", "sw": "imesahihishwa", "fa": "اصلاح شد"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """A published post, as the site's pages, feeds and REST show it."""

    article: Article
    modified_at: datetime
    body_html: str
    title: str
    title_html: str
    is_gone: bool = False

    @property
    def path(self) -> str:
        """Its permalink, without the host."""
        # WordPress percent-encodes a slug in lower case.
        slug = quote(self.article.slug).lower()
        return f"/{self.article.published_at:%Y/%m}/{slug}/"

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections it is filed under, outermost first."""
        return section_path(self.article.section)


@dataclass(frozen=True)
class Edition:
    """All that is published at `now` by a site started at `started_at`."""

    now: datetime
    started_at: datetime

    @cached_property
    def posts(self) -> tuple[Post, ...]:
        """What is listed, newest first; withdrawn posts are not."""
        last = _minute(self.now)
        first = max(_minute(self.started_at) - HEAD_START, last - MOST_LISTED)
        found = [
            bulletin_post(minute, self.now) for minute in range(first + 1, last + 1)
        ]
        found += [written_post(n, self.now) for n in range(len(articles()))]
        kept = [
            post
            for post in found
            if not post.is_gone and post.article.published_at <= self.now
        ]
        return tuple(sorted(kept, key=lambda p: p.article.published_at, reverse=True))

    def find(self, slug: str) -> Post | None:
        """Find a post by its slug, listed or not; a withdrawn one says so itself."""
        for n, article in enumerate(articles()):
            if article.slug == slug:
                return written_post(n, self.now)
        tail = slug.rpartition("-")[2]
        return (
            self._bulletin(int(tail)) if tail.isdecimal() and len(tail) < 10 else None
        )

    def find_id(self, number: int) -> Post | None:
        """Find a post by its number."""
        for n, article in enumerate(articles()):
            if article.id == number:
                return written_post(n, self.now)
        return self._bulletin(number)

    def guess(self, slug: str) -> Post | None:
        """Find the post whose slug begins so, as WordPress does for a shortened one."""
        return next((p for p in self.posts if p.article.slug.startswith(slug)), None)

    def _bulletin(self, minute: int) -> Post | None:
        if not FIRST_MINUTE <= minute <= _minute(self.now):
            return None
        return bulletin_post(minute, self.now)


def bulletin_post(minute: int, now: datetime) -> Post:
    """Give the bulletin of a minute as it stands at `now`."""
    age = _minute(now) - minute
    is_withdrawn = minute % WITHDRAWN == 5 and age >= WITHDRAWN_AFTER
    returns = minute % (2 * WITHDRAWN) == 5 and age >= RETURNS_AFTER
    return _bulletin_post(
        minute,
        is_corrected=minute % CORRECTED == 1 and age >= CORRECTED_AFTER,
        is_gone=is_withdrawn and not returns,
        is_back=returns,
    )


@lru_cache(maxsize=2 * MOST_LISTED)
def _bulletin_post(
    minute: int, *, is_corrected: bool, is_gone: bool, is_back: bool
) -> Post:
    bulletin = bulletin_of(minute)
    published_at = datetime.fromtimestamp(minute * 60, ZONE)
    article = _article(minute, bulletin, published_at)
    body, title, modified_at = article.body_html, article.title, published_at
    if is_corrected:
        body += f"\n<p><em>{escape(bulletin.correction, quote=False)}</em></p>"
        modified_at = published_at + CORRECTED_AFTER * MINUTE
        # Half of the corrections reach the headline.
        if minute % (2 * CORRECTED) == 1:
            title = f"{title} ({CORRECTED_WORD[bulletin.language]})"
    if is_back:
        # To publish again is a change, which is how a reader of REST learns of it.
        modified_at = published_at + RETURNS_AFTER * MINUTE
    return Post(
        article=article,
        modified_at=modified_at,
        body_html=body,
        title=title,
        title_html=escape(title, quote=False),
        is_gone=is_gone,
    )


def _article(minute: int, bulletin: Bulletin, published_at: datetime) -> Article:
    from_text = to_html(bulletin.text)
    return Article(
        id=minute,
        slug=f"{bulletin.topic}-{minute}",
        title=bulletin.title,
        title_html=escape(bulletin.title, quote=False),
        writer=bulletin.writer,
        section=bulletin.section,
        tags=bulletin.tags,
        published_at=published_at,
        language=bulletin.language,
        body_html=from_text,
        excerpt=excerpt_of(bulletin.text),
        picture=bulletin.picture,
    )


def written_post(n: int, now: datetime) -> Post:
    """Give the n-th written article as it stands at `now`."""
    article = articles()[n]
    plain = Post(
        article=article,
        modified_at=article.published_at,
        body_html=article.body_html,
        title=article.title,
        title_html=article.title_html,
    )
    if not article.edits:
        return plain
    editable = [a.slug for a in articles() if a.edits]
    turn, last = editable.index(article.slug), _minute(now) // EDITED_EVERY
    last -= (last - turn) % len(editable)
    edit = article.edits[last // len(editable) % len(article.edits)]
    return replace(
        plain,
        modified_at=max(
            article.published_at,
            datetime.fromtimestamp(last * EDITED_EVERY * 60, ZONE),
        ),
        body_html=f"{article.body_html}\n<p>{escape(edit, quote=False)}</p>",
    )


def _minute(at: datetime) -> int:
    return int(at.timestamp() // 60)
