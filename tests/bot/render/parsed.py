"""A page as a parser reads it that keeps to the standard, and what every page must hold to."""

from collections import Counter
from xml.etree.ElementTree import Element

import html5lib

SHOWN = frozenset(
    "html head meta title style body div nav details summary ul li a main aside h1 h2 h3 h4 h5 h6 "
    "p article header section span bdi sup dl dt dd table thead tbody tr th td br b mark figure "
    "figcaption svg line text rect polyline circle".split()
)
ATTRIBUTES = frozenset(
    "lang charset content name id class href title open colspan scope role viewBox x y x1 x2 y1 y2 "
    "cx cy r width height points transform text-anchor http-equiv aria-label rel tabindex".split()
)
# A carriage return can only be written by its number, which the standard calls an error.
_PARDONED = {"illegal-codepoint-for-numeric-entity"}


def parsed(page: str) -> Element:
    """Read a page; fails where it is not as the standard has it, or holds what runs or loads."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree: Element = parser.parse(page)
    wrong = {code for _, code, _ in parser.errors}
    assert wrong <= _PARDONED, parser.errors[:3]
    ids = Counter(one.attrib["id"] for one in tree.iter() if "id" in one.attrib)
    assert [name for name, count in ids.items() if count > 1] == []
    for one in tree.iter():
        assert str(one.tag).removeprefix("{http://www.w3.org/2000/svg}") in SHOWN
        assert set(one.attrib) <= ATTRIBUTES
        address = one.attrib.get("href", "")
        if address.startswith("#"):
            assert address[1:] in ids, address
        else:
            assert address.startswith(("", "https://example.org/page.html#p_"))
    return tree


def by_id(tree: Element) -> dict[str, Element]:
    """Every element that has an id, by it."""
    return {one.attrib["id"]: one for one in tree.iter() if "id" in one.attrib}


def texts(element: Element) -> list[str]:
    """The pieces of the documents' own text in an element, in order."""
    return [
        "".join(one.itertext())
        for one in element.iter()
        if "text" in one.attrib.get("class", "").split()
    ]
