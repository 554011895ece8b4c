# cython: language_level=3
"""Walk an element on lexbor's tree: what `scrapers.extract.blocks` does in Python."""

from libc.stdint cimport uintptr_t
from libc.string cimport memcmp, memset

from scrapers.compiled.bytes cimport Bytes, forget, put, put_escaped
from scrapers.compiled.lines cimport is_blank, shown_length, text_from
from scrapers.compiled.outline cimport Block, Container, Outline, Shown
from scrapers.compiled.tags cimport (
    BREAK,
    CLOSE,
    ENDED,
    FURNITURE,
    INLINE,
    LINK,
    OPEN,
    SKIP,
    UNLINK,
    Tag,
    is_furniture,
    is_hidden,
    name_at,
    place_of,
    put_allowed,
    tag_at,
)
from scrapers.compiled.texts cimport line_in
from scrapers.compiled.tree cimport (
    LEXBOR_ELEMENT,
    LEXBOR_TEXT,
    lexbor_attribute,
    lexbor_element,
    lexbor_node,
    node_of,
    number_of,
    text_at,
)

from selectolax.lexbor import LexborHTMLParser

from scrapers.compiled import outline as outlines
from scrapers.compiled import tags

cdef uintptr_t _ITEM = 0, _HREF = 0
cdef object _lines = None
cdef frozenset _own_links = frozenset()
cdef Py_ssize_t _least_item = 0


def learn(lines, own_links, least_item, about_tags, about_html):
    """Be told how set text is cleaned, and the rest that the walk goes by.

    `own_links` are the signs of links from a heading to itself; an item of so many
    characters at least makes a list a text. The others are told what they go by.
    """
    tags.learn(*about_tags)
    outlines.learn(*about_html)
    global _lines, _own_links, _least_item, _ITEM, _HREF
    _lines, _own_links, _least_item = lines, own_links, least_item
    _ITEM, _HREF = LexborHTMLParser("").create_node("li").tag_id, number_of("href")


def outline(root):
    """Walk an element, itself the first container; furniture is passed over."""
    return _Walk(root).run()


cdef class _Walk:
    """One walk over an element."""

    cdef lexbor_node *root
    cdef Outline out
    cdef Container around
    # The text since the last tag, and that of the block so far.
    cdef Bytes told, texts
    cdef Py_ssize_t link_chars
    cdef bint in_link, has_texts
    # Where the piece begins that the last tag began, if it is to be one.
    cdef size_t begun
    cdef bint is_piece

    def __cinit__(self, root):
        self.root = node_of(root)
        self.out = Outline.__new__(Outline)
        self.out.parser = root.parser
        self.out.blocks, self.out.containers = [], []
        self.around = self._container(root.tag or "", None, self.root)

    def __dealloc__(self):
        forget(&self.told)
        forget(&self.texts)

    cdef run(self):
        cdef lexbor_node *at = self.root.first
        cdef lexbor_node *to
        cdef int place = place_of(self.root)
        self._begin_written(self.root, place, True)
        while at != NULL:
            to = at.first
            if at.kind == LEXBOR_TEXT:
                put(&self.told, text_at(at).data, text_at(at).length)
                to = NULL
            elif at.kind == LEXBOR_ELEMENT:
                place = place_of(at)
                self._settle()
                if self._start(at, place):
                    to = NULL
                elif to == NULL and not tag_at(place).is_void:
                    self._settle()
                    self._stop(at, place)
            if to != NULL:
                at = to
                continue
            while at.next == NULL and at.parent != self.root and at != self.root:
                at = at.parent
                self._settle()
                self._stop(at, place_of(at))
            at = at.next
        self._settle_last()
        return self.out

    cdef Container _container(self, str tag, Container parent, lexbor_node *node):
        """A container that begins here, the last one so far."""
        cdef Container made = Container.__new__(Container)
        made.tag, made.parent, made.node = tag, parent, node
        made.parser = self.out.parser
        made.start, made.first = len(self.out.blocks), self.out.pieces()
        self.out.containers.append(made)
        return made

    cdef int _begin(self, const char *made, size_t length, bint is_piece) except -1:
        """Begin a piece with a tag; it is one if so said, or else if a text follows."""
        self.begun = self.out.html.length
        self.is_piece = is_piece or length > 0
        return put(&self.out.html, made, length)

    cdef int _begin_written(
        self, lexbor_node *at, int place, bint is_piece
    ) except -1:
        """Begin a piece with an element's start tag and what it may say in it."""
        cdef Tag *tag = tag_at(place)
        cdef Bytes *html = &self.out.html
        self._begin(tag.start, tag.start_length, is_piece)
        if not tag.start_length or tag.kind == LINK:
            return 0
        html.length -= 1
        put_allowed(html, at, place)
        return put(html, ">", 1)

    cdef int _settle(self) except -1:
        """End the piece before a tag, and count its text."""
        cdef Bytes *told = &self.told
        cdef Py_ssize_t begun = self.begun
        if told.length:
            put_escaped(&self.out.html, told.data, told.length, False)
            self.is_piece = True
            if self.has_texts or not is_blank(told.data, told.length):
                self._add()
            told.length = 0
        if self.is_piece:
            put(&self.out.begins, <char *> &begun, sizeof(begun))
            self.is_piece = False
        return 0

    cdef int _add(self) except -1:
        put(&self.texts, self.told.data, self.told.length)
        self.has_texts = True
        if self.in_link:
            self.link_chars += shown_length(self.told.data, self.told.length)
        return 0

    cdef int _settle_last(self) except -1:
        self._settle()
        self._flush()
        while self.around.parent is not None:
            self._close()
        self.around.end, self.around.last = len(self.out.blocks), self.out.pieces()
        return 0

    cdef int _close(self) except -1:
        cdef Container around = self.around
        if around.parent is not None:
            around.end, around.last = len(self.out.blocks), self.out.pieces()
            self.around = around.parent
        return 0

    cdef int _flush(self) except -1:
        """End a block."""
        cdef Block made
        cdef str text
        if not self.has_texts:
            return 0
        if self.around.tag == "pre":  # whose lines are its author's
            text = _lines(text_from(self.texts.data, self.texts.length))
        else:
            text = line_in(self.texts.data, self.texts.length)
        if text:
            made = Block.__new__(Block)
            made.text, made.link_chars = text, self.link_chars
            made.container = self.around
            self.out.blocks.append(made)
        self.texts.length = self.link_chars = 0
        self.has_texts = False
        return 0

    cdef bint _start(self, lexbor_node *at, int place) except -1:
        """Do what a start tag does; tell whether what is in it is passed over."""
        cdef Tag *tag = tag_at(place)
        cdef int kind = tag.kind
        cdef Shown shown
        if tag.is_judged:
            kind = FURNITURE if is_furniture(at, place) else OPEN
        if kind == INLINE:
            self._begin_written(at, place, False)
            return False
        if kind == FURNITURE:
            if not tag.is_list or not self._is_told(at, place):
                self._begin("", 0, True)
                return True
            kind = OPEN
            self._flush()
        if kind == OPEN:
            self._flush()
            self.around = self._container(name_at(place), self.around, at)
            self._begin_written(at, place, True)
            return False
        if kind == LINK:
            return self._start_link(at, place)
        if kind == BREAK and not tag.is_image:
            self._flush()
        if tag.is_shown:
            shown.before, shown.node = self.out.pieces(), at
            put(&self.out.shown, <char *> &shown, sizeof(shown))
        if kind == SKIP or tag.is_shown:
            self._begin("", 0, True)
            return kind == SKIP
        self._begin_written(at, place, True)
        return False

    cdef bint _start_link(self, lexbor_node *at, int place) except -1:
        """Begin a link; a heading's to itself leads nowhere."""
        cdef Shown link
        cdef lexbor_attribute *one = (<lexbor_element *> at).attributes
        cdef bint is_own = False, has_any = one != NULL
        if tag_at(place_of(self.around.node)).is_heading:
            while one != NULL:
                if one.node.name == _HREF and one.value != NULL and one.value.length:
                    is_own = one.value.data[0] == c"#"
                one = one.next
        if is_own and _first_text(at) in _own_links:
            self._begin("", 0, True)
            return True
        self.in_link = not is_own
        if has_any:
            link.before, link.node = self.out.pieces(), at
            put(&self.out.links, <char *> &link, sizeof(link))
        self._begin_written(at, place, True)
        return False

    cdef int _stop(self, lexbor_node *at, int place) except -1:
        """Do what an end tag does."""
        cdef Tag *tag = tag_at(place)
        cdef Bytes *links = &self.out.links
        cdef bint is_undone
        if tag.end == CLOSE:
            self._flush()
            self._close()
        elif tag.end == ENDED:
            if self._undoes(tag):
                return self._begin("", 0, True)
        elif tag.end == UNLINK:
            self.in_link = False
            if links.length:
                link = (<Shown *> (links.data + links.length))[-1]
                if link.before == self.out.pieces() - 1 and self._undoes(tag):
                    links.length -= sizeof(Shown)
                    return self._begin("", 0, True)
        return self._begin(tag.stop, tag.stop_length, tag.end != INLINE)

    cdef bint _undoes(self, Tag *tag) noexcept:
        """Take back an element in which nothing stands; tell whether it was one."""
        cdef Py_ssize_t last = self.out.pieces() - 1
        cdef size_t begin = (<Py_ssize_t *> self.out.begins.data)[last]
        if self.out.html.length - begin != tag.start_length:
            return False
        if memcmp(self.out.html.data + begin, tag.start, tag.start_length):
            return False
        self.out.html.length = begin
        self.out.begins.length -= sizeof(Py_ssize_t)
        return True

    cdef bint _is_told(self, lexbor_node *root, int place) except -1:
        """Tell whether a list is text, whatever its names: long items, few links."""
        cdef lexbor_node *at = root.first
        cdef Py_ssize_t items = 0, links = 0, size = 0
        if is_hidden(root, place):
            return False
        self.told.length = 0
        while at != NULL:
            if at.kind == LEXBOR_TEXT:
                put(&self.told, text_at(at).data, text_at(at).length)
            elif at.kind == LEXBOR_ELEMENT:
                size += self._told_length()
                items += at.name == _ITEM
                if tag_at(place_of(at)).kind == LINK:
                    links += (<lexbor_element *> at).attributes != NULL
            if at.first != NULL:
                at = at.first
                continue
            while at.next == NULL and at.parent != root:
                at = at.parent
                size += self._told_length()
            at = at.next
        size += self._told_length()
        return 3 * links <= items and items > 1 and size >= _least_item * items


    cdef Py_ssize_t _told_length(self) noexcept:
        """The length of the text since the last tag, which is forgotten."""
        cdef Py_ssize_t length = shown_length(self.told.data, self.told.length)
        self.told.length = 0
        return length


cdef str _first_text(lexbor_node *root):
    """The text between an element's start tag and the next tag."""
    cdef lexbor_node *at = root.first
    cdef Bytes made
    memset(&made, 0, sizeof(Bytes))
    try:
        while at != NULL and at.kind != LEXBOR_ELEMENT:
            if at.kind == LEXBOR_TEXT:
                put(&made, text_at(at).data, text_at(at).length)
            at = at.next
        return text_from(made.data, made.length)
    finally:
        forget(&made)
