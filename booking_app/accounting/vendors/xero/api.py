"""Requests to Xero's accounting API: exact numbers, one renewal of an expired token, one key a write."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from booking_app.accounting.vendors.xero.errors import failure_of
from booking_app.core.outbound_http.json_api import JsonApi, JsonObject
from booking_app.core.outbound_http.transport import Answer, Call, Transport

API = "/api.xro/2.0"


class ExactJsonApi(JsonApi):
    """A JsonApi that reads numbers as Decimal, because money is no float."""

    def _object(self, call: Call) -> JsonObject:
        answer = self._good(call)
        try:
            document = json.loads(answer.body, parse_float=Decimal)
        except (ValueError, RecursionError):
            document = None
        if isinstance(document, dict):
            return document
        raise self._unusable(call, answer, "not_json")


@dataclass(frozen=True, kw_only=True)
class XeroApi(ExactJsonApi):
    """One organisation's requests. `renew` gives another access token for one that Xero no longer takes."""

    renew: Callable[[str], str] = field(repr=False)
    token: str = field(repr=False)
    tenant_id: str | None
    key: str | None = None

    failure_of = staticmethod(failure_of)

    def keyed(self, key: str) -> "XeroApi":
        """The same with an Idempotency-Key on its writes."""
        return replace(self, key=key[:128])

    def _transport_for(self, call: Call) -> Transport:
        return self._with_token(self.token, call)

    def _with_token(self, token: str, call: Call) -> Transport:
        headers = {**self.transport.headers, "Authorization": f"Bearer {token}", "Accept": "application/json"}
        if self.tenant_id:
            headers["xero-tenant-id"] = self.tenant_id
        if self.key and call.is_write:
            headers["Idempotency-Key"] = self.key
        return replace(self.transport, headers=headers)

    def _good(self, call: Call) -> Answer:
        answer = self._transport_for(call).send(call)
        if answer.status == 401:  # nothing was done: a token may end between two looks at the clock
            answer = self._with_token(self.renew(self.token), call).send(call)
        if answer.is_success:
            return answer
        raise self.failure_of(answer, is_write=call.is_write)


def number_json(amount: Decimal) -> float:
    """An amount of at most 15 digits as JSON prints it: the shortest text of the float is the amount itself."""
    return float(amount)


def text_of(record: Mapping[str, object], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""
