"""Members by the MD5 of their address, written so that nobody's standing with the clinic's mailings changes.

A write may carry `status_if_new` and never `status`: Mailchimp obeys a `status` at once and would bring back people who
were taken off. Every step may be repeated.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from booking_app.core.outbound_http.errors import (
    VendorDeclined,
    VendorMisconfigured,
    VendorMissing,
    VendorOutcomeUnknown,
)
from booking_app.core.outbound_http.json_api import JsonObject
from booking_app.crm.vendors.degrading import without_refused
from booking_app.crm.vendors.mailchimp.merge_fields import NEXT_BOOKING
from booking_app.crm.vendors.mailchimp.transport import MailchimpApi
from booking_app.crm.vendors.records import Contact, FoundContact, Names, Upserted, iso_utc, named_values

LIST = "/lists/{list_id}"
MEMBER = "/lists/{list_id}/members/{member_id}"
FORGETTING = "/lists/{list_id}/members/{member_id}/actions/delete-permanent"
TAGS = "/lists/{list_id}/members/{member_id}/tags"
STANDING = {"fields": "id,status,merge_fields"}
# A field that the clinic's marketing made required must not stop a booking from being sent.
LENIENT = {"skip_merge_validation": "true"}
LONGEST_BYTES = 255


@dataclass(frozen=True)
class Member:
    """A member as they stand: in one of six states, with all merge fields of the audience."""

    id: str
    status: str
    merge_fields: Mapping[str, str] = field(repr=False)

    @property
    def is_archived(self) -> bool:
        """Archived people were taken off the audience by the clinic. A write would bring them back."""
        return self.status == "archived"


def member_id_of(email: str) -> str:
    """Mailchimp's id of an address: the MD5 of its lower case."""
    return hashlib.md5(email.strip().lower().encode(), usedforsecurity=False).hexdigest()


class Members:
    """The members of one audience, written under `names`. Days are those of `zone`."""

    def __init__(self, api: MailchimpApi, names: Names, zone: ZoneInfo, *, double_opt_in: bool = True) -> None:
        self._api = api
        self._names = names
        self._zone = zone
        self._willing = "pending" if double_opt_in else "subscribed"

    def payload_of(self, contact: Contact) -> dict[str, str]:
        values = named_values(contact, self._names)
        if contact.next_booking_at is not None:
            values |= self._next_booking(contact.next_booking_at)
        return {tag: _fitting(text) for tag, text in values.items()}

    def read(self, email: str) -> Member | None:
        """The member of an address, whatever their state. Raises CONFIG when the audience itself is not there."""
        try:
            document = self._api.read(MEMBER, query=STANDING, member_id=member_id_of(email))
        except VendorMissing:
            self.check_audience()
            return None
        return _member(document)

    def check_audience(self) -> None:
        """Raises CONFIG unless the audience is there: its 404 is the same as that of a member."""
        try:
            self._api.read(LIST, query={"fields": "id"})
        except VendorMissing:
            raise VendorMisconfigured("mailchimp_404:list") from None

    def find(self, email: str) -> FoundContact | None:
        member = self.read(email)
        return None if member is None or member.is_archived else FoundContact(member.id, member.merge_fields)

    def upsert(self, contact: Contact) -> Upserted:
        """Add or change the member; fields that the audience lacks or refuses are named. Raises CONSENT."""
        member = self.read(contact.email)
        if member is not None and member.is_archived:
            raise VendorDeclined("mailchimp_archived")
        # Newcomers who ticked the box are asked by Mailchimp to confirm it; all others are no subscribers.
        newcomer = self._willing if contact.email_marketing else "transactional"
        body = {"email_address": contact.email.strip(), "status_if_new": newcomer}
        if member is None and contact.consent_at is not None:
            body["timestamp_signup"] = iso_utc(contact.consent_at)
        return without_refused(self.payload_of(contact), lambda values: self._put(contact.email, body, values))

    def add_tags(self, member_id: str, tags: Sequence[str]) -> None:
        """Switch tags on; those that are there stay."""
        listed = [{"name": tag, "status": "active"} for tag in tags]
        if listed:
            self._api.command("POST", TAGS, body={"tags": listed, "is_syncing": False}, member_id=member_id)

    def erase(self, email: str) -> bool:
        """For good: afterwards Mailchimp takes this address by its own forms alone."""
        member = self.read(email)
        if member is None:
            return False
        self._api.command("POST", FORGETTING, body=None, member_id=member.id)
        return True

    def set_next_booking(self, email: str, next_booking_at: datetime | None) -> str | None:
        member = self.read(email)
        if member is None or member.is_archived:
            return None
        values = self._next_booking(next_booking_at)
        return without_refused(values, lambda taken: self._patch_fields(member.id, taken)).remote_id

    def raise_standing(self, member: Member, *, signed_up_at: str) -> None:
        """Let Mailchimp ask a person who is no subscriber whether they want to be one, or take their tick for it."""
        self._patch(member.id, {"status": self._willing, "timestamp_signup": signed_up_at})

    def _next_booking(self, at: datetime | None) -> dict[str, str]:
        # The one place where an empty text is meant: nothing is booked any more.
        day = at.astimezone(self._zone).date().isoformat() if at else ""
        return dict.fromkeys(self._names.get(NEXT_BOOKING, ()), day)

    def _put(self, email: str, body: Mapping[str, str], values: Mapping[str, str]) -> Upserted:
        full = {**body, "merge_fields": dict(values)}
        answer = self._api.write("PUT", MEMBER, body=full, query=LENIENT, member_id=member_id_of(email))
        return _written(_member(answer), values)

    def _patch_fields(self, member_id: str, values: Mapping[str, str]) -> Upserted:
        return _written(self._patch(member_id, {"merge_fields": dict(values)}), values)

    def _patch(self, member_id: str, body: Mapping[str, object]) -> Member:
        return _member(self._api.write("PATCH", MEMBER, body=body, query=LENIENT, member_id=member_id))


def _written(member: Member, values: Mapping[str, str]) -> Upserted:
    """What became of a write: values that did not come back were lost in silence, for want of such a field."""
    return Upserted(member.id, tuple(tag for tag in values if tag not in member.merge_fields))


def _member(document: JsonObject) -> Member:
    member_id, values = document.get("id"), document.get("merge_fields")
    if not isinstance(member_id, str) or not member_id.isalnum():
        raise VendorOutcomeUnknown("mailchimp_no_id")
    texts = {str(tag): str(value) for tag, value in values.items()} if isinstance(values, dict) else {}
    return Member(member_id, str(document.get("status", "")), texts)


def _fitting(text: str) -> str:
    """As much of a text as a merge field keeps."""
    return text.encode()[:LONGEST_BYTES].decode(errors="ignore")
