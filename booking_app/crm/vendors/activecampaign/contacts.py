"""Contacts by e-mail: one call creates or changes, and touches no list. Repeats are harmless."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from booking_app.core.outbound_http.errors import VendorMissing
from booking_app.core.outbound_http.json_api import JsonObject
from booking_app.crm.vendors.activecampaign.fields import CORE, Definitions
from booking_app.crm.vendors.activecampaign.tags import add_tags
from booking_app.crm.vendors.activecampaign.transport import ActiveCampaignApi, id_of
from booking_app.crm.vendors.degrading import without_refused
from booking_app.crm.vendors.records import Contact, FoundContact, Names, Upserted, named_values

CONTACTS = "/contacts"
BY_ID = "/contacts/{contact_id}"
VALUES = "/contacts/{contact_id}/fieldValues"
SYNC = "/contact/sync"


class Contacts:
    """The contacts of one account, written under `names`."""

    def __init__(self, api: ActiveCampaignApi, names: Names) -> None:
        self._api = api
        self._names = names

    def payload_of(self, contact: Contact) -> dict[str, str]:
        times = {
            **dict.fromkeys(self._names.get("next_booking_at", ()), _offset_time(contact.next_booking_at)),
            **dict.fromkeys(self._names.get("consent_at", ()), _offset_time(contact.consent_at)),
        }
        values = named_values(contact, self._names)
        return {name: times.get(name) or text for name, text in values.items()}

    def find(self, email: str) -> FoundContact | None:
        """The contact that has this address, with the fields we write."""
        contact = self.read(email)
        if contact is None:
            return None
        contact_id = id_of(contact)
        try:
            rows = list(self._api.rows(VALUES, "fieldValues", contact_id=contact_id))
        except VendorMissing:
            return None
        texts = {str(row.get("field")): str(row.get("value") or "") for row in rows}
        return FoundContact(contact_id, self._values(contact, texts))

    def read(self, email: str) -> JsonObject | None:
        """The contact with exactly this address, in any case of letters."""
        for row in self._api.rows(CONTACTS, "contacts", query={"email": email}):
            if str(row.get("email", "")).casefold() == email.casefold():
                return row
        return None

    def upsert(self, contact: Contact) -> Upserted:
        """Create or change the contact; fields that it cannot carry there are dropped and named."""
        definitions = Definitions.read(self._api)
        values = self.payload_of(contact)
        missing = definitions.missing(values)
        known = {name: text for name, text in values.items() if name not in missing}

        def sync(some: Mapping[str, str]) -> Upserted:
            body = {"email": contact.email, **definitions.body_of(some)}
            return Upserted(id_of(self._api.write_in("contact", "POST", SYNC, body=body)))

        written = without_refused(known, sync)
        return Upserted(written.remote_id, (*missing, *written.dropped))

    def erase(self, email: str) -> bool:
        contact = self.read(email)
        if contact is None:
            return False
        self._api.command("DELETE", BY_ID, body=None, contact_id=id_of(contact))
        return True

    def add_tags(self, contact_id: str, tags: Sequence[str]) -> None:
        add_tags(self._api, contact_id=contact_id, tags=tags)

    def set_next_booking(self, email: str, next_booking_at: datetime | None) -> str | None:
        """Changed by id, because a sync by address would make a contact of somebody unknown."""
        contact = self.read(email)
        if contact is None:
            return None
        # The one place where an empty text is meant: nothing is booked any more, and reminders must not say otherwise.
        values = dict.fromkeys(self._names.get("next_booking_at", ()), _offset_time(next_booking_at))
        definitions = Definitions.read(self._api)
        body = definitions.body_of({n: text for n, text in values.items() if n not in definitions.missing(values)})
        contact_id = id_of(contact)
        if not body:
            return contact_id
        try:
            self._api.write_in("contact", "PUT", BY_ID, body=body, contact_id=contact_id)
        except VendorMissing:
            return None
        return contact_id

    def _values(self, contact: JsonObject, texts: Mapping[str, str]) -> dict[str, str]:
        definitions = Definitions.read(self._api)
        found = {}
        for name in dict.fromkeys(name for names in self._names.values() for name in names):
            definition = None if name in CORE else definitions.of(name)
            found[name] = texts.get(definition.field_id, "") if definition else str(contact.get(name) or "")
        return found


def _offset_time(at: datetime | None) -> str:
    """ActiveCampaign wants times with an offset; a letter for UTC is not in its examples."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat() if at else ""
