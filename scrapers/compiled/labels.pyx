# cython: language_level=3, boundscheck=False, wraparound=False
"""Of which texts the rules of `scrapers.extract.labels` are to be asked.

A no here is its no; most texts get one, since they begin like no label, hold no word of
a credit and no figures of a date. Whatever else is asked of it.
"""

from libc.stdint cimport uint32_t

from scrapers.compiled.texts cimport weight
from scrapers.compiled.words cimport (
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
    Starts,
    Words,
    is_decimal,
    letter_at,
    plain,
)

cdef extern from "Python.h":
    bint Py_UNICODE_ISALNUM(unsigned int one)

cdef enum:
    # So many figures a day has at least, and one with the time.
    DAY = 4
    CLOCKED = 6

# How the rules are got when first asked for, which takes some milliseconds.
cdef object _tell = None
cdef Starts _labels = None, _bylines = None, _heads = None, _leaves = None
cdef Words _label_words = None, _head_words = None, _leave_words = None
cdef str _bullets = "", _stops = ""
cdef Py_ssize_t MAX_LABEL = 0, MAX_DATE_LINE = 0
cdef Py_ssize_t MAX_HEADING = 0, MAX_LEAVE = 0


def learn(tell):
    """Be told how to get the rules: with what texts begin and the words inside them.

    A rule of which neither is known is asked of every text.
    """
    global _tell, _labels
    _tell, _labels = tell, None


cdef int _learn() except -1:
    global _labels, _bylines, _heads, _leaves, _bullets, _stops
    global _label_words, _head_words, _leave_words
    global MAX_LABEL, MAX_DATE_LINE, MAX_HEADING, MAX_LEAVE
    told = _tell()
    _bylines, _heads = Starts(told["bylines"]), Starts(told["heads"])
    _leaves = Starts(told["leaves"])
    _label_words, _head_words = Words(told["label_words"]), Words(told["head_words"])
    _leave_words = Words(told["leave_words"])
    _bullets, _stops = told["bullets"], told["stops"]
    MAX_LABEL, MAX_DATE_LINE = told["max_label"], told["max_date_line"]
    MAX_HEADING, MAX_LEAVE = told["max_heading"], told["max_leave"]
    _labels = Starts(told["labels"])
    return 0


cdef inline int _make_ready(text) except -1:
    if not isinstance(text, str):
        raise TypeError(f"no text is asked of: {text!r}")
    return _learn() if _labels is None else 0


cdef struct Marks:
    Py_ssize_t figures  # of ASCII
    bint others  # figures of other scripts
    bint east  # Han or Hangul
    bint is_ascii


cdef inline void _mark(
    Marks *marks, int kind, const void *data, Py_ssize_t size
) noexcept:
    cdef Py_ssize_t n
    cdef unsigned int one
    marks.figures = 0
    marks.others = marks.east = False
    marks.is_ascii = True
    for n in range(size):
        one = letter_at(kind, data, n)
        if one < 0x80:
            marks.figures += 0x30 <= one <= 0x39
        else:
            marks.is_ascii = False
            marks.east |= 0x4E00 <= one <= 0x9FFF or 0xAC00 <= one <= 0xD7AF
            marks.others |= is_decimal(one)


cpdef int likely_label(text) except -1:
    """Of which rules a text is to be asked that is no longer than a label."""
    _make_ready(text)
    cdef int kind = PyUnicode_KIND(text), found = 0
    cdef const void *data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text), skipped = 0
    cdef Marks marks
    _mark(&marks, kind, data, size)
    if marks.others or marks.east or size == 0:
        return WORDED | DATED
    if marks.figures and _may_be_dated(text, &marks, letter_at(kind, data, size - 1)):
        found = DATED
    while skipped < size and <Py_UCS4> letter_at(kind, data, skipped) in _bullets:
        skipped += 1
    if _labels.may(kind, <const char *> data + skipped * kind, size - skipped):
        return found | WORDED
    if _bylines.may(kind, data, size) or _label_words.within(kind, data, size):
        return found | WORDED
    return found


cdef bint _may_be_dated(text, Marks *marks, Py_UCS4 last) except -1:
    """Tell whether a line with figures may be a date, or begin with one."""
    cdef int kind = PyUnicode_KIND(text)
    cdef const void *data = PyUnicode_DATA(text)
    if last in _stops and last != c".":  # after which "10 a.m." may stand
        return False
    if marks.figures >= CLOCKED and is_decimal(letter_at(kind, data, 0)):
        return True
    if weight(text) >= MAX_DATE_LINE:
        return marks.figures >= DAY
    return _has_trace(kind, data, PyUnicode_GET_LENGTH(text), marks.is_ascii)


cdef inline uint32_t _at(
    int kind, const void *data, Py_ssize_t size, Py_ssize_t at
) noexcept:
    return letter_at(kind, data, at) if at < size else 0


cdef inline bint _are_figures(
    int kind, const void *data, Py_ssize_t size, Py_ssize_t at
) noexcept:
    return is_decimal(_at(kind, data, size, at)) and is_decimal(
        _at(kind, data, size, at + 1)
    )


cdef bint _has_trace(
    int kind, const void *data, Py_ssize_t size, bint is_ascii
) noexcept:
    """Tell whether `may_hold_date` is to be asked of a text: the same in figures."""
    cdef Py_ssize_t n, at
    cdef uint32_t one, after
    for n in range(size):
        one = letter_at(kind, data, n)
        after = _at(kind, data, size, n + 1)
        if one == c"1" and (after == c"3" or after == c"4" or after == c"9"):
            if _are_figures(kind, data, size, n + 2):
                return True
        if one == c"2" and (after == c"0" or after == c"5"):
            if _are_figures(kind, data, size, n + 2):
                return True
        if one == c"'" or one == 0x2019:
            if _are_figures(kind, data, size, n + 1):
                return True
        elif 0x30 <= one <= 0x39:
            if _is_in_parts(kind, data, size, n + 1):
                return True
        elif not is_ascii and (one == c"." or 0xE01 <= one <= 0xE4E):
            at = n + 1 + (plain(after) == 0x20)
            if _are_figures(kind, data, size, at):
                return True
    return False


cdef bint _is_in_parts(
    int kind, const void *data, Py_ssize_t size, Py_ssize_t at
) noexcept:
    """Tell whether a number goes on as a date does between two equal marks."""
    cdef uint32_t mark
    at += plain(_at(kind, data, size, at)) == 0x20
    mark = _at(kind, data, size, at)
    if mark != c"/" and mark != c"." and mark != c"-" and mark != c"|":
        return False
    at += 1
    at += plain(_at(kind, data, size, at)) == 0x20
    if not is_decimal(_at(kind, data, size, at)):
        return False
    at += 1 + is_decimal(_at(kind, data, size, at + 1))
    at += plain(_at(kind, data, size, at)) == 0x20
    if _at(kind, data, size, at) != mark:
        return False
    at += 1
    at += plain(_at(kind, data, size, at)) == 0x20
    return _are_figures(kind, data, size, at)


cpdef bint may_head_furniture(text) except -1:
    """Tell whether `heads_furniture` is to be asked of a text."""
    _make_ready(text)
    cdef int kind = PyUnicode_KIND(text)
    cdef const void *data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    if size > MAX_HEADING:
        return False
    return _heads.may(kind, data, size) or _head_words.within(kind, data, size)


cpdef bint may_take_leave(text) except -1:
    """Tell whether `takes_leave` is to be asked of a text."""
    _make_ready(text)
    cdef int kind = PyUnicode_KIND(text)
    cdef const void *data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text), skipped = 0
    cdef unsigned int one
    if size > MAX_LEAVE:
        return False
    if _leave_words.within(kind, data, size):
        return True
    while skipped < size:  # what is no letter may stand before all of them
        if _leaves.may(kind, <const char *> data + skipped * kind, size - skipped):
            return True
        one = letter_at(kind, data, skipped)
        if one == c"_" or Py_UNICODE_ISALNUM(one):
            return False
        skipped += 1
    return False
