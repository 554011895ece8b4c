# cython: language_level=3
"""Texts of a page as they are shown: one line, single plain spaces.

What `scrapers.clean.text.line` gives, from the bytes of a page. Letters that are known
to show are copied as they are; a text with any other is left to it.
"""

from cpython.unicode cimport PyUnicode_DecodeASCII, PyUnicode_DecodeUTF8
from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memcpy

from scrapers.compiled.bytes cimport HIGHEST, ONES, Bytes, eight_at, have, put
from scrapers.compiled.utf8 cimport read

from scrapers.clean.text import line

# What a character is: shown, a space, or to be looked at by whoever knows all scripts.
cdef enum:
    SHOWN, SPACE, OTHER

# Where all characters are shown, in order; no other range is taken for granted.
cdef uint32_t *_RANGES = [
    0xA1, 0xAC, 0xAE, 0x377, 0x400, 0x52F, 0x5D0, 0x5EA, 0x620, 0x6DC, 0x900, 0x97F,
    0xE01, 0xE3A, 0xE3F, 0xE5B, 0x1E00, 0x1EFF, 0x2010, 0x2027, 0x2030, 0x205E,
    0x20A0, 0x20BF, 0x2100, 0x218B, 0x2190, 0x23FF, 0x2500, 0x27BF, 0x3001, 0x303F,
    0x3041, 0x3096, 0x3099, 0x30FF, 0x4E00, 0x9FFF, 0xAC00, 0xD7A3, 0xFF01, 0xFFBE,
    0x1F300, 0x1F64F,
]
cdef int _COUNT = 44


cdef inline int _kind_of(uint32_t one) noexcept nogil:
    cdef int at
    if one < 0x80:
        if one > 0x20:
            return SHOWN if one != 0x7F else OTHER
        return SPACE if one == 0x20 or 9 <= one <= 13 or one >= 0x1C else OTHER
    if one == 0x85 or one == 0xA0 or one == 0x3000:
        return SPACE
    if 0x2000 <= one <= 0x205F and (
        one <= 0x200A or one == 0x2028 or one == 0x2029 or one == 0x202F or one == 0x205F
    ):
        return SPACE
    for at in range(0, _COUNT, 2):
        if one < _RANGES[at]:
            return OTHER
        if one <= _RANGES[at + 1]:
            return SHOWN
    return OTHER


cdef str text_from(const char *data, size_t length):
    """A text of the page as it is; what is no UTF-8 is replaced, as selectolax does."""
    return PyUnicode_DecodeUTF8(data, length, "replace")


cdef inline bint _is_plain(uint64_t eight) noexcept nogil:
    """Whether eight bytes are letters and marks of ASCII, with single spaces."""
    cdef uint64_t spaces
    if eight & <uint64_t> HIGHEST or have(eight, 0x7F):
        return False
    # Without the high bits a byte less than a space is what borrows.
    if (eight - 0x20 * <uint64_t> ONES) & ~eight & <uint64_t> HIGHEST:
        return False
    spaces = have(eight, c" ")
    return not spaces & (spaces << 8) and eight & 0xFF != c" "


cdef str line_of(const char *data, size_t length, Bytes *room):
    """One clean line of a text, in UTF-8; `room` is written over."""
    cdef size_t at = 0
    cdef uint32_t one = 0
    cdef int size, kind
    cdef bint is_apart = False, is_ascii = True
    cdef uint64_t eight
    cdef char *to
    room.length = 0
    put(room, data, length)  # no line is longer than what it is made of
    room.length = 0
    to = room.data
    while at < length:
        if not is_apart and room.length and at + 8 <= length:
            eight = eight_at(data + at)
            if _is_plain(eight):  # which nearly all is, in an alphabet's languages
                memcpy(to + room.length, &eight, 8)
                room.length += 8
                at += 8
                if to[room.length - 1] == c" ":
                    room.length -= 1
                    is_apart = True
                continue
        size = read(<const unsigned char *> data + at, length - at, &one)
        kind = _kind_of(one) if size else OTHER
        if kind == OTHER:
            return line(text_from(data, length))
        if kind == SPACE:
            is_apart = room.length > 0
        else:
            if is_apart:
                to[room.length] = c" "
                room.length += 1
                is_apart = False
            is_ascii = is_ascii and size == 1
            for _ in range(size):
                to[room.length] = data[at]
                room.length += 1
                at += 1
            continue
        at += size
    if is_ascii:
        return PyUnicode_DecodeASCII(room.data, room.length, NULL)
    return PyUnicode_DecodeUTF8(room.data, room.length, NULL)


cdef bint is_blank(const char *data, size_t length) noexcept nogil:
    """Tell whether a text is nothing but spaces, of those that may break a line."""
    cdef size_t at = 0
    cdef uint32_t one = 0
    cdef int size
    while at < length:
        size = read(<const unsigned char *> data + at, length - at, &one)
        if not size or one == 0xA0 or not _is_space(one):
            return False
        at += size
    return True


cdef Py_ssize_t shown_length(const char *data, size_t length) noexcept nogil:
    """How long a text is in HTML, in characters, without the spaces at its ends.

    0 is of a text that is all spaces; spaces that do not break count, being written
    as references.
    """
    cdef size_t at = 0
    cdef uint32_t one = 0
    cdef int size
    cdef Py_ssize_t count = 0, shown = 0
    while at < length:
        size = read(<const unsigned char *> data + at, length - at, &one)
        if not size:
            size, one = 1, 0xFFFD
        at += size
        if one == c"&":
            count += 5
        elif one == c"<" or one == c">":
            count += 4
        elif one == 0xA0:
            count += 6
        else:
            count += count > 0 or not _is_space(one)
            if _is_space(one):
                continue
        shown = count
    return shown


cdef inline bint _is_space(uint32_t one) noexcept nogil:
    """What str.isspace says of a character."""
    return one == 0x1680 or _kind_of(one) == SPACE
