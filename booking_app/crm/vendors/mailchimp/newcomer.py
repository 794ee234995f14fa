"""Mailchimp's answers about somebody who is not there before the first write."""

import json

from booking_app.core.outbound_http.transport import Answer, Call
from booking_app.crm.vendors.mailchimp.members import MEMBER
from booking_app.crm.vendors.records import Names


class Newcomer:
    """Answers calls in their order; stands in for an audience that has all our merge fields."""

    def __init__(self, _names: Names) -> None:
        self._member: dict[str, object] | None = None

    def __call__(self, call: Call) -> Answer:
        if call.route == MEMBER:
            return self._of_member(call)
        return Answer(200, {}, json.dumps({"id": 1, "notes": []}).encode())

    def _of_member(self, call: Call) -> Answer:
        if self._member is None and not call.is_write:
            return Answer(404, {}, b"{}")
        written = call.body if isinstance(call.body, dict) else {}
        known = self._member or {"id": call.parts["member_id"], "status": written.get("status_if_new")}
        self._member = known | {"merge_fields": written.get("merge_fields", {})}
        return Answer(200, {}, json.dumps(self._member).encode())
