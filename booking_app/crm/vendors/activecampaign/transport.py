"""ActiveCampaign's requests: the token, the account's pace, and answers in their envelopes or failures."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from booking_app.crm.vendors.activecampaign.addresses import api_url
from booking_app.crm.vendors.activecampaign.errors import failure_of
from booking_app.crm.vendors.activecampaign.pace import Pace
from booking_app.crm.vendors.errors import VendorBusy, VendorOutcomeUnknown, VendorUnavailable
from booking_app.crm.vendors.transport import Answer, Call, HttpClient, Transport, checked_token

PAGE = 100
MOST_PAGES = 20
JsonObject = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class ActiveCampaignTransport:
    """Every answer is expected in an envelope: failures have been seen with status 200, so its member is demanded."""

    transport: Transport
    pace: Pace = field(repr=False)

    @classmethod
    def connect(
        cls, *, token: str, base_url: str, http: HttpClient, monotonic: Callable[[], float], pace: Pace
    ) -> "ActiveCampaignTransport":
        headers = {"Api-Token": checked_token("activecampaign", token), "Accept": "application/json"}
        return cls(
            transport=Transport(
                vendor="activecampaign", base_url=api_url(base_url), http=http, headers=headers, monotonic=monotonic
            ),
            pace=pace,
        )

    def within(self, *, deadline: float | None, before_write: Callable[[], None] | None) -> "ActiveCampaignTransport":
        return replace(self, transport=self.transport.within(deadline=deadline, before_write=before_write))

    def read(self, route: str, envelope: str, *, query: Mapping[str, str] | None = None, **parts: str) -> JsonObject:
        """GET the one record in an envelope. Raises RemoteFailure."""
        return self._record(Call(method="GET", route=route, parts=parts, query=query or {}), envelope)

    def write(self, method: str, route: str, envelope: str, *, body: object, **parts: str) -> JsonObject:
        """Send a record in its envelope once and return what comes back in it. Raises RemoteFailure."""
        return self._record(Call(method=method, route=route, parts=parts, body={envelope: body}), envelope)

    def rows(
        self, route: str, envelope: str, *, query: Mapping[str, str] | None = None, **parts: str
    ) -> Iterator[JsonObject]:
        """Every record of a list, page by page. Raises RemoteFailure."""
        for page in self.pages(route, envelope, query=query, **parts):
            yield from records(page, envelope)

    def pages(
        self, route: str, envelope: str, *, query: Mapping[str, str] | None = None, **parts: str
    ) -> Iterator[JsonObject]:
        """The pages of a list, with whatever else they carry along."""
        for number in range(MOST_PAGES):
            paging = {"limit": str(PAGE), "offset": str(number * PAGE)}
            call = Call(method="GET", route=route, parts=parts, query={**(query or {}), **paging})
            document = self._document(call, envelope)
            yield document
            if len(records(document, envelope)) < PAGE:
                return

    def first(self, route: str, envelope: str) -> JsonObject | None:
        """The first record of a list, if there is one. Raises RemoteFailure."""
        document = self._document(Call(method="GET", route=route, query={"limit": "1"}), envelope)
        return next(iter(records(document, envelope)), None)

    def _record(self, call: Call, envelope: str) -> JsonObject:
        record = self._document(call, envelope)[envelope]
        return record if isinstance(record, dict) else {}

    def _document(self, call: Call, envelope: str) -> JsonObject:
        answer = self._good(call)
        document = answer.json()
        if isinstance(document, dict) and isinstance(document.get(envelope), dict | list):
            return document
        code = f"activecampaign_{answer.status}:no_{envelope}"
        raise VendorOutcomeUnknown(code) if call.is_write else VendorUnavailable(code)

    def _good(self, call: Call) -> Answer:
        self.pace.wait(deadline=self.transport.deadline)
        answer = self.transport.send(call)
        if answer.is_success:
            return answer
        failure = failure_of(answer, is_write=call.is_write)
        if isinstance(failure, VendorBusy):
            self.pace.close(failure.retry_after or 0.0)
        raise failure


def records(document: JsonObject, member: str) -> list[JsonObject]:
    """The records that a page holds under a member."""
    rows = document.get(member)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def id_of(record: JsonObject) -> str:
    """A record's id; ids are numbers, mostly written as texts. Raises UNKNOWN_OUTCOME without one."""
    record_id = record.get("id")
    if isinstance(record_id, str | int) and str(record_id).isdecimal():
        return str(record_id)
    raise VendorOutcomeUnknown("activecampaign_no_id")
