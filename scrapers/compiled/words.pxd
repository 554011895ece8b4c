"""Which of many words a text begins with or holds, asked in one pass over it."""

from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t

cdef class Starts:
    cdef uint64_t *_steps  # (step, letter) and where it leads, by hash
    cdef uint32_t _room, _count, _last

    cdef int _add(self, str start) except -1
    cdef uint32_t _step(self, uint32_t step, uint32_t letter) noexcept
    cdef bint may(self, int kind, const void *data, Py_ssize_t size) noexcept


cdef class Words:
    cdef uint8_t[256] _letters  # by Latin-1, small and large the same; 0 for others
    cdef uint16_t *_steps
    cdef uint8_t *_ends
    cdef int _width

    cdef bint within(self, int kind, const void *data, Py_ssize_t size) noexcept


cdef uint32_t plain(uint32_t one) noexcept
cdef bint is_decimal(uint32_t one) noexcept


cdef extern from "Python.h":
    Py_ssize_t PyUnicode_GET_LENGTH(object)
    int PyUnicode_KIND(object)
    void *PyUnicode_DATA(object)


cdef inline uint32_t letter_at(int kind, const void *data, Py_ssize_t at) noexcept:
    """A character of a text's own buffer."""
    if kind == 1:
        return (<const uint8_t *> data)[at]
    if kind == 2:
        return (<const uint16_t *> data)[at]
    return (<const uint32_t *> data)[at]
