"""What other compiled modules ask of clean HTML."""

cdef object settle(const char *data, Py_ssize_t size, str html)
