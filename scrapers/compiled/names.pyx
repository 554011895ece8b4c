# cython: language_level=3
"""What the words in class names and ids say of an element.

The work of `scrapers.extract.names`, whose tables of words and phrases are learned once.
"""

from cpython.unicode cimport PyUnicode_AsUTF8AndSize
from libc.stdint cimport uint32_t
from libc.string cimport memcmp, memset


# Places for words and phrases, some three times as many as there are.
cdef enum:
    PLACES = 16384
    MAX_NAME = 80
    MAX_NAMES = 1000

cdef struct Entry:
    const char *words
    size_t length
    int says

cdef Entry _entries[PLACES]
cdef list _kept = []  # what C points into
cdef object _said_by = None
PYTHON = {}
cdef int _begins = 0, _dashes = 0
cdef dict _alone = {}


def learn(words, phrases, begins, alone, sentence_dashes):
    """Take what each word says, and each phrase of words parted by a space.

    `begins` is the flag of words that phrases begin with; `alone` are words that say
    something where they stand alone; names with so many dashes are headings made into
    names, and not read here.
    """
    global _begins, _dashes, _alone
    if 3 * (len(words) + len(phrases)) > 2 * PLACES:
        raise ValueError("there are too many words for the places here")
    memset(_entries, 0, sizeof(_entries))
    _begins, _dashes, _alone = begins, sentence_dashes, alone
    for table in (words, phrases):
        for key, says in table.items():
            _kept.append(key)
            _enter(key, says)


def instead_of(function):
    """The compiled function, which leaves to Python's what is rare."""
    global _said_by
    _said_by = PYTHON[function.__name__] = function
    return said_by


cdef int _enter(bytes key, int says) except -1:
    cdef Entry *place = _place_of(key, len(key))
    place.words, place.length, place.says = key, len(key), says
    return 0


cdef Entry *_place_of(const char *data, size_t length) noexcept:
    """Where words are kept, or are to be."""
    cdef uint32_t at = 5381
    cdef size_t n
    cdef Entry *found
    for n in range(length):
        at = at * 33 + <unsigned char> data[n]
    at ^= at >> 15
    while True:
        found = &_entries[at % PLACES]
        if found.words == NULL or (
            found.length == length and not memcmp(found.words, data, length)
        ):
            return found
        at += 1


def said_by(str names):
    """What the words of names, and the phrases among them, say: flags."""
    cdef Py_ssize_t size
    cdef const char *data
    try:
        data = PyUnicode_AsUTF8AndSize(names, &size)
    except UnicodeEncodeError:  # half of a pair
        return _said_by(names)
    found = said_in(data, size)
    return found if found >= 0 else _said_by(names)


cdef bint _is_long(const char *data, Py_ssize_t size) noexcept:
    """Tell whether there are too many names, or one of them is too long."""
    cdef Py_ssize_t at, begin = 0
    if size <= MAX_NAME:
        return False
    for at in range(size):
        if data[at] == c" " or 9 <= data[at] <= 13:
            begin = at + 1
        elif at - begin == MAX_NAME:
            return True
    return size > MAX_NAMES


cdef int said_in(const char *data, Py_ssize_t size) except -2:
    """What names in UTF-8 say; -1 where Python is to be asked."""
    cdef char words[2 * MAX_NAMES + 2]  # small, with a space after each
    cdef Py_ssize_t starts[MAX_NAMES + 2]
    cdef Py_ssize_t at = 0, length = 0, begin, dashes = 0, n
    cdef int count = 0, found = 0
    cdef bint is_known = False, is_sentence = False
    cdef Entry *entry
    if _is_long(data, size):
        return -1
    while at < size:
        begin = length
        while at < size and c"A" <= data[at] <= c"Z":
            words[length] = data[at] + 32
            length += 1
            at += 1
        while at < size and c"a" <= data[at] <= c"z":
            words[length] = data[at]
            length += 1
            at += 1
        if length == begin:
            if data[at] == c"-":
                dashes += 1
                is_sentence = is_sentence or dashes >= _dashes
            elif data[at] == c" " or 9 <= data[at] <= 13:
                dashes = 0
            at += 1
            continue
        entry = _place_of(words + begin, length - begin)
        if entry.words != NULL:
            is_known = True
            found |= entry.says
        starts[count] = begin
        count += 1
        words[length] = c" "
        length += 1
    if not is_known:
        return 0
    if is_sentence:
        return -1
    if count == 1 and found & _begins:
        return found | <int> _alone.get(words[: length - 1], 0)
    if found & _begins:
        starts[count] = length
        for n in range(count - 1):
            found |= _phrase(words + starts[n], starts[n + 2] - starts[n] - 1)
            if n + 2 < count:
                found |= _phrase(words + starts[n], starts[n + 3] - starts[n] - 1)
    return found


cdef inline int _phrase(const char *words, size_t length) noexcept:
    cdef Entry *entry = _place_of(words, length)
    return entry.says if entry.words != NULL else 0
