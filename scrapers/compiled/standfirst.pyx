# cython: language_level=3
"""The element under a headline that is named as a standfirst is.

Stands in for a function of `scrapers.extract.summaries`, which tells what such an
element is called.
"""

from libc.stdint cimport uint8_t

from scrapers.compiled.attributes cimport CLASS, ITEMPROP, TEST, value_of
from scrapers.compiled.shown cimport decoded
from scrapers.compiled.tree cimport (
    LEXBOR_ELEMENT,
    as_node,
    lexbor_node,
    lexbor_text,
    node_of,
)

from selectolax.lexbor import LexborHTMLParser

cdef enum:
    TAGS = 256
    END = 1
    APART = 2


cdef class Standfirsts:
    """Looks through the few elements that follow a headline, or what it is in."""

    cdef uint8_t _kinds[TAGS]
    cdef int _levels, _following, _inside
    cdef object _is_named

    def __init__(self, ends, apart, tuple sizes not None, is_named):
        """Take the elements that are the last looked at, and those that are none.

        `sizes` are how far above the headline what follows is looked at, how many
        elements of what follows, and how many inside each; `is_named` is asked with
        the class and the test id of an element, and with its itemprop.
        """
        cdef int number
        tree = LexborHTMLParser("")
        self._levels, self._following, self._inside = sizes
        self._is_named = is_named
        for number in range(TAGS):
            self._kinds[number] = 0
        for kind, names in ((END, ends), (APART, apart)):
            for name in names:
                number = tree.create_node(name).tag_id
                if number >= TAGS:
                    raise ImportError("lexbor has more elements than are known here")
                self._kinds[number] = kind

    def under(self, headline):
        """The first element that is named so; None where none is."""
        cdef lexbor_node *around = node_of(headline)
        cdef lexbor_node *one
        cdef lexbor_node *inner
        cdef int left = self._levels, following, inside
        while left > 0 and around != NULL and self._kind(around) != END:
            following = self._following
            one = around.next
            while one != NULL and following > 0:
                if one.kind == LEXBOR_ELEMENT:
                    following -= 1
                    if self._kind(one) != APART:
                        if self._is_one(one):
                            return as_node(one, headline.parser)
                        inside = self._inside
                        inner = one.first
                        while inner != NULL and inside > 0:
                            if inner.kind == LEXBOR_ELEMENT:
                                inside -= 1
                                if self._is_one(inner):
                                    return as_node(inner, headline.parser)
                            inner = inner.next
                one = one.next
            around = around.parent
            left -= 1
        return None

    cdef int _kind(self, lexbor_node *at) noexcept nogil:
        return self._kinds[at.name] if at.name < TAGS else 0

    cdef bint _is_one(self, lexbor_node *at) except -1:
        cdef lexbor_text *names = value_of(at, CLASS)
        cdef lexbor_text *test = value_of(at, TEST)
        cdef lexbor_text *held = value_of(at, ITEMPROP)
        if names == NULL and test == NULL and held == NULL:
            return False
        named = f"{_said(names)} {_said(test)}"
        return self._is_named(named, _said(held))


cdef str _said(lexbor_text *text):
    return "" if text == NULL else decoded(text)
