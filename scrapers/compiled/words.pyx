# cython: language_level=3, boundscheck=False, wraparound=False
"""Which of many words a text begins with or holds, asked in one pass over it.

Both answers may be yes where Python's is no, since a letter is made small by itself
here, every space is one and every number another; they are never no where it is yes.
What asks has a rule in Python that decides.
"""

from libc.stdlib cimport calloc, free

cdef extern from "Python.h":
    uint32_t Py_UNICODE_TOLOWER(uint32_t one)
    bint Py_UNICODE_ISSPACE(uint32_t one)
    bint Py_UNICODE_ISDECIMAL(uint32_t one)

cdef enum:
    MANY = 0x130  # a large I with a dot, which is two small characters
    MAX_WORDS = 40000  # letters of all words


cdef bint is_decimal(uint32_t one) noexcept:
    """Tell whether a character is a digit in any script."""
    if one < 0x660:
        return 0x30 <= one <= 0x39
    if 0x1FFF < one < 0xA620 or 0xABFA < one < 0xFF10:  # no script with digits
        return False
    return Py_UNICODE_ISDECIMAL(one)


cdef uint32_t plain(uint32_t one) noexcept:
    """A small letter, "0" for digits, " " for spaces."""
    if one < 0x80:
        if 0x41 <= one <= 0x5A:
            return one + 32
        if 0x30 <= one <= 0x39:
            return 0x30
        return 0x20 if 9 <= one <= 13 or 28 <= one <= 31 else one
    if Py_UNICODE_ISSPACE(one):
        return 0x20
    if is_decimal(one):
        return 0x30
    one = Py_UNICODE_TOLOWER(one)
    return 0x3C3 if one == 0x3C2 else one  # a sigma is another at the end of a word


cdef class Starts:
    """Beginnings of texts, in small letters; a beginning ends where a word may go on."""

    def __cinit__(self, starts):
        cdef Py_ssize_t letters = sum(map(len, starts))
        if letters > MAX_WORDS:
            raise ValueError(f"{letters} letters of beginnings are too many")
        self._room = 64
        while self._room < 4 * letters:
            self._room *= 2
        self._steps = <uint64_t *> calloc(self._room, sizeof(uint64_t))
        if self._steps == NULL:
            raise MemoryError
        self._last = 1  # the first step is before the first letter
        for start in starts:
            self._add(start)

    def __dealloc__(self):
        free(self._steps)

    cdef int _add(self, str start) except -1:
        """Add the steps that are not there yet; the last leads to the end."""
        cdef uint32_t step = 1, onto, at, letter = 0, before
        cdef Py_ssize_t n, size = len(start)
        for n in range(size):
            before, letter = letter, plain(ord(start[n]))
            if letter == 0x30 and before == 0x30:
                continue
            onto = self._step(step, letter)
            if onto == 0:
                self._last += 1
                onto = self._last
                at = _place(step, letter, self._room)
                while self._steps[at]:
                    at = (at + 1) & (self._room - 1)
                self._steps[at] = _entry(step, letter) | onto
            step = onto
        at = _place(step, 0, self._room)  # no text goes on with NUL
        while self._steps[at]:
            at = (at + 1) & (self._room - 1)
        self._steps[at] = _entry(step, 0) | 1
        return 0

    cdef uint32_t _step(self, uint32_t step, uint32_t letter) noexcept:
        """Where a letter leads from a step; 0 for nowhere."""
        cdef uint32_t at = _place(step, letter, self._room)
        cdef uint64_t wanted = _entry(step, letter)
        while self._steps[at]:
            if self._steps[at] & ~<uint64_t> 0xFFFF == wanted:
                return <uint32_t> (self._steps[at] & 0xFFFF)
            at = (at + 1) & (self._room - 1)
        return 0

    cdef bint may(self, int kind, const void *data, Py_ssize_t size) noexcept:
        """Tell whether a text may begin with one; a space follows its last letter."""
        cdef Py_ssize_t n
        cdef uint32_t one = 0, before, step = 1
        for n in range(size + 1):
            if self._step(step, 0):
                return True
            before, one = one, letter_at(kind, data, n) if n < size else 0x20
            if one == MANY:
                return True
            one = plain(one)
            if one == 0x30 and before == 0x30:
                continue
            step = self._step(step, one) if one else 0
            if not step:
                return False
        return self._step(step, 0) != 0

    def begins(self, str text not None):
        """Tell whether a text may begin with one of them."""
        return self.may(
            PyUnicode_KIND(text), PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text)
        )


cdef inline uint64_t _entry(uint32_t step, uint32_t letter) noexcept:
    return <uint64_t> step << 40 | <uint64_t> letter << 16


cdef inline uint32_t _place(uint32_t step, uint32_t letter, uint32_t room) noexcept:
    return ((step * <uint32_t> 2654435761 ^ letter * <uint32_t> 2246822519) >> 7) & (
        room - 1
    )


cdef _small(letter):
    return " " if letter.isspace() else letter.lower()


cdef class Words:
    """Words of Latin-1 anywhere in a text, in small letters."""

    def __cinit__(self, words):
        cdef int one, most = 1 + sum(map(len, words))
        letters = {letter: n for n, letter in enumerate(sorted({*"".join(words)}), 1)}
        if "" in words or max(letters, default="") > "\xff" or most > 0xFFFF:
            raise ValueError("only words in letters of Latin-1 can be looked for")
        self._width = len(letters) + 1
        for one in range(256):
            self._letters[one] = letters.get(_small(chr(one)), 0)
        self._steps = <uint16_t *> calloc(most * self._width, sizeof(uint16_t))
        self._ends = <uint8_t *> calloc(most, 1)
        if self._steps == NULL or self._ends == NULL:
            raise MemoryError
        self._fill(words, letters)

    def __dealloc__(self):
        free(self._steps)
        free(self._ends)

    def _fill(self, words, letters):
        """Make the steps of a search that never goes back in its text.

        A step stands for what has been read of words: the longest beginning of any.
        """
        begun = {""} | {word[:n] for word in words for n in range(len(word) + 1)}
        numbers = {start: n for n, start in enumerate(sorted(begun))}
        cdef int at
        for start, at in numbers.items():
            self._ends[at] = start.endswith(tuple(words))
            for letter, place in letters.items():
                read = start + letter
                while read not in numbers:
                    read = read[1:]
                self._steps[at * self._width + place] = numbers[read]

    cdef bint within(self, int kind, const void *data, Py_ssize_t size) noexcept:
        """Tell whether one may be in a text."""
        cdef Py_ssize_t n
        cdef uint32_t one, step = 0
        cdef uint8_t letter
        for n in range(size):
            one = letter_at(kind, data, n)
            if one < 256:
                letter = self._letters[one]
            elif one == 0x212A or one == 0x212B or one in (MANY, 0x178, 0x1E9E):
                # They are of Latin-1 in small letters: K, Å, I, Ÿ and ẞ.
                letter = self._letters[<uint8_t> plain(one)]
            elif 0x1680 <= one <= 0x3000 and plain(one) == 0x20:
                letter = self._letters[0x20]
            else:
                letter = 0
            step = self._steps[step * self._width + letter]
            if self._ends[step]:
                return True
        return False

    def are_in(self, str text not None):
        """Tell whether one of them may be in a text."""
        return self.within(
            PyUnicode_KIND(text), PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text)
        )
