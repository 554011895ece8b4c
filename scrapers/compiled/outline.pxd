"""The blocks and containers of an element, for compiled code that goes through them."""

from scrapers.compiled.bytes cimport Bytes
from scrapers.compiled.tree cimport lexbor_node

cdef class Container:
    cdef readonly str tag
    cdef readonly Container parent
    cdef readonly Py_ssize_t start, end, first, last
    cdef lexbor_node *node
    cdef object parser  # whose node it is

    cpdef list path(self)


cdef class Block:
    cdef readonly str text
    cdef readonly Py_ssize_t link_chars
    cdef readonly Container container

    cpdef Container holder(self)


cdef struct Shown:
    Py_ssize_t before  # this piece
    lexbor_node *node


cdef class Outline:
    cdef readonly list blocks, containers
    cdef object parser
    # The HTML, where each piece of it begins, and what is to be put in.
    cdef Bytes html, begins, links, shown

    cdef Py_ssize_t pieces(self) noexcept
    cpdef bint shows(self, Container container)
    cdef int _mark(self, Bytes *gone, list without) except -1
    cdef int _join(self, Bytes *to, Container one, Bytes *gone, base) except -1
