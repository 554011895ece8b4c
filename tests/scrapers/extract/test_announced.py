"""Dates far from the headline, and those that East Asia spells short."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.extract.announced import announced_in, with_year, year_first
from tests.factories_pages import article, prose

TITLE = "<h1>洪水切断两个村庄的道路</h1>"
CHINESE = prose(*["河水在星期二上涨了三米，两个村庄的道路被切断，村民坐船往来。"] * 4)


@pytest.mark.parametrize(
    ("foot", "expected"),
    [
        ("<td>发布日期：<!-- x -->2026-02-03 责任编辑：王小河</td>", "2026-02-03"),
        ("<p>时间：2026-02-03 作者：</p>", "2026-02-03"),
        ("<dt>Дата публикации</dt><dd>03.02.2026</dd>", "2026-02-03"),
        ("<p>تاریخ انتشار: ۱۴ بهمن ۱۴۰۴</p>", "2026-02-03"),
        ("<script>var createTime = '2026-02-03 10:20';</script>", "2026-02-03"),
        ("<p>2026-02-03</p>", None),
    ],
)
def test_a_date_behind_a_label_counts_wherever_it_stands(foot, expected):
    table = f"<table><tr>{foot}</tr></table>" if foot.startswith("<td") else foot

    made = article(f"{TITLE}{CHINESE * 3}<div>{table}</div>", lang="zh")

    told = made.published_at.date().isoformat() if made.published_at else None
    assert told == expected


@pytest.mark.parametrize(
    ("lang", "shown", "expected"),
    [
        ("zh", "发布时间：18-03-08 23:16", datetime(2018, 3, 8, 15, 16, tzinfo=UTC)),
        ("ko", "입력 25.03.08 23:16", datetime(2025, 3, 8, 14, 16, tzinfo=UTC)),
        ("zh", "发布时间：02-08 23:16", datetime(2026, 2, 8, 15, 16, tzinfo=UTC)),
        ("ja", "10月8日 09:16", datetime(2025, 10, 8, 0, 16, tzinfo=UTC)),
    ],
)
def test_the_year_comes_first_in_east_asia_or_is_left_out(lang, shown, expected):
    title = {"zh": TITLE, "ja": "<h1>洪水で二つの村が孤立しました</h1>"}.get(
        lang, "<h1>강물이 불어 두 마을이 고립됐다</h1>"
    )

    made = article(f"{title}<p>{shown}</p>{CHINESE}", lang=lang)

    assert made.published_at == expected


def test_a_year_that_is_left_out_is_that_of_the_last_change():
    head = '<meta itemprop="dateUpdate" content="2019-10-09 12:00:57">'

    made = article(f"{TITLE}<p>10-08 12:00</p>{CHINESE}", head=head, lang="zh")

    assert made.published_at == datetime(2019, 10, 8, 4, tzinfo=UTC)


@given(text=st.text(max_size=300))
def test_any_text_is_looked_through(text):
    list(announced_in(text))
    year_first(text)
    with_year(text, datetime(2024, 2, 29, tzinfo=UTC))
