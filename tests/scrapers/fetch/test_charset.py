"""Bytes become text as in a browser."""

from __future__ import annotations

import re

import pytest
import webencodings.labels
from hypothesis import given
from hypothesis import strategies as st

from scrapers.fetch.charset import as_utf8, decode

LABELS = sorted(webencodings.labels.LABELS)


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("é".encode(), "text/html; charset=utf-8", "é"),
        ("é".encode(), "", "é"),
        (b"\xe9", "", "é"),
        (b"\x93a\x94", "text/html; charset=ISO-8859-1", "“a”"),
        (b"\xe9", 'text/html;charset="latin1"', "é"),
        (b"\x81\x30\x81\x30\xc4\xe3", "text/html; charset=gb2312", "\x80你"),
        ("한글 뷁".encode("cp949"), "text/html; charset=euc-kr", "한글 뷁"),
        ("①".encode("cp932"), "text/html; charset=Shift_JIS", "①"),
        ("é".encode(), "text/html; charset=nonsense", "é"),
        ("é".encode("utf-16-le"), "text/html; charset=utf-16", "é"),
    ],
)
def test_the_label_means_what_browsers_take_it_for(body, content_type, text):
    assert decode(body, content_type) == text


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_beats_the_header(codec):
    body = "سلام".encode(codec)

    assert decode(body, "text/html; charset=windows-1252") == "سلام"


@pytest.mark.parametrize(
    "markup",
    [
        '<meta charset="windows-1251">',
        "<META CHARSET=windows-1251 />",
        "<meta content='text/html; charset=cp1251' http-equiv=Content-Type>",
        '<?xml version="1.0" encoding="windows-1251"?>',
        '<!-- <meta charset="utf-8"> --><meta charset="windows-1251">',
        '<script>"<meta charset=utf-8>"</script><meta charset="windows-1251">',
        '<SCRIPT>"<meta charset=utf-8>"</script><meta charset="windows-1251">',
        '<meta name=description content="charset=utf-8"><meta charset=cp1251>',
        '<meta charset="nonsense"><meta charset="windows-1251">',
        "<title>" + "x" * 3000 + '</title><meta charset="windows-1251">',
    ],
)
def test_the_document_says_its_character_set(markup):
    assert decode(markup.encode() + b"\xcf\xf0", "text/html").endswith("Пр")


def test_the_header_beats_the_document():
    body = b'<meta charset="windows-1251">\xe9'

    assert decode(body, "text/html; charset=latin1").endswith("é")


@pytest.mark.parametrize("label", ["gb2312", "iso-8859-1", "euc-kr", "windows-1251"])
def test_a_document_in_utf_8_is_read_so_whatever_its_label_says(label):
    text = f"<meta charset={label}><p>河水上涨三米，两个村庄与外界隔绝。</p>"

    assert decode(text.encode(), "") == text
    assert decode(text.encode(), f"text/html; charset={label}") == text


def test_a_few_bytes_that_happen_to_be_utf_8_are_what_the_label_says():
    body = "莫".encode("gbk")

    assert body == "Ī".encode()
    assert decode(body, "text/html; charset=gbk") == "莫"


def test_a_declaration_in_ascii_is_not_utf_16():
    body = '<meta charset="utf-16">é'.encode()

    assert decode(body, "") == body.decode()


def test_a_private_character_set_is_none_of_a_document():
    assert decode(b"<meta charset=x-user-defined>\xe9", "").endswith("é")


def test_xml_in_utf_16_needs_no_mark():
    body = '<?xml version="1.0"?>é'.encode("utf-16-be")

    assert decode(body, "application/xml") == '<?xml version="1.0"?>é'


@given(
    st.binary(), st.one_of(st.text(), st.sampled_from(LABELS).map("charset={}".format))
)
def test_any_bytes_under_any_label_become_text(body, content_type):
    text = decode(body, content_type)

    assert as_utf8(body, content_type).decode("utf-8", "replace") == text


@given(st.binary(max_size=60), st.sampled_from(LABELS))
def test_any_declaration_gives_text(body, label):
    decode(b"<meta charset=" + label.encode() + b">" + body, "").encode("utf-8")


def test_what_was_encoded_twice_is_read_as_it_was_meant():
    meant = "<p>The investor’s guide — naïve, 5 €, Москва</p>".encode()
    twice = meant.decode("latin-1").encode()

    assert as_utf8(twice, "text/html; charset=utf-8") == meant


@pytest.mark.parametrize("letter", ["’", "é", "中"])
def test_a_document_with_a_letter_that_was_encoded_once_stays(letter):
    mixed = "investor’s ".encode().decode("latin-1").encode() + letter.encode()

    assert as_utf8(mixed, "text/html; charset=utf-8") == mixed


@given(st.text().filter(lambda text: not re.search("[\x80-\x9f]", text)))
def test_utf_8_comes_back_as_it_went(text):
    assert decode(text.encode(), "text/html; charset=utf-8") == text.removeprefix(
        "\ufeff"
    )


@pytest.mark.parametrize(
    "start", [b"<!--", b"<script ", b"<meta ", b"<meta a='", b"<?xml "]
)
def test_hostile_markup_is_read_in_no_time(start):
    decode(start * 20_000 + b"\xff", "")
