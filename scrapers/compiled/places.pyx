# cython: language_level=3, boundscheck=False, wraparound=False
"""The blocks of an outline where they stand: in which elements, and beside what.

What `scrapers.extract.trim` asks of the elements around a block: whether it is in a
caption, in a list of links, or outside of what holds the text. The limits are told by
it (`learn`), and it says why each thing is done.
"""

from cpython.dict cimport PyDict_GetItem
from cpython.object cimport PyObject
from libc.stdlib cimport calloc, free

from scrapers.compiled.outline cimport Block, Container, Outline
from scrapers.compiled.texts cimport weighs
from scrapers.compiled.words cimport PyUnicode_GET_LENGTH

cdef enum:
    NEAR = 8  # so far out an element is looked for anew each time

cdef dict _tags = {}
cdef double LINK_SHARE = 0, LINK_SHARE_OF_PARAGRAPH = 0, MAIN_SHARE = 0
cdef Py_ssize_t MIN_RUN = 0, MAX_CAPTION = 0, CAPTION_DEPTH = 0, MAX_BESIDE = 0
cdef Py_ssize_t MIN_LEADING = 0


def learn(dict trim, dict generic):
    """Be told the rules: what these modules define, by name."""
    global LINK_SHARE, LINK_SHARE_OF_PARAGRAPH, MAIN_SHARE
    global MIN_RUN, MAX_CAPTION, CAPTION_DEPTH, MAX_BESIDE, MIN_LEADING
    _learn_tags(trim, generic)
    LINK_SHARE, MAIN_SHARE = trim["LINK_SHARE"], trim["MAIN_SHARE"]
    LINK_SHARE_OF_PARAGRAPH = trim["LINK_SHARE_OF_PARAGRAPH"]
    MIN_RUN, MIN_LEADING = trim["MIN_RUN"], trim["MIN_LEADING"]
    MAX_CAPTION, CAPTION_DEPTH = trim["MAX_CAPTION"], trim["CAPTION_DEPTH"]
    MAX_BESIDE = trim["MAX_BESIDE"]


cdef int _learn_tags(dict trim, dict generic) except -1:
    _tags.clear()
    for what, tags in (
        (HEADING, trim["HEADINGS"]), (HOLDER, trim["HOLDERS"]),
        (AMONG, trim["_AMONG"]), (WITHIN, trim["_WITHIN"]),
        (ALONE, trim["_MAY_STAND_ALONE"]), (LIKE_HEADING, trim["_HEADING_LIKE"]),
        (ITEM, trim["_ITEMS"]), (CELL, generic["_CELLS"]), (PARAGRAPH, ("p",)),
        (FIGCAPTION, ("figcaption",)), (FIGURE, ("figure", "figcaption")),
        (NO_PROSE, generic["_NO_PROSE"]),
    ):
        for tag in tags:
            _tags[tag] = _tags.get(tag, 0) | what
    return 0


cdef int what_is(Container one) except -1:
    """What an element is by its tag."""
    cdef PyObject *known = PyDict_GetItem(_tags, one.tag)
    return <int> <object> known if known != NULL else 0


cdef class Places:
    """One outline's blocks, and what becomes of those from `start` to `end`."""

    def __cinit__(self, Outline page, Container best):
        cdef Py_ssize_t n, sizes = 0, links = 0
        cdef Block block
        self.page, self.blocks = page, page.blocks
        self.holders, self.outsides, self.alike = {}, {}, {}
        self.start, self.end = best.start, best.end
        self.count = PyList_GET_SIZE(page.blocks)
        self.told = <Told *> calloc(self.count + 1, sizeof(Told))
        if self.told == NULL:
            raise MemoryError
        for n in range(self.count):
            block = block_at(self.blocks, n)
            self.told[n].size = PyUnicode_GET_LENGTH(block.text)
            self.told[n].linked = block.link_chars
            self.told[n].tag = what_is(block.container)
            self.told[n].sizes, self.told[n].links = sizes, links
            sizes += self.told[n].size
            links += block.link_chars
        self.told[self.count].sizes, self.told[self.count].links = sizes, links

    def __dealloc__(self):
        free(self.told)

    cdef bint stays(self, Py_ssize_t n) noexcept:
        """Tell whether a block is of the text, as far as is known."""
        return not self.told[n].state & (CAPTION | GONE)

    cdef bint _is_linked(self, Py_ssize_t n) noexcept:
        """Tell whether most of a block is links."""
        return self.told[n].linked > LINK_SHARE * self.told[n].size

    cdef int find_main(self) except -1:
        """The element that itself holds most of the text; none where it is in several."""
        cdef Py_ssize_t n, size = 0, total = 0
        cdef Container one, before = None
        cdef dict sizes = {}
        for n in range(self.start, self.end):
            if self._is_linked(n):
                continue
            one = self._holder(block_at(self.blocks, n).container)
            if one is not before:
                if before is not None:
                    sizes[before] = sizes.get(before, 0) + size
                before, size = one, 0
            size += self.told[n].size
            total += self.told[n].size
        if before is not None:
            sizes[before] = sizes.get(before, 0) + size
            one = max(sizes, key=sizes.__getitem__)
            if sizes[one] >= MAIN_SHARE * total:
                self.main = one
        return 0

    cdef Container _holder(self, Container one):
        """The element around one that means nothing but what it holds.

        It is kept where it is far: many may be as far inside it.
        """
        cdef Container found = one, at = one
        cdef Py_ssize_t steps = 0
        while found.parent is not None and not what_is(found) & HOLDER:
            steps += 1
            known = self.holders.get(found) if steps > NEAR else None
            found = found.parent if known is None else known
        if steps > NEAR:
            while at is not found and at not in self.holders:
                self.holders[at] = found
                at = at.parent
        return found

    cdef bint is_caption(self, Py_ssize_t n) except -1:
        """Tell whether a block is in a caption, or alone beside a picture as one is."""
        cdef Container one = block_at(self.blocks, n).container
        cdef int tag = self.told[n].tag
        cdef bint may_stand = self.told[n].size <= MAX_CAPTION and tag & ALONE != 0
        for _ in range(CAPTION_DEPTH):
            if one is None or one is self.main:
                return False
            tag = what_is(one)
            if tag & FIGCAPTION:
                return True
            if one.end - one.start > MAX_BESIDE:
                may_stand = False
            elif may_stand and tag & HOLDER and self.page.shows(one):
                return True
            one = one.parent
        return False

    cdef bint is_link(self, Py_ssize_t n) except -1:
        """Tell whether a block is a link and no more."""
        cdef int tag = self.told[n].tag
        cdef double share
        if self.main is not None and tag & HEADING:
            if block_at(self.blocks, n).container.parent is self.main:
                return False
        share = <double> self.told[n].linked / self.told[n].size
        if share <= LINK_SHARE or (
            tag & PARAGRAPH and share <= LINK_SHARE_OF_PARAGRAPH
        ):
            return False
        return not tag & AMONG or not self._is_among_text(n)

    cdef bint _is_among_text(self, Py_ssize_t n) except -1:
        """Tell whether a list or table that holds a block is not mostly links."""
        cdef Container one = self._outside(block_at(self.blocks, n).container.parent)
        cdef Told *first
        cdef Told *end
        if one is None:
            return False
        if self.main is not None and one.first < self.main.first < one.last:
            return False
        if one.start and self._leads(one.start - 1):
            return True
        first, end = &self.told[one.start], &self.told[one.end]
        return end.links - first.links <= LINK_SHARE * (end.sizes - first.sizes)

    cdef Container _outside(self, Container one):
        """The element around lists and tables, or their parts; kept as holders are."""
        cdef Container found = one, at = one
        cdef Py_ssize_t steps = 0
        while found is not None and what_is(found) & WITHIN:
            steps += 1
            if steps > NEAR and found in self.outsides:
                found = self.outsides[found]
                break
            found = found.parent
        if steps > NEAR:
            while at is not found and at not in self.outsides:
                self.outsides[at] = found
                at = at.parent
        return found

    cdef bint _leads(self, Py_ssize_t n) except -1:
        """Tell whether a paragraph ends in a colon: what follows is part of the text."""
        cdef str text = block_at(self.blocks, n).text
        if not self.told[n].tag & PARAGRAPH or self._is_linked(n):
            return False
        return last_of(text) in ":：" and weighs(text, MIN_LEADING)

    cdef int drop_link_lists(self) except -1:
        """Blocks that are mostly links, where several stand one after the other."""
        cdef Py_ssize_t n, at, run = 0, begun = self.start
        for n in range(self.start, self.end + 1):
            if n < self.end and self.told[n].state & CAPTION:
                continue
            if n < self.end and self._is_linked(n):
                run += self._is_listed(n)
                continue
            for at in range(begun, n):
                if run >= MIN_RUN and not self.told[at].state & CAPTION:
                    if self._is_listed(at):
                        self.told[at].state |= GONE
            run, begun = 0, n + 1
        return 0

    cdef bint _is_listed(self, Py_ssize_t n) except -1:
        return not self.told[n].tag & AMONG or not self._is_among_text(n)

    cdef int drop_others(self) except -1:
        """What stands after the element of the text, in others not its like."""
        cdef Py_ssize_t n
        cdef Container one, before = None
        cdef bint is_other = False
        for n in range(max(self.main.end, self.start), self.end):
            one = self._holder(block_at(self.blocks, n).container)
            if one is not before:
                is_other = self._is_unlike(one)
                before = one
            if is_other:
                self.told[n].state |= GONE
        return 0

    cdef bint _is_unlike(self, Container one) except -1:
        """Tell whether an element after the main one is not its like.

        They are alike whose elements, up to the one that holds both, are so in pairs.
        """
        cdef Container around = one, below = one, other = self.main
        while around is not None and not (
            around.first <= other.first and other.last <= around.last
        ):
            around = around.parent
        if around is one:
            return False
        while below is not around and other is not around:
            below, other = below.parent, other.parent
        return below is not other or not self._are_alike(one, around)

    cdef bint _are_alike(self, Container one, Container around) except -1:
        """Tell whether two elements as far inside a third are each other's like.

        What is found is kept: many may be in one that is far inside.
        """
        cdef Container other = self.main
        cdef list pairs = []
        cdef bint are_alike = True
        while one is not around:
            known = self.alike.get(one)
            if known is not None:
                are_alike = known
                break
            pairs.append((one, other))
            one, other = one.parent, other.parent
        while pairs:
            one, other = pairs.pop()
            are_alike = (
                are_alike and one.tag == other.tag and one.start_tag == other.start_tag
            )
            self.alike[one] = are_alike
        return are_alike

    cdef list emptied(self, Container best):
        """The elements inside the chosen one of which nothing stays, outermost."""
        cdef Py_ssize_t n, passed = best.first, count = PyList_GET_SIZE(
            self.page.containers
        )
        cdef list containers = self.page.containers, found = []
        cdef Container one
        cdef bint is_inside = False
        self._count_gone()
        for n in range(count):
            one = <Container> PyList_GET_ITEM(containers, n)
            if not is_inside:
                is_inside = one is best
                continue
            if one.first > best.last:
                break
            if one.first > passed and self._is_empty(one):
                found.append(one)
                passed = one.last
        return found

    cdef int _count_gone(self) noexcept:
        """From here on `sizes` counts the blocks before that are gone."""
        cdef Py_ssize_t n, gone = 0
        for n in range(self.count + 1):
            self.told[n].sizes = gone
            if n < self.count:
                gone += (self.told[n].state & GONE) != 0
        return 0

    cdef bint _is_empty(self, Container one) except -1:
        cdef int tag = what_is(one)
        cdef Py_ssize_t size = one.end - one.start
        if not size:
            return not tag & CELL and not self.page.shows(one)
        if self.told[one.end].sizes - self.told[one.start].sizes != size:
            return False
        return not tag & FIGURE
