from __future__ import annotations

from scrapers.extract.once import once


class Page:
    def __init__(self):
        self.asked = 0

    @once
    def title(self):
        """The headline."""
        self.asked += 1
        return "Flood"


def test_a_property_is_worked_out_once_and_by_each_object_for_itself():
    page, other = Page(), Page()

    assert [page.title, page.title, other.title] == ["Flood"] * 3
    assert (page.asked, other.asked) == (1, 1)


def test_what_was_worked_out_can_be_forgotten():
    page = Page()
    assert page.title

    del page.title

    assert page.title
    assert page.asked == 2


def test_a_property_keeps_its_description():
    assert Page.title.__doc__ == "The headline."
