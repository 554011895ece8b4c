"""Draft a source's definition from its address; `drafting.draft` is the way in."""
