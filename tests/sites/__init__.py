"""Small news sites of several kinds, with all the furniture real ones have.

Each knows its articles, so that a test can tell whether a definition finds them all and
nothing else.
"""
