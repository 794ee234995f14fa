"""A typed name as outlines: drawn with a vendored handwriting font, so no reader of the picture needs the font.

Harfbuzz shapes the letters, so that Hindi and Arabic names look as they should. A character the handwriting lacks comes
from the text fonts; one that no vendored font has is left out of the picture, and a name of which nothing is left reads
"Signed by typing" (the name itself always stands in words beside it). Nothing here raises on any text.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

import uharfbuzz as hb
from fontTools.pens.basePen import BasePen
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen

from booking_app.core.plain_text import is_invisible
from booking_app.intake.assets import FontFile, font_bytes, vendored_fonts
from booking_app.intake.writing import runs_in_sight

SIZE = 64.0
STEPS = 8
# The text fonts look larger than handwriting of the same size.
SCALES = {"hand": 1.0, "text": 0.72}
SPACE_WITHOUT_FONT = SIZE * 0.3

WHEN_NOTHING_IS_LEFT = "Signed by typing"

Contour = list[tuple[float, float]]


@dataclass(frozen=True)
class Glyph:
    """One shape placed on the line: its SVG path and its contours as polygons (y grows downward)."""

    path: str
    contours: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class Lettering:
    """A line of writing; `box` is left, top, right, bottom of its ink, None when there is none."""

    glyphs: tuple[Glyph, ...]
    box: tuple[float, float, float, float] | None


# Harfbuzz keeps what it learns about a face in the face; two threads need not meet there.
_ONE_AT_A_TIME = Lock()


def letter(text: str) -> Lettering:
    """The outlines of a text written in one line from x = 0. Large, so nothing keeps them: keep the picture."""
    with _ONE_AT_A_TIME:
        lettering = _written(text)
        return lettering if lettering.box is not None else _written(WHEN_NOTHING_IS_LEFT)


def _written(text: str) -> Lettering:
    glyphs: list[Glyph] = []
    x = 0.0
    for is_right, font, run in _runs(text):
        if font is None:
            x += SPACE_WITHOUT_FONT * sum(character.isspace() for character in run)
            continue
        drawn, x = _drawn(font, run, is_right, x)
        glyphs += drawn
    return Lettering(tuple(glyphs), _box(glyphs))


def _runs(text: str) -> Iterator[tuple[bool, FontFile | None, str]]:
    """(is right-to-left, font, characters) from left to right; each part needs one font."""
    for is_right, line in runs_in_sight(text):
        parts: list[tuple[FontFile | None, str]] = []
        for character in line:
            font = parts[-1][0] if parts and _goes_with_the_last(character) else _font_for(character)
            if parts and parts[-1][0] == font:
                parts[-1] = (font, parts[-1][1] + character)
            else:
                parts.append((font, character))
        yield from ((is_right, font, run) for font, run in (reversed(parts) if is_right else parts))


def _goes_with_the_last(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or is_invisible(character)


def _font_for(character: str) -> FontFile | None:
    fonts = (font for role in SCALES for font in vendored_fonts() if font.role == role and font.weight == 400)
    return next((font for font in fonts if font.draws(character)), None)


def _drawn(file: FontFile, run: str, is_right: bool, x: float) -> tuple[list[Glyph], float]:
    font = _font(file.file)
    scale = SCALES[file.role] * SIZE / font.face.upem
    buffer = hb.Buffer()
    buffer.add_str(run)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if is_right else "ltr"
    hb.shape(font, buffer)
    glyphs = []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        place = (scale, 0, 0, -scale, x + position.x_offset * scale, -position.y_offset * scale)
        if info.codepoint:
            glyphs.append(_outline(font, info.codepoint, place))
        x += position.x_advance * scale
    return glyphs, x


def _outline(font: Any, glyph: int, place: tuple[float, ...]) -> Glyph:
    svg, polygons = SVGPathPen(None, ntos=_number), _PolygonPen(None)
    font.draw_glyph_with_pen(glyph, TransformPen(svg, place))
    font.draw_glyph_with_pen(glyph, TransformPen(polygons, place))
    contours = tuple(tuple(contour) for contour in polygons.contours if len(contour) > 2)
    return Glyph(svg.getCommands(), contours)


@cache
def _font(file: str) -> Any:
    return hb.Font(hb.Face(font_bytes(file)))


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _box(glyphs: list[Glyph]) -> tuple[float, float, float, float] | None:
    points = [point for glyph in glyphs for contour in glyph.contours for point in contour]
    if not points:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


class _PolygonPen(BasePen):  # type: ignore[misc]
    """Flattens outlines into polygons."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.contours: list[Contour] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self.contours.append([pt])

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self.contours[-1].append(pt)

    def _curveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]) -> None:
        start = self.contours[-1][-1]
        for step in range(1, STEPS + 1):
            t = step / STEPS
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
            self.contours[-1].append(
                (
                    a * start[0] + b * pt1[0] + c * pt2[0] + d * pt3[0],
                    a * start[1] + b * pt1[1] + c * pt2[1] + d * pt3[1],
                )
            )
