"""Parts that are looked for in many texts at once."""

from libc.stdint cimport uint8_t

cdef enum:
    MOST_PARTS = 64

cdef class Parts:
    cdef list _parts
    cdef int _count
    cdef const uint8_t *_wanted[MOST_PARTS]
    cdef size_t[MOST_PARTS] _sizes
    cdef uint8_t[65536] _pairs  # whether a part begins with these two bytes
    cdef bint _folded

    cdef bint are_in(self, const char *data, size_t length) noexcept nogil
    cdef size_t first_in(
        self, const char *data, size_t begin, size_t length
    ) noexcept nogil
    cdef bint _stands(self, const uint8_t *text, size_t length) noexcept nogil
