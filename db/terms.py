"""Names of categories and tags, and the slugs they are addressed by."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256


def slug_of(name: str) -> str:
    """Make the slug of one name: lower case, any script's letters and digits, hyphens.

    "Iran News" → "iran-news", "اخبار ایران" → "اخبار-ایران". A name with neither letter
    nor digit gets a hash, so that two such names do not meet. Idempotent.
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    slug = re.sub(r"[\W_]+", "-", text).strip("-")
    return slug or "x" + sha256(name.encode()).hexdigest()[:8]


def path_of(names: tuple[str, ...]) -> str:
    """Join the slugs of a category's path: ("News", "Iran News") → "news/iran-news"."""
    return "/".join(slug_of(name) for name in names)
