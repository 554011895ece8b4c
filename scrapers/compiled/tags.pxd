"""What the elements of a page are by their tags, and what they say of themselves."""

from libc.stdint cimport uintptr_t

from scrapers.compiled.bytes cimport Bytes
from scrapers.compiled.tree cimport lexbor_attribute, lexbor_node

# What a tag does on the walk, as in `scrapers.extract.blocks`.
cdef enum:
    INLINE, OPEN, CLOSE, ENDED, LINK, UNLINK, BREAK, SKIP, FURNITURE

cdef struct Tag:
    int kind  # of the start tag where nothing is said of the element
    int end
    bint is_judged, is_list, is_shown, is_heading, is_void, is_image
    const char *start  # as it is written without attributes
    size_t start_length
    const char *stop
    size_t stop_length


cdef int place_of(lexbor_node *at) except -1
cdef Tag *tag_at(int place) noexcept
cdef str name_at(int place)
cdef bint is_furniture(lexbor_node *at, int place) except -1
cdef bint is_hidden(lexbor_node *at, int place) except -1
cdef str start_tag(lexbor_node *at, str name)
cdef int put_allowed(Bytes *to, lexbor_node *at, int place) except -1
cdef int put_text(Bytes *to, str text) except -1
