# cython: language_level=3
"""Give the text of an element as blocks inside containers, and its HTML in pieces.

The work of `scrapers.extract.blocks`, on lexbor's tree: what elements are, which names
are furniture and what links and pictures are written as is told by it (`learn`).
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.stdint cimport uintptr_t
from libc.string cimport memcmp, memset, strlen

from scrapers.compiled.bytes cimport Bytes, forget, put, put_escaped
from scrapers.compiled.lines cimport is_blank, line_of, shown_length, text_from
from scrapers.compiled.tree cimport (
    LEXBOR_ELEMENT,
    LEXBOR_NEAR,
    LEXBOR_OWN_NAMES,
    LEXBOR_TEXT,
    attribute_of,
    lexbor_attribute,
    lexbor_element,
    lexbor_name,
    lexbor_node,
    lexbor_text,
    name_of,
    node_of,
    number_of,
    text_at,
)

from selectolax.lexbor import LexborHTMLParser

# What a tag does on the walk, as in `scrapers.extract.blocks`.
cdef enum:
    INLINE, OPEN, CLOSE, ENDED, LINK, UNLINK, BREAK, SKIP, FURNITURE

cdef enum:
    MAX_TAGS = 512  # lexbor has 200 names of its own

cdef struct Tag:
    int kind  # of the start tag where nothing is said of the element
    int end
    bint is_judged, is_list, is_shown, is_heading, is_void, is_image
    const char *start  # as it is written without attributes
    size_t start_length
    const char *stop
    size_t stop_length

cdef Tag _tags[MAX_TAGS]
cdef int _UNKNOWN = 0  # no tag has lexbor's number 0
cdef list _names = [""] * MAX_TAGS
# The attributes that are written of all elements, and of some: by place.
cdef struct Allowed:
    int place
    uintptr_t number  # lexbor's, or 0
    const char *name
    size_t length

cdef Allowed _allowed[64]
cdef int _allowed_count = 0
cdef list _kept = []  # what C points into
# Names that lexbor has no number of, and where they are kept.
cdef list _others = []
cdef uintptr_t _SOURCE = 0, _PICTURE = 0, _ITEM = 0
cdef uintptr_t _CLASS = 0, _ID = 0, _STYLE = 0, _HREF = 0
cdef uintptr_t _TITLE = 0, _DIR = 0, _LANG = 0

cdef object _judge = None, _is_hidden = None, _absolute = None, _show = None
cdef object _settle = None, _lines = None
cdef dict _verdicts = {}
cdef frozenset _holders = frozenset(), _own_links = frozenset()
cdef int MIN_ITEM = 30
cdef Py_ssize_t MAX_VERDICTS = 32768


def learn(
    tags, allowed, judge, is_hidden, absolute, show, settle, lines, holders, own_links
):
    """Be told what the elements are and how the others do their part.

    `tags` has by name: the kinds of start and end tag, whether the element is judged by
    its names, is a list, is shown though it has no text, is a heading, and what both
    tags are written as. `allowed` has the attributes that are written, by tag, with ""
    for all.
    """
    global _judge, _is_hidden, _absolute, _show, _settle, _lines, _holders, _own_links
    global _SOURCE, _PICTURE, _ITEM, _CLASS, _ID, _STYLE, _HREF, _TITLE, _DIR, _LANG
    cdef int at, free = MAX_TAGS
    memset(_tags, 0, sizeof(_tags))
    tree, places = LexborHTMLParser(""), {}
    _judge, _is_hidden, _absolute, _show = judge, is_hidden, absolute, show
    _settle, _lines, _holders, _own_links = settle, lines, holders, own_links
    for name, told in tags.items():
        number = tree.create_node(name).tag_id
        if number < MAX_TAGS // 2:
            at = number
        else:
            free -= 1
            at = free
            _others.append((name.encode(), at))
        _names[at] = name
        _fill(&_tags[at], told)
        places[name] = at
    for tag, name in allowed:
        _allow(places[tag] if tag else 0, number_of(name), name.encode())
    _SOURCE, _PICTURE, _ITEM = (
        tree.create_node(name).tag_id for name in ("source", "picture", "li")
    )
    _CLASS, _ID, _STYLE = number_of("class"), number_of("id"), number_of("style")
    _HREF, _TITLE = number_of("href"), number_of("title")
    _DIR, _LANG = number_of("dir"), number_of("lang")


cdef int _fill(Tag *tag, told) except -1:
    (
        kind, end, is_judged, is_list, is_shown, is_heading, is_void, is_image, start, stop
    ) = told
    tag.kind, tag.end = kind, end
    tag.is_judged, tag.is_list, tag.is_shown = is_judged, is_list, is_shown
    tag.is_heading, tag.is_void, tag.is_image = is_heading, is_void, is_image
    start, stop = start.encode(), stop.encode()
    _kept.extend((start, stop))
    tag.start, tag.start_length = start, len(start)
    tag.stop, tag.stop_length = stop, len(stop)
    return 0


cdef int _allow(int place, uintptr_t number, bytes name) except -1:
    global _allowed_count
    cdef Allowed *one = &_allowed[_allowed_count]
    _kept.append(name)
    one.place, one.number, one.name, one.length = place, number, name, len(name)
    _allowed_count += 1
    return 0


cdef inline Allowed *_allowed_of(lexbor_attribute *one, int place) noexcept:
    """What allows an attribute of an element; NULL where it is not."""
    cdef Allowed *known
    cdef int at
    for at in range(_allowed_count):
        known = &_allowed[at]
        if known.place == place or known.place == 0:
            if known.number == one.node.name:
                return known
            if not known.number and _is_named(one, known.name, known.length):
                return known
    return NULL


cdef int _place_of(lexbor_node *at) except -1:
    """Where an element's tag is kept; 0 for one that nothing is known of."""
    cdef lexbor_name *name
    if at.name < MAX_TAGS // 2:
        return <int> at.name
    if at.name < LEXBOR_OWN_NAMES:
        return _UNKNOWN
    name = <lexbor_name *> at.name
    for own, place in _others:
        if name.length == <size_t> len(own) and name.length <= LEXBOR_NEAR:
            if not memcmp(name.name.near, <char *> own, name.length):
                return place
    return _UNKNOWN


cdef class Container:
    """A block element: its blocks are `blocks[start:end]` of the outline."""

    @property
    def start_tag(self):
        """Its start tag as lexbor writes it, without `<` and `>`."""
        return _tag_of(self.node, self.tag)

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
        cdef Shown *one = <Shown *> self.shown.data
        cdef Shown *end = one + self.shown.length // sizeof(Shown)
        while one < end and one.before < container.first:
            one += 1
        return one < end and one.before < container.last

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
                _put_text(&made, one.tag)
                put(&made, ">", 1)
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
                    _put_text(to, _shown_html(shown.node, base))
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


cdef int _put_text(Bytes *to, str text) except -1:
    cdef bytes data = text.encode("utf-8", "surrogatepass")
    return put(to, PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))


cdef str _tag_of(lexbor_node *at, str tag):
    """A start tag as lexbor writes it, without `<` and `>`."""
    cdef Bytes made
    cdef lexbor_attribute *one = (<lexbor_element *> at).attributes
    memset(&made, 0, sizeof(Bytes))
    try:
        _put_text(&made, tag)
        while one != NULL:
            put(&made, " ", 1)
            _put_text(&made, name_of(one.node.name))
            put(&made, '="', 2)
            if one.value != NULL:
                put_escaped(&made, one.value.data, one.value.length, True)
            put(&made, '"', 1)
            one = one.next
        return text_from(made.data, made.length)
    finally:
        forget(&made)


cdef int _put_link(Bytes *to, lexbor_node *at, base) except -1:
    """Write a link's start tag as `scrapers.clean.html.link` does."""
    cdef lexbor_attribute *one = attribute_of(at, _HREF)
    cdef bytes address
    put(to, "<a", 2)
    if one != NULL and one.value != NULL and one.value.length:
        made = _absolute(base, text_from(one.value.data, one.value.length))
        if made:
            address = made.encode()
            put(to, ' href="', 7)
            put_escaped(to, PyBytes_AS_STRING(address), PyBytes_GET_SIZE(address), True)
            put(to, '"', 1)
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


cdef str _shown_html(lexbor_node *at, base):
    """A picture, a player or a rule: what `scrapers.clean.html.shown` makes of it.

    It is given what it may ask of the HTML around it: the tags of a picture's element
    and its sources, and the sources in a player.
    """
    cdef str name = _names[_place_of(at)]
    cdef list parts = []
    cdef lexbor_node *one
    cdef Py_ssize_t start
    if _tags[_place_of(at)].kind == BREAK:
        one = at.prev
        while one != NULL and (one.kind != LEXBOR_ELEMENT or one.name == _SOURCE):
            if one.kind == LEXBOR_ELEMENT:
                parts.append(_tag_of(one, "source") + ">")
            one = one.prev
        is_first = one == NULL and at.parent != NULL
        is_picture = is_first and at.parent.name == _PICTURE
        parts.append("picture>" if is_picture else ">")
        parts.reverse()
        start = len(parts)
        parts.append(_tag_of(at, name) + ">")
        return _show(parts, start, start, base)
    parts.append(_tag_of(at, name) + ">")
    one = at.first
    while one != NULL:
        if one.kind == LEXBOR_ELEMENT and one.name == _SOURCE:
            parts.append(_tag_of(one, "source") + ">")
        one = _onward(one, at)
    return _show(parts, 0, len(parts) - 1, base)


cdef inline lexbor_node *_after(lexbor_node *at, lexbor_node *root) noexcept nogil:
    while at != root:
        if at.next != NULL:
            return at.next
        at = at.parent
    return NULL


cdef inline lexbor_node *_onward(lexbor_node *at, lexbor_node *root) noexcept nogil:
    return at.first if at.first != NULL else _after(at, root)


cdef bint _is_named(lexbor_attribute *one, const char *name, size_t length) noexcept:
    """Tell whether an attribute has a name that lexbor has no number of."""
    cdef lexbor_name *entry = <lexbor_name *> one.node.name
    if one.node.name < LEXBOR_OWN_NAMES or entry.length != length:
        return False
    return not memcmp(entry.name.near, name, length)


cdef bint _is_furniture(lexbor_node *at, int place, Bytes *room) except -1:
    """Tell whether an element is furniture by what it says of itself."""
    cdef lexbor_attribute *one = (<lexbor_element *> at).attributes
    cdef lexbor_text *classes = NULL
    cdef lexbor_text *identity = NULL
    cdef lexbor_text *style = NULL
    cdef lexbor_text *role = NULL
    cdef bint hidden = False
    if one == NULL:
        return _tags[place].kind == FURNITURE
    while one != NULL:
        if one.node.name == _CLASS:
            classes = one.value
        elif one.node.name == _ID:
            identity = one.value
        elif one.node.name == _STYLE:
            style = one.value
        elif _is_named(one, "role", 4):
            role = one.value
        elif _is_named(one, "hidden", 6):
            hidden = True
        elif _is_named(one, "data-spared", 11):
            return False
        one = one.next
    room.length = 0
    put(room, <char *> &place, sizeof(place))
    put(room, "\1" if hidden else "\0", 1)
    _put_part(room, classes)
    _put_part(room, identity)
    _put_part(room, style)
    _put_part(room, role)
    return _verdict(PyBytes_FromStringAndSize(room.data, room.length), at, place)


cdef inline int _put_part(Bytes *room, lexbor_text *text) except -1:
    if text != NULL:
        put(room, text.data, text.length)
    return put(room, "\0", 1)


cdef bint _verdict(bytes key, lexbor_node *at, int place) except -1:
    """What was, or is now, judged of an element that says this of itself."""
    verdict = _verdicts.get(key)
    if verdict is None:
        if len(_verdicts) >= MAX_VERDICTS:
            _verdicts.clear()
        verdict = bool(_judge(_tag_of(at, _names[place]), _names[place]))
        _verdicts[key] = verdict
    return verdict


def outline(root):
    """Walk an element, itself the first container; furniture is passed over."""
    return _Walk(root).run()


cdef class _Walk:
    """One walk over an element."""

    cdef lexbor_node *root
    cdef Outline out
    cdef Container around
    # The text since the last tag, that of the block so far, and room for a line.
    cdef Bytes told, texts, room
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
        forget(&self.room)

    cdef run(self):
        cdef lexbor_node *at = self.root.first
        cdef lexbor_node *to
        cdef int place = _place_of(self.root)
        self._begin_written(self.root, place, True)
        while at != NULL:
            to = at.first
            if at.kind == LEXBOR_TEXT:
                put(&self.told, text_at(at).data, text_at(at).length)
                to = NULL
            elif at.kind == LEXBOR_ELEMENT:
                place = _place_of(at)
                self._settle()
                if self._start(at, place):
                    to = NULL
                elif to == NULL and not _tags[place].is_void:
                    self._settle()
                    self._stop(at, place)
            if to != NULL:
                at = to
                continue
            while at.next == NULL and at.parent != self.root and at != self.root:
                at = at.parent
                self._settle()
                self._stop(at, _place_of(at))
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
        cdef Tag *tag = &_tags[place]
        cdef lexbor_attribute *one = (<lexbor_element *> at).attributes
        cdef Allowed *known
        cdef Bytes *html = &self.out.html
        self._begin(tag.start, tag.start_length, is_piece)
        if not tag.start_length or tag.kind == LINK or one == NULL:
            return 0
        html.length -= 1
        while one != NULL:
            known = _allowed_of(one, place)
            if known != NULL:
                put(html, " ", 1)
                put(html, known.name, known.length)
                put(html, '="', 2)
                if one.value != NULL:
                    put_escaped(html, one.value.data, one.value.length, True)
                put(html, '"', 1)
            one = one.next
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
            text = line_of(self.texts.data, self.texts.length, &self.room)
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
        cdef Tag *tag = &_tags[place]
        cdef int kind = tag.kind
        cdef Shown shown
        if tag.is_judged:
            kind = FURNITURE if _is_furniture(at, place, &self.room) else OPEN
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
            self.around = self._container(_names[place], self.around, at)
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
        if _tags[_place_of(self.around.node)].is_heading:
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
        cdef Tag *tag = &_tags[place]
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
        if _is_hidden(_tag_of(root, _names[place])):
            return False
        self.told.length = 0
        while at != NULL:
            if at.kind == LEXBOR_TEXT:
                put(&self.told, text_at(at).data, text_at(at).length)
            elif at.kind == LEXBOR_ELEMENT:
                size += self._told_length()
                items += at.name == _ITEM
                if _tags[_place_of(at)].kind == LINK:
                    links += (<lexbor_element *> at).attributes != NULL
            if at.first != NULL:
                at = at.first
                continue
            while at.next == NULL and at.parent != root:
                at = at.parent
                size += self._told_length()
            at = at.next
        size += self._told_length()
        return 3 * links <= items and items > 1 and size >= MIN_ITEM * items


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
