"""What Slack and Discord must never be sent."""

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.webhooks.events import PUBLISHED
from service.webhooks.notices import notice_of
from service.webhooks.payloads import cloudevents, discord, slack
from tests.factories_feeds import article
from tests.service.webhooks.test_payloads import CASES, event

TEXTS = st.text(st.sampled_from("ab @here<!>|*_~`[]()#-1./:&\\🌊"), max_size=6000)
ARTICLES = st.builds(
    lambda title, summary: published(article(3, title=title, summary=summary)),
    TEXTS,
    TEXTS,
)


def published(of):
    return notice_of(event(PUBLISHED, of), PUBLISHED, "full")


def units(text):
    return len(text.encode("utf-16-le")) // 2


@given(ARTICLES)
def test_slack_is_sent_no_more_than_it_takes(notice):
    message = json.loads(slack.render(notice))

    for block in message["blocks"]:
        texts = [block["text"]] if "text" in block else block["elements"]
        assert len(texts) <= 10
        assert all(1 <= units(text["text"]) <= 3000 for text in texts)


@given(ARTICLES)
def test_slack_finds_one_link_and_nothing_else(notice):
    message = json.loads(slack.render(notice))

    texts = json.dumps(message["blocks"], ensure_ascii=False) + message["text"]
    found = re.findall("<[^>]*", texts)
    assert [each.partition("|")[0] for each in found] == [f"<{notice.entry.url}"]
    assert "@here" not in texts


@given(ARTICLES)
def test_discord_is_sent_no_more_than_it_takes(notice):
    (embed,) = json.loads(discord.render(notice))["embeds"]

    assert 1 <= units(embed["title"]) <= 256
    assert units(embed.get("description", "")) <= 4096
    assert units(embed["footer"]["text"]) <= 2048
    texts = [embed["title"], embed.get("description", ""), embed["footer"]["text"]]
    assert sum(map(units, texts)) <= 6000


@given(ARTICLES)
@example(published(article(3, title="", summary="://")))
def test_discord_finds_no_markup(notice):
    (embed,) = json.loads(discord.render(notice))["embeds"]

    for text in (embed["title"], embed.get("description", "")):
        bare = re.sub(r"\\[^0-9A-Za-z\s]", "x", text)
        assert not re.search(r"[\\*_~`|<>\[\]()]|://|^\s*[#+-]|^\s*\d+\.", bare)


def test_the_longest_still_says_all_it_must():
    (embed,) = json.loads(discord.render(CASES["long"]))["embeds"]

    texts = [
        embed[key] if isinstance(embed[key], str) else next(iter(embed[key].values()))
        for key in ("title", "description", "author", "footer")
    ]
    assert all(text.endswith("…") for text in texts)
    assert sum(map(units, texts)) <= 6000
    assert "url" not in embed


@pytest.mark.parametrize("case", CASES)
def test_discord_calls_nobody(case):
    assert json.loads(discord.render(CASES[case]))["allowed_mentions"] == {"parse": []}


@pytest.mark.parametrize("made", [slack, discord])
def test_an_article_comes_with_its_source_and_its_rights(made):
    assert (
        "The Daily Example · © The Daily Example"
        in made.render(CASES["published"]).decode()
    )


def test_every_event_has_an_id_of_its_own():
    found = [json.loads(cloudevents.render(notice)) for notice in CASES.values()]

    distinct = {(n.seq, n.type, n.entry.id if n.entry else "") for n in CASES.values()}
    assert len({(each["source"], each["id"]) for each in found}) == len(distinct)


@pytest.mark.parametrize("case", CASES)
def test_a_cloud_event_has_what_the_specification_requires(case):
    found = json.loads(cloudevents.render(CASES[case]))

    assert found["specversion"] == "1.0"
    assert all(found[name] for name in ("id", "source", "type"))
    assert all(re.fullmatch("[a-z0-9]+", name) for name in found)
    assert " " not in found["source"]
