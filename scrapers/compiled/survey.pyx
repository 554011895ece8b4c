# cython: language_level=3
"""Which elements are above a page's prose, and how much of it is in them.

The work of `scrapers.extract.prose`, on lexbor's tree: one walk lists elements and
texts with how much text stands before each. What prose is, and which names are
furniture, is told by it (`learn`).
"""

from libc.stdint cimport uint32_t, uintptr_t
from libc.stdlib cimport free, realloc
from libc.string cimport memset

from scrapers.compiled.amounts cimport Amount, Wide, add, spaces_before, spaces_behind
from scrapers.compiled.bytes cimport Bytes, forget, put
from scrapers.compiled.judging cimport judged, names_of
from scrapers.compiled.lines cimport text_from
from scrapers.compiled.tree cimport (
    LEXBOR_COMMENT,
    LEXBOR_ELEMENT,
    LEXBOR_OWN_NAMES,
    LEXBOR_TEXT,
    as_node,
    lexbor_node,
    lexbor_text,
    node_of,
    onward,
    text_at,
)

from selectolax.lexbor import LexborHTMLParser

cdef enum:
    MAX_TOLD = 16  # ranges of wide characters
    MAX_TEXT = 1 << 30  # what counts are good for
    NEUTRAL = 0

cdef Wide _wide[MAX_TOLD]
cdef int _wides = 0
cdef bint _ends[128]  # whether a text ends like a sentence, by its last letter
cdef object _is_ended = None
cdef uintptr_t _PARAGRAPH = 0, _LINK = 0, _HTML = 0
# Tags by lexbor's numbers.
cdef dict _tags = {}

cdef int _min_prose, _prose_chars, _long_weight, _few_bytes
cdef int _max_depth, _enough_prose
cdef double _link_share, _paragraphs_share


def learn(
    *,
    is_ended,
    wide,
    few_bytes,
    min_prose,
    prose_chars,
    long_weight,
    enough_prose,
    paragraphs_share,
    link_share,
    max_depth,
):
    """Be told what is prose and what is furniture.

    `wide` are the first and last of the
    characters that weigh more than one, `few_bytes` of how many letters one may be
    written with another byte in a text that has none of these.
    """
    global _is_ended, _wides, _few_bytes, _min_prose, _prose_chars
    global _long_weight, _enough_prose, _paragraphs_share, _link_share, _max_depth
    global _PARAGRAPH, _LINK, _HTML
    cdef lexbor_node *at
    _is_ended, _few_bytes = is_ended, few_bytes
    _min_prose, _prose_chars, _long_weight = min_prose, prose_chars, long_weight
    _enough_prose, _paragraphs_share = enough_prose, paragraphs_share
    _link_share, _max_depth = link_share, max_depth
    _wides = 0
    for first, last in wide[:MAX_TOLD]:
        _wide[_wides].first, _wide[_wides].last = ord(first), ord(last)
        _wides += 1
    for number in range(128):
        _ends[number] = is_ended(chr(number))
    tree = LexborHTMLParser("<p><a>")
    at = node_of(tree.css_first("p"))
    _PARAGRAPH, _LINK, _HTML = at.name, at.first.name, at.space


cdef class Element:
    """An element above prose, as `scrapers.extract.elements` has it."""

    cdef readonly Element parent, outer
    cdef readonly int depth
    cdef readonly str tag
    cdef public int verdict
    cdef readonly bint linked
    cdef public double prose, kept
    cdef public bint pruned
    cdef readonly Py_ssize_t size
    cdef lexbor_node *at
    cdef object parser, made

    @property
    def names(self):
        """Its class and id, or its tag."""
        return names_of(self.at, self.tag)

    @property
    def node(self):
        """The element itself."""
        if self.made is None:
            self.made = as_node(self.at, self.parser)
        return self.made

    cpdef list above(self):
        """The elements around it, inner first."""
        cdef list found = []
        cdef Element one = self.parent
        while one is not None:
            found.append(one)
            one = one.parent
        return found

    cpdef bint is_in(self, Element other):
        """Tell whether it stands inside another."""
        cdef Element one = self.parent
        while one is not None and one is not other:
            one = one.parent
        return one is not None


# An element of the page. What is not there is -1.
cdef struct Seen:
    lexbor_node *node
    int above
    int made  # its place among the elements above prose
    int first, last  # texts in it
    int end  # of the elements in it, which begin after it
    int own, own_last  # texts in it but in no element in it


# A text of the page, and how much stands before it.
cdef struct Said:
    lexbor_text *text
    Amount before
    bint is_odd  # how many spaces it begins with, those of the texts behind included
    int next  # in the same element


# A text without the spaces at its ends.
cdef struct Told:
    uint32_t size, chars, wide
    int first, last  # texts
    size_t start, end  # in these


cdef inline Py_ssize_t _weight(uint32_t size, uint32_t chars, uint32_t wide) noexcept:
    """What `scrapers.clean.text.weight` says of a text."""
    if size - chars < chars // <uint32_t> _few_bytes:
        return chars
    return chars + 2 * <Py_ssize_t> wide


cdef class _Page:
    """One walk over an element, and what is found by it."""

    cdef Seen *seen
    cdef Said *said
    cdef int count, texts, room, texts_room
    cdef object parser
    cdef list elements
    cdef double found  # prose
    cdef int *path
    cdef bint is_counted  # `is_odd` of all texts

    def __dealloc__(self):
        free(self.seen)
        free(self.said)
        free(self.path)

    cdef int read(self, lexbor_node *root) except -1:
        """List all that is in an element; 0 where it is not for C to count."""
        cdef lexbor_node *at = root
        cdef int around = -1
        cdef Amount so_far
        memset(&so_far, 0, sizeof(Amount))
        while True:
            if at.kind == LEXBOR_ELEMENT:
                around = self._enter(at, around)
            elif at.kind == LEXBOR_TEXT:
                if not self._hear(at, around, &so_far):
                    return 0
            if at.kind == LEXBOR_ELEMENT and at.first != NULL:
                at = at.first
                continue
            while True:
                if at.kind == LEXBOR_ELEMENT:
                    self.seen[around].last = self.texts
                    self.seen[around].end = self.count
                    around = self.seen[around].above
                if at == root or at.next != NULL:
                    break
                at = at.parent
            if at == root:
                break
            at = at.next
        self._grow_texts()
        self.said[self.texts].before = so_far
        return 1

    cdef int _enter(self, lexbor_node *at, int around) except -1:
        cdef Seen *one
        cdef void *made
        if self.count == self.room:
            if self.room >= MAX_TEXT:
                raise MemoryError
            self.room = 2 * self.room + 1024
            made = realloc(self.seen, self.room * sizeof(Seen))
            if made == NULL:
                raise MemoryError
            self.seen = <Seen *> made
        one = &self.seen[self.count]
        one.node, one.above, one.made, one.first = at, around, -1, self.texts
        one.own = one.own_last = -1
        self.count += 1
        return self.count - 1

    cdef int _grow_texts(self) except -1:
        cdef void *made
        if self.texts == self.texts_room:
            if self.texts_room >= MAX_TEXT:
                raise MemoryError
            self.texts_room = 2 * self.texts_room + 1024
            made = realloc(self.said, self.texts_room * sizeof(Said))
            if made == NULL:
                raise MemoryError
            self.said = <Said *> made
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
        one.text, one.before, one.next = text, so_far[0], -1
        if owner.own < 0:
            owner.own = self.texts
        else:
            self.said[owner.own_last].next = self.texts
        owner.own_last = self.texts
        self.texts += 1
        return _count(so_far, text)

    cdef Py_ssize_t size_of(self, int index) noexcept:
        """What `scrapers.extract.elements.size_of` says of an element."""
        cdef Seen *one = &self.seen[index]
        cdef Amount *before = &self.said[one.first].before
        cdef Amount *behind = &self.said[one.last].before
        cdef Py_ssize_t indent = behind.indent - before.indent
        if before.is_half and self._begins_odd(one.first):
            indent -= 2  # its first space is not the second of two
        return (
            _weight(
                behind.size - before.size,
                behind.chars - before.chars,
                behind.wide - before.wide,
            )
            - indent
        )

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

    cdef void _tell(self, int first, int last, Told *told) noexcept:
        """Strip a text: those up to `last`, or an element's own where that is -1."""
        cdef int index = first
        cdef uint32_t size = 0, chars = 0, wide = 0, blank = 0
        cdef size_t spaces, length
        cdef const unsigned char *data
        memset(told, 0, sizeof(Told))
        told.first = -1
        while index != last:
            data = <const unsigned char *> self.said[index].text.data
            length = self.said[index].text.length
            if told.first < 0:
                spaces = spaces_before(data, length, &blank)
                if spaces < length:
                    told.first, told.start = index, spaces
                    size, chars = -<uint32_t> spaces, -blank
            if told.first >= 0:
                size += self.said[index + 1].before.size - self.said[index].before.size
                chars += (
                    self.said[index + 1].before.chars - self.said[index].before.chars
                )
                wide += self.said[index + 1].before.wide - self.said[index].before.wide
                spaces = spaces_behind(data, length, &blank)
                if spaces < length:
                    told.last, told.end = index, length - spaces
                    told.size = size - <uint32_t> spaces
                    told.chars = chars - blank
                    told.wide = wide
            index = index + 1 if last >= 0 else self.said[index].next

    cdef Py_ssize_t _prose_of(self, Told *told, bint is_own) except -1:
        """How many characters of prose a text is: none if short and no sentence."""
        cdef Py_ssize_t size = _weight(told.size, told.chars, told.wide)
        if size >= _prose_chars:
            return size
        if size < _min_prose or not self._is_ended(told, is_own):
            return 0
        return size

    cdef bint _is_ended(self, Told *told, bint is_own) except -1:
        cdef unsigned char last
        cdef Bytes text
        cdef int index = told.first
        cdef size_t start = told.start
        last = <unsigned char> self.said[told.last].text.data[told.end - 1]
        if last < 128:
            return _ends[last]
        memset(&text, 0, sizeof(Bytes))
        try:
            while index != told.last:
                put(
                    &text,
                    self.said[index].text.data + start,
                    self.said[index].text.length - start,
                )
                start = 0
                index = self.said[index].next if is_own else index + 1
            put(&text, self.said[index].text.data + start, told.end - start)
            return _is_ended(text_from(text.data, text.length))
        finally:
            forget(&text)

    cdef bint _is_linked(self, int index, uint32_t chars) noexcept:
        """Tell whether most of a paragraph is links."""
        cdef Seen *one = &self.seen[index]
        cdef Told own
        cdef int inner
        cdef uint32_t linked = 0
        if one.end == index + 1:
            return False
        self._tell(one.own, -1, &own)
        if own.chars >= (1 - _link_share) * chars:
            return False
        for inner in range(index + 1, one.end):
            if self.seen[inner].node.name == _LINK:
                linked += (
                    self.said[self.seen[inner].last].before.chars
                    - self.said[self.seen[inner].first].before.chars
                )
        return linked > _link_share * chars

    cdef int add_paragraphs(self) except -1:
        """Count paragraphs with all that is in them, unless it is mostly links."""
        cdef int index, place
        cdef Seen *one
        cdef Told told
        cdef Py_ssize_t size
        cdef bint spared = False
        for index in range(1, self.count):
            one = &self.seen[index]
            if one.node.name != _PARAGRAPH or one.first == one.last:
                continue
            self._tell(one.first, one.last, &told)
            size = self._prose_of(&told, False)
            if not size or self._is_linked(index, told.chars):
                continue
            place = self._around(index)
            if place < 0 or (<Element> self.elements[place]).linked:
                continue
            if judged(one.node, &spared):  # a paragraph may be furniture itself
                place = self._make(index, place)
            (<Element> self.elements[place]).prose += size
            self.found += size
        return 0

    cdef int add_others(self) except -1:
        """Count what elements have as text of their own."""
        cdef int index, place
        cdef Seen *one
        cdef Told told
        cdef Py_ssize_t size
        for index in range(self.count):
            one = &self.seen[index]
            if one.node.name == _PARAGRAPH or one.own < 0:
                continue
            self._tell(one.own, -1, &told)
            size = self._prose_of(&told, True)
            if not size:
                continue
            place = one.made
            if place < 0:
                place = self._around(index)
                if place >= 0:
                    place = self._make(index, place)
            if place >= 0 and not (<Element> self.elements[place]).linked:
                (<Element> self.elements[place]).prose += size
        return 0

    cdef int _around(self, int index) except -2:
        """The element around one, made together with all above it; -1 if too deep."""
        cdef int above = self.seen[index].above, length = 0, place = -1
        cdef void *made
        if self.path == NULL:
            made = realloc(NULL, _max_depth * sizeof(int))
            if made == NULL:
                raise MemoryError
            self.path = <int *> made
        while above >= 0 and length < _max_depth:
            place = self.seen[above].made
            if place >= 0:
                break
            self.path[length] = above
            length += 1
            above = self.seen[above].above
        if place < 0 or (<Element> self.elements[place]).depth + length > _max_depth:
            return -1
        while length:
            length -= 1
            place = self._make(self.path[length], place)
        return place

    cdef int _make(self, int index, int around) except -1:
        cdef Seen *one = &self.seen[index]
        cdef Element made = Element.__new__(Element)
        cdef bint spared = False
        made.at, made.parser = one.node, self.parser
        made.tag = _tag_of(one.node, self.parser)
        made.verdict = judged(one.node, &spared)
        made.linked = made.tag == "a"
        if around >= 0:
            made.parent = self.elements[around]
            made.outer = made.parent if made.parent.verdict else made.parent.outer
            made.depth = made.parent.depth + 1
            made.linked = made.linked or made.parent.linked
        made.size = self.size_of(index)
        self.elements.append(made)
        one.made = len(self.elements) - 1
        return one.made

    cdef bint is_little(self) noexcept:
        """Tell whether paragraphs hold too little of the text to tell where it is."""
        cdef Amount *whole = &self.said[self.texts].before
        if self.found >= _enough_prose:
            return False
        if self.found >= _paragraphs_share * _weight(
            whole.size, whole.chars, whole.wide
        ):
            return False
        if self.found >= _paragraphs_share * self.size_of(0):
            return False
        return self.found < _paragraphs_share * self._long_texts()

    cdef Py_ssize_t _long_texts(self) noexcept:
        """The weight of the texts that are long enough to be prose."""
        cdef int index
        cdef Amount *before
        cdef Amount *behind
        cdef uint32_t chars, size
        cdef Py_ssize_t weight, found = 0
        for index in range(self.texts):
            before, behind = &self.said[index].before, &self.said[index + 1].before
            chars, size = behind.chars - before.chars, behind.size - before.size
            if 3 * chars <= <uint32_t> _long_weight or _is_blank(self.said[index].text):
                continue
            weight = _weight(size, chars, behind.wide - before.wide)
            if chars > <uint32_t> _prose_chars or (
                size > chars and weight > _long_weight
            ):
                found += weight
        return found

    cdef int sum_up(self) except -1:
        cdef Element one
        for one in reversed(self.elements):
            if one.parent is not None:
                one.parent.prose += one.prose
        return 0


cdef bint _is_blank(lexbor_text *text) noexcept:
    """Tell whether a text is but spaces of HTML, as selectolax has it."""
    cdef size_t at
    cdef char one
    for at in range(text.length):
        one = text.data[at]
        if one != 32 and one != 9 and one != 10 and one != 12 and one != 13:
            return False
    return True


cdef str _tag_of(lexbor_node *at, object parser):
    """The tag of an element; lexbor's own are asked for once."""
    if at.name >= LEXBOR_OWN_NAMES or at.space != _HTML:
        return as_node(at, parser).tag or ""
    found = _tags.get(at.name)
    if found is None:
        found = _tags[at.name] = as_node(at, parser).tag or ""
    return found


def elements_of(root):
    """The elements above the prose under one, parents before children.

    None where Python is to find them: what is no UTF-8 is another's to read.
    """
    cdef _Page page = _Page()
    cdef lexbor_node *at = node_of(root)
    if at.kind != LEXBOR_ELEMENT:
        return None
    page.parser, page.elements = root.parser, []
    if not page.read(at):
        return None
    page._make(0, -1)
    (<Element> page.elements[0]).verdict = NEUTRAL
    page.add_paragraphs()
    if page.is_little():
        page.add_others()
    page.sum_up()
    return page.elements


def keep(list elements):
    """Work out how much prose of each element is in no furniture.

    False where they are Python's.
    """
    cdef Element one, above
    if not elements or type(elements[0]) is not Element:
        return False
    for one in elements:
        one.kept = one.prose
    for one in elements:
        if one.parent is not None and one.parent.pruned:
            one.pruned = True
        elif one.pruned:
            above = one.parent
            while above is not None:
                above.kept -= one.prose
                above = above.parent
        if one.pruned:
            one.kept = 0
    return True


def beside(node, double enough):
    """How much text stands beside an element in the one around it, or enough of it.

    -1 where Python is to measure it.
    """
    cdef lexbor_node *at = node_of(node)
    cdef lexbor_node *other
    cdef Py_ssize_t found = 0, size
    other = at.parent.first if at.parent != NULL else NULL
    while other != NULL:
        if other != at and other.kind != LEXBOR_TEXT:
            size = _measure(other)
            if size < 0:
                return -1
            found += size
            if found > enough:
                break
        other = other.next
    return found


cdef Py_ssize_t _measure(lexbor_node *root) noexcept:
    """What `scrapers.extract.elements.size_of` says of a node; -1 if it is not for C."""
    cdef Amount all
    cdef lexbor_node *at = root
    memset(&all, 0, sizeof(Amount))
    if root.kind != LEXBOR_ELEMENT and root.kind != LEXBOR_COMMENT:
        return -1
    while at != NULL:
        if at.kind == LEXBOR_TEXT or at == root and at.kind == LEXBOR_COMMENT:
            if not _count(&all, text_at(at)):
                return -1
        at = onward(at, root)
    return _weight(all.size, all.chars, all.wide) - all.indent


cdef bint _count(Amount *all, lexbor_text *text) noexcept:
    """Add a text to others; False where it is not for C to count."""
    if text.data == NULL:
        return True
    if text.length > MAX_TEXT or all.size > MAX_TEXT:
        return False
    return add(all, <unsigned char *> text.data, text.length, _wide, _wides)
