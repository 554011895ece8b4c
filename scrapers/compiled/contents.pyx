# cython: language_level=3
"""The elements and texts of a page in order, and how much text is in any of them.

One walk lists them with how much stands before each: what is in an element is then a
difference, however many are in one another. `survey` makes of it where the prose is.
"""

from libc.stdint cimport uint32_t, uintptr_t
from libc.stdlib cimport free, realloc
from libc.string cimport memset

from scrapers.compiled.amounts cimport Amount, Wide, add, spaces_before, spaces_behind
from scrapers.compiled.tree cimport (
    LEXBOR_COMMENT,
    LEXBOR_ELEMENT,
    LEXBOR_TEXT,
    lexbor_node,
    lexbor_text,
    onward,
    text_at,
)

from selectolax.lexbor import LexborHTMLParser

cdef enum:
    MAX_WIDE = 16  # ranges of wide characters
    MAX_TEXT = 1 << 30  # what counts are good for

cdef Wide _wide[MAX_WIDE]
cdef int _wides = 0
cdef int _few_bytes = 1
cdef uintptr_t _LINK = LexborHTMLParser("").create_node("a").tag_id


def learn(wide, few_bytes):
    """Be told what `scrapers.clean.text.weight` goes by.

    `wide` are the first and last of the characters that weigh more than one,
    `few_bytes` of how many letters one may be written with another byte in a text that
    has none of these.
    """
    global _wides, _few_bytes
    if len(wide) > MAX_WIDE:
        raise ImportError("more ranges of wide characters than are known here")
    _wides, _few_bytes = 0, few_bytes
    for first, last in wide:
        _wide[_wides].first, _wide[_wides].last = ord(first), ord(last)
        _wides += 1


cdef Py_ssize_t weight(uint32_t size, uint32_t chars, uint32_t wide) noexcept:
    """What `scrapers.clean.text.weight` says of a text."""
    if size - chars < chars // <uint32_t> _few_bytes:
        return chars
    return chars + 2 * <Py_ssize_t> wide


cdef bint _count(Amount *all, lexbor_text *text) noexcept:
    """Add a text to others; False where it is not for C to count."""
    if text.data == NULL:
        return True
    if text.length > MAX_TEXT or all.size > MAX_TEXT:
        return False
    return add(all, <unsigned char *> text.data, text.length, _wide, _wides)


cdef Py_ssize_t measure(lexbor_node *root) noexcept:
    """What `scrapers.extract.elements.size_of` says of a node; -1 if it is not for C."""
    cdef Amount all
    cdef lexbor_node *at = root
    memset(&all, 0, sizeof(Amount))
    if root.kind != LEXBOR_ELEMENT and root.kind != LEXBOR_COMMENT:
        return -1
    while at != NULL:
        if at.kind == LEXBOR_TEXT or (at == root and at.kind == LEXBOR_COMMENT):
            if not _count(&all, text_at(at)):
                return -1
        at = onward(at, root)
    return weight(all.size, all.chars, all.wide) - all.indent


cdef class Contents:
    """What is in one element, as it is in the tree now."""

    def __dealloc__(self):
        free(self.seen)
        free(self.said)

    cdef int read(self, lexbor_node *root) except -1:
        """List all that is in an element; 0 where it is not for C to count."""
        cdef lexbor_node *at = root
        cdef int around = -1
        cdef Amount so_far
        memset(&so_far, 0, sizeof(Amount))
        while True:
            if at.kind == LEXBOR_ELEMENT:
                around = self._enter(at, around)
                if at.first != NULL:
                    at = at.first
                    continue
            elif at.kind == LEXBOR_TEXT and not self._hear(at, around, &so_far):
                return 0
            while True:
                if at.kind == LEXBOR_ELEMENT:
                    around = self._leave(around, &so_far)
                if at == root or at.next != NULL:
                    break
                at = at.parent
            if at == root:
                break
            at = at.next
        self._grow_texts()  # one more says how much stands before the end
        self.said[self.texts].before = so_far
        return 1

    cdef int _enter(self, lexbor_node *at, int around) except -1:
        """List an element; gives its place."""
        cdef Seen *one
        cdef void *made
        if self.count == self.room:
            if self.room >= MAX_TEXT:
                raise MemoryError
            made = realloc(self.seen, (2 * self.room + 1024) * sizeof(Seen))
            if made == NULL:
                raise MemoryError
            self.seen, self.room = <Seen *> made, 2 * self.room + 1024
        one = &self.seen[self.count]
        one.node, one.above, one.made, one.first = at, around, -1, self.texts
        one.own = one.own_last = -1
        one.linked = self.linked
        self.count += 1
        return self.count - 1

    cdef int _leave(self, int index, Amount *so_far) noexcept:
        """End an element; gives the place of the one around it."""
        cdef Seen *one = &self.seen[index]
        one.last, one.end = self.texts, self.count
        one.linked = self.linked - one.linked
        if one.node.name == _LINK and one.first < one.last:
            self.linked += so_far.chars - self.said[one.first].before.chars
        return one.above

    cdef int _grow_texts(self) except -1:
        cdef void *made
        if self.texts == self.texts_room:
            if self.texts_room >= MAX_TEXT:
                raise MemoryError
            made = realloc(self.said, (2 * self.texts_room + 1024) * sizeof(Said))
            if made == NULL:
                raise MemoryError
            self.said, self.texts_room = <Said *> made, 2 * self.texts_room + 1024
        return 0

    cdef int _hear(self, lexbor_node *at, int around, Amount *so_far) except -1:
        """List a text; 0 where it is not for C to count."""
        cdef lexbor_text *text = text_at(at)
        cdef Seen *owner = &self.seen[around]
        cdef Said *one
        if text.data == NULL or not text.length:
            return 1
        self._grow_texts()
        one = &self.said[self.texts]
        one.text, one.before, one.next, one.past = text, so_far[0], -1, -1
        if owner.own < 0:
            owner.own = self.texts
        else:
            self.said[owner.own_last].next = self.texts
        owner.own_last = self.texts
        self.texts += 1
        return _count(so_far, text)

    cdef Py_ssize_t weight_of(self, int first, int last) noexcept:
        """How much the texts up to another weigh."""
        cdef Amount *before = &self.said[first].before
        cdef Amount *behind = &self.said[last].before
        return weight(
            behind.size - before.size,
            behind.chars - before.chars,
            behind.wide - before.wide,
        )

    cdef Py_ssize_t size_of(self, int index) noexcept:
        """What `scrapers.extract.elements.size_of` says of an element."""
        cdef Seen *one = &self.seen[index]
        cdef Amount *before = &self.said[one.first].before
        cdef Py_ssize_t indent = self.said[one.last].before.indent - before.indent
        if before.is_half and self._begins_odd(one.first):
            indent -= 2  # its first space is not the second of two
        return self.weight_of(one.first, one.last) - indent

    cdef bint _begins_odd(self, int first) noexcept:
        """Tell whether the text from one on begins with an odd number of spaces."""
        cdef int index
        cdef size_t at
        cdef lexbor_text *text
        cdef bint is_odd = False
        if not self.is_counted:  # once for all, or a page of spaces would take long
            self.is_counted = True
            for index in range(self.texts - 1, -1, -1):
                text, at = self.said[index].text, 0
                while at < text.length and text.data[at] == c" ":
                    at += 1
                is_odd = (at + (is_odd if at == text.length else 0)) % 2
                self.said[index].is_odd = is_odd
        return first < self.texts and self.said[first].is_odd

    cdef Said *_measured(self, int index) noexcept:
        """A text whose spaces are counted, which is done once."""
        cdef Said *one = &self.said[index]
        cdef const unsigned char *data
        cdef size_t length
        if one.past < 0:
            data, length = <const unsigned char *> one.text.data, one.text.length
            one.start = <uint32_t> spaces_before(data, length, &one.start_chars)
            one.past = one.until = index
            if one.start == length:
                one.past, one.until = index + 1, index - 1
            else:
                one.tail = <uint32_t> spaces_behind(data, length, &one.tail_chars)
        return one

    cdef int _shown_from(self, int first, int last) noexcept:
        """The first text that shows anything, of those up to `last`; `last` for none.

        What is passed over leads there from now on: paragraphs may stand in one
        another, and all of them begin with the spaces of those inside.
        """
        cdef int at = first, next
        while at < last and self._measured(at).past != at:
            at = self.said[at].past
        while first < at:
            next = self.said[first].past
            self.said[first].past = at
            first = next
        return at if at < last else last

    cdef int _shown_until(self, int last) noexcept:
        """The last text that shows anything, up to one with which it is sure to end."""
        cdef int at = last, next
        while self._measured(at).until != at:
            at = self.said[at].until
        while last > at:
            next = self.said[last].until
            self.said[last].until = at
            last = next
        return at

    cdef Told told_in(self, int index) noexcept:
        """What an element says, and all that is in it."""
        cdef Told told
        cdef Said *begun
        cdef Said *ended
        cdef int first = self.seen[index].first, last = self.seen[index].last
        memset(&told, 0, sizeof(Told))
        told.first = self._shown_from(first, last)
        if told.first == last:
            told.first = -1
            return told
        told.last = self._shown_until(last - 1)
        begun, ended = &self.said[told.first], self._measured(told.last)
        told.start, told.end = begun.start, <uint32_t> ended.text.length - ended.tail
        ended_before = &self.said[told.last + 1].before
        told.size = ended_before.size - begun.before.size - begun.start - ended.tail
        told.chars = (
            ended_before.chars - begun.before.chars
            - begun.start_chars - ended.tail_chars
        )
        told.wide = ended_before.wide - begun.before.wide
        return told

    cdef Told told_by(self, int index) noexcept:
        """What an element says itself, without the elements in it."""
        cdef Told told
        cdef Said *one
        cdef int at = self.seen[index].own
        cdef uint32_t size = 0, chars = 0, wide = 0
        memset(&told, 0, sizeof(Told))
        told.first = -1
        while at >= 0:
            one = self._measured(at)
            if told.first < 0 and one.past == at:
                told.first, told.start = at, one.start
                size, chars = -one.start, -one.start_chars
            if told.first >= 0:
                size += self.said[at + 1].before.size - one.before.size
                chars += self.said[at + 1].before.chars - one.before.chars
                wide += self.said[at + 1].before.wide - one.before.wide
                if one.past == at:
                    told.last = at
                    told.end = <uint32_t> one.text.length - one.tail
                    told.size, told.chars = size - one.tail, chars - one.tail_chars
                    told.wide = wide
            at = one.next
        return told
