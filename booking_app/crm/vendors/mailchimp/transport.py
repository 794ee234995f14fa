"""Mailchimp's requests: the host of the key's data centre, Basic authentication, few at once, problem documents."""

import base64
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from booking_app.crm.vendors.errors import VendorMisconfigured, VendorOutcomeUnknown, VendorUnavailable
from booking_app.crm.vendors.mailchimp.errors import failure_of
from booking_app.crm.vendors.mailchimp.gates import gate_of, passing
from booking_app.crm.vendors.transport import CALL_SECONDS, Answer, Call, HttpClient, Transport, checked_token

VERSION = "/3.0"
DATA_CENTRE = re.compile(r"[a-z]{2,3}\d{1,3}")
JsonObject = dict[str, object]


def base_url_of(token: str) -> str:
    """The address of a key's data centre. Raises CONFIG: nothing but a data centre may become part of a host."""
    data_centre = token.rpartition("-")[2]
    if not DATA_CENTRE.fullmatch(data_centre):
        raise VendorMisconfigured("mailchimp_token_unusable")
    return f"https://{data_centre}.api.mailchimp.com{VERSION}"


@dataclass(frozen=True, kw_only=True)
class MailchimpTransport:
    """`list_id` fills the `{list_id}` of every route."""

    transport: Transport
    list_id: str
    gate: threading.BoundedSemaphore = field(repr=False)

    @classmethod
    def connect(
        cls, *, token: str, http: HttpClient, monotonic: Callable[[], float], base_url: str | None, list_id: str
    ) -> "MailchimpTransport":
        key = checked_token("mailchimp", token)
        credentials = base64.b64encode(f"booking:{key}".encode()).decode()
        transport = Transport(
            vendor="mailchimp",
            base_url=base_url_of(key) if base_url is None else base_url.rstrip("/").removesuffix(VERSION) + VERSION,
            http=http,
            headers={"Authorization": f"Basic {credentials}", "Accept": "application/json"},
            monotonic=monotonic,
        )
        return cls(transport=transport, list_id=list_id, gate=gate_of(key))

    def within(self, *, deadline: float | None, before_write: Callable[[], None] | None) -> "MailchimpTransport":
        return replace(self, transport=self.transport.within(deadline=deadline, before_write=before_write))

    def read(self, route: str, *, query: Mapping[str, str] | None = None, **parts: str) -> JsonObject:
        """GET a JSON object. Raises RemoteFailure."""
        return self._object(Call(method="GET", route=route, parts=self._parts(route, parts), query=query or {}))

    def write(
        self, method: str, route: str, *, body: object, query: Mapping[str, str] | None = None, **parts: str
    ) -> JsonObject:
        """Send a write once and return the JSON object it answers with. Raises RemoteFailure."""
        call = Call(method=method, route=route, parts=self._parts(route, parts), query=query or {}, body=body)
        return self._object(call)

    def command(self, method: str, route: str, *, body: object, **parts: str) -> None:
        """Send a write once whose answer says nothing more. Raises RemoteFailure."""
        self._good(Call(method=method, route=route, parts=self._parts(route, parts), body=body))

    def _object(self, call: Call) -> JsonObject:
        answer = self._good(call)
        document = answer.json()
        if isinstance(document, dict):
            return document
        code = f"mailchimp_{answer.status}:not_json"
        raise VendorOutcomeUnknown(code) if call.is_write else VendorUnavailable(code)

    def _good(self, call: Call) -> Answer:
        with passing(self.gate, seconds=self._patience()):
            answer = self.transport.send(call)
        if answer.is_success:
            return answer
        raise failure_of(answer, is_write=call.is_write)

    def _patience(self) -> float:
        deadline = self.transport.deadline
        return CALL_SECONDS if deadline is None else min(CALL_SECONDS, deadline - self.transport.monotonic())

    def _parts(self, route: str, parts: Mapping[str, str]) -> dict[str, str]:
        if "{list_id}" in route and not self.list_id:
            raise VendorMisconfigured("mailchimp_no_list")
        return {"list_id": self.list_id, **parts}
