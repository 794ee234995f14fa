"""Contacts by e-mail: change what we know, else create, else take the one that was there first.

Sparse writes by e-mail go through PATCH: HubSpot's batch upsert does not support partial ones with idProperty=email,
and its search index lags, so that looking first would make duplicates. Every step may be repeated, which is why a lost
answer here needs no more than doing it again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from booking_app.core.outbound_http.errors import VendorConflict, VendorMisconfigured, VendorMissing, VendorUnavailable
from booking_app.core.outbound_http.json_api import JsonObject, number_id
from booking_app.crm.vendors.degrading import without_refused
from booking_app.crm.vendors.hubspot.properties import TAGS, tag_choice
from booking_app.crm.vendors.hubspot.transport import HubSpotApi
from booking_app.crm.vendors.records import Contact, FoundContact, Names, Upserted, iso_utc, named_values

CONTACTS = "/crm/objects/{version}/contacts"
BY_EMAIL = "/crm/objects/{version}/contacts/{email}"
BY_ID = "/crm/objects/{version}/contacts/{contact_id}"
ERASING = "/crm/objects/{version}/contacts/gdpr-delete"
EMAIL_KEY = {"idProperty": "email"}


class Contacts:
    """The contacts of one account, written under `names`."""

    def __init__(self, api: HubSpotApi, names: Names) -> None:
        self._api = api
        self._names = names

    def payload_of(self, contact: Contact) -> dict[str, str]:
        return named_values(contact, self._names)

    def find(self, email: str) -> FoundContact | None:
        """The contact that has this address, as its first or a further one, with the properties we write."""
        wanted = ",".join(dict.fromkeys(name for names in self._names.values() for name in names))
        query = {**EMAIL_KEY, "properties": wanted}
        try:
            document = self._api.read(BY_EMAIL, query=query, email=email)
        except VendorMissing:
            return None
        there = document.get("properties")
        values = there if isinstance(there, dict) else {}
        texts = {str(name): str(text) for name, text in values.items() if text is not None}
        return FoundContact(_id_of(document), texts)

    def upsert(self, contact: Contact) -> Upserted:
        """Create or change the contact; properties that the account does not take are dropped and named."""
        return without_refused(self.payload_of(contact), lambda values: Upserted(self._upsert(contact.email, values)))

    def add_tags(self, contact_id: str, tags: Sequence[str]) -> None:
        """Add choices to our multiple-choice property; the leading semicolon means "besides those that are there"."""
        chosen = "".join(f";{tag_choice(tag)}" for tag in tags)
        try:
            if chosen:
                self._change(contact_id, {TAGS: chosen})
        except VendorMisconfigured as error:
            if TAGS not in error.properties:
                raise
            raise VendorMisconfigured("hubspot_no_tags_field") from None

    def erase(self, email: str) -> bool:
        """By HubSpot's own deletion for privacy, which takes what hangs on the contact along and cannot be undone."""
        if self.find(email) is None:
            return False
        self._api.command("POST", ERASING, body={"objectId": email, "idProperty": "email"})
        return True

    def set_next_booking(self, email: str, next_booking_at: datetime | None) -> str | None:
        # The one place where an empty text is meant: nothing is booked any more, and reminders must not say otherwise.
        text = iso_utc(next_booking_at) if next_booking_at else ""
        values = dict.fromkeys(self._names.get("next_booking_at", ()), text)
        try:
            return without_refused(values, lambda taken: Upserted(self._change_by_email(email, taken))).remote_id
        except VendorMissing:
            return None

    def _upsert(self, email: str, values: Mapping[str, str]) -> str:
        try:
            return self._change_by_email(email, values)
        except VendorMissing:
            return self._create(email, values)

    def _create(self, email: str, values: Mapping[str, str]) -> str:
        body = {"properties": {"email": email, **values}, "associations": []}
        try:
            return _id_of(self._api.write("POST", CONTACTS, body=body))
        except VendorConflict as conflict:
            return self._change_first_comer(email, conflict.remote_id, values)

    def _change_first_comer(self, email: str, told_id: str | None, values: Mapping[str, str]) -> str:
        """Somebody created the contact between our two calls. Its id stands only in a text that may change some day."""
        try:
            return self._change(told_id or self._known_id(email), values)
        except VendorMissing:
            raise VendorUnavailable("hubspot_409:unresolved") from None

    def _known_id(self, email: str) -> str:
        return _id_of(self._api.read(BY_EMAIL, query=EMAIL_KEY, email=email))

    def _change_by_email(self, email: str, values: Mapping[str, str]) -> str:
        # The address itself is not sent: where it is a further address of the contact, it would become the first one.
        if not values:
            return self._known_id(email)
        body = {"properties": dict(values)}
        return _id_of(self._api.write("PATCH", BY_EMAIL, body=body, query=EMAIL_KEY, email=email))

    def _change(self, contact_id: str, values: Mapping[str, str]) -> str:
        if not values:
            return contact_id
        body = {"properties": dict(values)}
        return _id_of(self._api.write("PATCH", BY_ID, body=body, contact_id=contact_id))


def _id_of(document: JsonObject) -> str:
    return number_id(document, "hubspot_no_id")
