"""The elements and texts of a page in order, and how much text is in any of them."""

from libc.stdint cimport uint32_t

from scrapers.compiled.amounts cimport Amount
from scrapers.compiled.tree cimport lexbor_node, lexbor_text

# An element of the page. What is not there is -1.
cdef struct Seen:
    lexbor_node *node
    int above
    int made  # its place in a list of who reads this
    int first, last  # texts in it
    int end  # of the elements in it, which begin after it
    int own, own_last  # texts in it but in no element in it
    Py_ssize_t linked  # characters in links in it, of a link in another twice


# A text of the page, and how much stands before it.
cdef struct Said:
    lexbor_text *text
    Amount before
    bint is_odd  # how many spaces it begins with, those of the texts behind included
    int next  # in the same element
    # What is found out when it is first asked for: the next text and the one before
    # that may show, itself if it does; of what bytes and characters its spaces are.
    int past, until
    uint32_t start, start_chars, tail, tail_chars


# A text without the spaces at its ends.
cdef struct Told:
    uint32_t size, chars, wide
    int first, last  # texts; the first is -1 where there is none
    uint32_t start, end  # in these


cdef class Contents:
    cdef Seen *seen
    cdef Said *said
    cdef int count, texts, room, texts_room
    cdef Py_ssize_t linked  # in the links that have ended
    cdef bint is_counted  # `is_odd` of all texts

    cdef int read(self, lexbor_node *root) except -1
    cdef Py_ssize_t weight_of(self, int first, int last) noexcept
    cdef Py_ssize_t size_of(self, int index) noexcept
    cdef Told told_in(self, int index) noexcept
    cdef Told told_by(self, int index) noexcept

    cdef int _enter(self, lexbor_node *at, int around) except -1
    cdef int _leave(self, int index, Amount *so_far) noexcept
    cdef int _hear(self, lexbor_node *at, int around, Amount *so_far) except -1
    cdef int _grow_texts(self) except -1
    cdef bint _begins_odd(self, int first) noexcept
    cdef Said *_measured(self, int index) noexcept
    cdef int _shown_from(self, int first, int last) noexcept
    cdef int _shown_until(self, int last) noexcept


cdef Py_ssize_t weight(uint32_t size, uint32_t chars, uint32_t wide) noexcept
cdef Py_ssize_t measure(lexbor_node *root) noexcept
