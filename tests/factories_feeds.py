"""Articles and sources for tests of what is published, straight into the tables."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, select, update

from db.article_rows import values_of
from db.indexing import set_words
from db.models import ArticleRow, SourceRow, StreamRow
from db.records import SourceHead, StoredArticle
from db.terms import ensure_terms, set_terms
from scrapers.items import Precision

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def head(**values):
    """A source as the published side sees it."""
    given = {
        "slug": "daily",
        "name": "The Daily Example",
        "home": "https://example.org/",
        "republish": "full",
        "rights": "© The Daily Example",
        "language": "en",
    }
    return SourceHead(**given | values)


def article(number=1, **values):
    """Article `number`: its position, its uid, its address and its minute."""
    moment = NOON + timedelta(minutes=number)
    given = {
        "position": number,
        "seq": number,
        "uid": UUID(int=(7 << 76) + (2 << 62) + number),
        "source": "daily",
        "url": f"https://example.org/2026/03/story-{number}/",
        "title": f"Story {number}",
        "summary": f"What story {number} is about.",
        "body_html": f"<p>The body of story {number}.</p>",
        "body_text": f"The body of story {number}.",
        "published_at": moment,
        "published_precision": Precision.TIME,
        "first_seen_at": moment + timedelta(seconds=5),
        "changed_at": moment + timedelta(seconds=5),
    }
    return StoredArticle(**given | values)


def add_source(session, slug="daily", **values):
    """Store a source; what is not a column goes into its definition. Give its id."""
    columns = {c.key for c in SourceRow.__table__.columns}
    spec = {
        "name": "The Daily Example",
        "home": "https://example.org/",
        "republish": "full",
        "rights": "© The Daily Example",
        "language": "en",
    }
    spec |= {k: v for k, v in values.items() if k not in columns}
    row = {
        "spec": {k: v for k, v in spec.items() if v is not None},
        "origin": "api",
        "enabled": True,
        "added_at": NOON,
        "next_poll_at": NOON,
    }
    row |= {k: v for k, v in values.items() if k in columns}
    source = SourceRow(slug=slug, **row)
    session.add(source)
    session.flush()
    return source.id


def add_article(session, stored):
    """Store a `StoredArticle` as it is, its terms too, and move the stream past it."""
    source_id = session.scalar(
        select(SourceRow.id).where(SourceRow.slug == stored.source)
    )
    row = values_of(stored) | {"source_id": source_id, "content_hash": ""}
    session.execute(insert(ArticleRow), [row])
    set_terms(session, [stored], ensure_terms(session, source_id, [stored]))
    set_words(session, source_id, [stored])
    move_stream(session, stored.seq)


def move_stream(session, value):
    """The counter is at least at `value`."""
    session.execute(
        update(StreamRow).where(StreamRow.value < value).values(value=value)
    )
