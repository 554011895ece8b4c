"""Lines are drawn as far as somebody reads, and the same for every reader."""

from scrapers.extract.document import parse_html
from scrapers.extract.lines import Drawn, lines_after, lines_before

PAGE = b"<p>one<br>two</p><h1>Title</h1><div>three <b>bold</b><p>four</div>five"


def test_nothing_is_asked_for_before_it_is_read():
    asked = []
    drawn = Drawn(asked.append(n) or str(n) for n in range(5))
    assert next(iter(drawn)) == "0"
    assert asked == [0]
    assert list(drawn) == list(drawn) == ["0", "1", "2", "3", "4"]
    assert asked == [0, 1, 2, 3, 4]


def test_readers_in_turns_each_get_everything():
    drawn = Drawn(iter("abc"))
    assert list(zip(drawn, drawn, strict=True)) == [("a", "a"), ("b", "b"), ("c", "c")]


def test_lines_stand_on_both_sides_of_an_element():
    title = parse_html(PAGE).tags("h1")[0]
    assert list(lines_after(title, 10)) == ["three bold", "four", "five"]
    assert list(lines_after(title, 2)) == ["three bold", "four"]
    assert lines_before(title, 10) == ["one", "two"]
    assert lines_before(title, 1) == ["two"]
