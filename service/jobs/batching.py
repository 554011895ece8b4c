"""Group what is read into batches, each of which is stored in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scrapers.errors import Backoff
from scrapers.items import Scrape, ScrapedArticle

# Articles of one transaction: so many that its statements cost little beside its rows,
# so few that another writer of SQLite waits no longer than 100 ms.
BATCH = 100
# Characters of them, HTML and text: long ones are held in memory several times over
# while they are stored. A hundred of ordinary length have a tenth of it.
BATCH_CHARACTERS = 8 * 2**20
# On a slow site a batch is stored before it is full, and the leases are renewed.
BATCH_SECONDS = 2.0


def batches(
    scrapes: Iterator[Scrape], monotonic: Callable[[], float]
) -> Iterator[list[Scrape]]:
    """Group scrapes by count, length and time; none is empty.

    What is read when the host objects is given before its Backoff goes on.
    """
    batch: list[Scrape] = []
    length, begun = 0, monotonic()
    try:
        for found in scrapes:
            batch.append(found)
            length += _length(found)
            is_full = len(batch) >= BATCH or length >= BATCH_CHARACTERS
            if is_full or monotonic() - begun >= BATCH_SECONDS:
                yield batch
                batch, length, begun = [], 0, monotonic()
    except Backoff:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _length(found: Scrape) -> int:
    article = found.outcome
    if not isinstance(article, ScrapedArticle):
        return 0
    return len(article.body_html) + len(article.body_text)
