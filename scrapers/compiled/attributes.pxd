"""The attributes that are asked for on every page, by numbers of our own."""

from libc.stdint cimport uintptr_t
from libc.string cimport memcmp

from scrapers.compiled.tree cimport (
    LEXBOR_NEAR,
    LEXBOR_OWN_NAMES,
    lexbor_attribute,
    lexbor_name,
    lexbor_node,
    lexbor_text,
)

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

cdef inline bint is_named(uintptr_t name, const char *said, size_t length) noexcept nogil:
    """Whether a name that lexbor met on the page is this one."""
    cdef lexbor_name *entry = <lexbor_name *> name
    return (
        name >= LEXBOR_OWN_NAMES
        and entry.length == length
        and length <= LEXBOR_NEAR
        and not memcmp(entry.name.near, said, length)
    )
