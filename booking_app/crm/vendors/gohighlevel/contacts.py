"""Contacts by e-mail: look, then change by id, or upsert somebody new.

An upsert alone would go wrong in three ways. It matches by the sub-account's own order, which may put the phone first,
so that a child booked from a parent's number would overwrite the parent. It makes an additional address the first one.
And its `tags` replace all tags, which is why tags have a call of their own. Each step may be repeated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from booking_app.core.failures import RemoteFailure
from booking_app.core.outbound_http.errors import (
    VendorConflict,
    VendorMisconfigured,
    VendorMissing,
    VendorOutcomeUnknown,
    VendorRejected,
    VendorUnavailable,
)
from booking_app.core.outbound_http.json_api import JsonObject
from booking_app.crm.vendors.degrading import without_refused
from booking_app.crm.vendors.gohighlevel.errors import CONTACT_ID, DuplicateContact
from booking_app.crm.vendors.gohighlevel.fields import Definitions
from booking_app.crm.vendors.gohighlevel.transport import GoHighLevelApi
from booking_app.crm.vendors.records import Contact, FoundContact, Names, Upserted, iso_utc, named_values

SEARCH = "/contacts/search/duplicate"
UPSERT = "/contacts/upsert"
BY_ID = "/contacts/{contact_id}"
TAGS = "/contacts/{contact_id}/tags"
PHONE = "phone"
SPLIT_IDENTITY = "split_identity"
FIRST_TOUCH = ("source",)  # where somebody came from at first; a later booking must not overwrite it


class SplitIdentity(VendorMisconfigured):
    """The phone belongs to another contact than the e-mail: without it the person can still be written."""


class Contacts:
    """The contacts of one sub-account, written under `names`."""

    def __init__(self, api: GoHighLevelApi, names: Names) -> None:
        self._api = api
        self._names = names

    def payload_of(self, contact: Contact) -> dict[str, str]:
        return named_values(contact, self._names)

    def find(self, email: str) -> FoundContact | None:
        """The contact that has this address, as its first or a further one, with the fields we write."""
        contact = self.read(email)
        if contact is None:
            return None
        names = dict.fromkeys(name for names in self._names.values() for name in names)
        return FoundContact(_id_of(contact), Definitions.read(self._api).values_of(contact, names))

    def read(self, email: str) -> JsonObject | None:
        """The whole contact; what a search shows of it is not documented."""
        found = self._lookup(email=email.lower())
        if found is None:
            return None
        try:
            return _contact_in(self._api.read(BY_ID, contact_id=_id_of(found)))
        except VendorMissing:
            return None

    def upsert(self, contact: Contact) -> Upserted:
        """Create or change the contact; fields that the sub-account lacks or refuses are dropped and named.

        Without the phone where it is another person's, which `warnings` then tells.
        """
        definitions = Definitions.read(self._api)
        values = self.payload_of(contact)
        missing = definitions.missing(values)
        known = {name: text for name, text in values.items() if name not in missing}
        write = partial(self._write, contact.email, definitions)
        try:
            written = without_refused(known, write)
        except SplitIdentity:
            alone = {name: text for name, text in known.items() if name != PHONE}
            written = replace(without_refused(alone, write), warnings=(SPLIT_IDENTITY,))
        return replace(written, dropped=(*missing, *written.dropped))

    def add_tags(self, contact_id: str, tags: Sequence[str]) -> None:
        """Add to the tags that are there; one that is there already starts no workflow again."""
        wanted = list(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))
        if wanted:
            self._api.write("POST", TAGS, body={"tags": wanted}, contact_id=contact_id)

    def erase(self, email: str) -> bool:
        contact = self.read(email)
        if contact is None:
            return False
        self._api.command("DELETE", BY_ID, body=None, contact_id=_id_of(contact))
        return True

    def set_next_booking(self, email: str, next_booking_at: datetime | None) -> str | None:
        # The one place where an empty text is meant: nothing is booked any more, and reminders must not say otherwise.
        text = iso_utc(next_booking_at) if next_booking_at else ""
        found = self._lookup(email=email.lower())
        if found is None:
            return None
        definitions = Definitions.read(self._api)
        values = dict.fromkeys(self._names.get("next_booking_at", ()), text)
        known = {name: text for name, text in values.items() if name not in definitions.missing(values)}
        return self._change(_id_of(found), definitions, known)

    def _write(self, email: str, definitions: Definitions, values: Mapping[str, str]) -> Upserted:
        found = self._lookup(email=email.lower())
        if found is None:
            return self._create(email, definitions, values)
        return Upserted(self._change(_id_of(found), definitions, values))

    def _create(self, email: str, definitions: Definitions, values: Mapping[str, str]) -> Upserted:
        if PHONE in values and self._is_of_another(values[PHONE], email):
            raise SplitIdentity("gohighlevel_split_identity")
        members = definitions.body_of(values, self._api.dialect.value_member)
        body = {"locationId": self._api.location_id, "email": email, **members}
        try:
            contact = _contact_in(self._api.write("POST", UPSERT, body=body))
        except (VendorConflict, VendorMisconfigured, VendorRejected) as refusal:
            return self._change_first_comer(refusal, email, definitions, values)
        landed = _text(contact.get("email")).lower()
        return Upserted(_id_of(contact), warnings=(SPLIT_IDENTITY,) if landed not in ("", email.lower()) else ())

    def _is_of_another(self, phone: str, email: str) -> bool:
        holder = self._lookup(number=phone)
        return _text((holder or {}).get("email")).lower() not in ("", email.lower())

    def _change_first_comer(
        self, refusal: RemoteFailure, email: str, definitions: Definitions, values: Mapping[str, str]
    ) -> Upserted:
        """A refused create may have made the contact all the same, or somebody else made it between our two calls."""
        told_id = refusal.remote_id if isinstance(refusal, DuplicateContact) and refusal.field == "email" else None
        known_id = told_id or _optional_id(self._lookup(email=email.lower()))
        if known_id is None and isinstance(refusal, DuplicateContact) and PHONE in values:
            raise SplitIdentity("gohighlevel_split_identity") from None
        if known_id is None:
            raise refusal
        return Upserted(self._change(known_id, definitions, values))

    def _change(self, contact_id: str, definitions: Definitions, values: Mapping[str, str]) -> str:
        """Neither the address, which may be a further one here, nor where the person first came from is sent."""
        changed = {name: text for name, text in values.items() if name not in FIRST_TOUCH}
        if not changed:
            return contact_id
        body = definitions.body_of(changed, self._api.dialect.value_member)
        try:
            self._api.write("PUT", BY_ID, body=body, contact_id=contact_id)
        except DuplicateContact as conflict:
            if PHONE not in changed:
                raise
            raise SplitIdentity(conflict.code) from None
        except VendorMissing:
            raise VendorUnavailable("gohighlevel_contact_gone") from None
        return contact_id

    def _lookup(self, **key: str) -> JsonObject | None:
        query = {"locationId": self._api.location_id, **key}
        try:
            found = self._api.read(SEARCH, query=query).get("contact")
        except VendorMissing:
            return None
        return found if isinstance(found, dict) and found.get("id") else None


def _contact_in(answer: JsonObject) -> JsonObject:
    contact = answer.get("contact")
    return contact if isinstance(contact, dict) else {}


def _id_of(contact: JsonObject) -> str:
    contact_id = contact.get("id")
    if isinstance(contact_id, str) and CONTACT_ID.fullmatch(contact_id):
        return contact_id
    raise VendorOutcomeUnknown("gohighlevel_no_id")


def _optional_id(contact: JsonObject | None) -> str | None:
    return _id_of(contact) if contact else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
