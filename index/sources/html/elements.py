"""The elements of HTML: those that begin a line, and those that say nothing to a reader."""

HEADINGS = {f"h{level}": level for level in range(1, 7)}
"""The headings, with their levels."""
BREAKING = frozenset(
    "p div section article main header aside blockquote pre ul ol li dl dt dd table caption tbody "
    "thead tfoot tr td th br hr figure figcaption address details summary fieldset legend form "
    "center h1 h2 h3 h4 h5 h6 body html".split()
)
UNSEEN = frozenset(
    "script style noscript template head title nav footer svg math iframe object embed audio video "
    "canvas select datalist button textarea input dialog menu rt rp".split()
)
