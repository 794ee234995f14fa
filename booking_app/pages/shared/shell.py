"""What stands around every patient page: the clinic's name and look, how to reach it, and who may frame the page."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import g, url_for

from booking_app.clinics.models import Clinic
from booking_app.pages.shared.brand import brand_digest
from booking_app.pages.shared.preview import carried


@dataclass(frozen=True)
class Shell:
    """Values for `web/page.html`. Without a clinic (an unknown address) the page is plain."""

    language: str = "en"
    clinic_name: str = ""
    logo_url: str | None = None
    logo_dark_url: str | None = None
    brand_url: str | None = None
    phone: str = ""
    email: str = ""
    website: str = ""
    link_url: str | None = None
    sites: tuple[str, ...] = ()


def keep_clinic(clinic: Clinic) -> None:
    """Remember whose page this request is, so that an error page looks like the clinic's too."""
    g.clinic = clinic


def shell() -> Shell:
    """The surroundings of this request's page."""
    clinic: Clinic | None = g.get("clinic")
    if clinic is None:
        return Shell()
    logo, logo_dark = clinic.branding_values().logo, clinic.branding_values().logo_dark
    return Shell(
        language=clinic.locale or "en",
        clinic_name=clinic.name,
        logo_url=_brand_url("file", clinic, name=logo) if logo else None,
        logo_dark_url=_brand_url("file", clinic, name=logo_dark) if logo and logo_dark else None,
        brand_url=_brand_url("stylesheet", clinic, v=brand_digest(clinic)),
        phone=clinic.phone or "",
        email=clinic.email or "",
        website=clinic.website or "",
        link_url=_lost_link(clinic.slug),
        sites=tuple(clinic.allowed_sites or ()),
    )


@lru_cache(maxsize=1024)
def _lost_link(slug: str) -> str:
    return url_for("widget.lost_link", slug=slug)


def _brand_url(page: str, clinic: Clinic, **values: str) -> str:
    """A file of the clinic's look; under preview that of its draft."""
    place: dict[str, Any] = {"slug": clinic.slug, **values, **carried()}
    return url_for(f"brand.{page}", **place) if carried() else _address(page, tuple(place.items()))


@lru_cache(maxsize=1024)
def _address(page: str, place: tuple[tuple[str, Any], ...]) -> str:
    return url_for(f"brand.{page}", **dict(place))
