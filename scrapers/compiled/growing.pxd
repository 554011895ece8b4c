"""Lists in memory that grow with what is put into them."""

from libc.stdlib cimport realloc

cdef inline int grow(
    void **at, size_t *room, size_t count, size_t size
) except -1:
    """Make room for so many things of a size; raises MemoryError."""
    cdef void *made
    cdef size_t wanted
    if count > room[0]:
        wanted = 2 * count + 32
        made = realloc(at[0], wanted * size)
        if made == NULL:
            raise MemoryError
        at[0] = made
        room[0] = wanted
    return 0
