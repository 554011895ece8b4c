# cython: language_level=3, boundscheck=False, wraparound=False
"""Tell whether texts and attributes are as lexbor writes them, and where they end."""

from libc.stdint cimport uint64_t
from libc.string cimport memcmp

from scrapers.compiled.bytes cimport HIGHEST, ONES, eight_at, have

cdef enum:
    MOST_ATTRIBUTES = 12

# What a byte may mean in a text, and in a value.
cdef enum:
    PLAIN, LAST, AND, REFUSED, SEEN_C2, SEEN_EF
cdef unsigned char _in_text[256]
cdef unsigned char _in_value[256]


cdef int space_at(const unsigned char *at, const unsigned char *end) noexcept nogil:
    """The bytes of a space that is no plain one, or of `&nbsp;`; 0 for neither.

    A space is what `str.isspace` has for one.
    """
    cdef Py_ssize_t left = end - at
    if at[0] == b"&":
        return 6 if left >= 6 and not memcmp(at, b"&nbsp;", 6) else 0
    if at[0] == 0xC2 and left > 1:
        return 2 if at[1] == 0x85 else 0  # a plain U+00A0 is refused
    if left < 3:
        return 0
    if at[0] == 0xE1:
        return 3 if at[1] == 0x9A and at[2] == 0x80 else 0
    if at[0] == 0xE2 and at[1] == 0x80:
        return 3 if at[2] <= 0x8A or at[2] in (0xA8, 0xA9, 0xAF) else 0
    if at[0] == 0xE2 and at[1] == 0x81:
        return 3 if at[2] == 0x9F else 0
    return 3 if at[0] == 0xE3 and at[1] == 0x80 and at[2] == 0x80 else 0


cdef int _reference(
    const unsigned char *at, const unsigned char *end, bint quoted
) noexcept nogil:
    """The bytes of a reference as lexbor writes it; 0 for another."""
    cdef Py_ssize_t left = end - at
    if left >= 5 and not memcmp(at, b"&amp;", 5):
        return 5
    if left >= 4 and (not memcmp(at, b"&lt;", 4) or not memcmp(at, b"&gt;", 4)):
        return 4
    if left >= 6 and not memcmp(at, b"&nbsp;", 6):
        return 6
    return 6 if quoted and left >= 6 and not memcmp(at, b"&quot;", 6) else 0


cdef inline const char *_plain(
    const char *at, const char *end, bint quoted
) noexcept nogil:
    """Pass over what is surely plain, eight bytes at a time."""
    cdef uint64_t eight
    while end - at >= 8:
        eight = eight_at(at)
        if (
            have(eight, c"<") | have(eight, c">") | have(eight, c"&")
            | have(eight, 0xC2) | have(eight, 0xEF)
            | (eight - 0x20 * <uint64_t> ONES) & ~eight & <uint64_t> HIGHEST
        ):
            break
        if quoted and have(eight, c'"'):
            break
        at += 8
    return at


cdef const unsigned char *_characters(
    const unsigned char *at,
    const unsigned char *end,
    const unsigned char *kinds,
    bint quoted,
) noexcept nogil:
    """Where a text or value ends; NULL where it is not as lexbor writes it."""
    cdef int length
    while True:
        at = <const unsigned char *> _plain(<const char *> at, <const char *> end, quoted)
        while at < end and kinds[at[0]] == PLAIN:
            at += 1
        if at == end:
            return NULL if quoted else at
        if kinds[at[0]] == LAST:
            return at
        if kinds[at[0]] == AND:
            length = _reference(at, end, quoted)
            if not length:
                return NULL
            at += length
        elif kinds[at[0]] == SEEN_C2:
            if end - at > 1 and at[1] == 0xA0:
                return NULL
            at += 1
        elif kinds[at[0]] == SEEN_EF:
            if end - at > 2 and at[1] == 0xBF and at[2] >= 0xBD:
                return NULL
            at += 1
        else:
            return NULL


cdef const unsigned char *end_of_text(
    const unsigned char *at, const unsigned char *end
) noexcept nogil:
    """Where a text ends; NULL where it is not as lexbor writes it."""
    return _characters(at, end, _in_text, False)


cdef const unsigned char *end_of_attributes(
    const unsigned char *at, const unsigned char *end
) noexcept nogil:
    """Where a start tag ends, from what stands after its name on; NULL too."""
    cdef const unsigned char *names[MOST_ATTRIBUTES]
    cdef Py_ssize_t lengths[MOST_ATTRIBUTES]
    cdef const unsigned char *start
    cdef int found = 0, n
    while at < end and at[0] == 32:
        at += 1
        start = at
        while at < end and (b"a" <= at[0] <= b"z"):
            at += 1
        if at == start or found == MOST_ATTRIBUTES or end - at < 3:
            return NULL
        for n in range(found):  # of two with one name the parser takes the first
            if lengths[n] == at - start and not memcmp(names[n], start, at - start):
                return NULL
        names[found] = start
        lengths[found] = at - start
        found += 1
        if at[0] != b"=" or at[1] != b'"':
            return NULL
        at = _characters(at + 2, end, _in_value, True)
        if at == NULL:
            return NULL
        at += 1
    return at + 1 if at < end and at[0] == b">" else NULL


cdef void _sort_bytes(unsigned char *kinds, unsigned char last):
    """Sort all bytes by what they may mean in what ends at one."""
    cdef int byte
    for byte in range(256):
        kinds[byte] = REFUSED if byte < 32 or byte in b"<>" else PLAIN
    kinds[9] = kinds[10] = PLAIN
    kinds[b"&"] = AND
    kinds[0xC2] = SEEN_C2
    kinds[0xEF] = SEEN_EF
    kinds[last] = LAST


_sort_bytes(_in_text, b"<")
_sort_bytes(_in_value, b'"')
