"""GoHighLevel's requests: token, `Version` header and sub-account."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from booking_app.core.outbound_http.json_api import JsonApi
from booking_app.core.outbound_http.transport import Call, Transport
from booking_app.crm.vendors.gohighlevel.dialects import Dialect
from booking_app.crm.vendors.gohighlevel.errors import failure_of

BASE_URL = "https://services.leadconnectorhq.com"
API_VERSION = "2021-07-28"


@dataclass(frozen=True, kw_only=True)
class GoHighLevelApi(JsonApi):
    """`location_id` is the one sub-account that the token belongs to; it fills the `{location_id}` of every route."""

    location_id: str
    dialect: Dialect

    failure_of = staticmethod(failure_of)

    def _parts(self, _route: str, parts: Mapping[str, str]) -> Mapping[str, str]:
        return {"location_id": self.location_id, **parts}

    def _transport_for(self, call: Call) -> Transport:
        version = {"Version": self.dialect.version_for(call.route)}
        return replace(self.transport, headers={**self.transport.headers, **version})
