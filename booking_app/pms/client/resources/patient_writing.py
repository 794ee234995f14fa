"""What may be written to a patient, by Cliniko's document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypedDict

from booking_app.pms.client.records import JsonObject


@dataclass(frozen=True, kw_only=True)
class PhoneNumber:
    """A phone number; ``phone_type`` is Mobile, Home, Work, Fax or Other, ``normalized_number`` is read-only."""

    phone_type: str
    number: str = field(repr=False)
    normalized_number: str = field(default="", repr=False)

    @classmethod
    def from_json(cls, found: JsonObject) -> PhoneNumber:
        return cls(
            phone_type=found.optional_text("phone_type"),
            number=found.optional_text("number"),
            normalized_number=found.optional_text("normalized_number"),
        )

    def to_json(self) -> dict[str, object]:
        """The two members that are writable."""
        return {"phone_type": self.phone_type, "number": self.number}


class PatientMembers(TypedDict, total=False):
    """The documented writable members; one that is None is not sent.

    ``time_zone`` is an IANA name; ``country_code`` is the newer form of ``country``; ``unsubscribe_sms_marketing``
    is the inverse of what is read as ``accepted_sms_marketing``.
    """

    accepted_email_marketing: bool | None
    accepted_privacy_policy: bool | None
    address_1: str | None
    address_2: str | None
    address_3: str | None
    appointment_notes: str | None
    city: str | None
    concession_type_id: str | None
    country: str | None
    country_code: str | None
    custom_fields: Mapping[str, object] | None
    date_of_birth: date | None
    dva_card_number: str | None
    email: str | None
    emergency_contact: str | None
    first_name: str
    gender_identity: str | None
    invoice_default_to: str | None
    invoice_email: str | None
    invoice_extra_information: str | None
    last_name: str
    medicare: str | None
    medicare_reference_number: str | None
    notes: str | None
    occupation: str | None
    old_reference_id: str | None
    patient_phone_numbers: Sequence[PhoneNumber] | None
    post_code: str | None
    preferred_first_name: str | None
    pronouns: Mapping[str, str] | None
    receives_confirmation_emails: bool | None
    referral_source: str | None
    referring_doctor_id: str | None
    reminder_type: str | None
    sex: str | None
    state: str | None
    time_zone: str | None
    title: str | None
    unsubscribe_sms_marketing: bool | None


def patient_body(members: Mapping[str, object]) -> dict[str, object]:
    """The request body of a patient; raises ValueError naming members that may not be written."""
    unknown = sorted(set(members) - set(PatientMembers.__annotations__))
    if unknown:
        raise ValueError(f"not writable on a patient: {', '.join(unknown)}")
    return {name: _written(value) for name, value in members.items() if value is not None}


def _written(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [one.to_json() if isinstance(one, PhoneNumber) else one for one in value]
    return value
