"""ActiveCampaign's requests: answers in their envelopes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from booking_app.core.outbound_http.json_api import JsonApi, JsonObject, number_id, records_in
from booking_app.core.outbound_http.transport import Call
from booking_app.crm.vendors.activecampaign.errors import failure_of

PAGE = 100
MOST_PAGES = 20


@dataclass(frozen=True, kw_only=True)
class ActiveCampaignApi(JsonApi):
    """Every answer is expected in an envelope: failures have been seen with status 200, so its member is demanded."""

    failure_of = staticmethod(failure_of)

    def read_in(self, envelope: str, route: str, *, query: Mapping[str, str] | None = None, **parts: str) -> JsonObject:
        """GET the one record in an envelope. Raises RemoteFailure."""
        return self._record(self._call("GET", route, parts, query=query), envelope)

    def write_in(self, envelope: str, method: str, route: str, *, body: object, **parts: str) -> JsonObject:
        """Send a record in its envelope once and return what comes back in it. Raises RemoteFailure."""
        return self._record(self._call(method, route, parts, body={envelope: body}), envelope)

    def rows(
        self, route: str, envelope: str, *, query: Mapping[str, str] | None = None, **parts: str
    ) -> Iterator[JsonObject]:
        """Every record of a list, page by page. Raises RemoteFailure."""
        for page in self.pages(route, envelope, query=query, **parts):
            yield from records_in(page, envelope)

    def pages(
        self, route: str, envelope: str, *, query: Mapping[str, str] | None = None, **parts: str
    ) -> Iterator[JsonObject]:
        """The pages of a list, with whatever else they carry along."""
        for number in range(MOST_PAGES):
            paging = {"limit": str(PAGE), "offset": str(number * PAGE)}
            document = self._document(self._call("GET", route, parts, query={**(query or {}), **paging}), envelope)
            yield document
            if len(records_in(document, envelope)) < PAGE:
                return

    def first(self, route: str, envelope: str) -> JsonObject | None:
        """The first record of a list, if there is one. Raises RemoteFailure."""
        document = self._document(self._call("GET", route, {}, query={"limit": "1"}), envelope)
        return next(iter(records_in(document, envelope)), None)

    def _record(self, call: Call, envelope: str) -> JsonObject:
        record = self._document(call, envelope)[envelope]
        return record if isinstance(record, dict) else {}

    def _document(self, call: Call, envelope: str) -> JsonObject:
        answer = self._good(call)
        document = answer.json()
        if isinstance(document, dict) and isinstance(document.get(envelope), dict | list):
            return document
        raise self._unusable(call, answer, f"no_{envelope}")


def id_of(record: JsonObject) -> str:
    """A record's id; ids are numbers, mostly written as texts. Raises UNKNOWN_OUTCOME without one."""
    return number_id(record, "activecampaign_no_id")
