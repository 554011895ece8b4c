# cython: language_level=3
"""Whether an element is furniture, by what it says of itself.

The work of `scrapers.extract.boilerplate`, which says what follows from the words in
names (`learn`) and is asked what is rare.
"""

from cpython.bytes cimport PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.stdint cimport uintptr_t
from libc.string cimport memcmp, memcpy

from scrapers.compiled.lines cimport text_from
from scrapers.compiled.names cimport said_in
from scrapers.compiled.tree cimport (
    attribute_of,
    is_named,
    lexbor_attribute,
    lexbor_element,
    lexbor_node,
    lexbor_text,
    node_of,
    number_of,
)

from selectolax.lexbor import LexborHTMLParser

cdef enum:
    OWN_TAGS = 256
    SAID = 128  # flags of words, all of them
    MAX_NAMES = 1000
    MAX_ROLES = 256
    MAX_STYLE = 1000

cdef dict _roles = {}
cdef tuple _hiding = (), _hiders = ()
cdef int _by_tag[OWN_TAGS]
cdef bint _is_unnamed[OWN_TAGS]
cdef int _concluded[SAID]
cdef object _verdict_of = None, _is_streamed = None
cdef object _hides = None, _is_role = None
cdef int _FURNITURE = 0
cdef uintptr_t _CLASS = 0, _ID = 0, _STYLE = 0


def learn(
    *, by_tag, unnamed, concluded, furniture, verdict_of, is_streamed,
    hides, hiding, hiders, is_role,
):
    """Be told what is furniture.

    `by_tag` has verdicts by tag, `unnamed` the tags whose names tell nothing;
    `concluded` the verdict from the flags of words; `hiding` what in a style hides,
    `hiders` the names that may. The rest are asked of names, an id, a style and a role.
    """
    global _verdict_of, _is_streamed, _hides, _hiding, _is_role
    global _hiders, _FURNITURE
    global _CLASS, _ID, _STYLE
    cdef int at
    create = LexborHTMLParser("").create_node
    for at in range(OWN_TAGS):
        _by_tag[at] = _is_unnamed[at] = 0
    for tag, verdict in by_tag.items():
        _by_tag[<int> create(tag).tag_id % OWN_TAGS] = verdict
    for tag in unnamed:
        _is_unnamed[<int> create(tag).tag_id % OWN_TAGS] = True
    for at in range(SAID):
        _concluded[at] = concluded[at]
    _verdict_of, _is_streamed = verdict_of, is_streamed
    _hides, _is_role, _FURNITURE = hides, is_role, furniture
    _hiding = tuple(one.encode() for one in hiding)
    _hiders = tuple(one.encode() for one in hiders)
    _CLASS, _ID, _STYLE = number_of("class"), number_of("id"), number_of("style")


cdef int judged(lexbor_node *at, bint *spared) except -1:
    """The verdict on an element; `spared` is set where it is marked to be kept."""
    cdef lexbor_attribute *one = (<lexbor_element *> at).attributes
    cdef lexbor_text *classes = NULL
    cdef lexbor_text *identity = NULL
    cdef lexbor_text *style = NULL
    cdef lexbor_text *role = NULL
    cdef bint hidden = False
    cdef int verdict = _by_tag[at.name] if at.name < OWN_TAGS else 0, said
    while one != NULL:
        if one.node.space != at.space:  # as that of "xlink:role"
            one = one.next
            continue
        if one.node.name == _CLASS:
            classes = one.value
        elif one.node.name == _ID:
            identity = one.value
        elif one.node.name == _STYLE:
            style = one.value
        elif is_named(one.node.name, "role", 4):
            role = one.value
        elif is_named(one.node.name, "hidden", 6):
            hidden = True
        elif is_named(one.node.name, "data-spared", 11):
            spared[0] = True
        one = one.next
    if at.name >= OWN_TAGS or not _is_unnamed[at.name]:
        said = _by_names(classes, identity)
        verdict = said if said > verdict else verdict
    if verdict:
        return verdict
    if hidden and not _is_streamed(_said(identity)):
        return _FURNITURE
    if _has_any(style) and _is_hiding(style):
        return _FURNITURE
    if _has_any(role) and _is_furniture_role(role):
        return _FURNITURE
    return 0


cdef bint _is_hiding(lexbor_text *style) except -1:
    """Tell whether a style says that its element is not shown."""
    cdef char small[MAX_STYLE]
    cdef size_t at, length = 0
    cdef char one
    cdef bytes says
    if style.length > MAX_STYLE:
        return _hides(_said(style))
    for at in range(style.length):
        one = style.data[at]
        if one != c" ":
            small[length] = one + 32 if c"A" <= one <= c"Z" else one
            length += 1
    for says in _hiding:
        for at in range(length):
            if at + PyBytes_GET_SIZE(says) > length:
                break
            if small[at] == (<char *> says)[0] and not memcmp(
                small + at, <char *> says, PyBytes_GET_SIZE(says)
            ):
                return True
    return False


cdef bint _is_furniture_role(lexbor_text *role) except -1:
    """Ask of a role, once of each."""
    cdef bytes key = PyBytes_FromStringAndSize(role.data, role.length)
    known = _roles.get(key)
    if known is None:
        known = _is_role(_said(role))
        if len(_roles) < MAX_ROLES:
            _roles[key] = known
    return known


cdef inline bint _has_any(lexbor_text *text) noexcept:
    return text != NULL and text.length > 0


cdef inline str _said(lexbor_text *text):
    return text_from(text.data, text.length) if _has_any(text) else ""


cdef int _by_names(lexbor_text *classes, lexbor_text *identity) except -1:
    """What class and id say together."""
    cdef char both[MAX_NAMES + 1]
    cdef const char *data
    cdef size_t length
    cdef int said
    if not _has_any(identity):
        if not _has_any(classes):
            return 0
        data, length = classes.data, classes.length
    else:
        length = classes.length if _has_any(classes) else 0
        if length + identity.length >= MAX_NAMES:
            return _verdict_of(f"{_said(classes)} {_said(identity)}")
        if length:
            memcpy(both, classes.data, length)
        both[length] = c" "
        memcpy(both + length + 1, identity.data, identity.length)
        data, length = both, length + 1 + identity.length
    said = said_in(data, length)
    if said < 0:
        return _verdict_of(text_from(data, length))
    if _may_hide(data, length):
        return _verdict_of(text_from(data, length))  # which remembers
    return _concluded[said]


cdef bint _may_hide(const char *data, size_t length) except -1:
    """Tell whether one of the names is of those that hide; those beyond ASCII may be."""
    cdef size_t at, begin = 0
    cdef unsigned char one
    for at in range(length + 1):
        one = <unsigned char> data[at] if at < length else c" "
        if one >= 0x80:
            return True
        if one == c" " or 9 <= one <= 13 or 28 <= one <= 31:
            if at > begin and _is_hider(data + begin, at - begin):
                return True
            begin = at + 1
    return False


cdef bint _is_hider(const char *name, size_t length) noexcept:
    cdef bytes one
    for one in _hiders:
        if <size_t> PyBytes_GET_SIZE(one) == length:
            if not memcmp(<char *> one, name, length):
                return True
    return False


cdef str names_of(lexbor_node *at, str tag):
    """Class and id of an element as one; its tag where it has none."""
    cdef lexbor_attribute *classes = attribute_of(at, _CLASS)
    cdef lexbor_attribute *identity = attribute_of(at, _ID)
    names = _said(classes.value) if classes != NULL else ""
    if identity != NULL and _has_any(identity.value):
        return f"{names} {_said(identity.value)}"
    return names or tag


def judge(node, tag):
    """The names and the verdict of an element, as `boilerplate.judge` gives them."""
    cdef bint spared = False
    return names_of(node_of(node), tag), judged(node_of(node), &spared)
