"""HubSpot's requests: the bearer token and dated version paths."""

from collections.abc import Mapping
from dataclasses import dataclass

from booking_app.core.outbound_http.json_api import JsonApi
from booking_app.crm.vendors.hubspot.errors import failure_of

BASE_URL = "https://api.hubapi.com"
API_VERSION = "2026-09"  # from this version on the account's own rules apply to writes by API as well


@dataclass(frozen=True, kw_only=True)
class HubSpotApi(JsonApi):
    """`version` fills the `{version}` of every route; each connection may stay on its own."""

    version: str = API_VERSION

    failure_of = staticmethod(failure_of)

    def _parts(self, _route: str, parts: Mapping[str, str]) -> Mapping[str, str]:
        return {"version": self.version, **parts}
