"""What is listed of a page, for who looks through the lists."""

from scrapers.compiled.tree cimport lexbor_node, lexbor_text

cdef struct Entry:
    lexbor_node *node
    lexbor_text *text
    Py_ssize_t order
    int key

cdef struct Entries:
    Entry *at
    size_t count
    size_t room

# An element with its class, its test id, or both.
cdef struct Called:
    lexbor_node *node
    lexbor_text *classes
    lexbor_text *test
    Py_ssize_t order

cdef class Listing:
    cdef readonly object tree
    cdef Entries others, marked, told, identities, links, gone
    cdef Called *called
    cdef size_t called_count, called_room
    cdef Lister _lister

    cdef int _walk(self, lexbor_node *root) except -1
    cdef int _read(self, lexbor_node *at, Py_ssize_t order, bint is_marked) except -1
    cdef int _number(self, str name) except -1

cdef class Lister:
    cdef unsigned char _what[256]
    cdef dict numbers
    cdef int time
