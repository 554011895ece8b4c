"""A link that is never closed takes no article with it."""

import pytest

from scrapers.extract.obstacles import NO_TEXT
from tests.factories_pages import PARAGRAPHS, article, prose, refusal

TITLE = "Flood cuts off two villages"


@pytest.mark.parametrize(
    "before",
    [
        "<nav><a href=/>Home<a href=/news>News</nav>",
        "<div><a href=/ class=logo>The Daily Example</div>",
        "<ul><li><a href=/>Home</li></ul><div>",
        "<a href=#main class=skip>Skip to content",
    ],
)
def test_an_article_after_it_is_read(before):
    made = article(f"{before}<main><h1>{TITLE}</h1>{prose()}</main>")

    assert made.title == TITLE
    assert made.body_text == "\n".join(PARAGRAPHS)
    assert "href" not in made.body_html


def test_links_that_are_closed_stay_no_text():
    teasers = "".join(f"<p><a href=/{n}>{text}</a></p>" for n, text in ENUMERATED)

    assert refusal(f"<h1>{TITLE}</h1>{teasers}") == NO_TEXT


ENUMERATED = tuple(enumerate(PARAGRAPHS))
