import pytest

from scrapers.extract.labels import heads_furniture, is_label, takes_leave


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement", "• Read more: the flood", "(Photo: Amina Otieno)",
        "3 Comments", "© 2021 Daily", "Weitere Artikel", "реклама", "関連記事", "tags:",
        "来源：河畔日报", "（责任编辑：王小河）", "【编辑：李桥】",
        "发表于2021-11-04 21:30| 1164次阅读| 来源河畔| 0 条评论",
        "来源于：河畔街道办事处",
        "4 November 2021, 10:20 a.m.", "4 Νοεμβρίου 2021, 10:20 π.μ.",
        "3 กุมภาพันธ์ 2569 17:58 น.", "来源|河畔日报、河畔网",
        "作 者：王小河 李桥", "河畔×最新トピックス 2021年11月4日 10:20",
        "（原标题：两村被洪水围困）", "文/王小河 图/李桥", "河畔日报记者 王小河",
        "2021-11-04 10:20 来源：河畔日报·城市版·要闻", "字号：[大] [中] [小]",
        "04/11/2021 10h20 - Atualizado em 05/11/2021 11h20", "浏览次数：",
        "投稿日: 2021年11月04日 11時13分 更新: 2021年11月04日 12時13分",
        "입력 2021-11-04 03:00:00 수정 2021-11-04 07:26:50",
        "홍길동 기자 hong@example.org",
        "اقرأ أيضاً: السيول تعزل قريتين", "انتهای پیام",
        "यह भी पढ़ें: नदी का पानी", "อ่านข่าว : น้ำท่วม",
        "Chia sẻ Facebook X", "শেয়ার করুন", "Udostępnij:", "Podeli | WhatsApp",
        "Pročitajte još: Nova linija", "Lue myös: Uusi linja", "Haber: Işıl Yıldırım",
        "Print this article | Email to a friend", "E-mail this to a friend",
        "19 listopada 2026, 07:48 Autor: Katrin Otieno-Hoffmann",
        "22 ноември 2026 г., 18:43 ч. | Автор: Иван Петров-Стоянов", "Версия за печат",
    ],
)  # fmt: skip
def test_a_label_is_told_whatever_it_begins_with(line):
    assert is_label(line)


@pytest.mark.parametrize(
    "heading",
    [
        "Related",
        "Your most read",
        "Über uns",
        "コメント",
        "猜你喜欢",
        "相关新闻",
        "댓글",
        "Tin liên quan",
        "Kommentit (3)",
        "მსგავსი სიახლეები",
        "Susiję straipsniai",
    ],
)
def test_headings_of_furniture_are_told_whatever_they_begin_with(heading):
    assert heads_furniture(heading)


@pytest.mark.parametrize(
    "line",
    [
        "— Follow us on Mastodon.", "Share your view with us", "Redaktion: A. Otieno",
        "Amina Otieno contributed to this report.", "Sign up for our newsletter",
        "She can be reached at the mill.", "Did you enjoy this story?",
        "Abonniere den Whatsapp-Kanal der Zeitung", "Hast du uns schon auf WhatsApp?",
        "欢迎关注本报微信公众号", "（本文来自河畔日报，未经授权不得转载）",
        "免责声明：文章观点仅代表作者本人。", "扫描二维码，关注我们",
    ],
)  # fmt: skip
def test_lines_that_take_leave_are_told_whatever_they_begin_with(line):
    assert takes_leave(line)


def test_a_line_that_begins_with_a_date_may_tell_what_was_by_whom():
    assert not is_label("19 November 2026, by all accounts a cold and quiet day there")


def test_a_sentence_is_no_label_and_takes_no_leave():
    line = "Addis Ababa's market opened again three days after the flood."
    assert not is_label(line)
    assert not takes_leave(line)
    assert not takes_leave(
        "The council told everybody on WhatsApp that boats would come."
    )
    assert not heads_furniture("A river that nobody had measured")


@pytest.mark.parametrize(
    "line",
    [
        "记者：您怎么看这次洪水？", "相关部门已介入调查。", "作者认为，河水还会上涨。",
        "图为被洪水围困的村庄居民", "来源于上游的洪水淹没了村庄",
        "编辑部门前的路也断了。",
        "기자들은 마을로 가지 못했다.", "2021年11月4日，河水上涨三米。",
    ],
)  # fmt: skip
def test_what_begins_like_a_label_in_chinese_or_korean_may_be_a_sentence(line):
    assert not is_label(line)
    assert not takes_leave(line)
    assert not heads_furniture(line)


@pytest.mark.parametrize(
    "line",
    ["Jaa mielipiteesi kokouksessa", "Podeli smo 40 obroka", "Paylaşım ekonomisi"],
)
def test_a_sentence_may_begin_with_a_word_for_sharing(line):
    assert not is_label(line)
