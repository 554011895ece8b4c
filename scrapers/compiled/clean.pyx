# cython: language_level=3, boundscheck=False, wraparound=False
"""Say that clean HTML is as a parser writes it, without a parser, and drop the hollow.

Stands in for `settled` of `scrapers.clean.html`. HTML's parsing algorithm (13.2.6) is
followed for what may be in such HTML, and for next to nothing that it closes, moves or
adds: a p that a player stands in, which is parted. Of all else, as of whatever is not
sure, the answer is None, and a parser is asked.
"""

from libc.stdlib cimport free, malloc
from libc.string cimport memcmp, memcpy, memmove

from scrapers.compiled.markup cimport end_of_attributes, end_of_text, space_at

cdef extern from "Python.h":
    const char *PyUnicode_AsUTF8AndSize(object text, Py_ssize_t *size) except NULL
    object PyUnicode_DecodeUTF8(const char *data, Py_ssize_t size, const char *errors)

# What a tag is to the parser, and to who drops what is hollow.
cdef enum:
    IS_HOLLOW = 1  # goes where it holds nothing
    IS_VOID = 2
    ENDS_SEARCH = 8  # a search for an li, dd or dt to close stops here
    IS_CELL = 16  # what is open outside of it is out of reach: td, th, caption
    HEADING = 32
    IMPLIED = 64  # ends by itself where an rp or rt begins
    RUBY = 128
    OF_TABLE = 256  # stands nowhere but in its place in a table
    HOLDS_PARTS = 512  # of a table: holds such elements and space, nothing else
    PRE = 1024
    BREAK = 2048

# What a start tag would close, of the elements that it stands in.
cdef enum:
    IN_P = 1
    IN_A = 2
    IN_LI = 4
    IN_DD = 8

cdef enum:
    DEEPEST = 250  # elements in one another
    MOST_PARTED = 8  # in one another, too
    MOST_LINES = 3  # that a pre begins with: the parser drops one each time
    ROUNDS = 15  # of what is hollow once what is in it has gone
    SLOTS = 256  # a power of two, several times the tags

cdef struct Tag:
    char name[16]
    size_t length
    int what
    int closes  # elements that its start tag may not be in
    int opens  # what is in it is in such an element
    int inside  # of a part of a table, which one it stands in: bits of `place`
    int place

cdef struct Open:
    Tag *tag
    Py_ssize_t start  # where it begins in what is written
    Py_ssize_t inner  # and where its start tag ends
    int within  # IN_P and so on
    int rounds  # of hollow elements in one another that were in it
    bint parts  # it parted a p, which it would not, were it hollow

cdef Tag _tags[SLOTS]


cdef size_t _slot(const char *name, size_t length) noexcept nogil:
    return (
        <unsigned char> name[0] * 7
        + <unsigned char> name[length - 1] * 29
        + <unsigned char> name[length // 2] * 3
        + length * 13
    ) % SLOTS


cdef Tag *_known(const char *name, size_t length) noexcept nogil:
    """What is known of a tag; NULL for one that is not."""
    cdef size_t at
    if not 0 < length < 16:
        return NULL
    at = _slot(name, length)
    while _tags[at].length:
        if _tags[at].length == length and not memcmp(_tags[at].name, name, length):
            return &_tags[at]
        at = (at + 1) % SLOTS
    return NULL


cdef class _Writer:
    """One pass over a fragment."""

    cdef Open stack[DEEPEST]
    cdef int depth
    cdef int misplaced  # the depth of an element that the parser would not leave so
    # The depths at which stood a p that the parser closed, whose end tag is to come.
    cdef int parted[MOST_PARTED]
    cdef int parted_count
    # Whether HTML is written anew, which takes other breaks for hollow than these.
    cdef bint is_rewritten, has_odd_breaks
    cdef char *out
    cdef Py_ssize_t size, full  # what is written, and up to where something shows

    def __dealloc__(self):
        free(self.out)

    cdef bint _may_be(self, Tag *tag) noexcept:
        """Whether the parser leaves an element where it begins, and others open."""
        cdef Open *around
        if not self.depth:
            return not tag.what & OF_TABLE
        around = &self.stack[self.depth - 1]
        if (around.tag.what & HOLDS_PARTS) or (tag.what & OF_TABLE):
            return (tag.inside & around.tag.place) != 0
        if tag.closes & around.within:
            return False
        if tag.what & HEADING and around.tag.what & HEADING:
            return False
        return not (tag.what & RUBY and around.tag.what & IMPLIED)

    cdef bint _begin(self, Tag *tag, Py_ssize_t length) noexcept:
        """Open the element whose start tag of so many bytes was written."""
        cdef Open *one
        cdef int within
        cdef bint may_be = self._may_be(tag)
        cdef bint parts = not may_be and self._part(tag, length)
        may_be = may_be or parts
        within = self.stack[self.depth - 1].within if self.depth else 0
        if tag.what & IS_VOID:
            if not may_be:
                # Seen here, the element around it stays, unless it is a break.
                if not tag.what & BREAK:
                    return False
                self._misplace()
            return True
        if self.depth == DEEPEST:
            return False
        if tag.what & IS_CELL:
            within = 0
        if tag.what & ENDS_SEARCH:
            within &= ~(IN_LI | IN_DD)
        if tag.what & HOLDS_PARTS:  # a table, and what is in it
            within &= ~IN_P
        one = &self.stack[self.depth]
        one.tag = tag
        one.start = self.size - length
        one.inner = self.size
        one.within = within | tag.opens
        one.rounds = 0
        one.parts = parts
        self.depth += 1
        if not may_be:
            self._misplace()
        return True

    cdef bint _part(self, Tag *tag, Py_ssize_t length) noexcept:
        """Close the p open last where that is what a start tag just written does.

        The end tag of that p makes another, which is hollow.
        """
        cdef Open *one
        cdef char start[64]
        if not self.depth or self.misplaced or self.parted_count == MOST_PARTED:
            return False
        one = &self.stack[self.depth - 1]
        if not one.tag.opens & IN_P or not tag.closes & IN_P:
            return False
        if length > <Py_ssize_t> sizeof(start):
            return False
        self.depth -= 1
        if self.depth and self.stack[self.depth - 1].within & IN_P:
            self.depth += 1
            return False
        if not self._may_be(tag):
            self.depth += 1
            return False
        self.depth += 1
        self.size -= length
        memcpy(start, self.out + self.size, length)
        one.rounds = 0
        one.parts = False
        self._close(one, b"</p>", 4)
        self._put(start, length)
        self.parted[self.parted_count] = self.depth
        self.parted_count += 1
        self.is_rewritten = True
        return True

    cdef void _misplace(self) noexcept:
        if not self.misplaced or self.misplaced > self.depth:
            self.misplaced = self.depth

    cdef bint _end(self, Tag *tag, const char *end, Py_ssize_t length) noexcept:
        """Close the element open last, or take it back where it holds nothing."""
        cdef bint is_parted = (
            self.parted_count > 0 and self.parted[self.parted_count - 1] == self.depth
        )
        if is_parted:  # what was in the p ends with it
            self.parted_count -= 1
            return (tag.opens & IN_P) != 0
        if not self.depth or self.stack[self.depth - 1].tag != tag:
            return False
        return self._close(&self.stack[self.depth - 1], end, length)

    cdef bint _close(self, Open *one, const char *end, Py_ssize_t length) noexcept:
        if one.tag.what & IS_HOLLOW and self.full <= one.start:
            if one.rounds >= ROUNDS or one.parts:
                return False
            if self.misplaced == self.depth:
                self.misplaced = 0
            self.size = one.start
            self.depth -= 1
            if self.depth and self.stack[self.depth - 1].rounds <= one.rounds:
                self.stack[self.depth - 1].rounds = one.rounds + 1
            return True
        if self.misplaced == self.depth:
            return False
        if one.tag.what & PRE and not self._without_lines(one.inner):
            return False
        self._put(end, length)
        self.full = self.size
        self.depth -= 1
        return True

    cdef bint _without_lines(self, Py_ssize_t start) noexcept:
        """Drop the line breaks that a pre begins with, as the parser does."""
        cdef Py_ssize_t at = start
        while at < self.size and self.out[at] == 10:
            at += 1
        if at > start:
            memmove(self.out + start, self.out + at, self.size - at)
            self.size -= at - start
            self.is_rewritten = True
        return at - start <= MOST_LINES

    cdef void _put(self, const char *data, Py_ssize_t length) noexcept:
        memcpy(self.out + self.size, data, length)
        self.size += length

    cdef const unsigned char *_tag(
        self, const unsigned char *at, const unsigned char *end
    ) noexcept:
        """Write a tag, and give where it ends; NULL for what is not sure."""
        cdef const unsigned char *start = at
        cdef const unsigned char *name
        cdef Tag *tag
        at += 1
        cdef bint is_end = at < end and at[0] == b"/"
        if is_end:
            at += 1
        name = at
        while at < end and (b"a" <= at[0] <= b"z" or b"1" <= at[0] <= b"6"):
            at += 1
        tag = _known(<const char *> name, at - name)
        if tag == NULL or at == end:
            return NULL
        if is_end:
            if at[0] != b">" or tag.what & IS_VOID:
                return NULL
            at += 1
            return at if self._end(tag, <const char *> start, at - start) else NULL
        at = at + 1 if at[0] == b">" else end_of_attributes(at, end)
        if at == NULL:
            return NULL
        self._put(<const char *> start, at - start)
        if not self._begin(tag, at - start):
            return NULL
        if tag.what & IS_VOID and not (tag.what & BREAK and at - start == 4):
            self.full = self.size
            self.has_odd_breaks = self.has_odd_breaks or tag.what & BREAK
        return at

    cdef const unsigned char *_text(
        self, const unsigned char *at, const unsigned char *end
    ) noexcept:
        """Write a text, and give where it ends; NULL for what is not sure."""
        cdef const unsigned char *start = at
        cdef int length
        cdef bint is_plain = True
        while at < end and at[0] != b"<":
            if at[0] == 32 or at[0] == 10 or at[0] == 9:
                at += 1
                continue
            length = space_at(at, end)
            if not length:
                break
            is_plain = False
            at += length
        cdef bint shows = at < end and at[0] != b"<"
        if not (is_plain and not shows) and self.depth:
            if self.stack[self.depth - 1].tag.what & HOLDS_PARTS:
                self._misplace()
        if shows:
            at = end_of_text(at, end)
            if at == NULL:
                return NULL
        self._put(<const char *> start, at - start)
        if shows:
            self.full = self.size
        return at

    cdef bint run(self, const char *data, Py_ssize_t size):
        """Write all; tell whether it is sure."""
        cdef const unsigned char *at = <const unsigned char *> data
        cdef const unsigned char *end = at + size
        # A p that is parted is closed before its own end tag is read.
        self.out = <char *> malloc(size + 4 * MOST_PARTED)
        if self.out == NULL:
            raise MemoryError
        while at != NULL and at < end:
            at = self._tag(at, end) if at[0] == b"<" else self._text(at, end)
        if self.is_rewritten and self.has_odd_breaks:
            return False
        return at != NULL and not self.depth and not self.parted_count


cdef object settle(const char *data, Py_ssize_t size, str html):
    """What `settled` of `scrapers.clean.html` makes of UTF-8; None for not sure.

    `html` is the same as Python has it, None where it has not.
    """
    cdef _Writer writer = _Writer()
    if not writer.run(data, size):
        return None
    if html is None or writer.is_rewritten or writer.size < size:
        try:
            html = PyUnicode_DecodeUTF8(writer.out, writer.size, NULL)
        except UnicodeDecodeError:  # pages hold what is no UTF-8
            return None
    return html.strip()


def settled(str html not None):
    """Clean HTML without what is hollow, as a parser writes it; None for not sure."""
    cdef Py_ssize_t size = 0
    cdef const char *data
    try:
        data = PyUnicode_AsUTF8AndSize(html, &size)
    except UnicodeEncodeError:
        return None
    return settle(data, size, html)


_ENDS_P = """
    blockquote dd details div dl dt figcaption figure h2 h3 h4 h5 h6 hr li ol p pre
    summary table ul
""".split()
_SPECIAL = """
    blockquote br caption col colgroup dd details dl dt figcaption figure h2 h3 h4 h5 h6
    hr img li ol pre summary table tbody td tfoot th thead tr ul
""".split()
_BODIES = "tbody tfoot thead"
# What stands where in a table, and nowhere else.
_PLACES = {
    "caption": "table", "colgroup": "table", "col": "colgroup", "tbody": "table",
    "thead": "table", "tfoot": "table", "tr": _BODIES, "td": "tr", "th": "tr",
}
_HOLDERS = "table colgroup tbody tfoot thead tr".split()
_CLOSING = {"a": IN_A, "li": IN_LI | IN_P, "dd": IN_DD | IN_P, "dt": IN_DD | IN_P}
_OPENING = {"a": IN_A, "li": IN_LI, "dd": IN_DD, "dt": IN_DD, "p": IN_P}


def _what(name, hollow):
    """What one tag is."""
    groups = {
        IS_HOLLOW: hollow, IS_VOID: ("br", "col", "hr", "img"),
        ENDS_SEARCH: _SPECIAL, IS_CELL: ("td", "th", "caption"),
        HEADING: ("h2", "h3", "h4", "h5", "h6"),
        IMPLIED: ("dd", "dt", "li", "p", "rp", "rt"), RUBY: ("rp", "rt"),
        OF_TABLE: _PLACES, HOLDS_PARTS: _HOLDERS, PRE: ("pre",), BREAK: ("br",),
    }
    return sum(bit for bit, names in groups.items() if name in names)


def learn(names, hollow):
    """Take in the tags that may be, and those that go where they hold nothing."""
    cdef Tag *tag
    cdef size_t at
    for name in names:
        data = name.encode()
        at = _slot(data, len(data))
        while _tags[at].length:
            at = (at + 1) % SLOTS
        tag = &_tags[at]
        memcpy(tag.name, <const char *> data, len(data))
        tag.length = len(data)
        tag.what = _what(name, hollow)
        tag.closes = _CLOSING.get(name, IN_P if name in _ENDS_P else 0)
        tag.opens = _OPENING.get(name, 0)
        tag.place = 1 << _HOLDERS.index(name) if name in _HOLDERS else 0
        places = _PLACES.get(name, "").split()
        tag.inside = sum(1 << _HOLDERS.index(place) for place in places)
