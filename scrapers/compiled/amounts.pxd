"""How much a text is, in characters, from the bytes of a page.

What `scrapers.extract.elements.size_of` and `scrapers.clean.text.weight` ask of it.
"""

from cpython.unicode cimport Py_UNICODE_ISSPACE
from libc.stdint cimport uint32_t, uint64_t

from scrapers.compiled.bytes cimport HIGHEST, ONES, eight_at, have
from scrapers.compiled.utf8 cimport read

cdef struct Amount:
    uint32_t size  # in bytes
    uint32_t chars
    uint32_t wide  # those that say more than a letter does
    uint32_t indent  # what of it does not show: line ends, tabs, double spaces
    bint is_half  # at its end is a space that may be the first of two


cdef struct Wide:
    uint32_t first, last


cdef inline bint add(
    Amount *to, const unsigned char *data, size_t length, const Wide *wide, int wides
) noexcept nogil:
    """Add a text; False where it is no UTF-8."""
    cdef uint64_t high = 0, eight, spaces
    cdef size_t at = 0, end
    cdef bint is_half = to.is_half
    cdef uint32_t indent = 0
    while at < length:
        end = length
        if at + 8 <= length:
            eight = eight_at(<const char *> data + at)
            high |= eight
            if eight == 0x20 * <uint64_t> ONES:
                indent += 8
                at += 8
                continue
            spaces = have(eight, 0x20)
            # Without the high bits a byte less than a space is what borrows.
            if not (
                (eight - 0x20 * <uint64_t> ONES) & ~eight & <uint64_t> HIGHEST
                or spaces & (spaces << 8)
                or (is_half and data[at] == 0x20)
            ):  # as nearly all is: nothing to count
                is_half = data[at + 7] == 0x20
                at += 8
                continue
            end = at + 8
        while at < end:
            high |= data[at]
            if data[at] == 0x20:
                indent += 2 * is_half
                is_half = not is_half
            else:
                indent += data[at] == 9 or data[at] == 10
                is_half = False
            at += 1
    to.is_half = is_half
    to.indent += indent
    to.size += <uint32_t> length
    if not high & <uint64_t> HIGHEST:
        to.chars += <uint32_t> length
        return True
    return _add_others(to, data, length, wide, wides)


cdef inline bint _add_others(
    Amount *to, const unsigned char *data, size_t length, const Wide *wide, int wides
) noexcept nogil:
    cdef size_t at = 0
    cdef uint32_t one = 0, chars = 0, found = 0
    cdef int size, n
    while at < length:
        chars += 1
        if data[at] < 0x80:
            at += 1
            continue
        size = read(data + at, length - at, &one)
        if not size:
            return False
        at += size
        for n in range(wides):
            found += wide[n].first <= one <= wide[n].last
    to.chars += chars
    to.wide += found
    return True


cdef inline bint is_space(uint32_t one) noexcept:
    """What str.isspace says of a character."""
    if one < 0x80:
        return one == 32 or 9 <= one <= 13 or 28 <= one <= 31
    return Py_UNICODE_ISSPACE(<Py_UCS4> one)


cdef inline size_t spaces_before(
    const unsigned char *data, size_t length, uint32_t *chars
) noexcept:
    """The bytes of the spaces that a text begins with, and how many these are."""
    cdef size_t at = 0
    cdef uint32_t one = 0
    cdef int size
    chars[0] = 0
    while at < length:
        size = read(data + at, length - at, &one)
        if not size or not is_space(one):
            break
        at += size
        chars[0] += 1
    return at


cdef inline size_t spaces_behind(
    const unsigned char *data, size_t length, uint32_t *chars
) noexcept:
    """The bytes of the spaces that a text ends with, and how many these are."""
    cdef size_t end = length, at
    cdef uint32_t one = 0
    chars[0] = 0
    while end:
        at = end - 1
        while at and data[at] & 0xC0 == 0x80:
            at -= 1
        if not read(data + at, end - at, &one) or not is_space(one):
            break
        end = at
        chars[0] += 1
    return length - end
