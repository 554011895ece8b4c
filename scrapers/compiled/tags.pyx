# cython: language_level=3
"""What the elements of a page are by their tags, and what they say of themselves.

All of it is told by `scrapers.extract.blocks` (`learn`); here it is found by lexbor's
numbers of names, and what is judged of an element's names is kept.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.stdint cimport uintptr_t
from libc.string cimport memset

from scrapers.compiled.bytes cimport Bytes, forget, put, put_escaped
from scrapers.compiled.judging cimport judged
from scrapers.compiled.lines cimport text_from
from scrapers.compiled.tree cimport (
    LEXBOR_OWN_NAMES,
    is_named,
    lexbor_attribute,
    lexbor_element,
    lexbor_node,
    lexbor_text,
    name_of,
    number_of,
)

from selectolax.lexbor import LexborHTMLParser

# lexbor has 200 names of its own; those that it has no number of stand after them.
cdef enum:
    OWN_TAGS = 256
    MAX_TAGS = 512
    MAX_ALLOWED = 64


cdef struct Allowed:
    int place  # 0 where all elements may have it
    uintptr_t number  # lexbor's, or 0
    const char *name
    size_t length

cdef Tag _tags[MAX_TAGS]
cdef list _names = [""] * MAX_TAGS
cdef int _UNKNOWN = 0  # no tag has lexbor's number 0
cdef Allowed _allowed[MAX_ALLOWED]
cdef int _allowed_count = 0
cdef list _others = []  # the names without a number, and their places
cdef list _kept = []  # what C points into
cdef object _hides = None


def learn(tags, allowed, hides):
    """Be told what the elements are.

    `tags` has by name the fields of `Tag`; `allowed` pairs of a tag, or "" for all, and
    an attribute that is written. `hides` tells from a start tag whether an element is
    hidden.
    """
    global _hides, _allowed_count
    cdef int at, free = OWN_TAGS
    memset(_tags, 0, sizeof(_tags))
    tree, places = LexborHTMLParser(""), {"": 0}
    _others.clear()
    _hides, _allowed_count = hides, 0
    for name, told in tags.items():
        number = tree.create_node(name).tag_id
        if number < OWN_TAGS:
            at = number
        else:
            at, free = free, free + 1
            _others.append((name.encode(), at))
        _names[at] = name
        places[name] = at
        _fill(&_tags[at], told)
    for tag, name in allowed:
        _allow(places[tag], name)


cdef int _fill(Tag *tag, dict told) except -1:
    cdef bytes start = told["start"].encode(), stop = told["stop"].encode()
    _kept.extend((start, stop))
    tag.kind, tag.end = told["kind"], told["end"]
    tag.is_judged, tag.is_list = told["is_judged"], told["is_list"]
    tag.is_shown, tag.is_heading = told["is_shown"], told["is_heading"]
    tag.is_void, tag.is_image = told["is_void"], told["is_image"]
    tag.start, tag.start_length = start, len(start)
    tag.stop, tag.stop_length = stop, len(stop)
    return 0


cdef int _allow(int place, str name) except -1:
    global _allowed_count
    cdef Allowed *one = &_allowed[_allowed_count]
    cdef bytes data = name.encode()
    if _allowed_count == MAX_ALLOWED:
        raise ValueError(f"more than {MAX_ALLOWED} attributes are allowed")
    _kept.append(data)
    one.place, one.number, one.name, one.length = place, number_of(name), data, len(data)
    _allowed_count += 1
    return 0


cdef inline Allowed *_allowed_of(lexbor_attribute *one, int place) noexcept:
    """What allows an attribute of an element; NULL where it is not."""
    cdef Allowed *known
    cdef int at
    for at in range(_allowed_count):
        known = &_allowed[at]
        if known.place == place or known.place == 0:
            if known.number == one.node.name:
                return known
            if not known.number and is_named(one.node.name, known.name, known.length):
                return known
    return NULL


cdef Tag *tag_at(int place) noexcept:
    """What is known of a tag."""
    return &_tags[place]


cdef str name_at(int place):
    """The name of a tag."""
    return _names[place]


cdef int place_of(lexbor_node *at) except -1:
    """Where an element's tag is kept; 0 for one that nothing is known of."""
    if at.name < <uintptr_t> OWN_TAGS:
        return <int> at.name
    if at.name < LEXBOR_OWN_NAMES:
        return _UNKNOWN
    for own, place in _others:
        if is_named(at.name, own, len(own)):
            return place
    return _UNKNOWN


cdef bint is_furniture(lexbor_node *at, int place) except -1:
    """Tell whether an element is furniture by what it says of itself."""
    cdef bint spared = False
    if (<lexbor_element *> at).attributes == NULL:
        return _tags[place].kind == FURNITURE
    return judged(at, &spared) and not spared


cdef bint is_hidden(lexbor_node *at, int place) except -1:
    """Tell whether an element says that it is not shown."""
    return _hides(start_tag(at, _names[place]))


cdef str start_tag(lexbor_node *at, str name):
    """A start tag as lexbor writes it, without `<` and `>`."""
    cdef Bytes made
    cdef lexbor_attribute *one = (<lexbor_element *> at).attributes
    memset(&made, 0, sizeof(Bytes))
    try:
        put_text(&made, name)
        while one != NULL:
            put(&made, " ", 1)
            put_text(&made, name_of(one.node.name))
            put(&made, '="', 2)
            if one.value != NULL:
                put_escaped(&made, one.value.data, one.value.length, True)
            put(&made, '"', 1)
            one = one.next
        return text_from(made.data, made.length)
    finally:
        forget(&made)


cdef int put_allowed(Bytes *to, lexbor_node *at, int place) except -1:
    """Write the attributes of an element that are allowed, before the end of its tag."""
    cdef lexbor_attribute *one = (<lexbor_element *> at).attributes
    cdef Allowed *known
    while one != NULL:
        known = _allowed_of(one, place)
        if known != NULL:
            put(to, " ", 1)
            put(to, known.name, known.length)
            put(to, '="', 2)
            if one.value != NULL:
                put_escaped(to, one.value.data, one.value.length, True)
            put(to, '"', 1)
        one = one.next
    return 0


cdef int put_text(Bytes *to, str text) except -1:
    cdef bytes data = text.encode("utf-8", "surrogatepass")
    return put(to, PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))
