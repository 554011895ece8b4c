"""The blocks of an outline where they stand: in which elements, and beside what."""

from cpython.object cimport PyObject

from scrapers.compiled.outline cimport Block, Container, Outline
from scrapers.compiled.words cimport (
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
    letter_at,
)

cdef extern from "Python.h":
    PyObject *PyList_GET_ITEM(list, Py_ssize_t at)
    Py_ssize_t PyList_GET_SIZE(list)

# What an element is by its tag.
cdef enum:
    HEADING = 1
    HOLDER = 2
    AMONG = 4
    WITHIN = 8
    ALONE = 16  # such as a caption may stand in
    LIKE_HEADING = 32
    ITEM = 64
    CELL = 128
    PARAGRAPH = 256
    FIGCAPTION = 512
    FIGURE = 1024
    NO_PROSE = 2048

# What is known of a block.
cdef enum:
    CAPTION = 1
    GONE = 2
    LABEL = 4

cdef struct Told:
    Py_ssize_t size, linked
    Py_ssize_t sizes, links  # of all blocks before it
    int tag, state


cdef class Places:
    cdef Outline page
    cdef list blocks
    cdef Py_ssize_t start, end, count
    cdef Container main  # the element that holds most of the text; None for several
    cdef Told *told
    cdef dict holders  # of elements that are far inside them
    cdef dict alike  # whether an element is like the main one's as deep
    cdef dict outsides  # of lists and tables that are far inside others

    cdef bint stays(self, Py_ssize_t n) noexcept
    cdef int find_main(self) except -1
    cdef bint is_caption(self, Py_ssize_t n) except -1
    cdef bint is_link(self, Py_ssize_t n) except -1
    cdef int drop_link_lists(self) except -1
    cdef int drop_others(self) except -1
    cdef list emptied(self, Container best)

    cdef bint _is_linked(self, Py_ssize_t n) noexcept
    cdef bint _is_listed(self, Py_ssize_t n) except -1
    cdef Container _holder(self, Container one)
    cdef bint _is_among_text(self, Py_ssize_t n) except -1
    cdef Container _outside(self, Container one)
    cdef bint _leads(self, Py_ssize_t n) except -1
    cdef bint _is_unlike(self, Container one) except -1
    cdef bint _are_alike(self, Container one, Container around) except -1
    cdef int _count_gone(self) noexcept
    cdef bint _is_empty(self, Container one) except -1


cdef int what_is(Container one) except -1


cdef inline Block block_at(list blocks, Py_ssize_t at):
    return <Block> PyList_GET_ITEM(blocks, at)


cdef inline Py_UCS4 last_of(str text) noexcept:
    """The last character of a text, which no block's is without."""
    return letter_at(
        PyUnicode_KIND(text), PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text) - 1
    )
