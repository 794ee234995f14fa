"""ActiveCampaign's answers about somebody who is not there before the first write."""

import json

from booking_app.core.outbound_http.transport import Answer, Call
from booking_app.crm.vendors.activecampaign.contacts import CONTACTS, SYNC
from booking_app.crm.vendors.activecampaign.fields import CORE, FIELDS
from booking_app.crm.vendors.records import Names


class Newcomer:
    """Answers calls in their order; stands in for an account that has all our fields, numbered from 1."""

    def __init__(self, names: Names) -> None:
        wanted = dict.fromkeys(name for several in names.values() for name in several if name not in CORE)
        self._fields = [{"id": str(number), "perstag": name} for number, name in enumerate(wanted, 1)]
        self._is_there = False

    def __call__(self, call: Call) -> Answer:
        self._is_there |= call.route == SYNC
        return Answer(200, {}, json.dumps(self._written(call.body) if call.is_write else self._read(call)).encode())

    def _written(self, body: object) -> dict[str, object]:
        envelope = next(iter(body)) if isinstance(body, dict) else ""
        return {envelope: {"id": "1"}}

    def _read(self, call: Call) -> dict[str, object]:
        if call.route == FIELDS:
            return {"fields": self._fields, "fieldRels": [{"field": row["id"]} for row in self._fields]}
        if call.route == CONTACTS:
            return {"contacts": [{"id": "1", "email": call.query.get("email", "")}] if self._is_there else []}
        kind = call.route.rpartition("/")[2]
        return {"list": {"id": "1"}} if kind.startswith("{") else {kind: []}
