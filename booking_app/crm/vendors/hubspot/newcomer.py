"""HubSpot's answers about somebody who is not there before the first write."""

import json

from booking_app.core.outbound_http.transport import Answer, Call
from booking_app.crm.vendors.hubspot.contacts import BY_EMAIL, CONTACTS
from booking_app.crm.vendors.records import Names


class Newcomer:
    """Answers calls in their order; stands in for an account that has all our properties."""

    def __init__(self, _names: Names) -> None:
        self._is_there = False

    def __call__(self, call: Call) -> Answer:
        if call.route == BY_EMAIL and not self._is_there:
            return Answer(404, {}, b"{}")
        self._is_there |= call.route == CONTACTS and call.is_write
        results = [{"id": "2"}] if call.is_write else []
        return Answer(200, {}, json.dumps({"id": "1", "properties": {}, "results": results}).encode())
