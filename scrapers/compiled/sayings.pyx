# cython: language_level=3
"""The classes and test ids of a page, to be searched as one text.

Each text is kept once where it is said again soon, as the classes of a list's items
are; a zero, which no text of a page has, sets them apart.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uint8_t, uint32_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcmp, memset

from scrapers.compiled.bytes cimport forget, put
from scrapers.compiled.growing cimport grow
from scrapers.compiled.listing cimport Called
from scrapers.compiled.parts cimport Parts
from scrapers.compiled.tree cimport lexbor_text


cdef class Sayings:
    """What elements say of themselves in their classes and test ids."""

    @staticmethod
    cdef Sayings of(Called *elements, size_t count):
        """The texts of these elements."""
        cdef Sayings made = Sayings.__new__(Sayings)
        cdef size_t n
        made.which = <uint32_t *> malloc((count + 1) * sizeof(uint32_t))
        if made.which == NULL:
            raise MemoryError
        for n in range(count):
            made._add(n, elements[n].classes, elements[n].test)
        return made

    def __dealloc__(self):
        forget(&self._data)
        free(self._texts)
        free(self.which)

    cdef int _add(self, size_t n, lexbor_text *text, lexbor_text *test) except -1:
        """Add an element's class, its test id, or both."""
        cdef uint8_t kind = _kind_of(text if text != NULL else test)
        cdef size_t known = self._known(kind, text, test)
        cdef size_t begin = self._data.length, own = 0
        if not known:
            if text != NULL:
                put(&self._data, text.data, text.length)
                own = text.length
            if test != NULL:
                put(&self._data, " ", 1)
                put(&self._data, test.data, test.length)
            known = self._text_count + 1
            grow(<void **> &self._texts, &self._text_room, known, sizeof(Saying))
            self._texts[known - 1] = Saying(begin, own, self._data.length - begin)
            put(&self._data, "\0", 1)
            self._text_count = known
            self._last[kind] = <uint32_t> known
        self.which[n] = <uint32_t> known - 1
        return 0

    cdef size_t _known(self, uint8_t kind, lexbor_text *text, lexbor_text *test):
        """Which text this is, from 1 on; 0 for another, or where a test id follows."""
        cdef uint32_t known = self._last[kind]
        cdef Saying *one = &self._texts[known - 1] if known else NULL
        if test != NULL or one == NULL:
            return 0
        if one.own != text.length or one.length != text.length:
            return 0
        return 0 if memcmp(self._data.data + one.at, text.data, text.length) else known

    cdef bytes having(self, Parts parts):
        """A byte for each text: whether it has one of these parts."""
        cdef bytes made = PyBytes_FromStringAndSize(NULL, self._text_count)
        cdef char *found = PyBytes_AS_STRING(made)
        cdef size_t n = 0, at = 0
        memset(found, 0, self._text_count)
        while n < self._text_count:
            at = parts.first_in(self._data.data, self._texts[n].at, self._data.length)
            while n < self._text_count and _end(&self._texts[n]) <= at:
                n += 1
            if n < self._text_count:
                found[n] = 1
                n += 1
        return made

    cdef bint owns(self, size_t text, Parts parts):
        """Whether a text has one of these parts before the test id."""
        cdef Saying *one = &self._texts[text]
        return parts.are_in(self._data.data + one.at, one.own)

    cdef str text(self, size_t number):
        """One of the texts."""
        cdef Saying *one = &self._texts[number]
        return PyUnicode_DecodeUTF8(self._data.data + one.at, one.length, "replace")


cdef inline size_t _end(Saying *one) noexcept nogil:
    return one.at + one.length


cdef inline uint8_t _kind_of(lexbor_text *text) noexcept nogil:
    """What few texts have in common, by their length and ends."""
    cdef size_t size = text.length
    cdef const uint8_t *data = <const uint8_t *> text.data
    if not size:
        return 0
    return <uint8_t> (size * 7 + data[0] + data[size // 2] * 3 + data[size - 1] * 5)
