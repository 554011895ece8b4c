# cython: language_level=3, boundscheck=False, wraparound=False
"""Cut out of a page what stands behind some words, passing over many bytes at a time.

Whether one of the words can begin in a block is told by the first bytes of each, in a
loop without a branch. Bytes are compared as small letters are, roughly (by all bits but
one): what is cut out too much is only read.
"""

from libc.stdint cimport uint8_t

cdef extern from "Python.h":
    char *PyBytes_AS_STRING(object)
    Py_ssize_t PyBytes_GET_SIZE(object)

cdef enum:
    MOST_WORDS = 16
    FIRST = 3  # so many bytes of a word are asked for first, in so many at a time
    BLOCK = 64
    SMALL = 32  # the bit by which small letters differ from capitals


cdef bint _may_begin(const uint8_t *data, const uint8_t *word) noexcept nogil:
    """Tell whether a word may begin in a block; reads two bytes beyond it."""
    cdef uint8_t met = 0
    cdef uint8_t one = word[0], two = word[1], three = word[2], others = 0xFF ^ SMALL
    cdef Py_ssize_t at
    for at in range(BLOCK):
        met |= (
            ((data[at] ^ one) | (data[at + 1] ^ two) | (data[at + 2] ^ three)) & others
        ) == 0
    return met


cdef bint _stands(
    const uint8_t *data, const uint8_t *word, Py_ssize_t size
) noexcept nogil:
    cdef Py_ssize_t at
    for at in range(size):
        if (data[at] | SMALL) != (word[at] | SMALL):
            return False
    return True


cdef class _Words:
    """The words that are looked for."""

    cdef const uint8_t *starts[MOST_WORDS]
    cdef Py_ssize_t sizes[MOST_WORDS]
    cdef Py_ssize_t count
    cdef tuple kept

    def __cinit__(self, tuple words not None):
        cdef Py_ssize_t n
        self.kept = words
        self.count = len(words)
        if self.count > MOST_WORDS:
            raise ValueError("too many words")
        for n in range(self.count):
            word = <bytes?> words[n]
            if len(word) < FIRST:
                raise ValueError("a word has three bytes or more")
            self.starts[n] = <const uint8_t *> PyBytes_AS_STRING(word)
            self.sizes[n] = PyBytes_GET_SIZE(word)

    cdef Py_ssize_t after(
        self, const uint8_t *data, Py_ssize_t at, Py_ssize_t length
    ) noexcept nogil:
        """Where the first word from a place on begins, or -1."""
        cdef Py_ssize_t n, end
        cdef bint may
        while at < length:
            end = length
            if at + BLOCK + FIRST <= length:
                end = at + BLOCK
                may = False
                for n in range(self.count):
                    may |= _may_begin(data + at, self.starts[n])
                if not may:
                    at = end
                    continue
            while at < end:
                for n in range(self.count):
                    if (
                        (data[at] | SMALL) == (self.starts[n][0] | SMALL)
                        and self.sizes[n] <= length - at
                        and _stands(data + at, self.starts[n], self.sizes[n])
                    ):
                        return at
                at += 1
        return -1


def near(bytes data not None, tuple words not None, Py_ssize_t span, bytes mark):
    """What `scrapers.extract.mentions.near` gives, and a little more."""
    cdef const uint8_t *text = <const uint8_t *> PyBytes_AS_STRING(data)
    cdef Py_ssize_t length = PyBytes_GET_SIZE(data), begin = 0, end = -1
    cdef _Words known = _Words(words)
    cdef Py_ssize_t at = known.after(text, 0, length)
    found = []
    while at >= 0:
        if at > end:
            if end >= 0:
                found.append(data[begin:end])
            begin = at
        end = length if span > length - at else at + span
        at = known.after(text, at + 1, length)
    if end >= 0:
        found.append(data[begin:end])
    return mark.join(found)
