from hypothesis import given
from hypothesis import strategies as st

from db.archives import newer, newest, older, part_of
from db.choosing import Stretch

STEPS = st.lists(st.integers(1, 40), min_size=1, max_size=80)
MOST = st.integers(1, 5)


def rows_of(steps):
    """Rising positions of a feed that other feeds share the counter with."""
    rows, last = [], 0
    for step in steps:
        last += step
        rows.append(last)
    return rows


def around(rows, part, most):
    """What is asked of the database about an archive: below, here, above."""
    below = [row for row in rows if row < part.first][-most - 1 :]
    here = [row for row in rows if part.first <= row <= part.last]
    above = [row for row in rows if row > part.last][: most + 1]
    return below, here, above


def archives_of(rows, most):
    """Follow prev-archive from the feed to the first archive."""
    found, part = [], newest(rows[::-1][: 2 * most + 1], most)
    while part is not None:
        found.append(part)
        part = older(*around(rows, part, most), most)
    return found


@given(STEPS, MOST)
def test_the_window_and_the_archives_hold_everything_and_archives_once(steps, most):
    rows = rows_of(steps)
    parts = archives_of(rows, most)
    held = [row for part in parts for row in rows if part.first <= row <= part.last]

    assert len(held) == len(set(held))
    assert set(held) | set(rows[-most:]) == set(rows)


@given(STEPS, MOST)
def test_an_archive_never_changes_when_more_is_stored(steps, most):
    rows, before = rows_of(steps), []
    for count in range(1, len(rows) + 1):
        parts = archives_of(rows[:count], most)
        assert parts[len(parts) - len(before) :] == before
        before = parts


@given(STEPS, MOST)
def test_the_way_back_is_the_way_there(steps, most):
    rows = rows_of(steps)
    parts = archives_of(rows, most)
    following = [newer(*around(rows, part, most), most) for part in parts]

    assert following == [None, *parts[:-1]][: len(parts)]


@given(STEPS, MOST)
def test_no_archive_is_empty_or_holds_too_many(steps, most):
    rows = rows_of(steps)
    for part in archives_of(rows, most):
        assert 1 <= len(around(rows, part, most)[1]) <= most


def test_what_fits_into_a_window_has_no_archive():
    assert newest([9, 5, 2], 3) is None
    assert newest([], 3) is None
    assert part_of(5, [2, 5, 9], 3) is None


def test_one_more_than_a_window_makes_an_archive():
    assert newest([9, 7, 5, 2], 3) == Stretch(first=0, last=7)
