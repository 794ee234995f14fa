"""What the `Version` header changes in the bodies of contacts. Every call without that header is refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from booking_app.core.outbound_http.errors import VendorMisconfigured

LOCATIONS_VERSION = "2021-07-28"  # the one version in the document of locations and their custom fields


@dataclass(frozen=True)
class Dialect:
    """`value_member` holds a custom field's value in a write, `email_channel` names e-mail among the DND settings."""

    version: str
    value_member: str
    email_channel: str

    def version_for(self, route: str) -> str:
        return LOCATIONS_VERSION if route.startswith("/locations/") else self.version


DATED = Dialect("2021-07-28", "field_value", "Email")
V3 = Dialect("v3", "fieldValue", "email")
DIALECTS: Mapping[str, Dialect] = {each.version: each for each in (DATED, V3)}


def dialect_of(version: str) -> Dialect:
    """Raises CONFIG for a version that this connector does not speak."""
    if version not in DIALECTS:
        raise VendorMisconfigured("gohighlevel_version_unknown")
    return DIALECTS[version]
