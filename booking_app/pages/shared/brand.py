"""A clinic's look as files: its colours as a stylesheet, its logo and pictures. No style stands inside a page."""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache

from flask import Blueprint, Response, abort, make_response, request

from booking_app.clinics.branding import Branding
from booking_app.clinics.clinics import clinic_file
from booking_app.clinics.models import Clinic, ClinicFile
from booking_app.clinics.pictures import Picture, small_logo, thumbnail
from booking_app.pages.shared.access import use_cases
from booking_app.pages.shared.assets import static_url
from booking_app.pages.shared.headers import allow_framing
from booking_app.pages.shared.preview import shown_clinic

DAY = 24 * 3600
YEAR = 365 * DAY
GROUND = re.compile("[0-9a-f]{6}")
# What the small file has, and what the large one is loaded for: no character is in both, because a browser that needs
# one loads every file whose range names it.
BASIC_CHARACTERS = "U+20-7E,U+A0,U+A3,U+B7,U+2013,U+2019,U+201C-201D,U+2026"
OTHER_CHARACTERS = "U+A1-A2,U+A4-B6,U+B8-2012,U+2014-2018,U+201A-201B,U+201E-2025,U+2027-FFFF"

blueprint = Blueprint("brand", __name__, url_prefix="/b/<slug>")


@blueprint.get("/brand.css", endpoint="stylesheet")
def stylesheet(slug: str) -> Response:
    """The clinic's colours as custom properties; the address carries their hash.

    With `ground=rrggbb`, the colour of the page around a frame, they are made to be read on that.
    """
    clinic = _clinic(slug)
    css = brand_css(clinic)
    ground = GROUND.fullmatch(request.args.get("ground", ""))
    response = make_response(ground_css(clinic, f"#{ground[0]}") if ground else css)
    response.content_type = "text/css; charset=utf-8"
    return _kept(response, is_exact=request.args.get("v") == digest_of(css))


@blueprint.get("/files/<name>", endpoint="file")
def file(slug: str, name: str) -> Response:
    """A picture of the clinic's, as it was cleaned when it was taken in; the logo and `?size=small` smaller still."""
    clinic = _clinic(slug)
    found = _file(clinic, name)
    if found is None:
        abort(404)
    picture = _as_shown(clinic, found)
    response = make_response(picture.content)
    response.content_type = picture.media_type
    response.set_etag(hashlib.sha256(picture.content).hexdigest())
    _kept(response, is_exact=False).make_conditional(request)
    return response


def brand_css(clinic: Clinic) -> str:
    """The clinic's colours as custom properties, light and dark, and its font where that is one of ours."""
    return _css(clinic.branding_values())


def brand_digest(clinic: Clinic) -> str:
    """What the address of `brand_css` carries: another one for other colours."""
    return _digest(clinic.branding_values())


@lru_cache(maxsize=256)
def _digest(branding: Branding) -> str:
    return digest_of(_css(branding))


@lru_cache(maxsize=256)
def _css(branding: Branding) -> str:
    light, dark = (_colors(branding.colors(scheme)) for scheme in ("light", "dark"))
    shape = ";".join(f"{name}:{value}" for name, value in branding.css_variables().items() if "color" not in name)
    return (
        f":root{{{shape};{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
        f":root[data-theme=dark]{{{dark}}}\n" + (_inter() if branding.font == "inter" else "")
    )


def _as_shown(clinic: Clinic, found: ClinicFile) -> Picture:
    if found.name in clinic.branding_values().logos:
        return _small_logo(found.content)
    is_small = request.args.get("size") == "small"
    return _thumbnail(found.content) if is_small else Picture(found.media_type, found.content)


def ground_css(clinic: Clinic, ground: str) -> str:
    """The clinic's colours for a page of another colour, as a stylesheet that outweighs both schemes of the first."""
    return f":root:root:root{{{_colors(clinic.branding_values().colors_on(ground))}}}\n"


@lru_cache(maxsize=64)
def _small_logo(content: bytes) -> Picture:
    return small_logo(content)


@lru_cache(maxsize=256)
def _thumbnail(content: bytes) -> Picture:
    return thumbnail(content)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _colors(colors: Mapping[str, str]) -> str:
    return ";".join(f"--color-{role}:{color}" for role, color in colors.items())


def _inter() -> str:
    """The one web font on offer, in two weights: plain letters at once, the rest only for a page that needs it.

    The plain letters are one variable file, which both weights name and a browser loads once. The font is optional, so
    that a slow line shows the system's and nothing moves when ours arrives late.
    """
    return "".join(
        f"@font-face{{font-family:Inter;font-weight:{weight};font-display:optional;unicode-range:{characters};"
        f"src:url({static_url(f'fonts/{name}.woff2')}) format('woff2')}}\n"
        for weight in (400, 700)
        for name, characters in ((f"inter-latin-{weight}", OTHER_CHARACTERS), ("inter-basic", BASIC_CHARACTERS))
    )


def _file(clinic: Clinic, name: str) -> ClinicFile | None:
    with use_cases().database.reading() as session:
        return clinic_file(session, clinic.id, name)


def _clinic(slug: str) -> Clinic:
    clinic = use_cases().browse.clinic(slug)
    if clinic is None:
        abort(404)
    allow_framing(clinic.allowed_sites or ())
    return shown_clinic(clinic)


def _kept(response: Response, *, is_exact: bool) -> Response:
    response.cache_control.public = True
    response.cache_control.max_age = YEAR if is_exact else 300
    response.cache_control.immutable = is_exact
    return response
