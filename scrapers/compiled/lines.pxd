"""Texts of a page as they are shown: one line, single plain spaces."""

from scrapers.compiled.bytes cimport Bytes

cdef str line_of(const char *data, size_t length, Bytes *room)
cdef Py_ssize_t shown_length(const char *data, size_t length) noexcept nogil
cdef bint is_blank(const char *data, size_t length) noexcept nogil
cdef str text_from(const char *data, size_t length)
