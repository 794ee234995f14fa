"""A clinic's colour on white paper: kept when it can be read, darkened until it can."""

import re

HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
DEFAULT = "#0f4c5c"
LEAST_CONTRAST = 4.5


def readable_on_white(color: str) -> str:
    """`#rrggbb` with at least 4.5:1 on white; the product's own colour for anything that is not a hex colour."""
    red, green, blue = _channels(color)
    while _contrast_on_white(red, green, blue) < LEAST_CONTRAST:
        red, green, blue = int(red * 0.94), int(green * 0.94), int(blue * 0.94)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _channels(color: str) -> tuple[int, int, int]:
    match = HEX.fullmatch(color.strip()) or HEX.fullmatch(DEFAULT)
    digits = match[1] if match else ""
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def _contrast_on_white(*channels: int) -> float:
    linear = [_linear(channel / 255) for channel in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def _linear(value: float) -> float:
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
