# cython: language_level=3, boundscheck=False, wraparound=False
"""Write the pictures of a page whose address stands where it is looked for first.

Stands in for `shown` of `scrapers.clean.html` at an img with a plain address that looks
like no placeholder, list or script, and with sides that are no pixel's.
"""

from libc.stdint cimport uintptr_t
from libc.string cimport memcmp

from scrapers.compiled.bytes cimport Bytes, put, put_escaped
from scrapers.compiled.tree cimport (
    LEXBOR_NEAR,
    LEXBOR_OWN_NAMES,
    lexbor_attribute,
    lexbor_element,
    lexbor_name,
    lexbor_node,
    lexbor_text,
    number_of,
)
from scrapers.compiled.urls cimport AS_IT_IS, FROM_THE_TOP, kind_of, put_absolute

cdef enum:
    MOST_LAZY = 24
    MOST_WRITTEN = 8
    MOST_WORDS = 16

cdef struct Name:
    const char *data
    size_t length

# Attributes that hide the address, in order of trust.
cdef Name _lazy[MOST_LAZY]
cdef int _lazy_count = 0
# Those that are written, in their order, by lexbor's numbers.
cdef Name _written[MOST_WRITTEN]
cdef uintptr_t _numbers[MOST_WRITTEN]
cdef int _written_count = 0
# How the file names of placeholders begin.
cdef Name _words[MOST_WORDS]
cdef int _word_count = 0
cdef uintptr_t _SRC = 0, _WIDTH = 0, _HEIGHT = 0, _STYLE = 0
cdef list _kept = []  # what C points into


def learn(lazy, written, words):
    """Be told the attributes that hide addresses, those written, and placeholders."""
    global _lazy_count, _written_count, _word_count, _SRC, _WIDTH, _HEIGHT, _STYLE
    if len(lazy) > MOST_LAZY or len(written) > MOST_WRITTEN or len(words) > MOST_WORDS:
        raise ValueError("more is told than is there room for")
    for n, name in enumerate(lazy):
        _keep(&_lazy[n], name.encode())
    for n, name in enumerate(written):
        _keep(&_written[n], f' {name}="'.encode())
        _numbers[n] = number_of(name)
    for n, name in enumerate(words):
        _keep(&_words[n], name.encode())
    _lazy_count, _written_count, _word_count = len(lazy), len(written), len(words)
    _SRC, _STYLE = number_of("src"), number_of("style")
    _WIDTH, _HEIGHT = number_of("width"), number_of("height")


cdef int _keep(Name *name, bytes data) except -1:
    _kept.append(data)
    name.data, name.length = data, len(data)
    return 0


cdef inline char _small(char one) noexcept nogil:
    return one + 32 if c"A" <= one <= c"Z" else one


cdef int _rank(uintptr_t number) noexcept:
    """The place of an attribute among those that hide addresses; -1 for none.

    -2 for a name that would be misread in a tag.
    """
    cdef lexbor_name *entry = <lexbor_name *> number
    cdef const char *name
    cdef size_t at
    cdef int n
    if number < LEXBOR_OWN_NAMES:
        return -1
    name = entry.name.far if entry.length > LEXBOR_NEAR else entry.name.near
    for at in range(entry.length):
        if name[at] in (c'"', c"=", c"<", c">") or <unsigned char> name[at] >= 0x80:
            return -2
    for n in range(_lazy_count):
        if _lazy[n].length == entry.length:
            if not memcmp(_lazy[n].data, name, entry.length):
                return n
    return -1


cdef bint _is_plain(lexbor_text *text) noexcept nogil:
    """Whether a value is an address, and like nothing else that stands in its place."""
    cdef const char *at = text.data
    cdef const char *end = at + text.length
    cdef int kind = kind_of(at, text.length)
    cdef bint is_list = end[-1] == c"w" or end[-1] == c"x"
    if kind != AS_IT_IS and kind != FROM_THE_TOP:
        return False
    while at < end:
        if at[0] == c"(" or (is_list and at[0] == c"%"):
            return False
        if at[0] == c"/" and _begins_placeholder(at + 1, end):
            return False
        at += 1
    return True


cdef bint _begins_placeholder(const char *at, const char *end) noexcept nogil:
    cdef size_t length
    cdef int n
    for n in range(_word_count):
        length = 0
        while length < _words[n].length and at + length < end:
            if _small(at[length]) != _words[n].data[length]:
                break
            length += 1
        if length == _words[n].length:
            return True
    return False


cdef bint _is_side(lexbor_text *text) noexcept nogil:
    """Whether a width or height is surely more than a pixel's, or not stated."""
    if text == NULL or not text.length:
        return True
    if text.data[0] in (c"0", c"1"):
        return text.length > 1 and c"0" <= text.data[1] <= c"9"
    return c"2" <= text.data[0] <= c"9" or c"a" <= text.data[0] <= c"z"


cdef bint _has_pixel(lexbor_text *text) noexcept nogil:
    """Whether a style speaks of a pixel."""
    cdef size_t at
    if text != NULL:
        for at in range(2, text.length):
            if not memcmp(text.data + at - 2, b"1px", 3):
                return True
    return False


cdef lexbor_text *_source_of(lexbor_node *at) noexcept:
    """The address that is looked for first; NULL where that is not sure."""
    cdef lexbor_attribute *one = (<lexbor_element *> at).attributes
    cdef lexbor_text *found = NULL
    cdef int best = MOST_LAZY + 1, rank
    while one != NULL:
        rank = MOST_LAZY if one.node.name == _SRC else _rank(one.node.name)
        if rank == -2:
            return NULL
        if one.node.name == _WIDTH or one.node.name == _HEIGHT:
            if not _is_side(one.value):
                return NULL
        elif one.node.name == _STYLE and _has_pixel(one.value):
            return NULL
        if 0 <= rank < best and one.value != NULL and one.value.length:
            found, best = one.value, rank
        one = one.next
    return found if found != NULL and _is_plain(found) else NULL


cdef bint put_picture(Bytes *to, lexbor_node *at, base) except -1:
    """Write an img as it is allowed; False, and nothing written, for not sure."""
    cdef lexbor_text *source = _source_of(at)
    cdef lexbor_attribute *one
    cdef size_t length = to.length
    cdef int n
    if source == NULL:
        return False
    put(to, '<img src="', 10)
    if not put_absolute(to, source.data, source.length, base):
        to.length = length
        return False
    put(to, '"', 1)
    for n in range(_written_count):
        one = (<lexbor_element *> at).attributes
        while one != NULL and one.node.name != _numbers[n]:
            one = one.next
        if one != NULL:
            put(to, _written[n].data, _written[n].length)
            if one.value != NULL:
                put_escaped(to, one.value.data, one.value.length, True)
            put(to, '"', 1)
    put(to, ">", 1)
    return True
