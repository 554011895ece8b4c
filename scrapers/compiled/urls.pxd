"""Addresses, for compiled code that writes them."""

from scrapers.compiled.bytes cimport Bytes

cdef enum:
    NOT_SURE, AS_IT_IS, FROM_THE_TOP, NONE

cdef int kind_of(const char *data, Py_ssize_t size) noexcept nogil
cdef int put_absolute(Bytes *to, const char *data, Py_ssize_t size, base) except -1
