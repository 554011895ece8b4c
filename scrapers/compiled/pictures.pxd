"""Pictures, for compiled code that writes HTML."""

from scrapers.compiled.bytes cimport Bytes
from scrapers.compiled.tree cimport lexbor_node

cdef bint put_picture(Bytes *to, lexbor_node *at, base) except -1
