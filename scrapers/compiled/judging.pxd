"""Whether an element is furniture, by what it says of itself."""

from scrapers.compiled.tree cimport lexbor_attribute, lexbor_node, lexbor_text

cdef int judged(lexbor_node *at, bint *spared) except -1
cdef str names_of(lexbor_node *at, str tag)
cdef bint is_named(lexbor_attribute *one, const char *name, size_t length) noexcept
