"""Names behind or before what people did, in Chinese, Japanese and Korean."""

from __future__ import annotations

import pytest

from scrapers.extract.credits import credits_of, is_credit, reporters_in


@pytest.mark.parametrize(
    ("line", "wrote", "helped"),
    [
        ("河畔日报记者 王小河 李桥", ["王小河", "李桥"], []),
        ("采写：河报见习记者 李桥", ["李桥"], []),
        ("编辑 王小河 校对 李桥", [], ["王小河", "李桥"]),
        ("文/王小河 图/李桥", ["王小河"], ["李桥"]),
        ("文｜河畔网 王小河", ["王小河"], []),
        ("（责编：王小河、李桥）", [], ["王小河", "李桥"]),
        ("作 者：王小河", ["王小河"], []),
        ("取材・文＝山田太郎", ["山田太郎"], []),
        ("文・山田太郎", ["山田太郎"], []),
        ("文● オカモト／河畔編集部", ["オカモト"], []),
    ],
)
def test_a_line_of_roles_and_names_is_read(line, wrote, helped):
    assert credits_of(line) == (wrote, helped)


@pytest.mark.parametrize(
    "line",
    [
        "记者：您怎么看？",
        "记者：为什么",
        "文章指出",
        "图 1",
        "Amina Otieno",
        "设计 图片",
    ],
)
def test_a_line_without_names_is_no_credit(line):
    assert credits_of(line) is None
    assert not is_credit(line)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("河畔社内罗毕2月3日电（记者王小河）河水上涨三米。", ["王小河"]),
        ("河畔网2月3日讯（记者 王小河 整合）河水上涨。", ["王小河"]),
        ("〔記者王小河／高雄報導〕河水上漲。", ["王小河"]),
        ("（河畔社記者王小河台北3日電）河水上漲。", ["王小河"]),
        ("[서울=강변뉴스] 홍길동 기자 = 강물이 불었다.", ["홍길동"]),
        ("记者们没能到达村庄。", []),
        ("기자들은 말했다. 한 기자가 물었다.", []),
        ("By the river", []),
    ],
)
def test_a_paragraph_tells_its_reporter(text, names):
    assert reporters_in(text) == names
