"""Addresses, for compiled code that writes them."""

from scrapers.compiled.bytes cimport Bytes

# What is to be done with an address.
cdef enum:
    NOT_SURE, NONE, AS_IT_IS
    FROM_THE_TOP, FROM_THE_FOLDER, FROM_THE_SCHEME, ON_THE_PAGE
    KINDS

cdef int kind_of(const char *data, Py_ssize_t size) noexcept nogil
cdef int put_absolute(Bytes *to, const char *data, Py_ssize_t size, base) except -1
