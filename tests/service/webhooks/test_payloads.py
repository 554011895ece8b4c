"""Every payload format against every case, as golden files.

`--update-golden` rewrites them; read the difference before committing it.
"""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from db.events import Event
from scrapers.items import Author, Enclosure, Image, Precision
from service.webhooks.events import (
    DISABLED,
    FAILING,
    PUBLISHED,
    RECOVERED,
    RESTORED,
    UPDATED,
    WITHDRAWN,
)
from service.webhooks.notices import notice_of, ping
from service.webhooks.payloads import formats
from tests.factories_feeds import NOON, article, head

GOLDEN = Path(__file__).parents[2] / "golden" / "payloads"

RICH = article(
    7,
    title="Flood cuts off “two” villages",
    authors=(Author(name="Amina Otieno", url="https://example.org/by/amina/"),),
    categories=(("News",), ("News", "Iran News")),
    tags=("floods", "Kisumu"),
    language="en",
    image=Image(url="https://example.org/flood.jpg", width=1200, alt="The river"),
    version=2,
)
PERSIAN = article(
    8,
    title="سیل دو روستا را قطع کرد",
    summary=None,
    language="fa",
    published_precision=Precision.MONTH,
)


def event(kind, of, source=None, **values):
    given = {
        "seq": of.seq if of else 9,
        "type": kind,
        "version": of.version if of else None,
        "is_history": False,
        "created_at": NOON + timedelta(hours=1),
        "source": source or head(),
        "article": of,
        "previous": None,
        "details": {},
    }
    return Event(**given | values)


EPISODE = article(
    2,
    enclosures=(
        Enclosure(
            url="https://cdn.example.org/2.mp3", length=1200, duration_seconds=65
        ),
    ),
)
GONE = article(7, withdrawn_at=NOON + timedelta(days=1), withdrawn_by="site", version=3)
HOSTILE = article(
    9,
    title="<!channel> *Win* [now](https://evil.example/) @everyone & <@U1|you> | `x`",
    summary="# @here ~~free~~ _money_ <#C1> 1. http://evil.example/a_b_c ||secret||",
    url="https://example.org/?a=1&b=|x>",
    authors=(Author(name="@here *Bob*"),),
    image=Image(url="https://example.org/x.jpg", alt="<!here> @channel"),
)
LONG = article(
    10,
    title="Kisumu & " * 400,
    summary="The <river> rose. " * 600,
    url="https://example.org/" + "x" * 4000,
    authors=tuple(Author(name=f"Author Number {n}") for n in range(200)),
)
# As db.source_events writes them.
UNREACHABLE = {
    "source": "daily",
    "reason": "HTTP 503",
    "failures": 3,
    "last_success_at": "2026-03-01T12:00:00+00:00",
}
WELL = UNREACHABLE | {"reason": None}
# As db.subscription_events writes them.
GIVEN_UP = {
    "subscription": "019c0000-0000-7000-8000-000000000007",
    "number": 7,
    "description": "The *desk*",
    "host": "hooks.example.org",
    "reason": "it answered 410: it wants nothing more",
    "failing_since": "2026-02-24T12:00:00.654321+00:00",
}
CASES = {
    "published": notice_of(event(PUBLISHED, RICH), PUBLISHED, "full"),
    "published-summary": notice_of(event(PUBLISHED, RICH), PUBLISHED, "summary"),
    "published-headline": notice_of(event(PUBLISHED, RICH), PUBLISHED, "headline"),
    "published-recorded": notice_of(event(PUBLISHED, EPISODE), PUBLISHED, "full"),
    "published-persian": notice_of(event(PUBLISHED, PERSIAN), PUBLISHED, "full"),
    "hostile": notice_of(event(PUBLISHED, HOSTILE), PUBLISHED, "full"),
    "long": notice_of(
        event(PUBLISHED, LONG, head(rights="© The Daily 🌊 Example " * 200)),
        PUBLISHED,
        "full",
    ),
    "updated": notice_of(event(UPDATED, RICH, previous=RICH), UPDATED, "full"),
    "restored": notice_of(event(RESTORED, RICH), RESTORED, "full"),
    "moved-in": notice_of(event(UPDATED, RICH), PUBLISHED, "full"),
    "moved-out": notice_of(event(UPDATED, RICH), WITHDRAWN, "full"),
    "withdrawn": notice_of(event(WITHDRAWN, GONE), WITHDRAWN, "full"),
    "source-failing": notice_of(
        event(FAILING, None, details=UNREACHABLE), FAILING, "full"
    ),
    "source-recovered": notice_of(
        event(RECOVERED, None, details=WELL), RECOVERED, "full"
    ),
    "subscription-disabled": notice_of(
        replace(event(DISABLED, None, details=GIVEN_UP), source=None), DISABLED, "full"
    ),
    "ping": ping(timestamp=NOON, details={"subscription": "0192"}),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", formats())
def test_a_payload_is_what_its_golden_file_says(name, case, request):
    found = json.loads(formats()[name].render(CASES[case]))
    path = GOLDEN / f"{name}-{case}.json"
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(found, ensure_ascii=False, indent=2)
        path.write_text(text + "\n", encoding="utf-8")

    assert path.exists(), f"{name} has no golden file for {case}"
    assert found == json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", formats())
def test_the_same_notice_gives_the_same_bytes(name):
    made = formats()[name]

    assert made.render(CASES["published"]) == made.render(CASES["published"])


def test_a_golden_file_that_nothing_makes_is_a_mistake():
    made = {f"{name}-{case}.json" for name in formats() for case in CASES}

    assert {path.name for path in GOLDEN.iterdir()} == made


def test_what_may_not_be_shown_is_in_no_payload():
    source = head(republish="summary")
    notice = notice_of(event(PUBLISHED, RICH, source), PUBLISHED, "full")

    for made in formats().values():
        assert b"The body of story" not in made.render(notice)
