# cython: language_level=3, boundscheck=False, wraparound=False
"""Choose an outline's best container and drop the lines in it that are no article.

The work of `scrapers.extract.generic` and `scrapers.extract.trim`, whose rules, tables
and limits are told it (`learn`) and which say why each thing is done. Here blocks are
gone through by what they say, in `places` by where they stand; a rule that reads words
is asked of the texts that may fit it.
"""

from libc.stdint cimport uint8_t, uint16_t, uint32_t
from libc.stdlib cimport free, malloc

from scrapers.compiled.labels cimport (
    DATED,
    WORDED,
    likely_label,
    may_head_furniture,
    may_take_leave,
)
from scrapers.compiled.outline cimport Block, Container, Outline
from scrapers.compiled.places cimport (
    CAPTION,
    CELL,
    GONE,
    HEADING,
    ITEM,
    LABEL,
    LIKE_HEADING,
    NO_PROSE,
    PARAGRAPH,
    Places,
    PyList_GET_SIZE,
    Told,
    block_at,
    last_of,
    what_is,
)
from scrapers.compiled.texts cimport key_of, weighs, weight
from scrapers.compiled.words cimport (
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
)

from scrapers.compiled import places

ctypedef fused unit:
    uint8_t
    uint16_t
    uint32_t

cdef object _trail = None, _is_worded = None, _is_dated = None, _heads = None
cdef object _is_about = None, _leaves = None
cdef str _stops = "", _commas = "", _ends = ""
cdef double SECTION_SHARE = 0, NOISE_WEIGHT = 0, NOISE_SHARE = 0
cdef Py_ssize_t MAX_LONG = 0, MIN_LONG = 0, LAST_BLOCKS = 0
cdef Py_ssize_t MIN_REPEATED = 0, MIN_EDGE = 0, MAX_LABEL = 0
cdef Py_ssize_t NOISE_BLOCK = 0, PROSE_CHARS = 0, MIN_UNMARKED = 0


def learn(dict trim, dict generic, dict prose, dict labels):
    """Be told the rules: what these modules define, by name."""
    global _trail, _is_worded, _is_dated, _heads, _is_about, _leaves
    global _stops, _commas, _ends, MAX_LABEL
    global NOISE_WEIGHT, NOISE_SHARE, NOISE_BLOCK, PROSE_CHARS, MIN_UNMARKED
    global SECTION_SHARE, MAX_LONG, MIN_LONG, LAST_BLOCKS, MIN_REPEATED, MIN_EDGE
    places.learn(trim, generic)
    _trail = trim["_is_trail"]
    _is_worded, _is_dated = labels["is_worded"], labels["is_dated"]
    _heads, _leaves = labels["heads_furniture"], labels["takes_leave"]
    _is_about, MAX_LABEL = labels["is_about_author"], labels["MAX_LABEL"]
    _stops, _commas = labels["STOPS"], trim["_COMMAS"]
    _ends, MIN_UNMARKED = "".join(prose["SENTENCE_ENDS"]), prose["MIN_UNMARKED"]
    NOISE_WEIGHT, NOISE_BLOCK = generic["NOISE_WEIGHT"], generic["NOISE_BLOCK"]
    PROSE_CHARS, NOISE_SHARE = generic["PROSE_CHARS"], generic["LINK_SHARE"]
    SECTION_SHARE, LAST_BLOCKS = trim["SECTION_SHARE"], trim["LAST_BLOCKS"]
    MAX_LONG, MIN_LONG = trim["MAX_LONG"], trim["MIN_LONG"]
    MIN_REPEATED, MIN_EDGE = trim["MIN_REPEATED"], trim["MIN_EDGE"]


cdef bint _is_ended(str text) except -1:
    """Tell whether a text ends like a sentence in its script."""
    cdef Py_UCS4 last = last_of(text)
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
            score += _worth(block_at(blocks, n))
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
    cdef int tag = what_is(block.container)
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


cdef class _Trim(Places):
    """What becomes of the blocks of an outline."""

    cdef int run(self, str title) except -1:
        """Find out what becomes of each block."""
        cdef Py_ssize_t n, gone = 0, shown = 0
        cdef Told *one
        self.find_main()
        for n in range(self.start, self.end):
            if self.is_caption(n):
                self.told[n].state = CAPTION
        self._lines(title)
        self.drop_link_lists()
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
            self.drop_others()
        self._leaving()
        self._edges()
        return 0

    def text(self):
        """What stays, a paragraph a line."""
        return "\n".join(
            [
                block_at(self.blocks, n).text
                for n in range(self.start, self.end)
                if not self.told[n].state & (CAPTION | GONE)
            ]
        )

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
            text = block_at(self.blocks, n).text
            is_long = one.size >= MIN_REPEATED
            if (
                (least <= one.size < limit and key_of(text) == headline)
                or (_is_trail(text) and key_of(text).endswith(headline))
                or (is_long and not one.tag & CELL and text in seen)
                or self.is_link(n)
            ):
                one.state |= GONE
            elif _is_label(text):
                one.state |= LABEL
            elif is_long:
                seen.add(text)
        return 0

    cdef int _sections(self) except -1:
        """What stands at the end under headings, or lines like one, of furniture."""
        cdef Py_ssize_t n, at, section = self.end, long = 0, total = 0
        cdef double left
        cdef Told *one
        cdef bint is_heading, is_furniture
        for n in range(self.start, self.end):
            total += self.told[n].size if self.stays(n) else 0
        left = SECTION_SHARE * total
        for n in range(self.end - 1, self.start - 1, -1):
            one = &self.told[n]
            if not self.stays(n):
                continue
            long += one.size > MIN_LONG
            left -= one.size
            is_heading = one.tag & HEADING != 0
            is_furniture = self._heads_furniture(n)
            if left < 0 or (is_heading and not is_furniture):
                break
            if is_furniture and (is_heading or long <= MAX_LONG):
                for at in range(n, section):
                    if self.stays(at):
                        self.told[at].state |= GONE
                section, long = n, 0
        return 0

    cdef bint _heads_furniture(self, Py_ssize_t n) except -1:
        """Tell whether a block is a heading of furniture, or a line meant as one."""
        cdef str text = block_at(self.blocks, n).text
        cdef int tag = self.told[n].tag
        if not tag & HEADING and (not tag & LIKE_HEADING or last_of(text) in _stops):
            return False
        return may_head_furniture(text) and _heads(text)

    cdef int _leaving(self) except -1:
        """Paragraphs at the end that tell of the author, or take leave."""
        cdef Py_ssize_t n, left = -LAST_BLOCKS, seen = 0
        cdef bint is_about, goes_on = True
        cdef str text
        for n in range(self.start, self.end):
            left += self.stays(n)
        for n in range(self.end - 1, self.start - 1, -1):
            if seen >= left or (seen >= LAST_BLOCKS and not goes_on):
                break
            if not self.stays(n):
                continue
            text = block_at(self.blocks, n).text
            is_about = _is_about(text)
            goes_on = goes_on and (is_about or (may_take_leave(text) and _leaves(text)))
            if goes_on or (is_about and seen < LAST_BLOCKS):
                self.told[n].state |= GONE
            seen += 1
        return 0

    cdef int _edges(self) except -1:
        """What stands before the first, or after the last, that is of the article."""
        cdef Py_ssize_t first = self.start, last = self.end - 1, n
        while first <= last and not (self.stays(first) and self._holds(first, True)):
            first += 1
        while last >= self.start and not (
            self.stays(last) and self._holds(last, False)
        ):
            last -= 1
        for n in range(self.start, self.end):
            if self.stays(n):
                if (n < first < self.end) or (n > last >= self.start):
                    self.told[n].state |= GONE
        return 0

    cdef bint _holds(self, Py_ssize_t n, bint is_leading) except -1:
        """Tell whether a block at an edge is part of the article."""
        cdef str text = block_at(self.blocks, n).text
        if self.told[n].tag & HEADING:
            return is_leading and weighs(text, MIN_EDGE)
        if self.told[n].tag & ITEM or last_of(text) in _commas:
            return True
        return weighs(text, MIN_EDGE) or _is_ended(text)
