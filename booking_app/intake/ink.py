"""Strokes of a pen as vectors: what is accepted, and the smooth curves they become. Units are CSS pixels of the pad."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

MOST_BYTES = 400_000
MOST_STROKES = 500
MOST_POINTS = 20_000
SMALLEST_PAD, LARGEST_PAD = 50.0, 4000.0
# A dot, a tap or a short scratch is no signature: so much line, reaching so far.
LEAST_LENGTH = 40.0
LEAST_REACH = 20.0

Point = tuple[float, float]
Stroke = tuple[Point, ...]

TOO_LITTLE = "That is too little for a signature. Sign in full, or choose to type your name instead."


class InkInvalid(ValueError):
    """The message is a sentence for the person signing."""


class NoInk(InkInvalid):
    """Nothing was drawn."""


@dataclass(frozen=True)
class Ink:
    """What was drawn on a pad of `width` by `height`."""

    width: float
    height: float
    strokes: tuple[Stroke, ...]

    def to_json(self) -> dict[str, Any]:
        strokes = [[[x, y] for x, y in stroke] for stroke in self.strokes]
        return {"width": self.width, "height": self.height, "strokes": strokes}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Ink":
        strokes = tuple(tuple((float(x), float(y)) for x, y in stroke) for stroke in data["strokes"])
        return cls(float(data["width"]), float(data["height"]), strokes)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of what is drawn."""
        xs = [x for stroke in self.strokes for x, _ in stroke]
        ys = [y for stroke in self.strokes for _, y in stroke]
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def length(self) -> float:
        return sum(math.dist(here, there) for stroke in self.strokes for here, there in pairwise(stroke))


def read_ink(text: str) -> Ink:
    """The drawing in `{"width", "height", "strokes"}`; a stroke is `[[x, y], …]` or signature_pad's `{"points": […]}`.

    Points outside the pad are moved to its edge. Raises NoInk for an empty pad and InkInvalid for anything else
    that is no signature.
    """
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise InkInvalid("This signature is too large. Clear it and sign again.")
    data = _parsed(text)
    width, height = _pad(data.get("width")), _pad(data.get("height"))
    strokes = _list(data.get("strokes"))
    if len(strokes) > MOST_STROKES:
        raise InkInvalid("This signature has too many strokes. Clear it and sign again.")
    raw = [_points_of(stroke) for stroke in strokes]
    if sum(len(points) for points in raw) > MOST_POINTS:
        raise InkInvalid("This signature is too long. Clear it and sign again.")
    ink = Ink(width, height, tuple(_stroke(points, width, height) for points in raw if points))
    _check_amount(ink)
    return ink


def curves(stroke: Stroke) -> list[tuple[Point, Point, Point, Point]]:
    """Cubic Bézier pieces through the points of a stroke (Catmull-Rom); a stroke of one point has none."""
    padded = [stroke[0], *stroke, stroke[-1]]
    return [_piece(*padded[index : index + 4]) for index in range(len(padded) - 3)]


def _piece(before: Point, start: Point, end: Point, after: Point) -> tuple[Point, Point, Point, Point]:
    first = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
    second = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
    return start, first, second, end


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged() from error
    if not isinstance(data, dict):
        raise _damaged()
    return data


def _damaged() -> InkInvalid:
    return InkInvalid("The signature did not arrive whole. Clear it and sign again.")


def _pad(value: object) -> float:
    size = _number(value)
    if not SMALLEST_PAD <= size <= LARGEST_PAD:
        raise _damaged()
    return round(size, 2)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _damaged()
    try:
        number = float(value)
    except OverflowError as error:
        raise _damaged() from error
    if not math.isfinite(number):
        raise _damaged()
    return number


def _list(value: object) -> Sequence[Any]:
    if not isinstance(value, list):
        raise _damaged()
    return value


def _points_of(stroke: object) -> Sequence[Any]:
    return _list(stroke.get("points") if isinstance(stroke, dict) else stroke)


def _stroke(points: Sequence[Any], width: float, height: float) -> Stroke:
    stroke: list[Point] = []
    for raw in points:
        x, y = _coordinates(raw)
        point = (round(min(max(x, 0.0), width), 2), round(min(max(y, 0.0), height), 2))
        if not stroke or point != stroke[-1]:
            stroke.append(point)
    return tuple(stroke)


def _coordinates(raw: object) -> Point:
    if isinstance(raw, dict):
        return _number(raw.get("x")), _number(raw.get("y"))
    if isinstance(raw, list) and len(raw) >= 2:
        return _number(raw[0]), _number(raw[1])
    raise _damaged()


def _check_amount(ink: Ink) -> None:
    if not ink.strokes:
        raise NoInk("Sign in the box, or choose to type your name instead.")
    left, top, right, bottom = ink.box
    if ink.length < LEAST_LENGTH or math.dist((left, top), (right, bottom)) < LEAST_REACH:
        raise InkInvalid(TOO_LITTLE)
