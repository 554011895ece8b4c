"""Read lines that name people by what they did, as the press of East Asia does.

"新华社记者 唐霁", "编辑 刘晓阳 校对 李铭", "홍길동 기자": such words are joined to
names without "by", and often without a space. Who of them counts as an author is
`scrapers.extract.bylines`'s to say, and that such a line is no article
`scrapers.extract.labels`'s.
"""

from __future__ import annotations

import re

# A longer line says more than who did what.
MAX_CREDITS = 60
# Only so much of a paragraph's start can name its reporter.
LEAD = 80

_WROTE = (
    "记者|記者|作\\s?者|撰文|撰稿|采写|採寫|执笔|執筆|编译|編譯|编撰|整理|通讯员|通訊員|特约撰稿人"
    "|専門委員|取材・文|文・写真|写真・文|文字|文图|图文|文|ライター|聞き手|著\\s?者|筆者|執筆者|文責"
)
_HELPED = (
    "编\\s?辑|編\\s?輯|责\\s?编|責\\s?編|校\\s?对|校\\s?對|审\\s?核|審\\s?核|监\\s?制|監\\s?製|统筹|統籌"
    "|摄\\s?影|攝\\s?影|摄影报道|供图|图片|图|圖|制图|製圖|设计|实习生|翻译|翻譯|视频|剪辑|出品|策划|供稿|撮影|構成|編集"
)
_WRITER = re.compile(rf"[\u4e00-\u9fff]{{0,8}}?(?:{_WROTE})(?:们)?")
_HELPER = re.compile(rf"[\u4e00-\u9fff]{{0,6}}?(?:{_HELPED})")
_WRITTEN = re.compile(r"^((?:取材・)?文|文・写真|構成)・(?!写真|文)")
_ROLE_IN_TWO = re.compile(
    r"(?<=[作编編责責校审審监監摄攝])\s(?=[者辑輯编編对對核制製影])"
)
# A name in Chinese characters, with the signs of names from elsewhere; Latin ones.
_NAME = re.compile(
    r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,8}[·•・][\u3400-\u9fff]{1,10}"
    r"|[\u30a0-\u30ff・]{3,14}|[A-Za-z][A-Za-z.'-]{1,20}"
)
_HOUSE = re.compile(
    r"[\u3400-\u9fff]{2,8}(?:报|報|网|網|社|台|刊|新闻|新聞|新聞社)|\w{0,12}(?:編集部|编辑部|取材班)"
)
_GLUED = re.compile(
    r"[\u4e00-\u9fff]{0,6}(?:记者|記者|通讯员|通訊員)(?P<name>[\u3400-\u9fff]{2,3})"
)
_SENTENCE = re.compile(r"[。！？；“”《》!?;…]|什么|怎么|如何|为何|哪|吗$|呢$")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_PART = re.compile(r"[\s、，,/／｜|丨&＆+:：=＝和●◎■]+")
_AROUND = " 【】()（）[]〔〕「」—–-*●■▲△◎"
# "…（记者唐霁）", "〔記者蔡清華／高雄報導〕", "（中央社記者王小明台北3日電）"
_REPORTED = re.compile(
    r"[（(【〔\[][^（）()〔〕【】\[\]]{0,20}?(?:记者|記者)\s?"
    r"(?P<names>[^（）()〔〕【】\[\]。，,]{2,40})[）)】〕\]]"
)
_DATELINE = re.compile(r"[\u4e00-\u9fff]{2}\d{1,2}日[电電讯訊].*|[／/].*")
_NO_NAMES = frozenset("报道 報導 报导 综合 整合 整理 摄 攝 综合报道 专电 電 电".split())  # noqa: SIM905
_KOREAN = re.compile(
    r"(?:^|[\s\]=(·|])(?P<name>[가-힣]{2,4})\s?(?:(?:선임|수습|인턴|전문|객원)?기자|특파원)"
    r"(?![가-힣])"
)
_KOREAN_LINE = re.compile(
    r"[\[=(▶■]?\s?[가-힣]{2,4}\s?(?:(?:선임|수습|인턴|전문|객원)?기자|특파원)"
    r"(?:\s*[=/|,·(]?\s*\S+@\S+)?[\])]?"
)


def is_credit(text: str) -> bool:
    """Tell whether a line only names people by what they did."""
    if "기자" in text or "특파원" in text:
        return _KOREAN_LINE.fullmatch(text) is not None
    return credits_of(text) is not None


def credits_of(text: str) -> tuple[list[str], list[str]] | None:
    """The names of who wrote and of who helped, if a line says no more than that."""
    if len(text) > MAX_CREDITS or text.isascii() or not _CHINESE.search(text):
        return None
    if _SENTENCE.search(text):
        return None
    parts = [part for part in _PART.split(_whole(text)) if part]
    found: tuple[list[str], list[str]] = ([], [])
    at: list[str] | None = None
    for part in parts:
        glued = _GLUED.fullmatch(part)
        if _WRITER.fullmatch(part):
            at = found[0]
        elif _HELPER.fullmatch(part):
            at = found[1]
        elif glued:
            at = found[0]
            at.append(glued["name"])
        elif at is None or not (_NAME.fullmatch(part) or _HOUSE.fullmatch(part)):
            return None
        elif not _HOUSE.fullmatch(part) and part not in _NO_NAMES:
            at.append(part)
    return found if at is not None and any(found) else None


def _whole(text: str) -> str:
    """A line without the marks around it and the spaces inside "作 者"."""
    return _ROLE_IN_TWO.sub("", _WRITTEN.sub(r"\1 ", text.strip(_AROUND)))


def reporters_in(text: str) -> list[str]:
    """Who reported, as the first or last words of a paragraph tell; [] if none does."""
    if "记者" in text or "記者" in text:
        for part in (text[:LEAD], text[-LEAD:]):
            if found := _REPORTED.search(part):
                names = _PART.split(_DATELINE.sub("", found["names"]))
                return [n for n in names if _NAME.fullmatch(n) and n not in _NO_NAMES]
    if "기자" in text or "특파원" in text:
        ends = (text[:LEAD], text[-LEAD:])
        return list(dict.fromkeys(n for end in ends for n in _KOREAN.findall(end)))
    return []
