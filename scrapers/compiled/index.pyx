# cython: language_level=3
"""The elements of a page by what their attributes say.

Stands in for `scrapers.extract.index`: looks through what `listing` has of the page.
"""

from libc.stdint cimport uint8_t

from scrapers.compiled.attributes cimport CLASS, IDENTITY, ITEMPROP, key_named
from scrapers.compiled.listing cimport Called, Entry, Listing
from scrapers.compiled.parts cimport Parts
from scrapers.compiled.shown cimport decoded
from scrapers.compiled.tree cimport as_node, lexbor_text

# Parts that have been looked for, made ready: all that are looked for are written in
# the program.
_READY = {}


cdef Parts _ready(tuple parts, bint folded):
    made = _READY.get((parts, folded))
    if made is None:
        made = _READY[parts, folded] = Parts(parts, folded)
    return made


cdef class Index:
    """The elements of one page by what they say."""

    cdef Listing _listing

    def __init__(self, Listing listing):
        self._listing = listing

    def named(self, *names):
        """The elements whose itemprop, property or rel has one of these words."""
        cdef Entry *one
        cdef size_t n
        cdef int key
        cdef bytes word
        found = []
        for name in names:
            kind, _, said = name.partition("=")
            key, word = key_named(kind), said.encode()
            for n in range(self._listing.told.count):
                one = &self._listing.told.at[n]
                if one.key == key and _has_word(one.text, word, len(word)):
                    found.append(as_node(one.node, self._listing.tree))
        return found

    @property
    def has_microdata(self):
        """Whether an element says what it holds by an itemprop."""
        cdef size_t n
        cdef Entry *one
        for n in range(self._listing.told.count):
            one = &self._listing.told.at[n]
            if one.key == ITEMPROP and decoded(one.text).split():
                return True
        return False

    def links_to(self, *parts):
        """The links whose address has one of these in it, with their addresses."""
        cdef Parts wanted = _ready(parts, False)
        cdef Entry *one
        cdef size_t n
        for n in range(self._listing.links.count):
            one = &self._listing.links.at[n]
            if wanted.are_in(one.text.data, one.text.length):
                yield decoded(one.text), as_node(one.node, self._listing.tree)

    def classed(self, *parts):
        """The elements that have one of these in their class or test id."""
        cdef Parts wanted = _ready(parts, True)
        cdef Called *one
        cdef size_t n
        for n in range(self._listing.called_count):
            one = &self._listing.called[n]
            if _has(wanted, one.classes) or _has(wanted, one.test):
                yield _names(one), as_node(one.node, self._listing.tree)

    def holding(self, *pairs):
        """The elements that have such a part in such an attribute, in either case."""
        cdef Entry *other
        cdef Called *one
        cdef size_t n
        parts = {}
        for name, part in pairs:
            parts.setdefault(key_named(name), []).append(part)
        ready = {key: _ready(tuple(every), True) for key, every in parts.items()}
        found = []
        cdef Parts classes = ready.get(CLASS), identity = ready.get(IDENTITY)
        for n in range(self._listing.called_count):
            one = &self._listing.called[n]
            if (classes is not None and _has(classes, one.classes)) or (
                identity is not None and _has(identity, one.identity)
            ):
                found.append((one.order, as_node(one.node, self._listing.tree)))
        for n in range(self._listing.told.count):
            other = &self._listing.told.at[n]
            if other.key in ready and _has(ready[other.key], other.text):
                found.append((other.order, as_node(other.node, self._listing.tree)))
        return list(dict(sorted(found, key=_order)).values())


def _order(pair):
    return pair[0]


cdef inline bint _has(Parts wanted, lexbor_text *text) noexcept:
    return text != NULL and wanted.are_in(text.data, text.length)


cdef str _names(Called *one):
    """Class and test id in lower case."""
    names = decoded(one.classes) if one.classes != NULL else ""
    if one.test != NULL:
        names = f"{names} {decoded(one.test)}"
    return names.lower()


cdef inline bint _is_space(uint8_t one) noexcept nogil:
    return one == 32 or 9 <= one <= 13 or 28 <= one <= 31


cdef bint _has_word(lexbor_text *text, bytes word, size_t size) except -1:
    """Whether a text has a word, where spaces are."""
    cdef const uint8_t *data = <const uint8_t *> text.data
    cdef const uint8_t *said = word
    cdef size_t at = 0, begin, n
    for n in range(text.length):
        if data[n] >= 0x80:  # there are spaces of other kinds
            return word.decode() in decoded(text).split()
    while at < text.length:
        while at < text.length and _is_space(data[at]):
            at += 1
        begin = at
        while at < text.length and not _is_space(data[at]):
            at += 1
        if at - begin == size and size:
            n = 0
            while n < size and data[begin + n] == said[n]:
                n += 1
            if n == size:
                return True
    return False
