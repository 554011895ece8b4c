"""The classes and test ids of a page, to be searched as one text."""

from libc.stdint cimport uint8_t, uint32_t

from scrapers.compiled.bytes cimport Bytes
from scrapers.compiled.parts cimport Parts
from scrapers.compiled.listing cimport Called
from scrapers.compiled.tree cimport lexbor_text

# Where a text is, and how much of it is a class: a test id may follow.
cdef struct Saying:
    size_t at
    size_t own
    size_t length

cdef class Sayings:
    cdef Bytes _data
    cdef Saying *_texts
    cdef size_t _text_count, _text_room
    cdef uint32_t[256] _last  # the last text of each kind by its ends, from 1 on
    cdef uint32_t *which  # of each element, the number of its text

    @staticmethod
    cdef Sayings of(Called *elements, size_t count)
    cdef int _add(self, size_t n, lexbor_text *text, lexbor_text *test) except -1
    cdef size_t _known(self, uint8_t kind, lexbor_text *text, lexbor_text *test)
    cdef bytes having(self, Parts parts)
    cdef bint owns(self, size_t text, Parts parts)
    cdef str text(self, size_t number)
