# cython: language_level=3, boundscheck=False, wraparound=False
"""Choose an outline's best container and drop the lines in it that are no article.

The work of `scrapers.extract.generic` and `scrapers.extract.trim`, whose rules, tables
and limits are told it (`learn`) and which say why each thing is done. Here blocks are
gone through; a rule that reads words is asked of the texts that may fit it.
"""

from cpython.dict cimport PyDict_GetItem
from cpython.object cimport PyObject
from libc.stdint cimport uint8_t, uint16_t, uint32_t
from libc.stdlib cimport calloc, free, malloc

from scrapers.compiled.labels cimport (
    DATED,
    WORDED,
    likely_label,
    may_head_furniture,
    may_take_leave,
)
from scrapers.compiled.outline cimport Block, Container, Outline
from scrapers.compiled.texts cimport key_of, weighs, weight
from scrapers.compiled.words cimport (
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
    letter_at,
)

cdef extern from "Python.h":
    PyObject *PyList_GET_ITEM(list, Py_ssize_t at)
    Py_ssize_t PyList_GET_SIZE(list)

ctypedef fused unit:
    uint8_t
    uint16_t
    uint32_t

# What an element is by its tag.
cdef enum:
    HEADING = 1
    HOLDER = 2
    AMONG = 4
    WITHIN = 8
    ALONE = 16  # such as a caption may stand in
    LIKE_HEADING = 32
    ITEM = 64
    CELL = 128
    PARAGRAPH = 256
    FIGCAPTION = 512
    FIGURE = 1024
    NO_PROSE = 2048

cdef enum:
    NEAR = 8  # so far out an element is looked for anew each time

# What is known of a block.
cdef enum:
    CAPTION = 1
    GONE = 2
    LABEL = 4

cdef struct Told:
    Py_ssize_t size, linked
    Py_ssize_t sizes, links  # of all blocks before it
    int tag, state

cdef dict _tags = {}
cdef object _trail = None, _is_worded = None, _is_dated = None, _heads = None
cdef object _is_about = None, _leaves = None
cdef str _stops = "", _commas = "", _ends = ""
cdef double LINK_SHARE = 0, LINK_SHARE_OF_PARAGRAPH = 0, SECTION_SHARE = 0
cdef double MAIN_SHARE = 0, NOISE_WEIGHT = 0, NOISE_SHARE = 0
cdef Py_ssize_t MIN_RUN = 0, MAX_CAPTION = 0, CAPTION_DEPTH = 0, MAX_BESIDE = 0
cdef Py_ssize_t MIN_LEADING = 0, MAX_LONG = 0, MIN_LONG = 0, LAST_BLOCKS = 0
cdef Py_ssize_t MIN_REPEATED = 0, MIN_EDGE = 0, MAX_LABEL = 0
cdef Py_ssize_t NOISE_BLOCK = 0, PROSE_CHARS = 0, MIN_UNMARKED = 0


def learn(dict trim, dict generic, dict prose, dict labels):
    """Be told the rules: what these modules define, by name."""
    _learn_tags(trim, generic)
    _learn_limits(trim)
    global _trail, _is_worded, _is_dated, _heads, _is_about, _leaves
    global _stops, _commas, _ends, MAX_LABEL
    global NOISE_WEIGHT, NOISE_SHARE, NOISE_BLOCK, PROSE_CHARS, MIN_UNMARKED
    _trail = trim["_is_trail"]
    _is_worded, _is_dated = labels["is_worded"], labels["is_dated"]
    _heads, _leaves = labels["heads_furniture"], labels["takes_leave"]
    _is_about, MAX_LABEL = labels["is_about_author"], labels["MAX_LABEL"]
    _stops, _commas = labels["STOPS"], trim["_COMMAS"]
    _ends, MIN_UNMARKED = "".join(prose["SENTENCE_ENDS"]), prose["MIN_UNMARKED"]
    NOISE_WEIGHT, NOISE_BLOCK = generic["NOISE_WEIGHT"], generic["NOISE_BLOCK"]
    PROSE_CHARS, NOISE_SHARE = generic["PROSE_CHARS"], generic["LINK_SHARE"]


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


cdef int _learn_limits(dict trim) except -1:
    global LINK_SHARE, LINK_SHARE_OF_PARAGRAPH, SECTION_SHARE, MAIN_SHARE
    global MIN_RUN, MAX_CAPTION, CAPTION_DEPTH, MAX_BESIDE, MIN_LEADING, MAX_LONG
    global MIN_LONG, LAST_BLOCKS, MIN_REPEATED, MIN_EDGE
    LINK_SHARE, SECTION_SHARE = trim["LINK_SHARE"], trim["SECTION_SHARE"]
    LINK_SHARE_OF_PARAGRAPH = trim["LINK_SHARE_OF_PARAGRAPH"]
    MAIN_SHARE, MIN_RUN = trim["MAIN_SHARE"], trim["MIN_RUN"]
    MAX_CAPTION, CAPTION_DEPTH = trim["MAX_CAPTION"], trim["CAPTION_DEPTH"]
    MAX_BESIDE, MIN_LEADING = trim["MAX_BESIDE"], trim["MIN_LEADING"]
    MAX_LONG, MIN_LONG = trim["MAX_LONG"], trim["MIN_LONG"]
    LAST_BLOCKS, MIN_REPEATED = trim["LAST_BLOCKS"], trim["MIN_REPEATED"]
    MIN_EDGE = trim["MIN_EDGE"]
    return 0


cdef inline int _what(Container one) except -1:
    """What an element is by its tag."""
    cdef PyObject *known = PyDict_GetItem(_tags, one.tag)
    return <int> <object> known if known != NULL else 0


cdef inline Block _block(list blocks, Py_ssize_t at):
    return <Block> PyList_GET_ITEM(blocks, at)


cdef inline Py_UCS4 _last(str text) noexcept:
    return letter_at(
        PyUnicode_KIND(text), PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text) - 1
    )


cdef bint _is_ended(str text) except -1:
    """Tell whether a text ends like a sentence in its script."""
    cdef Py_UCS4 last = _last(text)
    if last in _ends:
        return True
    return 0x0E00 <= last <= 0x0EFF and PyUnicode_GET_LENGTH(text) >= MIN_UNMARKED


cdef inline bint _marks_trail(const unit *data, Py_ssize_t size) noexcept:
    cdef Py_ssize_t n
    cdef unit one, found = 0
    for n in range(size):
        one = data[n]
        found |= (one == 0x3E) | (one == 0xBB)
        if unit is not uint8_t:
            found |= (one == 0x203A) | (one == 0x2192) | (one == 0xFF1E)
    return found != 0


cdef bint _is_trail(str text) except -1:
    """Tell whether one of the marks is there that part the steps of a trail."""
    cdef int kind = PyUnicode_KIND(text)
    cdef const void *data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    cdef bint may_be
    if kind == 1:
        may_be = _marks_trail(<const uint8_t *> data, size)
    elif kind == 2:
        may_be = _marks_trail(<const uint16_t *> data, size)
    else:
        may_be = _marks_trail(<const uint32_t *> data, size)
    return may_be and _trail(text)


cdef bint _is_label(str text) except -1:
    cdef int likely
    if PyUnicode_GET_LENGTH(text) > MAX_LABEL or weight(text) > MAX_LABEL:
        return False
    likely = likely_label(text)
    if likely & WORDED and _is_worded(text):
        return True
    return likely & DATED and _is_dated(text)


def best(Outline page not None):
    """The container with most prose less a part of its noise; the inner of equals."""
    cdef list blocks = page.blocks
    cdef Py_ssize_t n, count = PyList_GET_SIZE(blocks)
    cdef double score = 0, best_score = 0
    cdef Container one, found = None
    cdef double *scores = <double *> malloc((count + 1) * sizeof(double))
    if scores == NULL:
        raise MemoryError
    try:
        scores[0] = 0
        for n in range(count):
            score += _worth(_block(blocks, n))
            scores[n + 1] = score
        for one in page.containers:
            score = scores[one.end] - scores[one.start]
            if found is None or score >= best_score:
                found, best_score = one, score
        return found
    finally:
        free(scores)


cdef double _worth(Block block) except? -1:
    """The prose of a block less a tenth of its noise, in characters."""
    cdef Py_ssize_t size = weight(block.text)
    cdef Py_ssize_t linked = block.link_chars
    cdef int tag = _what(block.container)
    if linked > NOISE_SHARE * PyUnicode_GET_LENGTH(block.text) or tag & NO_PROSE:
        return -NOISE_WEIGHT * (size + NOISE_BLOCK)
    if tag & HEADING:
        return 0
    if size >= PROSE_CHARS or _is_ended(block.text):
        return size - linked - NOISE_WEIGHT * linked
    return 0 if tag & PARAGRAPH else -NOISE_WEIGHT * (size + NOISE_BLOCK)


def keep(Outline page not None, Container best not None, str title not None):
    """What stays of the text, a paragraph a line, and the elements that are emptied."""
    cdef _Trim trim = _Trim(page, best)
    trim.run(title)
    return trim.text(), trim.emptied(best)


cdef class _Trim:
    """One outline's blocks, and what becomes of those from `start` to `end`."""

    cdef Outline page
    cdef list blocks
    cdef Py_ssize_t start, end, count
    cdef Container main
    cdef Told *told
    cdef dict holders  # of elements that are far inside them
    cdef dict alike  # whether an element is like the main one's as deep

    def __cinit__(self, Outline page, Container best):
        cdef Py_ssize_t n, sizes = 0, links = 0
        cdef Block block
        self.page, self.blocks = page, page.blocks
        self.holders, self.alike = {}, {}
        self.start, self.end = best.start, best.end
        self.count = PyList_GET_SIZE(page.blocks)
        self.told = <Told *> calloc(self.count + 1, sizeof(Told))
        if self.told == NULL:
            raise MemoryError
        for n in range(self.count):
            block = _block(self.blocks, n)
            self.told[n].size = PyUnicode_GET_LENGTH(block.text)
            self.told[n].linked = block.link_chars
            self.told[n].tag = _what(block.container)
            self.told[n].sizes, self.told[n].links = sizes, links
            sizes += self.told[n].size
            links += block.link_chars
        self.told[self.count].sizes, self.told[self.count].links = sizes, links

    def __dealloc__(self):
        free(self.told)

    cdef int run(self, str title) except -1:
        """Find out what becomes of each block."""
        cdef Py_ssize_t n, gone = 0, shown = 0
        cdef Told *one
        self._find_main()
        for n in range(self.start, self.end):
            if self._is_caption(n):
                self.told[n].state = CAPTION
        self._lines(title)
        self._link_lists()
        self._sections()
        for n in range(self.start, self.end):
            one = &self.told[n]
            shown += not one.state & CAPTION
            gone += (one.state & GONE) != 0
            gone += (one.state & LABEL) != 0
        if gone < shown:  # or a label is all the text there is
            for n in range(self.start, self.end):
                if self.told[n].state & LABEL:
                    self.told[n].state |= GONE
        if self.main is not None:
            self._tail()
        self._leaving()
        self._edges()
        return 0

    def text(self):
        """What stays, a paragraph a line."""
        return "\n".join(
            [
                _block(self.blocks, n).text
                for n in range(self.start, self.end)
                if not self.told[n].state & (CAPTION | GONE)
            ]
        )

    cdef bint _stays(self, Py_ssize_t n) noexcept:
        return not self.told[n].state & (CAPTION | GONE)

    cdef bint _is_linked_at(self, Py_ssize_t n) noexcept:
        return self.told[n].linked > LINK_SHARE * self.told[n].size

    cdef int _find_main(self) except -1:
        """The element that itself holds most of the text; none where it is in several."""
        cdef Py_ssize_t n, size = 0, total = 0
        cdef Container one, before = None
        cdef dict sizes = {}
        for n in range(self.start, self.end):
            if self._is_linked_at(n):
                continue
            one = self._holder(_block(self.blocks, n).container)
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
        while found.parent is not None and not _what(found) & HOLDER:
            steps += 1
            known = self.holders.get(found) if steps > NEAR else None
            found = found.parent if known is None else known
        if steps > NEAR:
            while at is not found and at not in self.holders:
                self.holders[at] = found
                at = at.parent
        return found

    cdef bint _is_caption(self, Py_ssize_t n) except -1:
        """Tell whether a block is in a caption, or alone beside a picture as one is."""
        cdef Container one = _block(self.blocks, n).container
        cdef int tag = self.told[n].tag
        cdef bint may_stand = self.told[n].size <= MAX_CAPTION and tag & ALONE != 0
        for _ in range(CAPTION_DEPTH):
            if one is None or one is self.main:
                return False
            tag = _what(one)
            if tag & FIGCAPTION:
                return True
            if one.end - one.start > MAX_BESIDE:
                may_stand = False
            elif may_stand and tag & HOLDER and self.page.shows(one):
                return True
            one = one.parent
        return False

    cdef int _lines(self, str title) except -1:
        """Mark what is no article by itself, and what is a label."""
        cdef str headline = key_of(title), text
        cdef Py_ssize_t n, limit = 2 * PyUnicode_GET_LENGTH(title)
        cdef Py_ssize_t least = PyUnicode_GET_LENGTH(headline) // 2
        cdef Told *one
        cdef bint is_long
        cdef set seen = set()
        for n in range(self.start, self.end):
            one = &self.told[n]
            if one.state & CAPTION:
                continue
            text = _block(self.blocks, n).text
            is_long = one.size >= MIN_REPEATED
            if (
                (least <= one.size < limit and key_of(text) == headline)
                or (_is_trail(text) and key_of(text).endswith(headline))
                or (is_long and not one.tag & CELL and text in seen)
                or self._is_linked(n)
            ):
                one.state |= GONE
            elif _is_label(text):
                one.state |= LABEL
            elif is_long:
                seen.add(text)
        return 0

    cdef bint _is_linked(self, Py_ssize_t n) except -1:
        """Tell whether a block is a link and no more."""
        cdef int tag = self.told[n].tag
        cdef double share
        if self.main is not None and tag & HEADING:
            if _block(self.blocks, n).container.parent is self.main:
                return False
        share = <double> self.told[n].linked / self.told[n].size
        if share <= LINK_SHARE or (
            tag & PARAGRAPH and share <= LINK_SHARE_OF_PARAGRAPH
        ):
            return False
        return not tag & AMONG or not self._is_among_text(n)

    cdef bint _is_among_text(self, Py_ssize_t n) except -1:
        """Tell whether a list or table that holds a block is not mostly links."""
        cdef Container one = _block(self.blocks, n).container.parent
        cdef Told *first
        cdef Told *end
        while one is not None and _what(one) & WITHIN:
            one = one.parent
        if one is None:
            return False
        if self.main is not None and one.first < self.main.first < one.last:
            return False
        if one.start and self._leads(one.start - 1):
            return True
        first, end = &self.told[one.start], &self.told[one.end]
        return end.links - first.links <= LINK_SHARE * (end.sizes - first.sizes)

    cdef bint _leads(self, Py_ssize_t n) except -1:
        """Tell whether a paragraph ends in a colon: what follows is part of the text."""
        cdef str text = _block(self.blocks, n).text
        if not self.told[n].tag & PARAGRAPH or self._is_linked_at(n):
            return False
        return _last(text) in ":：" and weighs(text, MIN_LEADING)

    cdef int _link_lists(self) except -1:
        """Blocks that are mostly links, where several stand one after the other."""
        cdef Py_ssize_t n, at, run = 0, begun = self.start
        for n in range(self.start, self.end + 1):
            if n < self.end and self.told[n].state & CAPTION:
                continue
            if n < self.end and self._is_linked_at(n):
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

    cdef int _sections(self) except -1:
        """What stands at the end under headings, or lines like one, of furniture."""
        cdef Py_ssize_t n, at, section = self.end, long = 0, total = 0
        cdef double left
        cdef Told *one
        cdef bint is_heading, is_furniture
        for n in range(self.start, self.end):
            total += self.told[n].size if self._stays(n) else 0
        left = SECTION_SHARE * total
        for n in range(self.end - 1, self.start - 1, -1):
            one = &self.told[n]
            if not self._stays(n):
                continue
            long += one.size > MIN_LONG
            left -= one.size
            is_heading = one.tag & HEADING != 0
            is_furniture = self._heads_furniture(n)
            if left < 0 or (is_heading and not is_furniture):
                break
            if is_furniture and (is_heading or long <= MAX_LONG):
                for at in range(n, section):
                    if self._stays(at):
                        self.told[at].state |= GONE
                section, long = n, 0
        return 0

    cdef bint _heads_furniture(self, Py_ssize_t n) except -1:
        """Tell whether a block is a heading of furniture, or a line meant as one."""
        cdef str text = _block(self.blocks, n).text
        cdef int tag = self.told[n].tag
        if not tag & HEADING and (not tag & LIKE_HEADING or _last(text) in _stops):
            return False
        return may_head_furniture(text) and _heads(text)

    cdef int _tail(self) except -1:
        """What stands after the element of the text, in others not its like."""
        cdef Py_ssize_t n
        cdef Container one, before = None
        cdef bint is_other = False
        for n in range(max(self.main.end, self.start), self.end):
            one = self._holder(_block(self.blocks, n).container)
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

    cdef int _leaving(self) except -1:
        """Paragraphs at the end that tell of the author, or take leave."""
        cdef Py_ssize_t n, left = -LAST_BLOCKS, seen = 0
        cdef bint is_about, goes_on = True
        cdef str text
        for n in range(self.start, self.end):
            left += self._stays(n)
        for n in range(self.end - 1, self.start - 1, -1):
            if seen >= left or (seen >= LAST_BLOCKS and not goes_on):
                break
            if not self._stays(n):
                continue
            text = _block(self.blocks, n).text
            is_about = _is_about(text)
            goes_on = goes_on and (is_about or (may_take_leave(text) and _leaves(text)))
            if goes_on or (is_about and seen < LAST_BLOCKS):
                self.told[n].state |= GONE
            seen += 1
        return 0

    cdef int _edges(self) except -1:
        """What stands before the first, or after the last, that is of the article."""
        cdef Py_ssize_t first = self.start, last = self.end - 1, n
        while first <= last and not (self._stays(first) and self._holds(first, True)):
            first += 1
        while last >= self.start and not (
            self._stays(last) and self._holds(last, False)
        ):
            last -= 1
        for n in range(self.start, self.end):
            if self._stays(n):
                if (n < first < self.end) or (n > last >= self.start):
                    self.told[n].state |= GONE
        return 0

    cdef bint _holds(self, Py_ssize_t n, bint is_leading) except -1:
        """Tell whether a block at an edge is part of the article."""
        cdef str text = _block(self.blocks, n).text
        if self.told[n].tag & HEADING:
            return is_leading and weighs(text, MIN_EDGE)
        if self.told[n].tag & ITEM or _last(text) in _commas:
            return True
        return weighs(text, MIN_EDGE) or _is_ended(text)

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
        cdef int tag = _what(one)
        cdef Py_ssize_t size = one.end - one.start
        if not size:
            return not tag & CELL and not self.page.shows(one)
        if self.told[one.end].sizes - self.told[one.start].sizes != size:
            return False
        return not tag & FIGURE
