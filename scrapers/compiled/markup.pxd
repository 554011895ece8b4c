"""HTML as lexbor writes it, for compiled code that reads it."""

cdef int space_at(const unsigned char *at, const unsigned char *end) noexcept nogil
cdef const unsigned char *end_of_text(
    const unsigned char *at, const unsigned char *end
) noexcept nogil
cdef const unsigned char *end_of_attributes(
    const unsigned char *at, const unsigned char *end
) noexcept nogil
