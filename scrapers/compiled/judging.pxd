"""Whether an element is furniture, by what it says of itself."""

from scrapers.compiled.tree cimport lexbor_node

cdef int judged(lexbor_node *at, bint *spared) except -1
cdef str names_of(lexbor_node *at, str tag)
