# cython: language_level=3, boundscheck=False, wraparound=False
"""Resolve the links that need no resolving: absolute ones, and those from a site's top.

Stands in for the beginning of `absolute` of `scrapers.clean.urls`, which resolves all
others, and tells what a base's top is.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.string cimport memcmp

from scrapers.compiled.bytes cimport Bytes, put, put_escaped
from scrapers.compiled.lines cimport text_from

cdef extern from "Python.h":
    const char *PyUnicode_AsUTF8AndSize(object text, Py_ssize_t *size) except NULL
    bint PyUnicode_IS_ASCII(object text)

# What a character may stand in: a host, and behind it an address; the path and the
# query of an address from the top.
cdef enum:
    HOST = 1
    REST = 2
    PATH = 4
    QUERY = 8
    DIGIT = 16
    HEX = 32

cdef unsigned char _may[256]
cdef object _absolute = None, _top_of = None
cdef Py_ssize_t _longest = 0
# The base asked for last, and its top.
cdef object _base = None
cdef bytes _top = b""


def learn(absolute, top_of, Py_ssize_t longest):
    """Be told how all links are resolved, what a base's top is, and the limit."""
    global _absolute, _top_of, _longest
    _absolute, _top_of, _longest = absolute, top_of, longest


cdef const char *_run(
    const char *at, const char *end, unsigned char what
) noexcept nogil:
    """Where characters end that may stand there."""
    while at < end and _may[<unsigned char> at[0]] & what:
        at += 1
    return at


cdef bint _is_encoded(const char *at, const char *end) noexcept nogil:
    """Whether each percent sign encodes something."""
    while at < end:
        if at[0] == c"%":
            if end - at < 3:
                return False
            if not _may[<unsigned char> at[1]] & HEX & _may[<unsigned char> at[2]]:
                return False
        at += 1
    return True


cdef bint _is_safe(const char *at, const char *end) noexcept nogil:
    """Whether it is an address as `absolute` gives it."""
    cdef const char *start
    if end - at > 7 and not memcmp(at, b"http://", 7):
        at += 7
    elif end - at > 8 and not memcmp(at, b"https://", 8):
        at += 8
    else:
        return False
    start = at
    at = _run(at, end, HOST)
    if at == start:
        return False
    if at < end and at[0] == c":":
        start = at + 1
        at = _run(start, end, DIGIT)
        if at == start:
            return False
    if at == end:
        return True
    return at[0] in (c"/", c"?", c"#") and _run(at + 1, end, REST) == end


cdef bint _is_rooted(const char *at, const char *end) noexcept nogil:
    """Whether it needs nothing but the top of its site."""
    cdef const char *start
    if end[-1] == c"#":
        return False
    while at < end and at[0] == c"/":
        at += 1
        if at < end and at[0] == c".":
            return False
        start = at
        at = _run(at, end, PATH)
    if at == end:
        return True
    return at[0] == c"?" and end - at > 1 and _run(at + 1, end, QUERY) == end


cdef int kind_of(const char *data, Py_ssize_t size) noexcept nogil:
    """What is to be done with an address."""
    cdef const char *end = data + size
    if not size or not _is_encoded(data, end):
        return NOT_SURE
    if data[0] == c"/":
        if size > 1 and data[1] == c"/":
            return NOT_SURE
        return FROM_THE_TOP if _is_rooted(data, end) else NOT_SURE
    if not _is_safe(data, end):
        return NOT_SURE
    return AS_IT_IS if size <= _longest else NONE


cdef bytes _top_for(base):
    """The top of a base's site; empty where it is not plain."""
    global _base, _top
    if base is not _base:
        _top = _top_of(base).encode("utf-8", "replace")
        _base = base
    return _top


cdef int put_absolute(Bytes *to, const char *data, Py_ssize_t size, base) except -1:
    """Write an address between quotes, resolved; 0 where it leads to no page."""
    cdef int kind = kind_of(data, size)
    cdef bytes made
    cdef Py_ssize_t length
    if kind == NONE:
        return 0
    if kind == FROM_THE_TOP:
        made = _top_for(base)
        length = PyBytes_GET_SIZE(made)
        if length and length + size > _longest:
            return 0
        if length:
            put_escaped(to, PyBytes_AS_STRING(made), length, True)
            kind = AS_IT_IS
    if kind == AS_IT_IS:
        put_escaped(to, data, size, True)
        return 1
    found = _absolute(base, text_from(data, size))
    if found is None:
        return 0
    made = found.encode()
    put_escaped(to, PyBytes_AS_STRING(made), PyBytes_GET_SIZE(made), True)
    return 1


def resolved(base, str href not None):
    """A link, resolved; False where it leads to no page, None for not sure."""
    cdef Py_ssize_t size = 0
    cdef const char *data
    cdef int kind
    if not PyUnicode_IS_ASCII(href):
        return None
    data = PyUnicode_AsUTF8AndSize(href, &size)
    kind = kind_of(data, size)
    if kind == AS_IT_IS:
        return href
    if kind == FROM_THE_TOP:
        top = _top_of(base)
        if top:
            return top + href if len(top) + size <= _longest else False
        return None
    return False if kind == NONE else None


cdef int _allow(str characters, int what) except -1:
    for character in characters:
        _may[<unsigned char> ord(character)] |= what
    return 0


cdef int _learn_characters() except -1:
    digits, small = "0123456789", "abcdefghijklmnopqrstuvwxyz"
    letters = digits + small + small.upper()
    _allow(digits, DIGIT)
    _allow(digits + "abcdefABCDEF", HEX)
    _allow(letters + ".-", HOST)
    _allow(letters + "!#$%&'()*+,-./:;=?@_~", REST)
    _allow(letters + "!#$%&'()*+,-.:=@_~", PATH)
    _allow(letters + "!$%&'()*+,-./:=?@_~", QUERY)
    return 0


_learn_characters()
