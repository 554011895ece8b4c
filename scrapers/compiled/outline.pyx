# cython: language_level=3
"""An element's blocks and containers, and its HTML in pieces.

What `scrapers.extract.outlines` has of an element; made by `scrapers.compiled.walk`.
"""

cimport cython
from libc.stdint cimport uintptr_t
from libc.string cimport memset, strlen

from scrapers.compiled.bytes cimport Bytes, forget, put, put_escaped
from scrapers.compiled.clean cimport settle
from scrapers.compiled.lines cimport text_from
from scrapers.compiled.pictures cimport put_picture
from scrapers.compiled.tags cimport (
    BREAK,
    Tag,
    name_at,
    place_of,
    put_text,
    start_tag,
    tag_at,
)
from scrapers.compiled.tree cimport (
    LEXBOR_ELEMENT,
    attribute_of,
    lexbor_attribute,
    lexbor_node,
    number_of,
    onward,
)
from scrapers.compiled.urls cimport put_absolute

from selectolax.lexbor import LexborHTMLParser

cdef uintptr_t _SOURCE = 0, _PICTURE = 0
cdef uintptr_t _HREF = 0, _TITLE = 0, _DIR = 0, _LANG = 0
cdef object _show = None, _settle = None
cdef frozenset _holders = frozenset()


def learn(show, settled, holders):
    """Be told how pictures are shown and the HTML made clean where that takes Python.

    `holders` are the tags that mean nothing but what is in them.
    """
    global _show, _settle, _holders
    global _SOURCE, _PICTURE, _HREF, _TITLE, _DIR, _LANG
    _show, _settle, _holders = show, settled, holders
    create = LexborHTMLParser("").create_node
    _SOURCE, _PICTURE = create("source").tag_id, create("picture").tag_id
    _HREF, _TITLE = number_of("href"), number_of("title")
    _DIR, _LANG = number_of("dir"), number_of("lang")


@cython.trashcan(True)  # or to let go of the innermost of many takes a stack as deep
cdef class Container:
    """A block element: its blocks are `blocks[start:end]` of the outline."""

    @property
    def start_tag(self):
        """Its start tag as lexbor writes it, without `<` and `>`."""
        return start_tag(self.node, self.tag)

    cpdef list path(self):
        """The containers around it and itself, outermost first."""
        found = []
        one = self
        while one is not None:
            found.append(one)
            one = one.parent
        found.reverse()
        return found


cdef class Block:
    """A run of text; `container` is the innermost block element around it."""

    cpdef Container holder(self):
        """The element around it that means nothing but what it holds."""
        cdef Container one = self.container
        while one.parent is not None and one.tag not in _holders:
            one = one.parent
        return one


cdef class Outline:
    """An element's blocks and containers, in document order; itself is the first."""

    def __dealloc__(self):
        forget(&self.html)
        forget(&self.begins)
        forget(&self.links)
        forget(&self.shown)

    cdef Py_ssize_t pieces(self) noexcept:
        return <Py_ssize_t> (self.begins.length // sizeof(Py_ssize_t))

    cpdef bint shows(self, Container container):
        """Tell whether there is a picture or a player in an element."""
        cdef Shown *every = <Shown *> self.shown.data
        cdef size_t low = 0, middle, high = self.shown.length // sizeof(Shown)
        cdef size_t count = high
        while low < high:
            middle = (low + high) // 2
            if every[middle].before < container.first:
                low = middle + 1
            else:
                high = middle
        return low < count and every[low].before < container.last

    def html_of(self, Container one, list without, base):
        """An element's clean HTML without some of the elements inside it."""
        cdef Bytes made, gone
        memset(&made, 0, sizeof(Bytes))
        memset(&gone, 0, sizeof(Bytes))
        try:
            self._mark(&gone, without)
            self._join(&made, one, &gone, base)
            if one.tag not in _holders:
                put(&made, "</", 2)
                put_text(&made, one.tag)
                put(&made, ">", 1)
            sure = settle(made.data, made.length, None)
            if sure is not None:
                return sure
            return _settle(text_from(made.data, made.length), base)
        finally:
            forget(&made)
            forget(&gone)

    cdef int _mark(self, Bytes *gone, list without) except -1:
        """Mark the pieces of elements that are left out: 2 for those that end them."""
        cdef Container container
        cdef Py_ssize_t at
        for at in range(self.pieces() + 1):
            put(gone, "\0", 1)
        for container in without:
            for at in range(container.first, container.last):
                gone.data[at] = 1
            gone.data[container.last] = 2
        return 0

    cdef int _join(self, Bytes *to, Container one, Bytes *gone, base) except -1:
        cdef Py_ssize_t *begins = <Py_ssize_t *> self.begins.data
        cdef Shown *links = <Shown *> self.links.data
        cdef Shown *last_link = links + self.links.length // sizeof(Shown)
        cdef Shown *shown = <Shown *> self.shown.data
        cdef Shown *last_shown = shown + self.shown.length // sizeof(Shown)
        cdef Py_ssize_t at, begin, end, last = self.pieces()
        cdef bint is_cut
        for at in range(one.first, one.last):
            begin = begins[at]
            end = begins[at + 1] if at + 1 < last else <Py_ssize_t> self.html.length
            while links < last_link and links.before < at:
                links += 1
            while shown < last_shown and shown.before < at:
                shown += 1
            if gone.data[at] == 1:
                continue
            is_cut = gone.data[at] == 2 or (at == one.first and one.tag in _holders)
            if not gone.data[at]:
                while shown < last_shown and shown.before == at:
                    _put_shown(to, shown.node, base)
                    shown += 1
                if links < last_link and links.before == at:
                    _put_link(to, links.node, base)
                    begin += 3
            if is_cut and begin < end and self.html.data[begin] == c"<":
                while self.html.data[begin] != c">":
                    begin += 1
                begin += 1
            put(to, self.html.data + begin, end - begin)
        return 0


cdef int _put_link(Bytes *to, lexbor_node *at, base) except -1:
    """Write a link's start tag as `scrapers.clean.html.link` does."""
    cdef lexbor_attribute *one = attribute_of(at, _HREF)
    cdef size_t length
    put(to, "<a", 2)
    if one != NULL and one.value != NULL and one.value.length:
        length = to.length
        put(to, ' href="', 7)
        if put_absolute(to, one.value.data, one.value.length, base):
            put(to, '"', 1)
        else:
            to.length = length
    _put_value(to, attribute_of(at, _TITLE), ' title="')
    _put_value(to, attribute_of(at, _DIR), ' dir="')
    _put_value(to, attribute_of(at, _LANG), ' lang="')
    return put(to, ">", 1)


cdef int _put_value(Bytes *to, lexbor_attribute *one, const char *begun) except -1:
    if one == NULL or one.value == NULL or not one.value.length:
        return 0
    put(to, begun, strlen(begun))
    put_escaped(to, one.value.data, one.value.length, True)
    return put(to, '"', 1)


cdef int _put_shown(Bytes *to, lexbor_node *at, base) except -1:
    """Write a picture, a player or a rule."""
    cdef Tag *tag = tag_at(place_of(at))
    if tag.kind == BREAK and tag.start_length:
        return put(to, tag.start, tag.start_length)
    if tag.is_image and put_picture(to, at, base):
        return 0
    return put_text(to, _shown_html(at, base))


cdef str _shown_html(lexbor_node *at, base):
    """A picture, a player or a rule: what `scrapers.clean.html.shown` makes of it.

    It is given what it may ask of the HTML around it: the tags of a picture's element
    and its sources, and the sources in a player.
    """
    cdef str name = name_at(place_of(at))
    cdef list parts = []
    cdef lexbor_node *one
    cdef Py_ssize_t start
    if tag_at(place_of(at)).kind == BREAK:
        one = at.prev
        while one != NULL and (one.kind != LEXBOR_ELEMENT or one.name == _SOURCE):
            if one.kind == LEXBOR_ELEMENT:
                parts.append(start_tag(one, "source") + ">")
            one = one.prev
        is_first = one == NULL and at.parent != NULL
        is_picture = is_first and at.parent.name == _PICTURE
        parts.append("picture>" if is_picture else ">")
        parts.reverse()
        start = len(parts)
        parts.append(start_tag(at, name) + ">")
        return _show(parts, start, start, base)
    parts.append(start_tag(at, name) + ">")
    one = at.first
    while one != NULL:
        if one.kind == LEXBOR_ELEMENT and one.name == _SOURCE:
            parts.append(start_tag(one, "source") + ">")
        one = onward(one, at)
    return _show(parts, 0, len(parts) - 1, base)
