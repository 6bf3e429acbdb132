"""Draws the median times of queries by the size of the collection, on scales of ten, as SVG."""

import math
from collections.abc import Mapping
from html import escape
from itertools import pairwise

PANEL, HEIGHT, TOP, LEFT, LEGEND, FOOT = 260, 260, 40, 56, 34, 34
INK, FAINT, GRID, OURS = "#16202a", "#6b7c8a", "#dfe8ee", "#2f7fd1"
COLOURS = (OURS, "#8fbce6", "#d1492f", "#3a9d5d", "#9ad1ab", "#b07fd1", "#d19a2f", "#8a8f94")
FONT = "system-ui,'Noto Sans',sans-serif"


def draw(medians: Mapping[str, Mapping[str, Mapping[int, float]]]) -> str:
    """Return the picture of seconds by set of queries, system and passages."""
    systems = list(dict.fromkeys(system for one in medians.values() for system in one))
    points = [
        (size, taken)
        for one in medians.values()
        for times in one.values()
        for size, taken in times.items()
    ]
    sizes = sorted({size for size, _ in points})
    low = math.floor(math.log10(min(taken for _, taken in points)))
    high = math.ceil(math.log10(max(taken for _, taken in points)))
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])

    def down(taken: float) -> float:
        return TOP + HEIGHT * (high - math.log10(taken)) / max(high - low, 1)

    width = len(medians) * (PANEL + LEFT) + 20
    rows = math.ceil(len(systems) / 4)
    height = TOP + HEIGHT + FOOT + LEGEND * rows
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="{FONT}" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for panel, (name, one) in enumerate(medians.items()):
        begin = panel * (PANEL + LEFT) + LEFT

        def across(size: int, begin: int = begin) -> float:
            return begin + 10 + (PANEL - 30) * (math.log10(size) - first) / max(last - first, 1e-9)

        parts.append(_text(begin, 20, name, INK, weight="bold"))
        for power in range(low, high + 1):
            at = down(10.0**power)
            parts.append(_line(begin, at, begin + PANEL - 10, at, GRID))
            parts.append(_text(begin - 6, at + 4, _time(power), FAINT, anchor="end"))
        for size in sizes:
            parts.append(
                _text(across(size), TOP + HEIGHT + 18, f"{size:,}", FAINT, anchor="middle")
            )
        for system, times in one.items():
            colour = COLOURS[systems.index(system) % len(COLOURS)]
            thick = 3 if colour == OURS else 1.5
            places = [(across(size), down(taken)) for size, taken in sorted(times.items())]
            parts += [_line(*a, *b, colour, thick) for a, b in pairwise(places)]
            parts += [
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{thick + 1}" fill="{colour}"/>'
                for x, y in places
            ]
    for at, system in enumerate(systems):
        x = LEFT + at % 4 * (width - LEFT) / 4
        y = TOP + HEIGHT + FOOT + LEGEND * (at // 4) + 10
        parts.append(f'<circle cx="{x:.1f}" cy="{y - 4:.1f}" r="5" fill="{COLOURS[at % 8]}"/>')
        parts.append(_text(x + 12, y, system, INK))
    return "\n".join([*parts, "</svg>", ""])


def _time(power: int) -> str:
    name, unit = ("s", 0) if power >= 0 else ("ms", -3) if power >= -3 else ("µs", -6)
    return f"{10 ** (power - unit):g} {name}"


def _line(x: float, y: float, to_x: float, to_y: float, colour: str, width: float = 1) -> str:
    return (
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" '
        f'stroke="{colour}" stroke-width="{width}"/>'
    )


def _text(
    x: float, y: float, text: str, colour: str, anchor: str = "start", weight: str = "normal"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" '
        f'font-weight="{weight}">{escape(text)}</text>'
    )
