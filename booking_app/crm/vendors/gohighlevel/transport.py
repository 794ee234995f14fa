"""GoHighLevel's requests: token, `Version` header and sub-account; answers as JSON objects or failures."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from booking_app.crm.vendors.errors import VendorMisconfigured, VendorOutcomeUnknown, VendorUnavailable
from booking_app.crm.vendors.gohighlevel.dialects import Dialect, dialect_of
from booking_app.crm.vendors.gohighlevel.errors import failure_of
from booking_app.crm.vendors.transport import Call, HttpClient, Transport, checked_token

BASE_URL = "https://services.leadconnectorhq.com"
API_VERSION = "2021-07-28"
LOCATION_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
JsonObject = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class GoHighLevelTransport:
    """`location_id` is the one sub-account that the token belongs to."""

    transport: Transport
    location_id: str
    dialect: Dialect

    @classmethod
    def connect(
        cls,
        *,
        token: str,
        location_id: str,
        http: HttpClient,
        monotonic: Callable[[], float],
        base_url: str,
        version: str,
    ) -> "GoHighLevelTransport":
        if not LOCATION_ID.fullmatch(location_id):
            raise VendorMisconfigured("gohighlevel_location_unusable")
        headers = {"Authorization": f"Bearer {checked_token('gohighlevel', token)}", "Accept": "application/json"}
        return cls(
            transport=Transport(
                vendor="gohighlevel", base_url=base_url.rstrip("/"), http=http, headers=headers, monotonic=monotonic
            ),
            location_id=location_id,
            dialect=dialect_of(version),
        )

    def within(self, *, deadline: float | None, before_write: Callable[[], None] | None) -> "GoHighLevelTransport":
        return replace(self, transport=self.transport.within(deadline=deadline, before_write=before_write))

    def read(self, route: str, *, query: Mapping[str, str] | None = None, **parts: str) -> JsonObject:
        """GET a JSON object; `{location_id}` in a route is filled in. Raises RemoteFailure."""
        return self._object(Call(method="GET", route=route, parts=self._parts(parts), query=query or {}))

    def write(self, method: str, route: str, *, body: object, **parts: str) -> JsonObject:
        """Send a write once and return the JSON object it answers with. Raises RemoteFailure."""
        return self._object(Call(method=method, route=route, parts=self._parts(parts), body=body))

    def _object(self, call: Call) -> JsonObject:
        version = {"Version": self.dialect.version_for(call.route)}
        answer = replace(self.transport, headers={**self.transport.headers, **version}).send(call)
        if not answer.is_success:
            raise failure_of(answer, is_write=call.is_write)
        document = answer.json()
        if isinstance(document, dict):
            return document
        code = f"gohighlevel_{answer.status}:not_json"
        raise VendorOutcomeUnknown(code) if call.is_write else VendorUnavailable(code)

    def _parts(self, parts: Mapping[str, str]) -> dict[str, str]:
        return {"location_id": self.location_id, **parts}
