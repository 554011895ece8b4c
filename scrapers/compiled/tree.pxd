"""lexbor's tree as C sees it, and what every reader of it asks."""

from libc.stdint cimport uintptr_t
from libc.string cimport memcmp

cdef extern from "lexbor_tree.h" nogil:
    ctypedef struct lexbor_text:
        const char *data
        size_t length

    ctypedef struct lexbor_node:
        uintptr_t name
        uintptr_t space
        lexbor_node *next
        lexbor_node *prev
        lexbor_node *parent
        lexbor_node *first
        lexbor_node *last
        int kind

    ctypedef struct lexbor_attribute:
        lexbor_node node
        uintptr_t written
        lexbor_text *value
        lexbor_element *owner
        lexbor_attribute *next

    ctypedef struct lexbor_element:
        lexbor_node node
        uintptr_t written
        lexbor_attribute *attributes
        lexbor_attribute *last_attribute
        lexbor_attribute *identity
        lexbor_attribute *classes

    ctypedef struct lexbor_characters:
        lexbor_text text

    ctypedef struct _near_or_far:
        const char *far
        char near[17]

    ctypedef struct lexbor_name:
        _near_or_far name
        size_t length

    const uintptr_t LEXBOR_OWN_NAMES
    const size_t LEXBOR_NEAR
    const int LEXBOR_ELEMENT
    const int LEXBOR_TEXT
    const int LEXBOR_COMMENT


cdef lexbor_node *node_of(object node) except NULL
cdef object as_node(lexbor_node *at, object parser)
cdef str name_of(uintptr_t number)
cpdef uintptr_t number_of(str name)

cdef inline lexbor_text *text_at(lexbor_node *at) noexcept nogil:
    """The characters of a text node."""
    return &(<lexbor_characters *> at).text

cdef inline lexbor_attribute *attribute_of(
    lexbor_node *at, uintptr_t name
) noexcept nogil:
    """An attribute of an element by lexbor's number of its name; NULL for none."""
    cdef lexbor_attribute *one = (<lexbor_element *> at).attributes
    while one != NULL and one.node.name != name:
        one = one.next
    return one

cdef inline lexbor_node *after(lexbor_node *at, lexbor_node *root) noexcept nogil:
    """The node after one and all that is in it, inside `root`; NULL at the end."""
    while at != root:
        if at.next != NULL:
            return at.next
        at = at.parent
    return NULL

cdef inline lexbor_node *onward(lexbor_node *at, lexbor_node *root) noexcept nogil:
    """The next node inside `root` in the order of the page; NULL at the end."""
    return at.first if at.first != NULL else after(at, root)

cdef inline bint is_named(
    uintptr_t name, const char *said, size_t length
) noexcept nogil:
    """Whether a name that lexbor met on the page is this one."""
    cdef lexbor_name *entry = <lexbor_name *> name
    return (
        name >= LEXBOR_OWN_NAMES
        and entry.length == length
        and length <= LEXBOR_NEAR
        and not memcmp(entry.name.near, said, length)
    )
