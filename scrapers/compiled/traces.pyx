# cython: language_level=3, boundscheck=False, wraparound=False
"""Where in a text the first trace of a date is: asked of every line that may hold one.

Stands in for two patterns of `scrapers.extract.date_patterns`, TRACE and OTHER_TRACE.
"""

from libc.stdint cimport uint8_t, uint16_t, uint32_t

cdef extern from "Python.h":
    bint PyUnicode_IS_ASCII(object)
    Py_ssize_t PyUnicode_GET_LENGTH(object)
    int PyUnicode_KIND(object)
    void *PyUnicode_DATA(object)
    bint Py_UNICODE_ISDECIMAL(uint32_t) nogil
    bint Py_UNICODE_ISSPACE(uint32_t) nogil

ctypedef fused unit:
    uint8_t
    uint16_t
    uint32_t

cdef enum:
    NOWHERE = -1
    ELSEWHERE = -2  # in the digits of another script
    QUOTE = 0x2019
    YEAR = 0x5E74  # 年
    KOREAN_YEAR = 0xB144  # 년
    FIRST_THAI = 0x0E01
    LAST_THAI = 0x0E4E
    FIRST_OTHER = 0x0660  # no digit but ASCII's comes before it

# The characters that are digits in other scripts than ours: where each ten begin.
cdef uint32_t[64] _zeros
cdef int _count = 0


def learn(zeros):
    """Take the zeros of the other scripts that the press writes in."""
    global _count
    if len(zeros) > 64 or min(zeros) < FIRST_OTHER:
        raise ImportError("digits of other scripts than are known here")
    _count = 0
    for zero in zeros:
        _zeros[_count] = zero
        _count += 1


cdef inline bint _is_other(uint32_t one) noexcept nogil:
    cdef int n
    for n in range(_count):
        if _zeros[n] <= one <= _zeros[n] + 9:
            return True
    return False


cdef inline bint _digits(
    const unit *text, Py_ssize_t at, Py_ssize_t length
) noexcept nogil:
    """Whether two digits stand there, in any script."""
    return (
        at + 1 < length
        and Py_UNICODE_ISDECIMAL(text[at])
        and Py_UNICODE_ISDECIMAL(text[at + 1])
    )


cdef inline Py_ssize_t _unspaced(
    const unit *text, Py_ssize_t at, Py_ssize_t length
) noexcept nogil:
    """The same place, or the next where a space stands there."""
    return at + (at < length and Py_UNICODE_ISSPACE(text[at]))


cdef bint _is_marked(
    const unit *text, Py_ssize_t at, Py_ssize_t length
) noexcept nogil:
    """Whether after a digit a mark, a number, the mark again and two digits stand."""
    cdef uint32_t mark
    at = _unspaced(text, at, length)
    if at >= length:
        return False
    mark = text[at]
    if mark != c"/" and mark != c"." and mark != c"-" and mark != c"|":
        return False
    at = _unspaced(text, at + 1, length)
    if at >= length or not Py_UNICODE_ISDECIMAL(text[at]):
        return False
    at += 1
    if at < length and Py_UNICODE_ISDECIMAL(text[at]):
        at += 1
    at = _unspaced(text, at, length)
    if at >= length or text[at] != mark:
        return False
    return _digits(text, _unspaced(text, at + 1, length), length)


cdef Py_ssize_t _trace(const unit *text, Py_ssize_t length) noexcept nogil:
    cdef Py_ssize_t at
    cdef uint32_t one, two
    for at in range(length):
        one = text[at]
        if c"0" <= one <= c"9":
            two = text[at + 1] if at + 1 < length else 0
            if one == c"1" and (two == c"3" or two == c"4" or two == c"9"):
                if _digits(text, at + 2, length):
                    return at
            elif one == c"2" and (two == c"0" or two == c"5"):
                if _digits(text, at + 2, length):
                    return at
            if _is_marked(text, at + 1, length):
                return at
        elif one == c"'" or one == QUOTE:
            if _digits(text, at + 1, length):
                return at
        elif one == YEAR or one == KOREAN_YEAR:
            return at
    return NOWHERE


cdef bint _has_other(const unit *text, Py_ssize_t length) noexcept nogil:
    cdef Py_ssize_t at, next
    cdef uint32_t one
    for at in range(length):
        one = text[at]
        if one == c"." or FIRST_THAI <= one <= LAST_THAI:
            next = _unspaced(text, at + 1, length)
            if next + 1 < length and (text[next] == c"5" or text[next] == c"6"):
                if Py_UNICODE_ISDECIMAL(text[next + 1]):
                    return True
        if one >= FIRST_OTHER and _is_other(one):
            return True
    return False


cdef Py_ssize_t _first(const unit *text, Py_ssize_t length, bint is_ascii) noexcept nogil:
    cdef Py_ssize_t at = _trace(text, length)
    if at == NOWHERE and not is_ascii and _has_other(text, length):
        return ELSEWHERE
    return at


def first(str text not None):
    """Where the first trace of a date is; -1 for none, -2 for one in another script."""
    cdef Py_ssize_t length = PyUnicode_GET_LENGTH(text)
    cdef bint is_ascii = PyUnicode_IS_ASCII(text)
    cdef void *data = PyUnicode_DATA(text)
    cdef int kind = PyUnicode_KIND(text)
    if kind == 1:
        return _first(<const uint8_t *> data, length, is_ascii)
    if kind == 2:
        return _first(<const uint16_t *> data, length, is_ascii)
    return _first(<const uint32_t *> data, length, is_ascii)
