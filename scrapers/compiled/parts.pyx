# cython: language_level=3
"""Parts that are looked for in many texts at once.

A byte tells which parts it may begin, and the next which it may go on; few pairs of
bytes do both, so that a text is passed over at a byte or so a nanosecond.
"""

from libc.stdint cimport uint8_t, uint32_t


cdef inline uint8_t _lower(uint8_t one) noexcept nogil:
    return one + 32 if c"A" <= one <= c"Z" else one


cdef class Parts:
    """Parts of texts; `folded` finds them in either case of ASCII's letters.

    Such parts are written in lower case.
    """

    def __init__(self, parts, folded=False):
        cdef bytes part
        cdef int n, byte
        self._folded = folded
        self.kept = [one.encode() for one in parts]
        if not 0 < len(self.kept) <= MOST_PARTS or not all(self.kept):
            raise ValueError(parts)
        self._count = len(self.kept)
        for byte in range(256):
            self._first[byte] = self._second[byte] = 0
        for n in range(self._count):
            part = self.kept[n]
            self._parts[n] = part
            self._sizes[n] = len(part)
            for byte in range(256):
                if self._same(byte, part[0]):
                    self._first[byte] |= <uint32_t> 1 << n
                if len(part) < 2 or self._same(byte, part[1]):
                    self._second[byte] |= <uint32_t> 1 << n

    cdef bint _same(self, uint8_t one, uint8_t other) noexcept nogil:
        return one == other or (self._folded and _lower(one) == other)

    cdef bint are_in(self, const char *data, size_t length) noexcept nogil:
        """Whether one of them is in a text."""
        cdef const uint8_t *text = <const uint8_t *> data
        cdef size_t at
        cdef uint32_t likely
        for at in range(length):
            likely = self._first[text[at]]
            if likely and at + 1 < length:
                likely &= self._second[text[at + 1]]
            if likely and self._stands(text + at, length - at, likely):
                return True
        return False

    cdef bint _stands(
        self, const uint8_t *text, size_t length, uint32_t likely
    ) noexcept nogil:
        """Whether a text begins with one of the parts that are likely."""
        cdef int n
        cdef size_t at
        for n in range(self._count):
            if not likely >> n & 1 or self._sizes[n] > length:
                continue
            at = 0
            while at < self._sizes[n] and self._same(text[at], self._parts[n][at]):
                at += 1
            if at == self._sizes[n]:
                return True
        return False
