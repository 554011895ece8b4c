# cython: language_level=3
"""The attributes that are asked for on every page, by numbers of our own.

lexbor has numbers for the names in its own table; others it keeps for each page.
"""

from libc.stdint cimport uint8_t, uint32_t, uintptr_t

from scrapers.compiled.tree cimport (
    LEXBOR_NEAR,
    LEXBOR_OWN_NAMES,
    is_named,
    lexbor_attribute,
    lexbor_element,
    lexbor_name,
    lexbor_node,
    lexbor_text,
    node_of,
)

from selectolax.lexbor import LexborHTMLParser

cdef enum:
    OWN = 256  # more than lexbor has names of its own

cdef uint8_t _own[OWN]  # the attributes listed, by lexbor's own number
cdef struct _Name:
    const char *name
    size_t length
    int key
cdef _Name _far[KEYS]  # those that lexbor has no number for
cdef int _far_count = 0
cdef uint32_t _lengths = 0  # a bit for each length that one of these has
_NAMES = (
    None, b"class", b"id", b"data-testid", b"href", b"rel", b"itemprop", b"property",
    b"typeof", b"itemtype", b"aria-label", b"name", b"http-equiv", b"content", b"type",
    b"src", b"action",
)


cdef void _learn() except *:
    """Learn what lexbor calls these attributes."""
    global _far_count, _lengths
    cdef lexbor_attribute *one
    cdef bytes name
    for key in range(1, KEYS):
        name = _NAMES[key]
        tree = LexborHTMLParser(b"<p %s=x>" % name)
        one = (<lexbor_element *> node_of(tree.css_first("p"))).attributes
        if one.node.name < OWN:
            _own[one.node.name] = key
        else:
            if len(name) >= LEXBOR_NEAR:
                raise ImportError(name)
            _lengths |= <uint32_t> 1 << <int> len(name)
            _far[_far_count] = _Name(name, len(name), key)
            _far_count += 1


_learn()


cdef int key_of(uintptr_t name) noexcept nogil:
    """Which of the attributes listed this is; NONE for any other."""
    cdef int n
    cdef size_t length
    if name < OWN:
        return _own[name]
    length = (<lexbor_name *> name).length if name >= LEXBOR_OWN_NAMES else LEXBOR_NEAR
    if length >= LEXBOR_NEAR or not _lengths >> length & 1:  # as of most
        return NONE
    for n in range(_far_count):
        if is_named(name, _far[n].name, _far[n].length):
            return _far[n].key
    return NONE


cdef int key_named(str name) except -1:
    """The same by an attribute's name."""
    return _NAMES.index(name.encode())


cdef lexbor_text *value_of(lexbor_node *at, int key) noexcept nogil:
    """What one of the attributes listed says in an element; NULL where it has none."""
    cdef lexbor_attribute *one = (<lexbor_element *> at).attributes
    while one != NULL:
        if key_of(one.node.name) == key:
            return text_of(one)
        one = one.next
    return NULL


cdef bint has_attribute(lexbor_node *at, int key) noexcept nogil:
    """Whether an element has one of the attributes listed, be it empty."""
    cdef lexbor_attribute *one = (<lexbor_element *> at).attributes
    while one != NULL and key_of(one.node.name) != key:
        one = one.next
    return one != NULL
