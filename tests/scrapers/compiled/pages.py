"""Pages on which what is compiled is compared with the Python it stands in for."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from scrapers import compiled


def needed(name):
    """The compiled module; skips all tests of a file where there is none."""
    found = compiled.load(name)
    if found is None:
        pytest.skip("nothing is compiled here", allow_module_level=True)
    return found


_NAMES = st.sampled_from(
    """
    a abbr amp-img article aside b br caption col custom-el dd div dl dt em figcaption
    figure footer form h1 h2 h3 hr i iframe img li main nav noscript ol p picture pre
    q script section small source span strong style svg table tbody td template th time
    tr ul video wbr
    """.split()  # noqa: SIM905 - a table of words reads better than a list of strings
)
_WORDS = st.sampled_from(
    [
        "", "related", "article-body", "share-buttons", "hidden", "byline", "#top",
        "/a?b=1&c=2", "https://example.com/x.jpg", "display: none", "ar", "2026-05-04",
        'say "no" <here>', "no\u00a0break", "¶", "4", "é中文", "navigation",
    ]
)  # fmt: skip
_ATTRIBUTES = st.lists(
    st.tuples(
        st.sampled_from(
            """
            class id style role hidden href src alt title dir lang datetime colspan
            start data-src data-spared rel itemprop data-a-very-long-name
            """.split()  # noqa: SIM905
        ),
        _WORDS,
    ),
    max_size=3,
)
_TEXTS = st.sampled_from(
    [
        "The river rose by three metres. ", " ", "\n  ", "¶", "&amp; &lt;b&gt;",
        "\u00a0", "Foto: dpa", "中文报道。", "عاجل", "e\u0301", "\u200b", "\u2028",
        "soft\u00adhyphen", "🎉", "\u3000", "x" * 40, "<!-- no -->", "\x1c", "a\u00a0b",
    ]
)  # fmt: skip


def _element(name, attributes, inner):
    said = "".join(
        f' {key}="{value.replace(chr(34), "&quot;")}"' for key, value in attributes
    )
    return f"<{name}{said}>{''.join(inner)}</{name}>"


# HTML of all that a page may have, nested as it should be and as it should not.
fragments = st.recursive(
    _TEXTS,
    lambda inner: st.builds(_element, _NAMES, _ATTRIBUTES, st.lists(inner, max_size=5)),
    max_leaves=25,
)
