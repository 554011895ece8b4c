# cython: language_level=3
"""What lexbor's tree is in memory, made sure of before anything reads it.

selectolax tells where a node is (`mem_id`) and what stands beside it. That is compared
with what stands there on a small page, one step after the other, so that no address is
followed which is not known to be one. Where anything differs, as it may with another
selectolax, importing this raises ImportError, and all work is done in Python.
"""

from cpython.object cimport PyObject, PyTypeObject
from libc.stdint cimport uintptr_t
from libc.string cimport memcmp

from selectolax.lexbor import LexborHTMLParser, LexborNode

# A byte longer than what lexbor keeps beside a name's entry.
_FAR = "data-seventeen-by"
_PAGE = (
    '<div class="ab cd" id="x" data-near="far" {}="yes" hidden>some text'
    "<p>a</p><!--b--><hr></div>"
).format(_FAR)
# A node and what a page brings with it are in the process' heap, whose first pages are
# nobody's. It may be wide: what was freed far away from one is taken for the other.
cdef uintptr_t _NEIGHBOURHOOD = 1 << 30, _NOBODYS = 1 << 16

# Where a LexborNode keeps its node and its parser, in words; 0 until it is known.
cdef Py_ssize_t _node_at = 0, _parser_at = 0

cdef extern from "Python.h":
    ctypedef object (*newfunc)(PyTypeObject *kind, object args, PyObject *kwargs)
    void *PyType_GetSlot(PyTypeObject *kind, int slot)
    const int Py_tp_new

cdef object _Node = LexborNode
cdef newfunc _new = <newfunc> PyType_GetSlot(<PyTypeObject *> LexborNode, Py_tp_new)


cdef lexbor_node *node_of(object node) except NULL:
    """The node that a LexborNode stands for."""
    if _node_at and type(node) is _Node:
        return <lexbor_node *> (<uintptr_t *> <PyObject *> node)[_node_at]
    return <lexbor_node *> <uintptr_t> node.mem_id


cdef object as_node(lexbor_node *at, object parser):
    """A LexborNode of a page's node."""
    made = _new(<PyTypeObject *> _Node, (), NULL)
    cdef uintptr_t *words = <uintptr_t *> <PyObject *> made
    cdef PyObject *old = <PyObject *> words[_parser_at]
    words[_node_at] = <uintptr_t> at
    words[_parser_at] = <uintptr_t> <PyObject *> parser
    _keep(parser)
    _release(old)
    return made


cdef extern from "Python.h":
    void _keep "Py_XINCREF"(object one)
    void _release "Py_XDECREF"(PyObject *one)


cdef bint _is_near(void *one, void *other):
    cdef uintptr_t a = <uintptr_t> one, b = <uintptr_t> other
    if a % 8 or a < _NOBODYS:
        return False
    return (a - b if a > b else b - a) < _NEIGHBOURHOOD


cdef bint _points(void *at, node):
    return at == (NULL if node is None else <void *> <uintptr_t> node.mem_id)


cdef bint _says(lexbor_text *text, bytes said):
    return text.length == len(said) and not memcmp(text.data, <char *> said, len(said))


cdef bint _is_node(lexbor_node *at, node, int kind):
    """Whether a node lies where selectolax says that those beside it are."""
    return (
        at.name == node.tag_id
        and _points(at.next, node.next)
        and _points(at.prev, node.prev)
        and _points(at.parent, node.parent)
        and _points(at.first, node.first_child)
        and _points(at.last, node.last_child)
        and at.kind == kind
    )


cdef bint _is_known():
    """Whether all that is read lies where `lexbor_tree.h` has it."""
    tree = LexborHTMLParser(_PAGE)
    node = tree.css_first("div")
    cdef lexbor_node *at = node_of(node)
    words = node.first_child
    if not _is_node(at, node, LEXBOR_ELEMENT):
        return False
    if not _is_node(at.first, words, LEXBOR_TEXT):
        return False
    if not _is_node(at.first.next, words.next, LEXBOR_ELEMENT):
        return False
    if not _is_node(at.first.next.next, words.next.next, LEXBOR_COMMENT):
        return False
    if not _says(text_at(at.first), b"some text"):
        return False
    return _has_attributes(<lexbor_element *> at) and _makes_nodes(tree, node)


cdef bint _has_attributes(lexbor_element *at):
    cdef lexbor_attribute *one = at.attributes
    cdef lexbor_name *name
    if at.classes != one:
        return False
    for said in (b"ab cd", b"x", b"far", b"yes", None):
        if not _is_near(one, at) or one.owner != at:
            return False
        if said is None:
            return one == at.last_attribute and one.next == NULL and one.value == NULL
        if not _is_near(one.value, at) or not _says(one.value, said):
            return False
        if said == b"x" and at.identity != one:
            return False
        if said in (b"far", b"yes"):
            if not _is_near(<void *> one.node.name, at):
                return False
            name = <lexbor_name *> one.node.name
            if name.length != (9 if said == b"far" else len(_FAR)):
                return False
            if name_of(one.node.name) != ("data-near" if said == b"far" else _FAR):
                return False
        one = one.next
    return False


cdef bint _makes_nodes(tree, node):
    """Find where a LexborNode keeps what it stands for, and try it."""
    global _node_at, _parser_at
    cdef uintptr_t *words = <uintptr_t *> <PyObject *> node
    cdef Py_ssize_t at
    parser = node.parser
    for at in range(2, LexborNode.__basicsize__ // sizeof(uintptr_t)):
        if words[at] == <uintptr_t> node.mem_id:
            _node_at = at
        elif words[at] == <uintptr_t> <PyObject *> parser:
            _parser_at = at
    if not _node_at or not _parser_at:
        return False
    child = as_node(node_of(node).first.next, parser)
    return child.tag == "p" and child.text() == "a" and child.parser is parser


cdef str name_of(uintptr_t number):
    """The name of an attribute by its number; "" for a seldom one of lexbor's own."""
    cdef lexbor_name *entry
    if number < LEXBOR_OWN_NAMES:
        return _NAMES.get(number, "")
    entry = <lexbor_name *> number
    if entry.length > LEXBOR_NEAR:
        return entry.name.far[: entry.length].decode("utf-8", "replace")
    return entry.name.near[: entry.length].decode("utf-8", "replace")


# The attributes whose names lexbor has numbers of its own for.
_OWN = """
    accept accept-charset active align alink alt axis bgcolor charset checked class clear
    codetype color compact content declare defer dir direction disabled enctype face
    focus for frame height hover href hreflang html http-equiv id is lang language link
    maxlength media method multiple nohref noresize noshade nowrap placeholder pool
    public readonly rel required rev rules scheme scope scrolling selected shape size
    slot src style system target text title type valign valuetype vlink width xmlns
""".split()
_NAMES = {}


cdef void _learn():
    """Learn lexbor's numbers of its own names."""
    cdef lexbor_attribute *one
    for name in _OWN:
        tree = LexborHTMLParser(f"<div {name}></div>")
        one = (<lexbor_element *> node_of(tree.css_first("div"))).attributes
        if one.node.name < LEXBOR_OWN_NAMES:
            _NAMES[one.node.name] = name


cpdef uintptr_t number_of(str name):
    """lexbor's number of an attribute's name; 0 for one that it has no number of."""
    for number, own in _NAMES.items():
        if own == name:
            return number
    return 0


if not _is_known():
    message = "selectolax keeps its tree in another way than is known here"
    raise ImportError(message)
_learn()
