"""What a right snippet would say."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from booking_app.clinics.models import Clinic
from booking_app.setup.website.releases import Release
from booking_app.setup.website.snippet import snippet


@dataclass(frozen=True)
class Expected:
    """The clinic whose page it is: where its booking page is, and which sites may frame it."""

    base_url: str
    slug: str
    allowed_sites: tuple[str, ...]
    releases: Mapping[str, Release]

    @classmethod
    def of(cls, clinic: Clinic, *, base_url: str, releases: Mapping[str, Release]) -> "Expected":
        return cls(base_url, clinic.slug, tuple(clinic.allowed_sites or ()), releases)

    @property
    def snippet(self) -> str:
        return snippet(base_url=self.base_url, slug=self.slug)

    @property
    def booking_url(self) -> str:
        return f"{self.base_url}/b/{self.slug}"


def origin_of(url: str) -> str:
    """`https://www.clinic.example` of an address, the way browsers write it."""
    parts = urlsplit(url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != usual else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}"
