# cython: language_level=3
"""Parts that are looked for in many texts at once.

Two bytes tell whether a part may begin with them; few pairs do, so that a text is
passed over at a byte or two a nanosecond, however many parts there are.
"""

from libc.stdint cimport uint8_t, uint16_t
from libc.string cimport memcpy


cdef inline uint8_t _lower(uint8_t one) noexcept nogil:
    return one + 32 if c"A" <= one <= c"Z" else one


cdef inline uint16_t _pair(const uint8_t *text) noexcept nogil:
    """Two bytes as this machine reads them."""
    cdef uint16_t made
    memcpy(&made, text, 2)
    return made


cdef class Parts:
    """Parts of two letters or more; `folded` finds them in either case of ASCII's.

    Such parts are written in lower case.
    """

    def __init__(self, parts, folded=False):
        cdef bytes part
        cdef int one, other
        cdef uint8_t[2] pair
        self._folded = folded
        self._parts = [said.encode() for said in parts]
        for part in self._parts:
            if len(part) < 2 or self._count == MOST_PARTS:
                raise ValueError(part)
            self._wanted[self._count] = part
            self._sizes[self._count] = len(part)
            self._count += 1
            for one in _cases(part[0], self._folded):
                for other in _cases(part[1], self._folded):
                    pair[0], pair[1] = one, other
                    self._pairs[_pair(pair)] = 1

    cdef bint are_in(self, const char *data, size_t length) noexcept nogil:
        """Whether one of them is in a text."""
        return self.first_in(data, 0, length) < length

    cdef size_t first_in(
        self, const char *data, size_t begin, size_t length
    ) noexcept nogil:
        """Where the first of them is in a text from a place on; its length for none."""
        cdef const uint8_t *text = <const uint8_t *> data
        cdef const uint8_t *pairs = self._pairs
        cdef size_t at = begin
        while at + 1 < length:
            # Four at a time: of next to none anything has to be asked.
            while at + 4 < length and not (
                pairs[_pair(text + at)]
                | pairs[_pair(text + at + 1)]
                | pairs[_pair(text + at + 2)]
                | pairs[_pair(text + at + 3)]
            ):
                at += 4
            if at + 1 == length:  # the last byte begins no part
                break
            if pairs[_pair(text + at)] and self._stands(text + at, length - at):
                return at
            at += 1
        return length

    cdef bint _stands(self, const uint8_t *text, size_t length) noexcept nogil:
        """Whether a text begins with one of them."""
        cdef const uint8_t *wanted
        cdef size_t at, size
        cdef int n
        for n in range(self._count):
            wanted, size, at = self._wanted[n], self._sizes[n], 0
            if size > length:
                continue
            while at < size and (
                text[at] == wanted[at]
                or (self._folded and _lower(text[at]) == wanted[at])
            ):
                at += 1
            if at == size:
                return True
        return False


cdef tuple _cases(int one, bint folded):
    """The bytes that are found for one of a part."""
    if folded and c"a" <= one <= c"z":
        return one, one - 32
    return (one,)
