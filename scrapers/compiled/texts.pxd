"""What compiled code asks of a text, as `scrapers.clean.text` and others define it."""

# Of the first three the text itself is given back where it is so already.
cpdef object legal(object text)
cpdef object line(object text)
cpdef object lines(object text)
cpdef Py_ssize_t weight(object text) except -1
cpdef bint weighs(object text, Py_ssize_t least) except -1
cpdef Py_ssize_t without_indentation(object text) except? -1
cpdef object key_of(object text)

# One line of UTF-8 as lexbor keeps it: the same as `line` of it decoded.
cdef object line_in(const char *data, Py_ssize_t size)
