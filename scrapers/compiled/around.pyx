# cython: language_level=3
"""What stands around an element: asked for each name, heading and link that is judged.

Stands in for functions of `scrapers.extract.marked`, `pictures`, `titles` and `topics`.
"""

from libc.stdint cimport uint8_t, uintptr_t

from scrapers.compiled.attributes cimport CLASS, HREF, has_attribute, value_of
from scrapers.compiled.parts cimport Parts
from scrapers.compiled.shown cimport decoded
from scrapers.compiled.tree cimport (
    LEXBOR_ELEMENT,
    LEXBOR_NEAR,
    LEXBOR_OWN_NAMES,
    as_node,
    lexbor_attribute,
    lexbor_element,
    lexbor_name,
    lexbor_node,
    lexbor_text,
    node_of,
    onward,
)

from selectolax.lexbor import LexborHTMLParser

cdef enum:
    TAGS = 256


cdef uintptr_t _A = LexborHTMLParser("").create_node("a").tag_id


def link_of(node):
    """The first link that an element is or holds, else the one that it stands in."""
    cdef lexbor_node *root = node_of(node)
    cdef lexbor_node *at = root
    while at != NULL:
        if at.name == _A and at.kind == LEXBOR_ELEMENT and has_attribute(at, HREF):
            return as_node(at, node.parser)
        at = onward(at, root)
    if root.parent != NULL and root.parent.name == _A:
        return as_node(root.parent, node.parser)
    return None


cdef class Around:
    """Looks for one of a few elements around another."""

    cdef list _names
    cdef uint8_t _which[TAGS]
    cdef int _depth

    def __init__(self, names, int depth):
        """Take the elements' names and how far above they are looked for."""
        tree = LexborHTMLParser("")
        self._names = [None, *names]
        self._depth = depth
        for number in range(TAGS):
            self._which[number] = 0
        for at, name in enumerate(names):
            number = tree.create_node(name).tag_id
            if number >= TAGS:
                raise ImportError("lexbor has more elements than are known here")
            self._which[number] = at + 1

    def nearest(self, node):
        """The name of the nearest of the elements; None where none stands around."""
        cdef lexbor_node *at = node_of(node).parent
        cdef int left = self._depth
        while at != NULL and left > 0:
            if at.name < TAGS and self._which[at.name]:
                return self._names[self._which[at.name]]
            at = at.parent
            left -= 1
        return None


cdef class Said:
    """Looks for a part of a word in what an element and those around it say."""

    cdef Parts _part
    cdef int _depth

    def __init__(self, str part, int depth):
        """Take the part, in lower case, and how many elements are asked."""
        self._part = Parts((part,), True)
        self._depth = depth

    def around(self, node):
        """Whether it is in the name or the value of an attribute."""
        cdef lexbor_node *at = node_of(node)
        cdef lexbor_attribute *one
        cdef int left = self._depth
        while at != NULL and left > 0:
            one = (<lexbor_element *> at).attributes if _is_element(at) else NULL
            while one != NULL:
                if self._is_in_name(one.node.name):
                    return True
                if one.value != NULL and one.value.data != NULL:
                    if self._part.are_in(one.value.data, one.value.length):
                        return True
                one = one.next
            at = at.parent
            left -= 1
        return False

    cdef bint _is_in_name(self, uintptr_t name):
        """Whether it is in a name that lexbor met on the page; its own are short."""
        cdef lexbor_name *entry = <lexbor_name *> name
        if name < LEXBOR_OWN_NAMES:
            return False
        if entry.length > LEXBOR_NEAR:
            return self._part.are_in(entry.name.far, entry.length)
        return self._part.are_in(entry.name.near, entry.length)


cdef inline bint _is_element(lexbor_node *at) noexcept nogil:
    return at.kind == LEXBOR_ELEMENT


# The names of elements by lexbor's number, once they have been asked for.
_TAGS = [None] * TAGS


def upward(node, int depth):
    """The names of so many elements around one, inner first, their classes and links.
    """
    cdef lexbor_node *at = node_of(node).parent
    cdef int left = depth
    found = []
    while at != NULL and left > 0:
        name = _TAGS[at.name] if at.name < TAGS else None
        if name is None:
            name = as_node(at, node.parser).tag
            if at.name < TAGS:
                _TAGS[at.name] = name
        found.append((name, _said(at, CLASS), _said(at, HREF)))
        at = at.parent
        left -= 1
    return found


cdef str _said(lexbor_node *at, int key):
    """What an element says in an attribute; "" where it has none."""
    cdef lexbor_text *text = NULL
    if at.kind == LEXBOR_ELEMENT:
        text = value_of(at, key)
    return decoded(text) if text != NULL else ""
