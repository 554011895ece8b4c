# cython: language_level=3, boundscheck=False, wraparound=False
"""Write the pictures of a page whose address stands where it is looked for first.

Stands in for `shown` of `scrapers.clean.html` at an img with a plain address that looks
like no placeholder, list or script, and with sides that are no pixel's; and at one with
no address at all.
"""

from libc.stdint cimport uintptr_t
from libc.string cimport memchr, memcmp

from scrapers.compiled.bytes cimport Bytes, put, put_escaped
from scrapers.compiled.tree cimport (
    LEXBOR_NEAR,
    LEXBOR_OWN_NAMES,
    attribute_of,
    lexbor_attribute,
    lexbor_element,
    lexbor_name,
    lexbor_node,
    lexbor_text,
    number_of,
)
from scrapers.compiled.urls cimport AS_IT_IS, ON_THE_PAGE, kind_of, put_absolute

from selectolax.lexbor import LexborHTMLParser

cdef enum:
    MOST_LAZY = 24
    MOST_WRITTEN = 8
    MOST_WORDS = 16
    SRC = MOST_LAZY  # what is looked for after those that hide an address
    LISTS
    NOT_SURE = 0
    NONE
    SURE

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
cdef uintptr_t _PICTURE = 0
cdef list _kept = []  # what C points into


def learn(lazy, written, words):
    """Be told the attributes that hide addresses, those written, and placeholders."""
    global _lazy_count, _written_count, _word_count, _SRC, _WIDTH, _HEIGHT, _STYLE
    global _PICTURE
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
    _PICTURE = LexborHTMLParser("").create_node("picture").tag_id
    _WIDTH, _HEIGHT = number_of("width"), number_of("height")


cdef int _keep(Name *name, bytes data) except -1:
    _kept.append(data)
    name.data, name.length = data, len(data)
    return 0


cdef inline char _small(char one) noexcept nogil:
    return one + 32 if c"A" <= one <= c"Z" else one


cdef int _rank(uintptr_t number) noexcept:
    """The place of an attribute among those that hide addresses.

    -1 for none, -2 for a name that would be misread in a tag.
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
    if entry.length >= 6 and not memcmp(name + entry.length - 6, b"srcset", 6):
        return LISTS
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
    if kind < AS_IT_IS or kind == ON_THE_PAGE:
        return False
    if kind != AS_IT_IS and at[0] != c"/":
        if c"0" <= at[0] <= c"9":  # a size may stand there
            return False
        if memchr(at, c"(", text.length) != NULL:  # and a script's call
            return False
    if is_list and memchr(at, c"%", text.length) != NULL:
        return False
    while at < end:
        if at[0] == c"/" and _begins_placeholder(at + 1, end):
            return False
        at += 1
    return True


cdef bint _is_data(lexbor_text *text) noexcept nogil:
    """Whether what is in place of an address is the picture itself, a placeholder."""
    return text.length > 5 and not memcmp(text.data, b"data:", 5)


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


cdef int _source_of(lexbor_node *at, lexbor_text **source) noexcept:
    """Find the address that is looked for first."""
    cdef lexbor_attribute *one = (<lexbor_element *> at).attributes
    cdef lexbor_text *found = NULL
    cdef int best = MOST_LAZY + 2, rank
    cdef bint has_lists = False, may_show = True
    while one != NULL:
        rank = SRC if one.node.name == _SRC else _rank(one.node.name)
        if rank == -2:
            return NOT_SURE
        if rank == LISTS:
            has_lists = True
        elif 0 <= rank < best and one.value != NULL and one.value.length:
            found, best = one.value, rank
        elif one.node.name == _WIDTH or one.node.name == _HEIGHT:
            may_show = may_show and _is_side(one.value)
        elif one.node.name == _STYLE:
            may_show = may_show and not _has_pixel(one.value)
        one = one.next
    if found == NULL or (best == SRC and _is_data(found)):
        is_alone = at.parent != NULL and at.parent.name != _PICTURE
        return NONE if is_alone and not has_lists else NOT_SURE
    source[0] = found
    return SURE if may_show and _is_plain(found) else NOT_SURE


cdef bint put_picture(Bytes *to, lexbor_node *at, base) except -1:
    """Write an img as it is allowed; False, and nothing written, for not sure."""
    cdef lexbor_text *source = NULL
    cdef lexbor_attribute *one
    cdef size_t length = to.length
    cdef int n, found = _source_of(at, &source)
    if found != SURE:
        return found == NONE
    put(to, '<img src="', 10)
    if not put_absolute(to, source.data, source.length, base):
        to.length = length
        return False
    put(to, '"', 1)
    for n in range(_written_count):
        one = attribute_of(at, _numbers[n])
        if one != NULL:
            put(to, _written[n].data, _written[n].length)
            if one.value != NULL:
                put_escaped(to, one.value.data, one.value.length, True)
            put(to, '"', 1)
    put(to, ">", 1)
    return True


cdef inline bint _is_space(char one) noexcept nogil:
    return one == 32 or 9 <= one <= 13 or 28 <= one <= 31


cdef inline bint _is_digit(char one) noexcept nogil:
    return c"0" <= one <= c"9"


cdef const char *_after_spaces(const char *at, const char *end) noexcept nogil:
    while at < end and _is_space(at[0]):
        at += 1
    return at


cdef const char *_after_candidate(
    const char *at, const char *end, Name *size
) noexcept nogil:
    """Where a candidate ends whose address ends here; NULL for none."""
    cdef const char *one = _after_spaces(at, end)
    cdef const char *start = one
    while one > at and one < end and (_is_digit(one[0]) or one[0] == c"."):
        one += 1
    if one > start and one < end and one[0] in (c"w", c"x"):
        size.data, size.length = start, one - start
        at = one + 1
    start = one = _after_spaces(at, end)
    while one > at and one < end and _is_digit(one[0]):
        one += 1
    if one > start and one < end and one[0] == c"h":
        at = one + 1
    at = _after_spaces(at, end)
    if at == end:
        return at
    return at + 1 if at[0] == c"," else NULL


cdef double _width_of(Name *size) except -1:
    """A width or density; 0 where none is stated."""
    cdef double made = 0
    cdef size_t at
    if size.length < 16:
        for at in range(size.length):
            if not _is_digit(size.data[at]):
                break
            made = 10 * made + size.data[at] - 48
        else:
            return made
    try:
        return float(size.data[: size.length])
    except ValueError:
        return 0


cdef bint _is_size(const char *at, const char *end) noexcept nogil:
    """Whether a size stands where an address should."""
    cdef const char *start = at
    while at < end and _is_digit(at[0]):
        at += 1
    if at > start and end - at > 1 and at[0] == c"." and _is_digit(at[1]):
        at += 1
        while at < end and _is_digit(at[0]):
            at += 1
    return at > start and end - at == 1 and at[0] in (c"w", c"x")


cdef bint _may_be_widest(const char *at, const char *end) noexcept nogil:
    """Whether a candidate's address is one."""
    return (end - at < 5 or memcmp(at, b"data:", 5) != 0) and not _is_size(at, end)


def is_plain(str value not None):
    """Whether a value of ASCII is surely an address, and the one that is meant."""
    cdef lexbor_text text
    cdef bytes data = value.encode()
    text.data, text.length = data, len(data)
    return text.length > 0 and _is_plain(&text)


def largest(str srcset not None, double widest):
    """The widest address of a srcset in ASCII; `scrapers.clean.images` has the rule."""
    cdef bytes data = srcset.encode()
    cdef const char *at = data
    cdef const char *end = at + len(data)
    cdef const char *start
    cdef const char *stop
    cdef const char *best = NULL
    cdef Py_ssize_t best_length = 0
    cdef double found, best_width = -1
    cdef Name size
    while at < end:
        start = at
        at += 1
        if _is_space(start[0]) or start[0] == c",":
            continue
        while at < end and not _is_space(at[0]):
            at += 1
        stop, size.length = at, 0
        if stop[-1] != c",":
            at = _after_candidate(stop, end, &size)
            if at == NULL:  # nor does one begin inside
                at = stop
                continue
        while stop[-1] == c",":
            stop -= 1
        found = _width_of(&size)
        if best_width < found <= widest and _may_be_widest(start, stop):
            best, best_length, best_width = start, stop - start, found
    return None if best == NULL else best[:best_length].decode()
