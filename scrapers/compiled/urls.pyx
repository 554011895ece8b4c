# cython: language_level=3, boundscheck=False, wraparound=False
"""Resolve the links that are a base's beginning and themselves, and absolute ones.

Stands in for `absolute` of `scrapers.clean.urls`, which resolves all others, and by
which is told how a base begins: what it makes of a short link of each kind.
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
cdef object _absolute = None
cdef Py_ssize_t _longest = 0
# The base asked for last, and how it begins for each kind of link.
cdef object _base = None
cdef list _beginnings = [None] * KINDS
cdef dict _PROBES = {
    FROM_THE_TOP: "/", FROM_THE_FOLDER: "a", FROM_THE_SCHEME: "//a", ON_THE_PAGE: "#a",
}


def learn(absolute, Py_ssize_t longest):
    """Be told how all links are resolved, and how long they may be."""
    global _absolute, _longest
    _absolute, _longest = absolute, longest


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


cdef bint _is_relative(const char *at, const char *end) noexcept nogil:
    """Whether it needs nothing but the folder of its page."""
    cdef const char *one = at
    if not _may[<unsigned char> at[0]] & PATH or at[0] in (c".", c"#"):
        return False
    while one < end:
        if one[0] == c":" or (one[0] == c"/" and end - one > 1 and one[1] == c"/"):
            return False
        one += 1
    return _is_rooted(_run(at, end, PATH), end)


cdef bint _has_host(const char *at, const char *end) noexcept nogil:
    """Whether it begins with a host and needs nothing but a scheme."""
    cdef const char *path = _run(at, end, HOST)
    return path > at and (path == end or (path[0] == c"/" and _is_rooted(path, end)))


cdef bint _leads_nowhere(const char *data, Py_ssize_t size) noexcept nogil:
    """Whether it leads to no page by what it begins with."""
    return (
        (size > 7 and not memcmp(data, b"mailto:", 7))
        or (size > 11 and not memcmp(data, b"javascript:", 11))
        or (size > 4 and not memcmp(data, b"tel:", 4))
    )


cdef int kind_of(const char *data, Py_ssize_t size) noexcept nogil:
    """What is to be done with an address."""
    cdef const char *end = data + size
    if not size:
        return NOT_SURE
    if _leads_nowhere(data, size):
        return NONE
    if not _is_encoded(data, end):
        return NOT_SURE
    if data[0] == c"#":
        return ON_THE_PAGE if size > 1 and _run(data, end, REST) == end else NOT_SURE
    if data[0] == c"/" and size > 1 and data[1] == c"/":
        return FROM_THE_SCHEME if _has_host(data + 2, end) else NOT_SURE
    if data[0] == c"/":
        return FROM_THE_TOP if _is_rooted(data, end) else NOT_SURE
    if _is_safe(data, end):
        return AS_IT_IS if size <= _longest else NONE
    return FROM_THE_FOLDER if _is_relative(data, end) else NOT_SURE


cdef bytes _beginning(int kind, base):
    """What stands before a link of a kind that is resolved; empty for not sure."""
    global _base, _beginnings
    cdef bytes data
    if base is not _base:
        _base, _beginnings = base, [None] * KINDS
    found = _beginnings[kind]
    if found is None:
        probe, found = _PROBES[kind], b""
        data = base.encode("utf-8", "replace")
        if kind_of(PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data)) == AS_IT_IS:
            made = _absolute(base, probe)
            if made is not None and made.endswith(probe):
                found = made[: len(made) - len(probe)].encode()
        _beginnings[kind] = found
    return found


cdef int put_absolute(Bytes *to, const char *data, Py_ssize_t size, base) except -1:
    """Write an address between quotes, resolved; 0 where it leads to no page."""
    cdef int kind = kind_of(data, size)
    cdef bytes made = b""
    if kind == NONE:
        return 0
    if kind > AS_IT_IS:
        made = _beginning(kind, base)
        if made and PyBytes_GET_SIZE(made) + size > _longest:
            return 0
    if made or kind == AS_IT_IS:
        put_escaped(to, PyBytes_AS_STRING(made), PyBytes_GET_SIZE(made), True)
        return 1 + put_escaped(to, data, size, True)
    found = _absolute(base, text_from(data, size))
    if found is None:
        return 0
    made = found.encode()
    put_escaped(to, PyBytes_AS_STRING(made), PyBytes_GET_SIZE(made), True)
    return 1


def resolved(str base not None, str href not None):
    """A link, resolved; False where it leads to no page, None for not sure."""
    cdef Py_ssize_t size = 0
    cdef const char *data
    cdef int kind
    cdef bytes made
    if not PyUnicode_IS_ASCII(href):
        return None
    data = PyUnicode_AsUTF8AndSize(href, &size)
    kind = kind_of(data, size)
    if kind == AS_IT_IS:
        return href
    if kind == NONE:
        return False
    if kind == NOT_SURE:
        return None
    made = _beginning(kind, base)
    if not made:
        return None
    return made.decode() + href if len(made) + size <= _longest else False


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
