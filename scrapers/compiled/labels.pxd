"""Of which texts the rules of `scrapers.extract.labels` are to be asked."""

cdef enum:
    WORDED = 1
    DATED = 2

cpdef int likely_label(text) except -1
cpdef bint may_head_furniture(text) except -1
cpdef bint may_take_leave(text) except -1
