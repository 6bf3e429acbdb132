"""The elements of an HTML page: which of them a reader sees, and which are the page's own frame."""

import itertools
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from wuzhen.index.sources.html.elements import UNSEEN

_ROLES = frozenset(
    "navigation contentinfo search menu menubar dialog alertdialog toolbar tooltip".split()
)
_UNSEEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|(?:opacity|font-size)\s*:\s*0(?:px|pt|em|rem|%)?\s*(?:;|!|$)"
)
_FRAME = frozenset(
    "nav navbar navbox navigation menu sidebar breadcrumb breadcrumbs toc catalog toolbar share "
    "copyright ad ads advert advertisement noprint editsection catlinks printfooter backlink popup "
    "modal tooltip login".split()
)
_FRAME_PAIRS = frozenset(
    {("edit", "icon"), ("edit", "link"), ("edit", "lemma"), ("jump", "link"), ("side", "content")}
)
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


def parsed(text: str) -> LexborHTMLParser:
    """Parse a page as a browser does."""
    return LexborHTMLParser(text, options=LexborDocumentOptions.WO_EVENTS.value, scripting=True)


def walk(root: LexborNode, skipped: set[int]) -> Iterator[tuple[LexborNode, bool]]:
    """Yield the nodes below one as they begin (True) and, if elements, end (False).

    What the caller adds to `skipped` when an element begins, by its `mem_id`, is not gone into
    and does not end.
    """
    stack: list[LexborNode] = []
    node = root.first_child
    while node is not None or stack:
        if node is None:
            node = stack.pop()
            yield node, False
            node = node.next
            continue
        yield node, True
        if not node.is_element_node or node.mem_id in skipped:
            node = node.next
        else:
            stack.append(node)
            node = node.first_child


def attributes(node: LexborNode) -> dict[str, str]:
    """Return an element's attributes; one without a value has an empty one."""
    return {name: value or "" for name, value in node.attributes.items()}


def is_unseen(node: LexborNode, given: dict[str, str]) -> bool:
    """Tell whether an element is not shown on a page, or not part of what it says."""
    return (
        node.tag in UNSEEN
        or "hidden" in given
        or given.get("aria-hidden") == "true"
        or given.get("role") in _ROLES
        or bool(_UNSEEN_STYLE.search(given.get("style", "").lower()))
    )


def tokens(given: dict[str, str]) -> list[str]:
    """Return the words that an element's class and id are made of, in lower case."""
    names = f"{given.get('class', '')} {given.get('id', '')}"[:1000]
    return [token.lower() for token in _TOKEN.findall(names)]


def is_frame(found: list[str]) -> bool:
    """Tell whether an element, by such words, belongs to the page's frame: menus and the like."""
    return not _FRAME.isdisjoint(found) or any(
        pair in _FRAME_PAIRS for pair in itertools.pairwise(found)
    )
