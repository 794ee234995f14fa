"""Pictures of signatures: a posted PNG checked and made anew, and the drawing of vectors as PNG and SVG."""

import io
import math
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageOps

from booking_app.intake.ink import Ink, Point, Stroke, curves
from booking_app.intake.lettering import Glyph, Lettering

# Cliniko takes SVG signatures of at most 500 by 500; the PNG has twice the pixels.
LARGEST = 500.0
PNG_SCALE = 2
OVERSAMPLING = 3
MARGIN = 10.0
MOST_POINTS = 5000
PEN_WIDTH = 2.6
INK = "#111827"
INK_GREY = 20

Box = tuple[float, float, float, float]
EMPTY: Box = (0.0, 0.0, 180.0, 40.0)


@dataclass(frozen=True)
class Frame:
    """The part of the plane that is pictured, and how many picture units one plane unit becomes."""

    left: float
    top: float
    width: float
    height: float
    scale: float

    @classmethod
    def around(cls, box: Box) -> "Frame":
        left, top, right, bottom = box
        width, height = right - left + 2 * MARGIN, bottom - top + 2 * MARGIN
        return cls(left - MARGIN, top - MARGIN, width, height, min(1.0, LARGEST / width, LARGEST / height))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the SVG in CSS pixels, at most 500."""
        return (max(1, math.floor(self.width * self.scale)), max(1, math.floor(self.height * self.scale)))

    def pixel(self, point: Point, factor: float) -> Point:
        return (point[0] - self.left) * self.scale * factor, (point[1] - self.top) * self.scale * factor


def ink_svg(ink: Ink) -> str:
    """The drawing as SVG paths, cropped to what is drawn."""
    frame = Frame.around(ink.box)
    lines = "".join(_stroke_svg(stroke) for stroke in _thinned(ink))
    pen = f'fill="none" stroke="{INK}" stroke-width="{PEN_WIDTH}" stroke-linecap="round" stroke-linejoin="round"'
    return _svg(frame, f"<g {pen}>{lines}</g>")


def lettering_svg(lettering: Lettering) -> str:
    """Writing as filled outlines; an empty picture when there is nothing to draw."""
    frame = Frame.around(lettering.box or EMPTY)
    paths = "".join(f'<path d="{glyph.path}"/>' for glyph in lettering.glyphs if glyph.path)
    return _svg(frame, f'<g fill="{INK}">{paths}</g>')


def png_svg(png: bytes) -> str:
    """A PNG made by `clean` inside an SVG."""
    with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
        width, height = image.size
    scale = min(1.0, LARGEST / width, LARGEST / height)
    size = max(1, math.floor(width * scale)), max(1, math.floor(height * scale))
    data = b64encode(png).decode()
    image_tag = f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/>'
    return _document(size, f"0 0 {width} {height}", image_tag)


def ink_png(ink: Ink) -> bytes:
    """The drawing in black on white, anti-aliased; the same ink gives the same bytes."""
    frame = Frame.around(ink.box)
    factor = float(PNG_SCALE * OVERSAMPLING)
    mask = _mask(frame)
    draw = ImageDraw.Draw(mask)
    width = max(1, round(PEN_WIDTH * frame.scale * factor))
    for stroke in _thinned(ink):
        _draw_stroke(draw, [frame.pixel(point, factor) for point in _flattened(stroke)], width)
    return _png(mask, frame)


def lettering_png(lettering: Lettering) -> bytes:
    """Writing in black on white, anti-aliased."""
    frame = Frame.around(lettering.box or EMPTY)
    mask = _mask(frame)
    for glyph in lettering.glyphs:
        _draw_glyph(mask, frame, glyph)
    return _png(mask, frame)


def _svg(frame: Frame, content: str) -> str:
    view = " ".join(_number(value) for value in (frame.left, frame.top, frame.width, frame.height))
    return _document(frame.size, view, content)


def _document(size: tuple[int, int], view: str, content: str) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" viewBox="{view}">'
    return f"{head}{content}</svg>"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def _pair(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _stroke_svg(stroke: Stroke) -> str:
    if len(stroke) == 1:
        return f'<path d="M{_pair(stroke[0])}h.01"/>'
    pieces = "".join(f"C{_pair(a)} {_pair(b)} {_pair(end)}" for _, a, b, end in curves(stroke))
    return f'<path d="M{_pair(stroke[0])}{pieces}"/>'


def _thinned(ink: Ink) -> list[Stroke]:
    """The strokes with every nth point only, where a wild scrawl has too many for a small picture."""
    step = math.ceil(sum(len(stroke) for stroke in ink.strokes) / MOST_POINTS)
    return [(*stroke[:-1:step], stroke[-1]) for stroke in ink.strokes]


def _flattened(stroke: Stroke) -> list[Point]:
    points = [stroke[0]]
    for start, first, second, end in curves(stroke):
        steps = min(8, max(1, math.ceil(math.dist(start, end) / 4)))
        points.extend(_on_curve(start, first, second, end, step / steps) for step in range(1, steps + 1))
    return points


def _on_curve(start: Point, first: Point, second: Point, end: Point, t: float) -> Point:
    a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
    return (
        a * start[0] + b * first[0] + c * second[0] + d * end[0],
        a * start[1] + b * first[1] + c * second[1] + d * end[1],
    )


def _draw_stroke(draw: ImageDraw.ImageDraw, points: Sequence[Point], width: int) -> None:
    if len(points) > 1:
        draw.line(list(points), fill=255, width=width, joint="curve")
    for x, y in (points[0], points[-1]):
        draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)


def _draw_glyph(mask: Image.Image, frame: Frame, glyph: Glyph) -> None:
    factor = float(PNG_SCALE * OVERSAMPLING)
    contours = [[frame.pixel(point, factor) for point in contour] for contour in glyph.contours]
    if not contours:
        return
    left, top = (math.floor(min(point[axis] for contour in contours for point in contour)) for axis in (0, 1))
    right, bottom = (math.ceil(max(point[axis] for contour in contours for point in contour)) for axis in (0, 1))
    size = (right - left + 1, bottom - top + 1)
    shape = Image.new("L", size, 0)
    # Even-odd filling makes the holes; letters that touch are then joined, not cut out of each other.
    for contour in contours:
        part = Image.new("L", size, 0)
        ImageDraw.Draw(part).polygon([(x - left, y - top) for x, y in contour], fill=255)
        shape = ImageChops.difference(shape, part)
    mask.paste(255, (left, top), shape)


def _mask(frame: Frame) -> Image.Image:
    width, height = frame.size
    factor = PNG_SCALE * OVERSAMPLING
    return Image.new("L", (width * factor, height * factor), 0)


def _png(mask: Image.Image, frame: Frame) -> bytes:
    width, height = frame.size
    small = mask.resize((width * PNG_SCALE, height * PNG_SCALE), Image.Resampling.BOX)
    return encode_png(small)


def encode_png(mask: Image.Image) -> bytes:
    """A mask (255 = ink) as a PNG of dark ink on white."""
    picture = ImageOps.colorize(mask, black="white", white=(INK_GREY, INK_GREY, INK_GREY)).convert("L")
    target = io.BytesIO()
    picture.save(target, format="PNG", optimize=True)
    return target.getvalue()
