"""Categories, tags and authors: their slugs, and which articles have them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256

from sqlalchemy import delete, select

from db.engine import Session
from db.models import ArticleTermRow, TermRow
from db.records import StoredArticle
from db.upsert import insert_missing, insert_rows

Key = tuple[str, str]  # kind and path

# What is neither letter nor digit to `re`, which takes no mark for a letter.
_SIGNS = re.compile(r"[\W_]+")
# Marks and joiners that only say how something is drawn: variants of a sign, what
# encloses it, what keeps two from being joined.
_UNSPELLED = re.compile(
    "[\u034f\u0488\u0489\u180b-\u180f\u200c\u200d\u20dd-\u20e4\ufe00-\ufe0f"
    "\U000e0100-\U000e01ef]"
)


def slug_of(name: str) -> str:
    """Make the slug of one name: lower case, any script's letters and digits, hyphens.

    "Iran News" → "iran-news", "اخبار ایران" → "اخبار-ایران", "हिन्दी" → "हिन्दी".
    Vowel signs are letters, as Hindi and Thai write them; the points of Hebrew and
    Arabic, which are mostly left out, and the dot of a Turkish i do not matter. A name
    with neither letter nor digit gets a hash, so that two such names do not meet.
    Idempotent.
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    if text.isascii():
        slug = _SIGNS.sub("-", text)
    else:
        dotted = text.replace("ı", "i").replace("i\u0307", "i")
        spelled = _SIGNS.sub(_marks_or_hyphen, unicodedata.normalize("NFKC", dotted))
        slug = unicodedata.normalize("NFKC", spelled)
    return slug.strip("-") or "x" + sha256(name.encode()).hexdigest()[:8]


def _marks_or_hyphen(found: re.Match[str]) -> str:
    """Give what stands for signs: the marks of the letter before, else a hyphen."""
    signs = found[0]
    own = 0
    while found.start() and own < len(signs) and _is_mark(signs[own], own):
        own += 1
    marks = "".join(filter(_is_spelled, signs[:own]))
    return marks if own == len(signs) else f"{marks}-"


def _is_mark(sign: str, place: int) -> bool:
    # After a mark of India's scripts a joiner only says how the two are drawn.
    is_joiner = place > 0 and sign in "\u200c\u200d"
    return is_joiner or unicodedata.category(sign)[0] == "M"


def _is_spelled(mark: str) -> bool:
    """Whether a word is another one without this mark."""
    is_optional = 10 <= unicodedata.combining(mark) <= 36  # of Hebrew, Arabic, Syriac
    return not is_optional and not _UNSPELLED.match(mark)


@lru_cache(maxsize=4096)
def path_of(names: tuple[str, ...]) -> str:
    """Join the slugs of a category's path: ("News", "Iran News") → "news/iran-news"."""
    return "/".join(slug_of(name) for name in names)


def terms_of(article: StoredArticle) -> dict[Key, tuple[str, ...]]:
    """Give an article's terms as {(kind, path): names}.

    A category counts for each of its ancestors: News > Iran News is in "news" too.
    What is filed by these is what `db.filters` looks for.
    """
    found: dict[Key, tuple[str, ...]] = {}
    for names in article.categories:
        for depth in range(1, len(names) + 1):
            found.setdefault(("category", path_of(names[:depth])), names[:depth])
    for tag in article.tags:
        found.setdefault(("tag", slug_of(tag)), (tag,))
    for author in article.authors:
        found.setdefault(("author", slug_of(author.name)), (author.name,))
    return found


def ensure_terms(
    session: Session, source_id: int, articles: Sequence[StoredArticle]
) -> dict[Key, int]:
    """Make the terms these articles need; give the ids of all they have."""
    needed: dict[Key, tuple[str, ...]] = {}
    for article in articles:
        needed |= terms_of(article)
    if not needed:
        return {}
    ids = _ids(session, source_id, needed)
    missing = [key for key in needed if key not in ids]
    if missing:
        insert_missing(
            session, TermRow, [_row(source_id, k, needed[k]) for k in missing]
        )
        ids = _ids(session, source_id, needed)
    return ids


def set_terms(
    session: Session,
    articles: Sequence[StoredArticle],
    ids: Mapping[Key, int],
    *,
    replaces: Sequence[int] = (),
) -> None:
    """File articles under their terms, in place of what `replaces` (positions) had."""
    if replaces:
        had = ArticleTermRow.position.in_(replaces)
        session.execute(delete(ArticleTermRow).where(had))
    rows = [
        {"term_id": ids[key], "position": article.position}
        for article in articles
        for key in terms_of(article)
    ]
    if rows:
        insert_rows(session, ArticleTermRow, rows)


def _ids(
    session: Session, source_id: int, needed: Mapping[Key, tuple[str, ...]]
) -> dict[Key, int]:
    paths = {path for _, path in needed}
    rows = session.execute(
        select(TermRow.kind, TermRow.path, TermRow.id).where(
            TermRow.source_id == source_id, TermRow.path.in_(paths)
        )
    )
    return {(kind, path): term_id for kind, path, term_id in rows}


def _row(source_id: int, key: Key, names: tuple[str, ...]) -> dict[str, object]:
    kind, path = key
    return {
        "source_id": source_id,
        "kind": kind,
        "path": path,
        "name": names[-1],
        "names": list(names),
    }
