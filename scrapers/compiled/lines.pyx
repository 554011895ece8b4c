# cython: language_level=3
"""What a text of the page is before it is cleaned: a string, blank, or how long."""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uint32_t

from scrapers.compiled.amounts cimport is_space
from scrapers.compiled.utf8 cimport read


cdef str text_from(const char *data, size_t length):
    """A text of the page as it is; what is no UTF-8 is replaced, as selectolax does."""
    return PyUnicode_DecodeUTF8(data, length, "replace")


cdef bint is_blank(const char *data, size_t length) noexcept:
    """Tell whether a text is nothing but spaces, of those that may break a line."""
    cdef size_t at = 0
    cdef uint32_t one = 0
    cdef int size
    while at < length:
        size = read(<const unsigned char *> data + at, length - at, &one)
        if not size or one == 0xA0 or not is_space(one):
            return False
        at += size
    return True


cdef Py_ssize_t shown_length(const char *data, size_t length) noexcept:
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
            count += count > 0 or not is_space(one)
            if is_space(one):
                continue
        shown = count
    return shown
