"""Bytes that grow, and HTML written into them as lexbor writes it."""

from libc.stdlib cimport free, realloc
from libc.string cimport memcpy

cdef struct Bytes:
    char *data
    size_t length
    size_t room


cdef inline int put(Bytes *to, const char *data, size_t length) except -1:
    """Add bytes at the end; raises MemoryError."""
    cdef size_t room
    cdef char *made
    if to.length + length > to.room:
        room = 2 * (to.length + length) + 256
        made = <char *> realloc(to.data, room)
        if made == NULL:
            raise MemoryError
        to.data, to.room = made, room
    if length:
        memcpy(to.data + to.length, data, length)
        to.length += length
    return 0


cdef inline void forget(Bytes *one) noexcept:
    """Give back what it holds."""
    free(one.data)
    one.data = NULL
    one.length = one.room = 0


cdef inline int put_escaped(
    Bytes *to, const char *data, size_t length, bint is_value
) except -1:
    """Add a text, or an attribute's value, with the references lexbor writes."""
    cdef size_t at = 0, kept = 0
    cdef unsigned char one
    while at < length:
        one = <unsigned char> data[at]
        if one == c"&":
            put(to, data + kept, at - kept)
            put(to, "&amp;", 5)
        elif one == c"<":
            put(to, data + kept, at - kept)
            put(to, "&lt;", 4)
        elif one == c">":
            put(to, data + kept, at - kept)
            put(to, "&gt;", 4)
        elif one == c'"' and is_value:
            put(to, data + kept, at - kept)
            put(to, "&quot;", 6)
        elif one == 0xC2 and at + 1 < length and <unsigned char> data[at + 1] == 0xA0:
            put(to, data + kept, at - kept)
            put(to, "&nbsp;", 6)
            at += 1
        else:
            at += 1
            continue
        at += 1
        kept = at
    return put(to, data + kept, length - kept)
