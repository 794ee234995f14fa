"""Stripe's requests: forms with bracketed names out, JSON objects back, and a key on every write."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from booking_app.core.outbound_http.json_api import JsonApi, JsonObject, records_in
from booking_app.core.outbound_http.transport import Call
from booking_app.deposits.vendors.stripe.errors import failure_of

VERSION = "2026-10-28.endive"
HOST = "https://api.stripe.com"
PAGE = 100
MOST_PAGES = 100


@dataclass(frozen=True, kw_only=True)
class StripeApi(JsonApi):
    """One account's requests."""

    failure_of = staticmethod(failure_of)

    def post(self, route: str, form: Mapping[str, str], *, key: str, **parts: str) -> JsonObject:
        """Send a form once under an idempotency key; the object that comes back. Raises RemoteFailure."""
        call = Call(method="POST", route=route, parts=parts, form=form, headers={"Idempotency-Key": key})
        return self._object(call)

    def rows(self, route: str, query: Mapping[str, str]) -> Iterator[JsonObject]:
        """Every record of a list, page by page. Raises RemoteFailure."""
        after: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            page = self.read(route, query={**query, "limit": str(PAGE), **after})
            found = records_in(page, "data")
            yield from found
            if not found or page.get("has_more") is not True:
                return
            after = {"starting_after": str(found[-1].get("id"))}
