from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.websub.asking import HubError, TopicName, name_topic, read_wanted

BASE = "https://wire.example/news"
LEASE = timedelta(days=10)
GOOD = {
    "hub.mode": "subscribe",
    "hub.topic": f"{BASE}/feeds/all.atom",
    "hub.callback": "https://reader.example/cb?a=1",
}


def wanted(**changes):
    named = {f"hub.{name}": value for name, value in changes.items()}
    fields = {
        name: value for name, value in (GOOD | named).items() if value is not None
    }
    return read_wanted(fields.items(), lease=LEASE)


def topic(url):
    return name_topic(url, base_url=BASE, endings=["atom", "rss"])


def test_a_request_is_read_and_its_callback_kept_as_written():
    made = wanted(secret="s", lease_seconds="60", foo="bar")

    assert made.callback == GOOD["hub.callback"]
    assert made.host == "reader.example:443"
    assert (made.secret, made.lease) == ("s", timedelta(minutes=1))


def test_who_names_no_lease_gets_the_usual_one_and_nobody_more_than_the_longest():
    assert wanted().lease == LEASE
    for huge in ("2592001", "99999999999999", "9" * 40, "0" * 20_000 + "9" * 10_000):
        assert wanted(lease_seconds=huge).lease == timedelta(days=30)
    assert wanted(lease_seconds="00060").lease == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"mode": None}, "hub.mode"),
        ({"mode": "publish"}, "sees by itself"),
        ({"mode": "SUBSCRIBE"}, "subscribe or unsubscribe"),
        ({"topic": " "}, "hub.topic is missing"),
        ({"callback": None}, "hub.callback is missing"),
        ({"callback": "ftp://reader.example/"}, "hub.callback"),
        ({"callback": "https://u:p@reader.example/"}, "hub.callback"),
        ({"callback": "https://reader.example/#x"}, "fragment"),
        ({"callback": "https://reader.example/ä"}, "percent-encode"),
        ({"callback": "https://reader.example/\r\nHost: x"}, "percent-encode"),
        ({"callback": "https://reader.example/" + "x" * 2000}, "longer than 2000"),
        ({"secret": "é" * 100}, "less than 200 bytes"),
        ({"lease_seconds": "0"}, "positive"),
        ({"callback": "https://reader.example/cb?q=%zz"}, "as %25"),
        ({"lease_seconds": "-5"}, "positive"),
        ({"lease_seconds": "1e3"}, "positive"),
        ({"lease_seconds": "٣"}, "positive"),
    ],
)
def test_what_is_wrong_is_named(changes, named):
    with pytest.raises(HubError, match=named):
        wanted(**changes)


def test_a_field_that_is_there_twice_is_refused():
    with pytest.raises(HubError, match="twice"):
        read_wanted([*GOOD.items(), ("hub.topic", "other")], lease=LEASE)


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), st.text()))
def test_whatever_comes_is_read_or_refused(changes):
    try:
        made = read_wanted((GOOD | changes).items(), lease=LEASE)
    except HubError:
        return
    assert made.mode in ("subscribe", "unsubscribe")


@pytest.mark.parametrize("slug", ["all", "daily/news", "daily/اخبار", "a.b"])
def test_a_topic_is_one_of_our_feeds(slug):
    name = topic(f"{BASE}/feeds/{slug}.rss")

    assert name == TopicName(slug=slug, ending="rss")
    assert TopicName.read(name.text, None) == name


def test_a_private_topic_has_its_token_which_its_name_does_not_tell():
    name = topic(f"{BASE}/feeds/desk.rss?token=s3cret_-")

    assert name == TopicName(slug="desk", ending="rss", token="s3cret_-")
    assert "s3cret" not in name.text
    assert TopicName.read(name.text, "s3cret_-") == name
    assert topic(f"{BASE}/feeds/desk.rss?token=other").text != name.text


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://other.example/news/feeds/all.atom", "not ours"),
        ("http://wire.example/news/feeds/all.atom", "not ours"),
        ("https://wire.example/feeds/all.atom", "no feed"),
        (f"{BASE}/feeds/all", "no feed"),
        (f"{BASE}/feeds/.atom", "no feed"),
        (f"{BASE}/feeds/all.pdf", "no feed"),
        (f"{BASE}/opml", "no feed"),
        (f"{BASE}/feeds/all.atom?tag=a", "parameters"),
        (f"{BASE}/feeds/all.atom?token=a&tag=b", "parameters"),
        (f"{BASE}/feeds/all.atom?token=", "parameters"),
        ("", "not ours"),
    ],
)
def test_other_topics_are_refused(url, named):
    with pytest.raises(HubError, match=named):
        topic(url)
