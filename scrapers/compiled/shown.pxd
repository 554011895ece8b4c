"""What an element of a page shows, as text."""

from scrapers.compiled.tree cimport lexbor_node, lexbor_text

cdef str text_in(lexbor_node *at, size_t limit)
cdef str decoded(lexbor_text *text)
