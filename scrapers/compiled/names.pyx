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

cdef struct Entry:
    const char *words
    size_t length
    int says

cdef Entry _entries[PLACES]
cdef list _kept = []  # what C points into
cdef object _said_by = None
PYTHON = {}
cdef int _begins = 0, _dashes = 0


def learn(words, phrases, begins, sentence_dashes):
    """Take what each word says, and each phrase of words parted by a space.

    `begins` is the flag of words that phrases begin with; names with so many dashes are
    headings made into names, and not read here.
    """
    global _begins, _dashes
    if 3 * (len(words) + len(phrases)) > 2 * PLACES:
        raise ValueError("there are too many words for the places here")
    memset(_entries, 0, sizeof(_entries))
    _begins, _dashes = begins, sentence_dashes
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
    if len(names) > MAX_NAME:
        return _said_by(names)
    try:
        data = PyUnicode_AsUTF8AndSize(names, &size)
    except UnicodeEncodeError:  # half of a pair
        return _said_by(names)
    found = _said(data, size)
    return found if found >= 0 else _said_by(names)


cdef int _said(const char *data, Py_ssize_t size) except -2:
    """What names in UTF-8 say; -1 where Python is to be asked."""
    cdef char words[4 * MAX_NAME + 1]  # small, with a space after each
    cdef Py_ssize_t starts[4 * MAX_NAME + 1]
    cdef Py_ssize_t at = 0, length = 0, begin, dashes = 0, n
    cdef int count = 0, found = 0
    cdef bint is_known = False
    cdef Entry *entry
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
            dashes += data[at] == c"-"
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
    if dashes >= _dashes or (found & _begins and count == 1):
        return -1
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
