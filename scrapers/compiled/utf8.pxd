"""Characters of UTF-8, one by one."""

from libc.stdint cimport uint32_t


cdef inline int read(
    const unsigned char *data, size_t length, uint32_t *one
) noexcept nogil:
    """Read a character; gives its bytes, 0 where they are none."""
    cdef uint32_t first = data[0]
    cdef int size, at
    if first < 0x80:
        one[0] = first
        return 1
    if 0xC2 <= first < 0xE0:
        size, first = 2, first & 0x1F
    elif 0xE0 <= first < 0xF0:
        size, first = 3, first & 0x0F
    elif 0xF0 <= first < 0xF5:
        size, first = 4, first & 0x07
    else:
        return 0
    if <size_t> size > length:
        return 0
    for at in range(1, size):
        if data[at] & 0xC0 != 0x80:
            return 0
        first = first << 6 | (data[at] & 0x3F)
    one[0] = first
    # Longer than need be, or half of a pair: no characters of UTF-8.
    if (size == 3 and first < 0x800) or (size == 4 and first < 0x10000):
        return 0
    return 0 if 0xD800 <= first < 0xE000 or first > 0x10FFFF else size
