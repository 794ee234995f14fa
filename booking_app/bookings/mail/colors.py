"""The clinic's colour on a button that can be read."""

import re

FALLBACK = "#1f5f6b"
HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


def readable_pair(color: str | None) -> tuple[str, str]:
    """The colour and the text colour on it, at a contrast of 4.5:1 or more. What is no hex colour gives way to ours."""
    chosen = color if color and HEX.fullmatch(color) else FALLBACK
    digits = chosen[1:] if len(chosen) == 7 else "".join(digit * 2 for digit in chosen[1:])
    light = _luminance(digits)
    # White is kept as long as it can be read: dark text on a brand colour looks like a mistake.
    return f"#{digits.lower()}", "#ffffff" if 1.05 / (light + 0.05) >= 4.5 else "#000000"


def _luminance(digits: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    red, green, blue = (_linear(int(digits[start : start + 2], 16) / 255) for start in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
