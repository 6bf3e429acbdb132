"""Plots as the templates draw them: places in a picture, reckoned from values."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH = 420
HEIGHT = 300
LEFT, RIGHT, TOP, BOTTOM = 46, 20, 10, 44
_TICKS = 5
_STEPS = (0.02, 0.05, 0.1, 0.2, 1, 2, 5, 10, 20, 50)


@dataclass(frozen=True, slots=True)
class Line:
    """A line through some places, or a lone mark."""

    name: str
    style: str
    """A class of the style sheet."""
    points: str
    """As the attribute `points` of a polyline has them (SVG 2, 9.7)."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, and what it says."""

    style: str
    x: float
    y: float
    width: float
    height: float
    name: str


@dataclass(slots=True)
class Plot:
    """A plot over `[0, 1]`, from 0 (or `low`) up to `high`."""

    x_name: str
    y_name: str
    high: float
    low: float = 0.0
    percent: bool = True
    """Whether the values upwards are shares."""
    lines: list[Line] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    marks: list[Line] = field(default_factory=list)

    @property
    def x_ticks(self) -> list[tuple[float, str]]:
        """Where the values across stand, and what they are called."""
        shares = [step / _TICKS for step in range(_TICKS + 1)]
        return [(self.x(share), _percent(share)) for share in shares]

    @property
    def y_ticks(self) -> list[tuple[float, str]]:
        """Where the values upwards stand, and what they are called."""
        step = tick((self.high - self.low) / _TICKS)
        first, last = math.ceil(self.low / step), math.floor(self.high / step + 1e-9)
        values = [step * place for place in range(first, last + 1)]
        return [
            (self.y(value), _percent(value) if self.percent else f"{abs(value):.0f}")
            for value in values
        ]

    def x(self, value: float) -> float:
        """Return the place of a value across."""
        return round(LEFT + value * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        """Return the place of a value upwards."""
        share = (value - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    def line(self, name: str, style: str, values: Sequence[tuple[float, float]]) -> None:
        """Draw a line through values, those that fall on one place once."""
        places = dict.fromkeys(f"{self.x(x)},{self.y(y)}" for x, y in values)
        self.lines.append(Line(name, style, " ".join(places)))

    def mark(self, name: str, style: str, x: float, y: float) -> None:
        """Draw a mark at a value."""
        self.marks.append(Line(name, style, f"{self.x(x)},{self.y(y)}"))

    def bar(
        self, name: str, style: str, across: tuple[float, float], up: tuple[float, float]
    ) -> None:
        """Draw a bar between two values across and two upwards."""
        left, right = (self.x(value) for value in across)
        bottom, top = (self.y(value) for value in up)
        self.bars.append(
            Bar(style, left + 0.5, top, round(right - left - 1, 1), round(bottom - top, 1), name)
        )


def tick(least: float) -> float:
    """Return a round number that is not below another one."""
    return next((step for step in _STEPS if step >= least), 100.0 * math.ceil(least / 100))


def ceiling(value: float, step: float) -> float:
    """Return the least multiple of a step, and at least one, that is not below a value."""
    return step * max(1, -(-value // step))


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
