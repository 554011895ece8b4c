"""Bytes that grow, and HTML written into them as lexbor writes it."""

from libc.stdint cimport uint64_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy, strlen

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


# Eight bytes at a time: one bit of each, its highest, and a one in each.
cdef enum:
    HIGHEST = 0x8080808080808080
    ONES = 0x0101010101010101


cdef inline uint64_t eight_at(const char *data) noexcept nogil:
    """Eight bytes of a text."""
    cdef uint64_t found
    memcpy(&found, data, 8)
    return found


cdef inline uint64_t have(uint64_t eight, uint64_t one) noexcept nogil:
    """Not 0 where one of eight bytes is this one; it may be told of one after it too."""
    eight ^= one * <uint64_t> ONES
    return (eight - <uint64_t> ONES) & ~eight & <uint64_t> HIGHEST


cdef inline size_t plain(
    const char *data, size_t at, size_t length
) noexcept nogil:
    """Where the next byte is that may be written as a reference, or the end."""
    cdef uint64_t eight
    cdef unsigned char one
    while at + 8 <= length:
        eight = eight_at(data + at)
        if (
            have(eight, c"&") | have(eight, c"<") | have(eight, c">")
            | have(eight, c'"') | have(eight, 0xC2)
        ):
            break
        at += 8
    while at < length:
        one = <unsigned char> data[at]
        if one in (c"&", c"<", c">", c'"', 0xC2):
            break
        at += 1
    return at


cdef inline int put_escaped(
    Bytes *to, const char *data, size_t length, bint is_value
) except -1:
    """Add a text, or an attribute's value, with the references lexbor writes."""
    cdef size_t at = 0, kept = 0
    cdef unsigned char one
    cdef const char *made
    while True:
        at = plain(data, at, length)
        if at == length:
            return put(to, data + kept, length - kept)
        one = <unsigned char> data[at]
        made = NULL
        if one == c"&":
            made = "&amp;"
        elif one == c"<":
            made = "&lt;"
        elif one == c">":
            made = "&gt;"
        elif one == c'"':
            if is_value:
                made = "&quot;"
        elif at + 1 < length and <unsigned char> data[at + 1] == 0xA0:
            made = "&nbsp;"
        if made != NULL:
            put(to, data + kept, at - kept)
            put(to, made, strlen(made))
            kept = at + 1 + (one == 0xC2)
            at = kept - 1
        at += 1
