"""Small charts as geometry for SVG: what is drawn stands beside it as a table, for those who listen."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 140
GAP = 0.25  # of a bar's place


@dataclass(frozen=True)
class Bar:
    """A bar in the units of the view box; `label` is said for it."""

    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True)
class BarChart:
    """Upright bars. `most` is the value of the top edge."""

    bars: tuple[Bar, ...]
    most: int
    width: int = WIDTH
    height: int = HEIGHT


def bar_chart(values: Sequence[tuple[str, int]]) -> BarChart:
    """One bar a value, in their order; the highest reaches the top."""
    most = max((value for _, value in values), default=0)
    place = WIDTH / max(len(values), 1)
    bars = tuple(
        Bar(
            x=round(number * place + place * GAP / 2, 2),
            y=round(HEIGHT - HEIGHT * value / most, 2) if most else HEIGHT,
            width=round(place * (1 - GAP), 2),
            height=round(HEIGHT * value / most, 2) if most else 0,
            label=f"{label}: {value}",
        )
        for number, (label, value) in enumerate(values)
    )
    return BarChart(bars, most)


@dataclass(frozen=True)
class Share:
    """A line of a list of lying bars: how long it is of a hundred."""

    label: str
    value: int
    percent: int


def shares(values: Sequence[tuple[str, int]]) -> tuple[Share, ...]:
    """Each value beside the largest."""
    most = max((value for _, value in values), default=0)
    return tuple(Share(label, value, round(100 * value / most) if most else 0) for label, value in values)
