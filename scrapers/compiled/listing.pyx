# cython: language_level=3
"""What a page has that is asked for on every page, listed in one walk.

Stands in for `scrapers.extract.listing`. Lists hold nodes and the values of attributes
where lexbor has them; a LexborNode or a string is made of what somebody asks for. Both
stay where they are as long as the page does, in the tree or taken out of it.
"""

from cpython.unicode cimport PyUnicode_DecodeASCII
from libc.stdint cimport uint8_t
from libc.stdlib cimport free
from libc.string cimport memcmp

from scrapers.compiled.attributes cimport (
    CLASS,
    CONTENT,
    HREF,
    IDENTITY,
    ITEMPROP,
    KIND,
    LABEL,
    NAME,
    PROPERTY,
    REL,
    SOURCE,
    STATUS,
    TEST,
    key_named,
    key_of,
    text_of,
    value_of,
)
from scrapers.compiled.growing cimport grow
from scrapers.compiled.shown cimport decoded
from scrapers.compiled.tree cimport (
    LEXBOR_ELEMENT,
    LEXBOR_TEXT,
    as_node,
    is_named,
    lexbor_attribute,
    lexbor_element,
    lexbor_node,
    lexbor_text,
    node_of,
    text_at,
)

from selectolax.lexbor import LexborHTMLParser

cdef enum:
    TAGS = 256  # all that lexbor has numbers of its own for, and more
    # What is done with an element.
    MARK = 1
    HEAD = 2
    OTHER = 4
    GONE = 8
    LINK = 16


cdef inline int _put(
    Entries *to, lexbor_node *node, lexbor_text *text, Py_ssize_t order, int key
) except -1:
    grow(<void **> &to.at, &to.room, to.count + 1, sizeof(Entry))
    to.at[to.count] = Entry(node, text, order, key)
    to.count += 1
    return 0


cdef bint _says(lexbor_text *text, const char *said, size_t length) noexcept nogil:
    return text.length == length and not memcmp(text.data, said, length)


cdef bint _may_say(lexbor_text *text, const char *word, size_t length) noexcept nogil:
    """Whether a word, in lower case, may be in a text in either case."""
    cdef size_t at, n
    cdef uint8_t one
    for at in range(text.length):
        n = 0
        while n < length and at + n < text.length:
            one = <uint8_t> text.data[at + n]
            if one >= 0x80:
                return True
            if c"A" <= one <= c"Z":
                one += 32
            if one != <uint8_t> word[n]:
                break
            n += 1
        if n == length:
            return True
    return False


cdef str _name(lexbor_text *text):
    """A name in lower case, without the spaces around it."""
    cdef size_t at
    cdef uint8_t one
    for at in range(text.length):
        one = <uint8_t> text.data[at]
        if one <= c" " or one >= 0x7F or c"A" <= one <= c"Z":
            return decoded(text).strip().lower()
    return PyUnicode_DecodeASCII(text.data, text.length, NULL)


cdef str _text_of(lexbor_node *at, tree):
    """The text of a script, which is nearly always one."""
    cdef lexbor_node *only = at.first
    if only == NULL or only.next != NULL or only.kind != LEXBOR_TEXT:
        return as_node(at, tree).text()
    return decoded(text_at(only)) if text_at(only).data != NULL else ""


cdef void _unlink(lexbor_node *at) noexcept nogil:
    """Take a node out of the tree, with all that is in it."""
    cdef lexbor_node *parent = at.parent
    if parent != NULL:
        if parent.first == at:
            parent.first = at.next
        if parent.last == at:
            parent.last = at.prev
    if at.next != NULL:
        at.next.prev = at.prev
    if at.prev != NULL:
        at.prev.next = at.next
    at.parent = at.next = at.prev = NULL


cdef class Lister:
    """Lists pages, by the rules of `scrapers.extract.listing`."""

    def __init__(self, tuple marks, heads, tuple others, gone):
        """Take names of elements: those marked, and those of them that are headings;
        others that are listed, and those of them that are never shown."""
        tree = LexborHTMLParser("")
        self.numbers = {
            name: tree.create_node(name).tag_id for name in (*marks, *others)
        }
        if max(self.numbers.values()) >= TAGS:
            raise ImportError("lexbor has more elements than are known here")
        self.time = self.numbers["time"]
        for name, number in self.numbers.items():
            self._what[number] = (
                (MARK if name in marks else 0)
                | (HEAD if name in heads else 0)
                | (OTHER if name in others else 0)
                | (GONE if name in gone else 0)
            )
        self._what[tree.create_node("a").tag_id] |= LINK

    def __call__(self, tree):
        """List a page."""
        return Listing(tree, self)


cdef class Listing:
    """The elements of one page that are asked for on every page."""

    def __cinit__(self, tree, Lister lister):
        self.tree = tree
        self._lister = lister
        self.called = NULL
        self.called_count = self.called_room = 0
        root = tree.root
        if root is not None:
            self._walk(node_of(root))

    def __dealloc__(self):
        free(self.others.at)
        free(self.marked.at)
        free(self.told.at)
        free(self.identities.at)
        free(self.links.at)
        free(self.gone.at)
        free(self.called)

    cdef int _walk(self, lexbor_node *root) except -1:
        cdef lexbor_node *at = root
        cdef lexbor_node *inside = NULL  # what is gone with all that is in it
        cdef uint8_t *what = self._lister._what
        cdef uint8_t done
        cdef Py_ssize_t order = 0
        while True:
            if at.kind == LEXBOR_ELEMENT:
                done = what[at.name] if at.name < TAGS else 0
                if done & OTHER:
                    _put(&self.others, at, NULL, inside != NULL, <int> at.name)
                if done & GONE and inside == NULL:
                    inside = at
                    _put(&self.gone, at, NULL, 0, 0)
                elif inside == NULL:
                    order += 1
                    if at.name >= TAGS and is_named(at.name, "amp-img", 7):
                        done = MARK
                    if done & MARK:
                        _put(&self.marked, at, NULL, done & HEAD, <int> at.name)
                    if (<lexbor_element *> at).attributes != NULL:
                        self._read(at, order, done & MARK)
            if at.first != NULL:
                at = at.first
                continue
            while True:
                if at == root:
                    return 0
                if at == inside:
                    inside = NULL
                if at.next != NULL:
                    break
                at = at.parent
                if at == NULL:
                    return 0
            at = at.next

    cdef int _read(self, lexbor_node *at, Py_ssize_t order, bint is_marked) except -1:
        """List an element by its attributes."""
        cdef lexbor_attribute *one = (<lexbor_element *> at).attributes
        cdef lexbor_text *classes = NULL
        cdef lexbor_text *test = NULL
        cdef bint is_link = at.name < TAGS and self._lister._what[at.name] & LINK
        cdef lexbor_text *text
        cdef int key
        while one != NULL:
            key = key_of(one.node.name)
            text = text_of(one) if key else NULL
            one = one.next
            if text == NULL:
                continue
            if key == CLASS:
                classes = text
            elif key == TEST:
                test = text
            elif key == IDENTITY:
                _put(&self.identities, at, text, order, key)
            elif key == HREF:
                if is_link:
                    _put(&self.links, at, text, order, key)
            elif key <= LABEL and (key != REL or is_link):
                _put(&self.told, at, text, order, key)
                if key == ITEMPROP and not is_marked and _says(text, "headline", 8):
                    _put(&self.marked, at, NULL, HEAD, 0)
        if classes != NULL or test != NULL:
            grow(
                <void **> &self.called,
                &self.called_room,
                self.called_count + 1,
                sizeof(Called),
            )
            self.called[self.called_count] = Called(at, classes, test, order)
            self.called_count += 1
        return 0

    def clear(self):
        """Take out of the tree what is never shown."""
        cdef size_t n
        for n in range(self.gone.count):
            _unlink(self.gone.at[n].node)
        self.gone.count = 0

    def elements(self, str name):
        """The elements of one of the kinds listed, in the page's order."""
        cdef size_t n
        cdef int number = self._number(name)
        return [
            as_node(self.others.at[n].node, self.tree)
            for n in range(self.others.count)
            if self.others.at[n].key == number
        ]

    def values(self, str name, str attribute):
        """What this attribute says in the elements of a kind that have it."""
        cdef size_t n
        cdef int number = self._number(name)
        cdef int key = key_named(attribute)
        cdef lexbor_text *text
        found = []
        for n in range(self.others.count):
            if self.others.at[n].key == number:
                text = value_of(self.others.at[n].node, key)
                if text != NULL:
                    found.append(decoded(text))
        return found

    def title(self):
        """The first title element that is no picture's."""
        cdef size_t n
        cdef int number = self._number("title")
        for n in range(self.others.count):
            if self.others.at[n].key == number and not self.others.at[n].order:
                return as_node(self.others.at[n].node, self.tree)
        return None

    def stated(self):
        """The texts of the scripts that are JSON-LD."""
        cdef size_t n
        cdef int number = self._number("script")
        cdef lexbor_node *at
        cdef lexbor_text *kind
        cdef lexbor_text *source
        found = []
        for n in range(self.others.count):
            if self.others.at[n].key != number:
                continue
            at = self.others.at[n].node
            kind = value_of(at, KIND)
            if kind == NULL or not _may_say(kind, "ld+json", 7):
                continue
            source = value_of(at, SOURCE)
            if source == NULL or not source.length:
                if "ld+json" in decoded(kind).lower():
                    found.append(_text_of(at, self.tree))
        return found

    def metas(self):
        """The meta elements' values by name, property, itemprop or http-equiv."""
        cdef size_t n
        cdef int number = self._number("meta"), key
        cdef lexbor_attribute *one
        cdef lexbor_text *content
        found = {}
        for n in range(self.others.count):
            if self.others.at[n].key != number:
                continue
            content = value_of(self.others.at[n].node, CONTENT)
            if content == NULL or not content.length:
                continue
            value = decoded(content)
            one = (<lexbor_element *> self.others.at[n].node).attributes
            while one != NULL:
                key = key_of(one.node.name)
                if key == NAME or key == PROPERTY or key == ITEMPROP or key == STATUS:
                    if text_of(one) != NULL and one.value.length:
                        name = _name(one.value)
                        if name in found:
                            (<list> found[name]).append(value)
                        else:
                            found[name] = [value]
                one = one.next
        return found

    def relation(self, str name):
        """Where the first link of a relation leads."""
        cdef size_t n
        cdef int number = self._number("link")
        cdef lexbor_text *rel
        cdef lexbor_text *href
        cdef bytes word = name.encode()
        for n in range(self.others.count):
            if self.others.at[n].key != number:
                continue
            rel = value_of(self.others.at[n].node, REL)
            if rel != NULL and _may_say(rel, word, len(word)):
                if name in decoded(rel).lower().split():
                    href = value_of(self.others.at[n].node, HREF)
                    return None if href == NULL else decoded(href)
        return None

    @property
    def marks(self):
        """Headings, pictures, paragraphs and times in the page's order."""
        return Marks(self)

    def heads(self):
        """Which of the marks may be the headline."""
        cdef size_t n
        return [n for n in range(self.marked.count) if self.marked.at[n].order]

    def times(self):
        """The time elements, in the page's order."""
        cdef size_t n
        return [
            as_node(self.marked.at[n].node, self.tree)
            for n in range(self.marked.count)
            if self.marked.at[n].key == self._lister.time
        ]

    cdef int _number(self, str name) except -1:
        return self._lister.numbers[name]


cdef class Marks:
    """The marks of a page: a LexborNode is made of each that is asked for."""

    cdef Listing _listing

    def __init__(self, Listing listing):
        self._listing = listing

    def __len__(self):
        return self._listing.marked.count

    def __getitem__(self, at):
        cdef Py_ssize_t n
        cdef Entries *marks = &self._listing.marked
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(<Py_ssize_t> marks.count))]
        n = at
        if n < 0:
            n += marks.count
        if not 0 <= n < <Py_ssize_t> marks.count:
            raise IndexError(at)
        return as_node(marks.at[n].node, self._listing.tree)
