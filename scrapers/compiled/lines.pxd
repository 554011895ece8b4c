"""What a text of the page is before it is cleaned: a string, blank, or how long."""

cdef Py_ssize_t shown_length(const char *data, size_t length) noexcept
cdef bint is_blank(const char *data, size_t length) noexcept
cdef str text_from(const char *data, size_t length)
