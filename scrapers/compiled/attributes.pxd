"""The attributes that are asked for on every page, by numbers of our own."""

from libc.stdint cimport uintptr_t

from scrapers.compiled.tree cimport lexbor_attribute, lexbor_node, lexbor_text

cdef enum:
    NONE, CLASS, IDENTITY, TEST, HREF, REL, ITEMPROP, PROPERTY, TYPEOF, ITEMTYPE, LABEL
    NAME, STATUS, CONTENT, KIND, SOURCE, ACTION
    KEYS

cdef int key_of(uintptr_t name) noexcept nogil
cdef int key_named(str name) except -1
cdef lexbor_text *value_of(lexbor_node *at, int key) noexcept nogil
cdef bint has_attribute(lexbor_node *at, int key) noexcept nogil

cdef inline lexbor_text *text_of(lexbor_attribute *one) noexcept nogil:
    """What an attribute says; NULL for nothing at all."""
    if one.value == NULL or one.value.data == NULL:
        return NULL
    return one.value
