"""A typed name as outlines: drawn with a vendored handwriting font, so no reader of the picture needs the font.

A character the handwriting lacks comes from the text font, then from fonts of the system; one that no font has is
left out of the picture, and a name of which nothing is left reads "Signed by typing" (the name itself always stands in
words beside it). Nothing here raises on any text.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont, TTLibError

from booking_app.intake.assets import font_bytes, vendored_fonts
from booking_app.intake.writing import visual_order

SYSTEM_FONTS = (
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    Path("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/Library/Fonts/Arial Unicode.ttf"),
    Path("/System/Library/Fonts/Supplemental/Arial Unicode.ttf"),
)
SIZE = 64.0
STEPS = 8
# The text font looks larger than handwriting of the same size.
TEXT_SCALE = 0.72

WHEN_NOTHING_IS_LEFT = "Signed by typing"

Contour = list[tuple[float, float]]


@dataclass(frozen=True)
class Glyph:
    """One character placed on the line: its SVG path and its contours as polygons (y grows downward)."""

    path: str
    contours: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class Lettering:
    """A line of writing; `box` is left, top, right, bottom of its ink, None when there is none."""

    glyphs: tuple[Glyph, ...]
    box: tuple[float, float, float, float] | None


# fontTools unpacks a glyph when it is first drawn; a second thread would meet it half unpacked.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class _Face:
    font: Any
    glyphs: Any
    cmap: dict[int, str]
    scale: float


@lru_cache(maxsize=64)
def letter(text: str) -> Lettering:
    """The outlines of a text written in one line from x = 0."""
    with _ONE_AT_A_TIME:
        lettering = _written(text)
        return lettering if lettering.box is not None else _written(WHEN_NOTHING_IS_LEFT)


def _written(text: str) -> Lettering:
    glyphs: list[Glyph] = []
    x = 0.0
    for character in visual_order(text):
        face = _face_for(ord(character))
        if face is None:
            x += SIZE * 0.3 if character.isspace() else 0.0
            continue
        glyph, advance = _drawn(face, face.cmap[ord(character)], x)
        glyphs.append(glyph)
        x += advance
    return Lettering(tuple(glyphs), _box(glyphs))


def _drawn(face: _Face, name: str, x: float) -> tuple[Glyph, float]:
    place = (face.scale, 0, 0, -face.scale, x, 0)
    svg = SVGPathPen(face.glyphs, ntos=_number)
    face.glyphs[name].draw(TransformPen(svg, place))
    polygons = _PolygonPen(face.glyphs)
    face.glyphs[name].draw(TransformPen(polygons, place))
    contours = tuple(tuple(contour) for contour in polygons.contours if len(contour) > 2)
    return Glyph(svg.getCommands(), contours), float(face.glyphs[name].width) * face.scale


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _face_for(code: int) -> _Face | None:
    return next((face for face in _faces() if code in face.cmap), None)


def _faces() -> Iterator[_Face]:
    for role, scale in (("hand", 1.0), ("text", TEXT_SCALE)):
        for font in vendored_fonts():
            if font.role == role and font.weight == 400:
                yield _vendored_face(font.file, scale)
    for path in SYSTEM_FONTS:
        face = _system_face(path)
        if face is not None:
            yield face


@cache
def _vendored_face(file: str, scale: float) -> _Face:
    return _face(TTFont(io.BytesIO(font_bytes(file))), scale)


@cache
def _system_face(path: Path) -> _Face | None:
    try:
        return (
            _face(TTFont(io.BytesIO(path.read_bytes()), fontNumber=0, lazy=True), TEXT_SCALE)
            if path.is_file()
            else None
        )
    except (OSError, TTLibError, KeyError, ValueError):  # a broken font must not stop anybody from signing
        return None


def _face(font: TTFont, scale: float) -> _Face:
    cmap = {code: name for code, name in (font.getBestCmap() or {}).items() if code > 0}
    return _Face(font, font.getGlyphSet(), cmap, scale * SIZE / font["head"].unitsPerEm)


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
