"""Colours as WCAG sees them: contrast, and the nearest shade of a colour that keeps it."""

import colorsys
import re
from collections.abc import Collection
from functools import lru_cache

OURS = "#0f4c5c"  # where a clinic has no colour of its own
TEXT_CONTRAST = 4.5
SHAPE_CONTRAST = 3.0
BLACK, WHITE = "#000000", "#ffffff"
HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
STEPS = 200


def is_color(text: str) -> bool:
    """Whether `text` is a colour as `#rgb` or `#rrggbb`."""
    return HEX.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=4096)
def luminance(color: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = (_linear(channel) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def passing_shade(color: str, against: Collection[str], least: float) -> str:
    """The colour itself where its contrast with each of `against` is enough, else its nearest lightness that has it.

    Hue and saturation stay. Where no lightness passes, the better of black and white.
    """
    if _passes(color, against, least):
        return normal(color)
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(color))
    by_nearness = sorted(range(STEPS + 1), key=lambda step: abs(step / STEPS - lightness))
    shades = (_hex(*colorsys.hls_to_rgb(hue, step / STEPS, saturation)) for step in by_nearness)
    return next((shade for shade in shades if _passes(shade, against, least)), best_of((BLACK, WHITE), against))


def text_on(color: str) -> str:
    """White where it can be read on the colour, else black. One of the two always can: 4.58 is the worst there is."""
    return WHITE if contrast(WHITE, color) >= TEXT_CONTRAST else BLACK


def readable_pair(color: str | None) -> tuple[str, str]:
    """The colour and the text colour that can be read on it. What is no colour gives way to ours."""
    fill = normal(color) if color and is_color(color) else OURS
    return fill, text_on(fill)


def readable_on_white(color: str) -> str:
    """The colour, darkened until text in it can be read on paper. What is no colour gives way to ours."""
    return passing_shade(color if is_color(color) else OURS, (WHITE,), TEXT_CONTRAST)


def best_of(colors: Collection[str], against: Collection[str]) -> str:
    """The colour whose weakest contrast is the strongest."""
    return max(colors, key=lambda color: min(contrast(color, other) for other in against))


def mix(color: str, other: str, share: float) -> str:
    """`color` with `share` (0 to 1) of `other` in it."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    red, green, blue = (own * (1 - share) + its * share for own, its in pairs)
    return _hex(red, green, blue)


def dark_tint(color: str, lightness: float) -> str:
    """A very dark, nearly grey shade with the hue of `color`."""
    hue, _, saturation = colorsys.rgb_to_hls(*_channels(color))
    return _hex(*colorsys.hls_to_rgb(hue, lightness, min(saturation, 0.18)))


def normal(color: str) -> str:
    """The colour as `#rrggbb` in small letters."""
    digits = color[1:]
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    return f"#{digits.lower()}"


def _passes(color: str, against: Collection[str], least: float) -> bool:
    return all(contrast(color, other) >= least for other in against)


def _channels(color: str) -> tuple[float, float, float]:
    digits = normal(color)[1:]
    red, green, blue = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return red, green, blue


def _hex(*channels: float) -> str:
    return "#" + "".join(f"{round(min(max(channel, 0.0), 1.0) * 255):02x}" for channel in channels)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
