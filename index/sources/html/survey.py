"""A first look over a page: where its content is, and which of its elements are notes."""

import re
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from wuzhen.index.sources.html.elements import HEADINGS
from wuzhen.index.sources.html.markup import attributes, is_frame, is_unseen, tokens, walk

_LABEL = re.compile(r"[\[［(（]?\s*(\d{1,4})\s*[\]］)）]?")
_LONGEST_LABEL = 12
_NOTES = frozenset("li p div dd td tr aside section".split())
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(https?://\S+)")
_HALF = 0.5
_ASCII = "!#$%&'()*+,/:;=?@[]~"


@dataclass(slots=True)
class Survey:
    """What has to be known of a page before it is read; elements are known by `mem_id`."""

    content: LexborNode
    """The element that holds the page's own text."""
    base: str = ""
    """The address that the page's links are relative to, if it says."""
    title: str = ""
    """What it is called in a browser's window."""
    notes: dict[int, str] = field(default_factory=dict)
    """The elements that marks lead to, with the number of the mark or, if it has none, nothing."""
    marks: dict[int, str] = field(default_factory=dict)
    """The links that are such marks, each with the text to read in its place."""
    frames: set[int] = field(default_factory=set)
    """Menus and the like."""
    layouts: set[int] = field(default_factory=set)
    """Tables that hold headings or tables: they lay the page out."""


def survey(page: LexborHTMLParser) -> Survey | None:
    """Look over a page; None when it has nothing in it."""
    body = page.body
    if body is None:
        return None
    found = Survey(body, _base(page))
    if (title := page.css_first("title")) is not None:
        found.title = " ".join(title.text().split())
    seen = _Seen(found)
    skipped: set[int] = set()
    for node, begins in walk(body, skipped):
        if begins:
            seen.begin(node, skipped)
        else:
            seen.end(node)
    seen.conclude()
    return found


class _Seen:
    """What was met on the way over a page."""

    def __init__(self, found: Survey) -> None:
        self._found = found
        self._place = 0
        self._length = 0
        self._tables: list[int] = []
        """Open tables that are not known to lay the page out."""
        self._notes: list[int] = []
        """Open elements that can be a note."""
        self._raised = 0
        self._open: dict[int, int] = {}
        """Open elements whose length is measured, with the length before them."""
        self._mains: list[tuple[LexborNode, bool]] = []
        self._sizes: dict[int, int] = {}
        self._holds_title: set[int] = set()
        self._frames: list[int] = []
        self._links: list[tuple[int, LexborNode, str, bool]] = []
        self._targets: dict[str, tuple[int, int]] = {}

    def begin(self, node: LexborNode, skipped: set[int]) -> None:
        self._place += 1
        if node.is_text_node:
            self._length += len((node.text_content or "").strip())
            return
        if not node.is_element_node:
            return
        given = attributes(node)
        tag = node.tag or ""
        if is_unseen(node, given):
            skipped.add(node.mem_id)
            return
        if tag in HEADINGS or tag == "table":
            self._found.layouts.update(self._tables)
            self._tables.clear()
        if tag == "h1":
            self._holds_title.update(self._open)
        if tag == "table":
            self._tables.append(node.mem_id)
        if tag in _NOTES:
            self._notes.append(node.mem_id)
        if tag == "sup":
            self._raised += 1
        if tag in ("main", "article") or given.get("role") in ("main", "article"):
            self._mains.append((node, tag == "main" or given.get("role") == "main"))
            self._open[node.mem_id] = self._length
        elif is_frame(tokens(given)):
            self._frames.append(node.mem_id)
            self._open[node.mem_id] = self._length
        for name in (given.get("id"), given.get("name") if tag == "a" else None):
            if name and self._notes:
                self._targets.setdefault(name, (self._place, self._notes[-1]))
        if tag == "a" and "#" in given.get("href", ""):
            fragment = given["href"].partition("#")[2]
            self._links.append((self._place, node, fragment, self._raised > 0))

    def end(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if self._tables and self._tables[-1] == node.mem_id:
            self._tables.pop()
        if self._notes and self._notes[-1] == node.mem_id:
            self._notes.pop()
        if tag == "sup":
            self._raised = max(0, self._raised - 1)
        if node.mem_id in self._open:
            self._sizes[node.mem_id] = self._length - self._open.pop(node.mem_id)

    def conclude(self) -> None:
        found = self._found
        found.frames = {
            frame
            for frame in self._frames
            if frame not in self._holds_title and self._sizes[frame] < _HALF * self._length
        }
        mains = [node for node, sure in self._mains if sure]
        articles = [node for node, sure in self._mains if not sure]
        for candidates in (mains, articles):
            if len(candidates) == 1 and self._sizes[candidates[0].mem_id] > _HALF * self._length:
                found.content = candidates[0]
                break
        for place, link, fragment, raised in self._links:
            self._mark(place, link, fragment, raised)

    def _mark(self, place: int, link: LexborNode, fragment: str, raised: bool) -> None:
        """Take a link for a reference mark when it is one by its look and leads onward."""
        target = self._targets.get(fragment)
        label = "".join(link.text().split())
        if target is None or target[0] <= place or len(label) > _LONGEST_LABEL:
            return
        number = _LABEL.fullmatch(label)
        if not raised and not (number and label[0] in "[［"):
            return
        self._found.marks[link.mem_id] = f"[{number[1]}]" if number else ""
        self._found.notes.setdefault(target[1], number[1] if number else "")


def _base(page: LexborHTMLParser) -> str:
    """Return the address that a saved page came from, where it tells."""
    for selector, name in (
        ("base[href]", "href"),
        ("link[rel=canonical]", "href"),
        ('meta[property="og:url"]', "content"),
    ):
        node = page.css_first(selector)
        address = (node.attributes.get(name) or "").strip() if node is not None else ""
        if address.startswith(("http://", "https://")):
            return address
    root = page.root
    before = root.prev if root is not None else None
    while before is not None:
        if before.is_comment_node and (saved := _SAVED_FROM.search(before.comment_content or "")):
            return saved[1]
        before = before.prev
    return ""


def absolute(base: str, href: str) -> str:
    """Return a link's http or https address in ASCII (RFC 3987, 3.1), or nothing."""
    try:
        address = quote(urljoin(base, href.strip()), safe=_ASCII)
    except ValueError:
        return ""
    return address if address.startswith(("http://", "https://")) else ""
