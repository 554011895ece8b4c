# cython: language_level=3, boundscheck=False, wraparound=False
"""What nearly every part of extraction does with a text, over its own characters.

Most texts are clean as they are; that is found out many characters at a time, in loops
without a branch, and the text itself is given back. What a character is (a space, the
end of a line, nothing) is in `_kind_of`, which the tests compare with Python's answer
for each character there is.
"""

from libc.stdint cimport uint8_t, uint16_t, uint32_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

cdef extern from "Python.h":
    bint PyUnicode_CheckExact(object)
    Py_ssize_t PyUnicode_GET_LENGTH(object)
    int PyUnicode_KIND(object)
    void *PyUnicode_DATA(object)
    object PyUnicode_New(Py_ssize_t size, uint32_t largest)
    object PyUnicode_DecodeASCII(const char *data, Py_ssize_t size, const char *errors)
    object PyUnicode_DecodeUTF8(const char *data, Py_ssize_t size, const char *errors)
    void PyUnicode_WRITE(int kind, void *data, Py_ssize_t at, uint32_t value) nogil

ctypedef fused unit:
    uint8_t
    uint16_t
    uint32_t

cdef enum:
    NEAR = 4000  # bytes of a text that is made into a line without asking for memory

cdef enum:
    KEPT
    SPACE
    BREAK  # a space at which a line ends
    DROPPED
    PUZZLE  # left to Python

# What a character of Latin-1 is, by its code.
cdef uint8_t[256] _KINDS
# What each character is in a key, once it has been asked for; see `keys_are`.
cdef uint16_t[65536] _KEYS
cdef enum:
    UNKNOWN
    UNTOLD
cdef object _key_in = None

# Functions of Python that these stand in for, by name.
PYTHON = {}


def instead_of(function):
    """The compiled function by the name of one of Python, which does the rest."""
    PYTHON[function.__name__] = function
    return globals()[function.__name__]


def keys_are(told):
    """Take what tells each character's key: one character, or "" where it needs others.

    It is asked once for each, and a space stands for what sets words apart.
    """
    global _key_in
    _key_in = told
    for code in range(65536):
        _KEYS[code] = UNKNOWN


cdef inline int _kind_of(uint32_t one) noexcept nogil:
    if one < 256:
        return _KINDS[one]
    if one < 0x2000:
        return SPACE if one == 0x1680 else KEPT
    if one < 0x2070:
        if one < 0x200B or one == 0x202F or one == 0x205F:
            return SPACE
        if one == 0x2060:
            return DROPPED
        return BREAK if 0x2028 <= one <= 0x2029 else KEPT
    if one == 0x3000:
        return SPACE
    if one < 0xD800:
        return KEPT
    if one < 0xE000 or one == 0xFEFF:
        return DROPPED
    if 0xFFFD <= one <= 0xFFFF:
        return PUZZLE if one == 0xFFFD else DROPPED
    return KEPT


cdef void _fill_kinds():
    cdef int code
    for code in range(256):
        if code in (0x20, 0xA0, 0x09, 0x1F):
            _KINDS[code] = SPACE
        elif 0x0A <= code <= 0x0D or 0x1C <= code <= 0x1E or code == 0x85:
            _KINDS[code] = BREAK
        elif code < 0x20 or 0x7F <= code < 0xA0 or code == 0xAD:
            _KINDS[code] = DROPPED
        else:
            _KINDS[code] = KEPT


cdef inline bint _is_plain(const unit *data, Py_ssize_t size) noexcept nogil:
    """Tell whether all characters stay and all spaces between them are single."""
    cdef Py_ssize_t n
    cdef unit one, other = 0, found = 0
    if size == 0:
        return True
    for n in range(size - 1):
        one = data[n]
        other = data[n + 1]
        found |= one < 0x20
        found |= (one == 0x20) & (other == 0x20)
        found |= (one >= 0x7F) & (one <= 0xA0)
        found |= one == 0xAD
        if unit is not uint8_t:
            found |= one == 0x1680
            found |= (one >= 0x2000) & (one <= 0x200A)
            found |= (one == 0x2028) | (one == 0x2029) | (one == 0x202F)
            found |= (one == 0x205F) | (one == 0x2060) | (one == 0x3000)
            found |= (one >= 0xD800) & (one <= 0xDFFF)
            found |= (one == 0xFEFF) | (one >= 0xFFFD) & (one <= 0xFFFF)
    return found == 0 and (
        data[size - 1] == 0x20 or _kind_of(data[size - 1]) == KEPT
    )


cdef object _made(const unit *data, Py_ssize_t size, bint by_line, object text):
    """One line, or each on its own, of characters that need more than to be cut."""
    cdef Py_ssize_t n, length = 0
    cdef int kind, between = 0
    cdef uint32_t every = 0
    for n in range(size):
        kind = _kind_of(data[n])
        if kind == KEPT:
            length += 1 + (length > 0 and between > 0)
            every |= data[n]
            between = 0
        elif kind == PUZZLE:
            return None
        elif kind != DROPPED:
            between |= kind
    if length == 0:
        return ""
    made = PyUnicode_New(length, every if every < 0x10FFFF else 0x10FFFF)
    cdef void *out = PyUnicode_DATA(made)
    cdef int wide = PyUnicode_KIND(made)
    length = 0
    between = 0
    for n in range(size):
        kind = _kind_of(data[n])
        if kind == KEPT:
            if length > 0 and between > 0:
                PyUnicode_WRITE(
                    wide, out, length, 0x0A if by_line and between & BREAK else 0x20
                )
                length += 1
            PyUnicode_WRITE(wide, out, length, data[n])
            length += 1
            between = 0
        elif kind != DROPPED:
            between |= kind
    return made


cdef object _cleaned(const unit *data, Py_ssize_t size, bint by_line, object text):
    cdef Py_ssize_t start = 0, end = size
    if not _is_plain(data, size):
        return _made(data, size, by_line, text)
    if start < end and data[start] == 0x20:
        start += 1
    if start < end and data[end - 1] == 0x20:
        end -= 1
    return text if end - start == size else text[start:end]


cdef inline object _clean(object text, bint by_line):
    cdef int kind = PyUnicode_KIND(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    cdef void *data = PyUnicode_DATA(text)
    if kind == 1:
        return _cleaned(<const uint8_t *> data, size, by_line, text)
    if kind == 2:
        return _cleaned(<const uint16_t *> data, size, by_line, text)
    return _cleaned(<const uint32_t *> data, size, by_line, text)


cpdef object line(object text):
    made = _clean(text, False) if PyUnicode_CheckExact(text) else None
    return PYTHON["line"](text) if made is None else made


cpdef object lines(object text):
    made = _clean(text, True) if PyUnicode_CheckExact(text) else None
    return PYTHON["lines"](text) if made is None else made


cdef inline Py_ssize_t _joined(
    char *to, const char *data, Py_ssize_t size
) noexcept nogil:
    """Write the words of a text of ASCII with single spaces; gives their length."""
    cdef Py_ssize_t n, length = 0
    cdef uint8_t one, kind
    cdef bint is_apart = False
    for n in range(size):
        one = <uint8_t> data[n]
        kind = _KINDS[one]
        if kind == KEPT:
            if is_apart:
                to[length] = c" "
                length += length > 0
                is_apart = False
            to[length] = one
            length += 1
        else:
            is_apart = is_apart or kind != DROPPED
    return length


cdef object line_in(const char *data, Py_ssize_t size):
    cdef char near[NEAR]
    cdef Py_ssize_t n
    cdef unsigned char every = 0
    for n in range(size):
        every |= <unsigned char> data[n]
    if every >= 0x80:
        return line(PyUnicode_DecodeUTF8(data, size, "replace"))
    if not _is_plain(<const uint8_t *> data, size):
        if size <= NEAR:  # as most are that need more, being wrapped
            return PyUnicode_DecodeASCII(near, _joined(near, data, size), NULL)
        return _made(<const uint8_t *> data, size, False, None)
    if size and data[0] == c" ":
        data, size = data + 1, size - 1
    if size and data[size - 1] == c" ":
        size -= 1
    return PyUnicode_DecodeASCII(data, size, NULL)


cdef inline bint _is_legal(const unit *data, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t n
    cdef unit one, found = 0
    for n in range(size):
        one = data[n]
        found |= (one < 0x20) & (one != 0x09) & (one != 0x0A) & (one != 0x0D)
        if unit is not uint8_t:
            found |= (one >= 0xD800) & (one <= 0xDFFF)
            found |= (one >= 0xFFFD) & (one <= 0xFFFF)
    return found == 0


cpdef object legal(object text):
    cdef bint is_legal = False
    cdef Py_ssize_t size
    if PyUnicode_CheckExact(text):
        size = PyUnicode_GET_LENGTH(text)
        if PyUnicode_KIND(text) == 1:
            is_legal = _is_legal(<const uint8_t *> PyUnicode_DATA(text), size)
        elif PyUnicode_KIND(text) == 2:
            is_legal = _is_legal(<const uint16_t *> PyUnicode_DATA(text), size)
        else:
            is_legal = _is_legal(<const uint32_t *> PyUnicode_DATA(text), size)
    return text if is_legal else PYTHON["legal"](text)


cdef inline Py_ssize_t _weight(const unit *data, Py_ssize_t size) noexcept nogil:
    """Its length, and two more for each character of East Asia where many are wide."""
    cdef Py_ssize_t n, wide = 0, bytes = 0
    cdef unit one
    for n in range(size):
        one = data[n]
        wide += (one >= 0x3040) & (one <= 0x9FFF) | (one >= 0xAC00) & (one <= 0xD7AF)
        # What it takes in UTF-8 beyond one; a lone surrogate is one "?" there.
        bytes += (
            (one >= 0x80) + (one >= 0x800) + (one >= 0x10000)
            - 2 * ((one >= 0xD800) & (one <= 0xDFFF))
        )
    return size if bytes < size // 10 else size + 2 * wide


cpdef Py_ssize_t weight(object text) except -1:
    if not PyUnicode_CheckExact(text):
        return PYTHON["weight"](text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    if PyUnicode_KIND(text) == 1:
        return size
    if PyUnicode_KIND(text) == 2:
        return _weight(<const uint16_t *> PyUnicode_DATA(text), size)
    return _weight(<const uint32_t *> PyUnicode_DATA(text), size)


cpdef bint weighs(object text, Py_ssize_t least) except -1:
    if not PyUnicode_CheckExact(text):
        return PYTHON["weighs"](text, least)
    return PyUnicode_GET_LENGTH(text) >= least or weight(text) >= least


cdef inline Py_ssize_t _indentation(const unit *data, Py_ssize_t size) noexcept nogil:
    """Ends of lines, tabs, and both of two spaces."""
    cdef Py_ssize_t n, found = 0
    cdef bint after = False  # a space that is not the second of two
    for n in range(size):
        found += (data[n] == 0x0A) + (data[n] == 0x09)
        after = data[n] == 0x20 and not after
        found += 2 * (after and n + 1 < size and data[n + 1] == 0x20)
    return found


cpdef Py_ssize_t without_indentation(object text) except? -1:
    if not PyUnicode_CheckExact(text):
        return PYTHON["without_indentation"](text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    cdef void *data = PyUnicode_DATA(text)
    if PyUnicode_KIND(text) == 1:
        return size - _indentation(<const uint8_t *> data, size)
    if PyUnicode_KIND(text) == 2:
        return weight(text) - _indentation(<const uint16_t *> data, size)
    return weight(text) - _indentation(<const uint32_t *> data, size)


cdef Py_ssize_t _learn(uint32_t one) except -1:
    told = _key_in(chr(one))
    _KEYS[one] = <uint16_t> ord(told) if told and told <= "\uffff" else UNTOLD
    return 0


cdef inline Py_ssize_t _key(
    const unit *data, Py_ssize_t size, uint16_t *out, uint32_t *every
) except -2:
    """Write what is compared of a text; -1 where a letter of it is not known here."""
    cdef Py_ssize_t n, length = 0
    cdef uint16_t one
    cdef bint between = False
    for n in range(size):
        one = _KEYS[data[n]]
        if one == UNKNOWN:
            _learn(data[n])
            one = _KEYS[data[n]]
        if one == UNTOLD:
            return -1
        if one == 0x20:
            between = True
            continue
        if between and length > 0:
            out[length] = 0x20
            length += 1
        out[length] = one
        every[0] |= one
        length += 1
        between = False
    return length


cdef object _string_of(const uint16_t *data, Py_ssize_t size, uint32_t every):
    cdef Py_ssize_t n
    made = PyUnicode_New(size, every)
    cdef uint8_t *out = <uint8_t *> PyUnicode_DATA(made)
    if every > 0xFF:
        memcpy(out, data, size * sizeof(uint16_t))
    else:
        for n in range(size):
            out[n] = <uint8_t> data[n]
    return made


cpdef object key_of(object text):
    cdef uint16_t[400] near
    cdef uint32_t every = 0
    if not PyUnicode_CheckExact(text) or PyUnicode_KIND(text) == 4:
        return PYTHON["key_of"](text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text), length
    cdef uint16_t *out = near
    if size > 400:
        out = <uint16_t *> malloc(size * sizeof(uint16_t))
        if out == NULL:
            raise MemoryError
    try:
        if PyUnicode_KIND(text) == 1:
            length = _key(<const uint8_t *> PyUnicode_DATA(text), size, out, &every)
        else:
            length = _key(<const uint16_t *> PyUnicode_DATA(text), size, out, &every)
        if length < 0:
            return PYTHON["key_of"](text)
        return _string_of(out, length, every)
    finally:
        if out != near:
            free(out)


_fill_kinds()
