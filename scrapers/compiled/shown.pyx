# cython: language_level=3
"""What an element of a page shows, as clean lines of text.

Stands in for `text_of` and `field_of` of `scrapers.extract.document`, for the lines of
`scrapers.extract.lines` and for the texts of `scrapers.extract.unmarked`.
"""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uint8_t, uintptr_t
from libc.stdlib cimport free

from scrapers.compiled.bytes cimport Bytes, forget, put
from scrapers.compiled.growing cimport grow
from scrapers.compiled.texts cimport line_in
from scrapers.compiled.tree cimport (
    LEXBOR_TEXT,
    as_node,
    lexbor_node,
    lexbor_text,
    node_of,
    onward,
    text_at,
)

cdef size_t NO_LIMIT = <size_t> -1
cdef enum:
    KNOWN = 256  # tags; those with greater numbers are in no table

cdef str decoded(lexbor_text *text):
    """A text as selectolax gives it."""
    return PyUnicode_DecodeUTF8(text.data, text.length, "replace")


cdef size_t _begun(const char *data, size_t length) noexcept nogil:
    """How many characters of UTF-8 begin in it, or fewer where it is broken."""
    cdef size_t at, count = 0
    for at in range(length):
        count += (<uint8_t> data[at] & 0xC0) != 0x80
    return count


cdef str text_in(lexbor_node *root, size_t limit):
    """The text of an element as one clean line, a space where elements meet.

    "" where it would have so many characters or more before it is cleaned.
    """
    cdef Bytes made = Bytes(NULL, 0, 0)
    cdef lexbor_node *at = root
    cdef lexbor_text *text
    cdef bint is_first = True
    cdef size_t count = 0
    try:
        while at != NULL:
            text = text_at(at) if at.kind == LEXBOR_TEXT else NULL
            if text != NULL and text.data != NULL:
                if not is_first:
                    put(&made, " ", 1)
                is_first = False
                put(&made, text.data, text.length)
                if limit != NO_LIMIT:
                    count += 1 + _begun(text.data, text.length)
                    if count > limit:  # the space before the first is counted too
                        return ""
            at = onward(at, root)
        if limit != NO_LIMIT and _characters(&made) >= limit:
            return ""
        return line_in(made.data, made.length)
    finally:
        forget(&made)


cdef size_t _characters(Bytes *text) except? 0:
    """How many characters a text has once it is decoded."""
    cdef size_t count = _begun(text.data, text.length)
    if count == text.length:
        return count
    return len(PyUnicode_DecodeUTF8(text.data, text.length, "replace"))


# Functions of Python that these stand in for, by name.
PYTHON = {}
cdef size_t _field_limit = 0


def instead_of(function):
    """The compiled function by the name of one of Python."""
    PYTHON[function.__name__] = function
    return globals()[function.__name__]


def fields_are_below(size_t limit):
    """Take how many characters of text, before it is cleaned, are too many."""
    global _field_limit
    _field_limit = limit


def text_of(node):
    """The text of an element as one clean line; a space where elements meet."""
    return text_in(node_of(node), NO_LIMIT)


def field_of(node):
    """The text of an element that should hold one short fact, "" if it holds more."""
    return text_in(node_of(node), _field_limit)


cdef enum Kind:
    INLINE, BLOCK, SKIP, BREAK, WORDS

cdef class Lines:
    """The lines around an element, by the kinds of elements by lexbor's numbers."""

    cdef uint8_t _kinds[KNOWN]
    cdef uintptr_t _body
    cdef int _steps

    def __init__(self, blocks, skipped, breaks, body, steps):
        cdef int number
        for number in range(KNOWN):
            self._kinds[number] = (
                BLOCK if number in blocks else
                SKIP if number in skipped else
                BREAK if number in breaks else INLINE
            )
        self._body = body
        self._steps = steps

    cdef inline int _kind(self, lexbor_node *at) noexcept:
        if at.kind == LEXBOR_TEXT:
            return WORDS
        return self._kinds[at.name] if at.name < KNOWN else INLINE

    def after(self, node, Py_ssize_t limit):
        """The first lines after an element, at most so many."""
        return self._around(node, limit, True)

    def before(self, node, Py_ssize_t limit):
        """The last lines before an element, at most so many."""
        return self._around(node, limit, False)[::-1]

    cdef list _around(self, node, Py_ssize_t limit, bint is_after):
        cdef lexbor_node *at = node_of(node)
        cdef lexbor_node *deeper
        cdef _Line made = _Line(is_after)
        cdef int kind
        for _ in range(self._steps):
            deeper = at.next if is_after else at.prev
            while deeper == NULL:
                at = at.parent
                if at == NULL or at.name == self._body or len(made.lines) >= limit:
                    made.end()
                    return made.lines[:limit]
                if self._kind(at) == BLOCK:
                    made.end()
                deeper = at.next if is_after else at.prev
            while deeper != NULL:
                at, kind = deeper, self._kind(deeper)
                if kind == WORDS:
                    made.add(at)
                    break
                if kind == BLOCK or kind == BREAK:
                    made.end()
                if kind == SKIP:
                    break
                deeper = at.first if is_after else at.last
            if len(made.lines) >= limit:
                break
        made.end()
        return made.lines[:limit]

    def within(self, node):
        """The lines of an element's own text."""
        cdef lexbor_node *root = node_of(node)
        cdef lexbor_node *at = root
        cdef _Line made = _Line(True)
        cdef int kind
        while at != NULL:
            kind = self._kind(at)
            if kind == WORDS:
                if not _is_blank(text_at(at)):
                    made.add(at)
            elif kind == BLOCK or kind == BREAK:
                made.end()
            at = onward(at, root)
        made.end()
        return made.lines


cdef class _Line:
    """The texts of a line that is being put together, and the lines before it."""

    cdef list lines
    cdef bint _is_forward
    cdef lexbor_text **_texts
    cdef size_t _count, _room
    cdef Bytes _made

    def __cinit__(self, bint is_forward):
        self.lines = []
        self._is_forward = is_forward
        self._texts = NULL
        self._count = self._room = 0
        self._made = Bytes(NULL, 0, 0)

    def __dealloc__(self):
        free(self._texts)
        forget(&self._made)

    cdef int add(self, lexbor_node *at) except -1:
        """Add a text; most are the spaces between blocks, which begin no line."""
        cdef lexbor_text *text = text_at(at)
        if text.data == NULL or (not self._count and _is_blank(text)):
            return 0
        grow(
            <void **> &self._texts, &self._room, self._count + 1, sizeof(lexbor_text *)
        )
        self._texts[self._count] = text
        self._count += 1
        return 0

    cdef int end(self) except -1:
        """End the line, unless none has begun."""
        cdef size_t n
        cdef lexbor_text *text
        if not self._count:
            return 0
        self._made.length = 0
        for n in range(self._count):
            text = self._texts[n if self._is_forward else self._count - 1 - n]
            put(&self._made, text.data, text.length)
        self._count = 0
        if made := line_in(self._made.data, self._made.length):
            self.lines.append(made)
        return 0


cdef bint _is_blank(lexbor_text *text) noexcept nogil:
    """Whether a text is only of HTML's own spaces."""
    cdef size_t at
    cdef char one
    for at in range(text.length):
        one = text.data[at]
        if one != c" " and one != c"\n" and one != c"\t" and one != c"\r":
            if one != c"\f":
                return False
    return True


def beginnings(root, keys):
    """The texts, with their nodes, whose key one of these keys may begin with."""
    cdef lexbor_node *top = node_of(root)
    cdef lexbor_node *at = top
    cdef lexbor_text *text
    cdef bytes key
    every = [key_.encode() for key_ in keys]
    found = []
    parser = root.parser
    while at != NULL:
        text = text_at(at) if at.kind == LEXBOR_TEXT else NULL
        if text != NULL and text.data != NULL and text.length:
            for key in every:
                if _may_begin(<const uint8_t *> text.data, text.length, key, len(key)):
                    found.append((decoded(text), as_node(at, parser)))
                    break
        at = onward(at, top)
    return found


cdef bint _may_begin(
    const uint8_t *text, size_t length, const uint8_t *key, size_t size
) noexcept nogil:
    """Tell whether a key may begin with a text's, as far as that is of ASCII.

    A mark after a letter may be one character with it: that letter tells nothing.
    """
    cdef size_t at, to = 0
    cdef uint8_t one
    cdef bint is_apart = False
    for at in range(length):
        one = text[at]
        if one >= 0x80:
            return True
        if c"A" <= one <= c"Z":
            one += 32
        elif not (c"a" <= one <= c"z" or c"0" <= one <= c"9" or one == c"_"):
            is_apart = to > 0
            continue
        if is_apart:
            if to == size or key[to] != c" ":
                return False
            to += 1
            is_apart = False
        if to == size or key[to] != one:
            return at + 1 < length and text[at + 1] >= 0x80
        to += 1
    return True
