"""GoHighLevel's answers about somebody who is not there before the first write."""

import json

from booking_app.core.outbound_http.transport import Answer, Call
from booking_app.crm.vendors.gohighlevel.contacts import SEARCH, UPSERT
from booking_app.crm.vendors.gohighlevel.fields import FIELDS, STANDARD
from booking_app.crm.vendors.records import Names


class Newcomer:
    """Answers calls in their order; stands in for a sub-account that has all our fields, under ids that name them."""

    def __init__(self, names: Names) -> None:
        wanted = dict.fromkeys(name for several in names.values() for name in several if name not in STANDARD)
        self._fields = [{"id": f"id-of-{name}", "fieldKey": name, "dataType": "TEXT"} for name in wanted]
        self._is_there = False

    def __call__(self, call: Call) -> Answer:
        self._is_there |= call.route == UPSERT
        contact = {"id": "contact-1"}
        body: dict[str, object] = {"contact": contact, "notes": [], "note": {"id": "note-1"}}
        if call.route == FIELDS:
            body = {"customFields": self._fields}
        elif call.route == SEARCH:
            body = {"contact": contact if self._is_there else None}
        return Answer(200, {}, json.dumps(body).encode())
