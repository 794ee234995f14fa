"""How a clinic's pages look: its colours, made readable where they are not, its font, its corners."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Literal

from booking_app.core.color import (
    SHAPE_CONTRAST,
    TEXT_CONTRAST,
    dark_tint,
    is_color,
    luminance,
    mix,
    normal,
    passing_shade,
    text_on,
)

Scheme = Literal["light", "dark"]
PRIMARY, ACCENT, BACKGROUND = "#0f4c5c", "#b3541e", "#ffffff"
MOST_RADIUS = 24
DARK_LIGHTNESS = 0.08
DARK_LUMINANCE = 0.18
SURFACE_SHARE = 0.04
TEXT_SHARE = 0.08
MUTED_SHARE = 0.35
BORDER_SHARE = 0.45
ERROR, SUCCESS = "#b3261e", "#1b6e3c"
_SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
# Only what ships with the product or is on every device: a frame loads nothing from elsewhere.
FONTS = {
    "system": _SANS,
    "inter": f'"Inter", {_SANS}',
    "arial": "Arial, Helvetica, sans-serif",
    "verdana": "Verdana, Geneva, sans-serif",
    "trebuchet": '"Trebuchet MS", "Segoe UI", sans-serif',
    "georgia": 'Georgia, "Times New Roman", serif',
    "times": '"Times New Roman", Times, serif',
}


@dataclass(frozen=True)
class Adjustment:
    """A chosen colour that could not be told apart, and the nearest shade that can, which is shown instead."""

    key: str
    chosen: str
    shown: str


@dataclass(frozen=True, kw_only=True)
class Branding:
    """What the clinic chose. `logo` is the name of a ClinicFile, `logo_dark` that of the one for dark pages; `radius`
    is in CSS pixels.

    `confirmation_text` is said when a booking is confirmed, on the page and in the mail; `email_header` stands under
    the clinic's name at the top of each mail.
    """

    primary_color: str = PRIMARY
    accent_color: str = ACCENT
    background: str = BACKGROUND
    font: str = "system"
    radius: int = 8
    logo: str | None = None
    logo_dark: str | None = None
    welcome_text: str = ""
    confirmation_text: str = ""
    email_header: str = ""

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Branding":
        """From stored JSON; what cannot be used takes its default."""
        names = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in raw.items() if name in names and value is not None})

    @property
    def logos(self) -> tuple[str, ...]:
        """The names of its pictures."""
        return tuple(name for name in (self.logo, self.logo_dark) if name)

    def colors(self, scheme: Scheme) -> dict[str, str]:
        """Each colour of a scheme by its role; every text has 4.5:1 and every shape 3:1 on background and surface."""
        return self.colors_on(self._background(scheme))

    def colors_on(self, ground: str) -> dict[str, str]:
        """The same on a background that is not the clinic's choice but the page's around it."""
        primary, accent = _color(self.primary_color, PRIMARY), _color(self.accent_color, ACCENT)
        return dict(_colors(ground, primary, accent))

    def adjustments(self) -> tuple[Adjustment, ...]:
        """Which of the chosen colours are shown as another shade, on a light page, because they would not be seen."""
        shown = self.colors("light")
        chosen = (("primary_color", self.primary_color, "primary"), ("accent_color", self.accent_color, "accent"))
        return tuple(
            Adjustment(key, normal(color), shown[role])
            for key, color, role in chosen
            if is_color(color) and normal(color) != shown[role]
        )

    def css_variables(self) -> dict[str, str]:
        """CSS custom properties: `--color-<role>` (light) and `--color-<role>-dark`, `--radius`, `--font`."""
        light = {f"--color-{role}": color for role, color in self.colors("light").items()}
        dark = {f"--color-{role}-dark": color for role, color in self.colors("dark").items()}
        return light | dark | self._shape()

    def stylesheet(self) -> str:
        """The same as a whole stylesheet: `--color-<role>` follows what the visitor's device prefers."""
        light = {f"--color-{role}": color for role, color in self.colors("light").items()} | self._shape()
        dark = {f"--color-{role}": color for role, color in self.colors("dark").items()}
        return (
            f":root{{color-scheme:light dark;{_declarations(light)}}}"
            f"@media (prefers-color-scheme:dark){{:root{{{_declarations(dark)}}}}}"
        )

    def _background(self, scheme: Scheme) -> str:
        chosen = _color(self.background, BACKGROUND)
        if scheme == "light" or luminance(chosen) < DARK_LUMINANCE:
            return chosen
        return dark_tint(_color(self.primary_color, PRIMARY), DARK_LIGHTNESS)

    def _shape(self) -> dict[str, str]:
        return {
            "--radius": f"{min(max(self.radius, 0), MOST_RADIUS)}px",
            "--font": FONTS.get(self.font, FONTS["system"]),
        }


@lru_cache(maxsize=512)
def _colors(background: str, primary: str, accent: str) -> Mapping[str, str]:
    text = text_on(background)
    surface = _surface(background, text)

    def as_text(color: str) -> str:
        return passing_shade(color, (background, surface), TEXT_CONTRAST)

    def as_shape(color: str) -> str:
        return passing_shade(color, (background, surface), SHAPE_CONTRAST)

    primary, accent = as_shape(primary), as_shape(accent)
    return {
        "background": background,
        "surface": surface,
        "text": as_text(mix(text, background, TEXT_SHARE)),
        "muted": as_text(mix(text, background, MUTED_SHARE)),
        "border": as_shape(mix(text, background, BORDER_SHARE)),
        "primary": primary,
        "on-primary": text_on(primary),
        "accent": accent,
        "on-accent": text_on(accent),
        "link": as_text(primary),
        "focus": as_text(primary),
        "error": as_text(ERROR),
        "success": as_text(SUCCESS),
    }


def _surface(background: str, text: str) -> str:
    """A ground a little apart from the background, on which black or white can be read just as well."""
    surface = mix(background, text, SURFACE_SHARE)
    return surface if text_on(surface) == text and _carries(surface, text) else background


def _carries(surface: str, text: str) -> bool:
    return passing_shade(text, (surface,), TEXT_CONTRAST) == text


def _color(chosen: str, default: str) -> str:
    return normal(chosen) if isinstance(chosen, str) and is_color(chosen) else default


def _declarations(values: Mapping[str, str]) -> str:
    return "".join(f"{name}:{value};" for name, value in values.items())
