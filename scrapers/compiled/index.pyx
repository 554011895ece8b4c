# cython: language_level=3
"""The elements of a page by what their attributes say.

Stands in for `scrapers.extract.index`: looks through what `listing` has of the page.
"""

from libc.stdint cimport uint8_t

from scrapers.compiled.attributes cimport CLASS, IDENTITY, ITEMPROP, KEYS, key_named
from scrapers.compiled.listing cimport Called, Entries, Entry, Listing
from scrapers.compiled.parts cimport Parts
from scrapers.compiled.sayings cimport Sayings
from scrapers.compiled.shown cimport decoded
from scrapers.compiled.tree cimport as_node, lexbor_text

# What has been looked for, made ready: all of it is written in the program.
_READY = {}
_WORDS = {}
_PAIRS = {}


cdef Parts _ready(tuple parts, bint folded):
    made = _READY.get((parts, folded))
    if made is None:
        made = _READY[parts, folded] = Parts(parts, folded)
    return made


cdef tuple _word_of(name):
    """The attribute and the word of a name such as "itemprop=author"."""
    made = _WORDS.get(name)
    if made is None:
        kind, _, said = name.partition("=")
        made = _WORDS[name] = (key_named(kind), said.encode())
    return made


cdef tuple _wanted(tuple pairs):
    """The parts that are looked for in each attribute."""
    made = _PAIRS.get(pairs)
    if made is None:
        parts = [[] for _ in range(KEYS)]
        for name, part in pairs:
            parts[key_named(name)].append(part)
        made = tuple(Parts(every, True) if every else None for every in parts)
        _PAIRS[pairs] = made
    return made


cdef class Index:
    """The elements of one page by what they say."""

    cdef Listing _listing
    cdef Sayings _said

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
            key, word = _word_of(name)
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
            if _has(wanted, one.text):
                yield decoded(one.text), as_node(one.node, self._listing.tree)

    def classed(self, *parts):
        """The elements that have one of these in their class or test id."""
        cdef Sayings said = self._sayings()
        cdef bytes having = said.having(_ready(parts, True))
        cdef const uint8_t *found = having
        cdef size_t n
        for n in range(self._listing.called_count):
            if found[said.which[n]]:
                node = as_node(self._listing.called[n].node, self._listing.tree)
                yield said.text(said.which[n]).lower(), node

    cdef Sayings _sayings(self):
        """The classes and test ids of the page, read when they are first asked for."""
        if self._said is None:
            self._said = Sayings.of(self._listing.called, self._listing.called_count)
        return self._said

    def holding(self, *pairs):
        """The elements that have such a part in such an attribute, in either case."""
        cdef tuple wanted = _wanted(pairs)
        found = {}
        if wanted[CLASS] is not None:
            self._add_classed(found, wanted[CLASS])
        if wanted[IDENTITY] is not None:
            self._add(found, wanted, &self._listing.identities)
        self._add(found, wanted, &self._listing.told)
        return [found[order] for order in sorted(found)]

    cdef int _add(self, dict found, tuple wanted, Entries *every) except -1:
        """Add the elements that have a part in such an attribute."""
        cdef Entry *one
        cdef size_t n
        for n in range(every.count):
            one = &every.at[n]
            parts = wanted[one.key]
            if parts is not None and _has(parts, one.text):
                found[one.order] = as_node(one.node, self._listing.tree)
        return 0

    cdef int _add_classed(self, dict found, Parts wanted) except -1:
        """Add the elements that have a part in their class, not in a test id."""
        cdef Sayings said = self._sayings()
        cdef bytes having = said.having(wanted)
        cdef const uint8_t *likely = having
        cdef Called *one
        cdef size_t n
        for n in range(self._listing.called_count):
            one = &self._listing.called[n]
            if likely[said.which[n]] and said.owns(said.which[n], wanted):
                found[one.order] = as_node(one.node, self._listing.tree)
        return 0


cdef inline bint _has(Parts wanted, lexbor_text *text) noexcept:
    return wanted.are_in(text.data, text.length)


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
