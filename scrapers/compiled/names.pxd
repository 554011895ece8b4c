"""What the words in class names and ids say of an element."""

cdef int said_in(const char *data, Py_ssize_t size) except -2
