"""HubSpot's requests: the bearer token, dated version paths, and answers turned into JSON objects or failures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from booking_app.crm.vendors.errors import VendorOutcomeUnknown, VendorUnavailable
from booking_app.crm.vendors.hubspot.errors import failure_of
from booking_app.crm.vendors.transport import Answer, Call, HttpClient, Transport, checked_token

BASE_URL = "https://api.hubapi.com"
API_VERSION = "2026-09"  # from this version on the account's own rules apply to writes by API as well
JsonObject = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class HubSpotTransport:
    """`version` fills the `{version}` of every route; each connection may stay on its own."""

    transport: Transport
    version: str

    @classmethod
    def connect(
        cls, *, token: str, http: HttpClient, monotonic: Callable[[], float], base_url: str, version: str
    ) -> "HubSpotTransport":
        headers = {"Authorization": f"Bearer {checked_token('hubspot', token)}", "Accept": "application/json"}
        return cls(
            transport=Transport(
                vendor="hubspot", base_url=base_url.rstrip("/"), http=http, headers=headers, monotonic=monotonic
            ),
            version=version,
        )

    def within(self, *, deadline: float | None, before_write: Callable[[], None] | None) -> "HubSpotTransport":
        return replace(self, transport=self.transport.within(deadline=deadline, before_write=before_write))

    def read(self, route: str, *, query: Mapping[str, str] | None = None, **parts: str) -> JsonObject:
        """GET a JSON object. Raises RemoteFailure."""
        return self._object(Call(method="GET", route=route, parts=self._parts(parts), query=query or {}))

    def write(
        self, method: str, route: str, *, body: object, query: Mapping[str, str] | None = None, **parts: str
    ) -> JsonObject:
        """Send a write once and return the JSON object it answers with. Raises RemoteFailure."""
        return self._object(Call(method=method, route=route, parts=self._parts(parts), query=query or {}, body=body))

    def command(self, method: str, route: str, *, body: object, **parts: str) -> None:
        """Send a write once whose answer says nothing more. Raises RemoteFailure."""
        self._good(Call(method=method, route=route, parts=self._parts(parts), body=body))

    def _object(self, call: Call) -> JsonObject:
        answer = self._good(call)
        document = answer.json()
        if isinstance(document, dict):
            return document
        code = f"hubspot_{answer.status}:not_json"
        raise VendorOutcomeUnknown(code) if call.is_write else VendorUnavailable(code)

    def _good(self, call: Call) -> Answer:
        answer = self.transport.send(call)
        if answer.is_success:
            return answer
        raise failure_of(answer, is_write=call.is_write)

    def _parts(self, parts: Mapping[str, str]) -> dict[str, str]:
        return {"version": self.version, **parts}
