"""The bundled example news site: an invented paper that behaves as WordPress does.

`content` reads the written articles, `bulletins` makes a new one every minute,
`edition` says what is published at a moment; `pages`, `rest` and `feeds` serve it,
`server` listens. It knows nothing of Wireroom, which meets it over HTTP only.
"""
