"""Parts that are looked for in many texts at once."""

from libc.stdint cimport uint8_t, uint32_t

cdef enum:
    MOST_PARTS = 32

cdef class Parts:
    cdef list kept
    cdef const uint8_t *_parts[MOST_PARTS]
    cdef size_t _sizes[MOST_PARTS]
    cdef int _count
    cdef uint32_t[256] _first
    cdef uint32_t[256] _second
    cdef bint _folded

    cdef bint _same(self, uint8_t one, uint8_t other) noexcept nogil
    cdef bint _stands(
        self, const uint8_t *text, size_t length, uint32_t likely
    ) noexcept nogil
    cdef bint are_in(self, const char *text, size_t length) noexcept nogil
