# cython: language_level=3
"""Which elements are above a page's prose, and how much of it is in them.

The work of `scrapers.extract.prose`, on lexbor's tree, as `contents` lists it. What
prose is, and which names are furniture, is told by it (`learn`).
"""

from libc.stdint cimport uint32_t, uintptr_t
from libc.stdlib cimport free, malloc
from libc.string cimport memset

from scrapers.compiled.bytes cimport Bytes, forget, put
from scrapers.compiled.contents cimport Contents, Said, Seen, Told, measure, weight
from scrapers.compiled.judging cimport judged, names_of
from scrapers.compiled.lines cimport text_from
from scrapers.compiled.tree cimport (
    LEXBOR_ELEMENT,
    LEXBOR_OWN_NAMES,
    LEXBOR_TEXT,
    as_node,
    lexbor_node,
    lexbor_text,
    node_of,
)

from selectolax.lexbor import LexborHTMLParser

from scrapers.compiled import contents

cdef enum:
    NEUTRAL = 0

cdef bint _ends[128]  # whether a text ends like a sentence, by its last letter
cdef object _is_ended = None
cdef uintptr_t _PARAGRAPH = 0, _HTML = 0
# Tags by lexbor's numbers.
cdef dict _tags = {}

cdef int _min_prose, _prose_chars, _long_weight
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
    """Be told what is prose and what is furniture."""
    global _is_ended, _min_prose, _prose_chars, _long_weight
    global _enough_prose, _paragraphs_share, _link_share, _max_depth
    global _PARAGRAPH, _HTML
    cdef lexbor_node *at
    contents.learn(wide, few_bytes)
    _is_ended, _min_prose = is_ended, min_prose
    _prose_chars, _long_weight = prose_chars, long_weight
    _enough_prose, _paragraphs_share = enough_prose, paragraphs_share
    _link_share, _max_depth = link_share, max_depth
    for number in range(128):
        _ends[number] = is_ended(chr(number))
    tree = LexborHTMLParser("<p>")
    at = node_of(tree.css_first("p"))
    _PARAGRAPH, _HTML = at.name, at.space


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


cdef class _Page(Contents):
    """The elements above the prose that is found so far, each made once."""

    cdef object parser
    cdef list elements
    cdef double found  # prose
    cdef int *path

    def __dealloc__(self):
        free(self.path)

    cdef Py_ssize_t _prose_of(self, Told *told, bint is_own) except -1:
        """How many characters of prose a text is: none if short and no sentence."""
        cdef Py_ssize_t size = weight(told.size, told.chars, told.wide)
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
        if one.linked <= _link_share * chars:
            return False
        return self.told_by(index).chars < (1 - _link_share) * chars

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
            told = self.told_in(index)
            if told.first < 0:
                continue
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
            told = self.told_by(index)
            if told.first < 0:
                continue
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
        if self.path == NULL:
            self.path = <int *> malloc(_max_depth * sizeof(int))
            if self.path == NULL:
                raise MemoryError
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
        if self.found >= _enough_prose:
            return False
        if self.found >= _paragraphs_share * self.weight_of(0, self.texts):
            return False
        if self.found >= _paragraphs_share * self.size_of(0):
            return False
        return self.found < _paragraphs_share * self._long_texts()

    cdef Py_ssize_t _long_texts(self) noexcept:
        """The weight of the texts that are long enough to be prose."""
        cdef int index
        cdef Said *one
        cdef Said *behind
        cdef uint32_t chars, size
        cdef Py_ssize_t weighs, found = 0
        for index in range(self.texts):
            one, behind = &self.said[index], &self.said[index + 1]
            chars = behind.before.chars - one.before.chars
            size = behind.before.size - one.before.size
            if 3 * chars <= <uint32_t> _long_weight or _is_blank(one.text):
                continue
            weighs = weight(size, chars, behind.before.wide - one.before.wide)
            if chars > <uint32_t> _prose_chars or (
                size > chars and weighs > _long_weight
            ):
                found += weighs
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
            size = measure(other)
            if size < 0:
                return -1
            found += size
            if found > enough:
                break
        other = other.next
    return found

