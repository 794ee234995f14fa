"""Requests to a vendor that answers with JSON objects, and what every such vendor's answers have in common."""

from abc import ABC
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from booking_app.core.failures import RemoteFailure
from booking_app.core.outbound_http.errors import VendorOutcomeUnknown, VendorUnavailable
from booking_app.core.outbound_http.transport import Answer, Call, Transport

JsonObject = dict[str, object]
FailureOf = Callable[..., RemoteFailure]  # (answer, *, is_write): what an answer without success means


@dataclass(frozen=True, kw_only=True)
class JsonApi(ABC):
    """One connection's requests. A vendor's own class says what its errors mean and what fills its routes."""

    transport: Transport

    failure_of: ClassVar[FailureOf]

    def within(self, *, deadline: float | None, before_write: Callable[[], None] | None) -> Self:
        """The same with a deadline (monotonic seconds) and a check called right before bytes of a write leave."""
        return replace(self, transport=self.transport.within(deadline=deadline, before_write=before_write))

    def read(self, route: str, *, query: Mapping[str, str] | None = None, **parts: str) -> JsonObject:
        """GET a JSON object. Raises RemoteFailure."""
        return self._object(self._call("GET", route, parts, query=query))

    def write(
        self, method: str, route: str, *, body: object, query: Mapping[str, str] | None = None, **parts: str
    ) -> JsonObject:
        """Send a write once and return the JSON object it answers with. Raises RemoteFailure."""
        return self._object(self._call(method, route, parts, query=query, body=body))

    def command(self, method: str, route: str, *, body: object, **parts: str) -> None:
        """Send a write once whose answer says nothing more. Raises RemoteFailure."""
        self._good(self._call(method, route, parts, body=body))

    def _call(
        self, method: str, route: str, parts: Mapping[str, str], *, query: Mapping[str, str] | None = None,
        body: object = None,
    ) -> Call:  # fmt: skip
        return Call(method=method, route=route, parts=self._parts(route, parts), query=query or {}, body=body)

    def _parts(self, _route: str, parts: Mapping[str, str]) -> Mapping[str, str]:
        """What fills a route, with what every route of the connection has in it."""
        return parts

    def _transport_for(self, _call: Call) -> Transport:
        """The transport with the headers that a call needs."""
        return self.transport

    def _object(self, call: Call) -> JsonObject:
        answer = self._good(call)
        document = answer.json()
        if isinstance(document, dict):
            return document
        raise self._unusable(call, answer, "not_json")

    def _good(self, call: Call) -> Answer:
        answer = self._transport_for(call).send(call)
        if answer.is_success:
            return answer
        raise type(self).failure_of(answer, is_write=call.is_write)

    def _unusable(self, call: Call, answer: Answer, word: str) -> RemoteFailure:
        """A success that does not say what it has to: a write may have happened, a read may be repeated."""
        code = f"{self.transport.vendor}_{answer.status}:{word}"
        return VendorOutcomeUnknown(code) if call.is_write else VendorUnavailable(code)


def records_in(document: JsonObject, member: str) -> list[JsonObject]:
    """The JSON objects in a list below a member; what is no list or no object is left out."""
    rows = document.get(member)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def number_id(record: JsonObject, code: str) -> str:
    """A record's numeric id, which vendors write as a number or as a text. Raises UNKNOWN_OUTCOME with `code`."""
    record_id = record.get("id")
    if isinstance(record_id, str | int) and str(record_id).isdecimal():
        return str(record_id)
    raise VendorOutcomeUnknown(code)
