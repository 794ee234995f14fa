"""Finding and creating patients."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import cast

from booking_app.core.contact_details import PhoneKind, phone_kind
from booking_app.pms.client import (
    ARCHIVED_AT,
    ID,
    ClinikoClient,
    ClinikoNotFound,
    Filter,
    Patient,
    PatientFields,
    PatientMembers,
    PhoneNumber,
)
from booking_app.pms.cliniko.custom_fields import custom_fields
from booking_app.pms.errors import PracticeMisconfigured
from booking_app.pms.records import ADDRESS, NewPatient, PatientRecord

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)  # a record that does not say when it was made counts as the oldest
MOST_RECORDS = 100
# Cliniko sends text messages to numbers called Mobile.
PHONE_TYPES: dict[PhoneKind, str] = {"mobile": "Mobile", "landline": "Home", "other": "Other"}
# Text that a clinic may map an intake answer to. What the product asks by itself has fields of its own.
ATTRIBUTES = frozenset(
    {
        "preferred_first_name", "title", "address_1", "address_2", "address_3", "city", "state", "post_code", "country",
        "country_code", "occupation", "emergency_contact", "sex", "gender_identity", "medicare",
        "medicare_reference_number", "dva_card_number", "referral_source", "invoice_default_to", "invoice_email",
        "invoice_extra_information", "notes", "appointment_notes", "reminder_type",
    }
)  # fmt: skip


def find_patients(
    client: ClinikoClient, *, email: str, last_name: str, date_of_birth: date
) -> tuple[PatientRecord, ...]:
    """Live records that share the e-mail or the date of birth; the oldest first. Names are for the caller to compare.

    Two requests. Whether Cliniko's filters mind case is not documented, so an e-mail that was typed with capitals and
    has no record in small letters is also looked for as it was typed.
    """
    by_email = _by_email(client, email.strip())
    # By the date alone: an equal name may be written with another apostrophe or accent than the one typed.
    by_birth = _list(client, PatientFields.date_of_birth.equals(date_of_birth))
    return _records([*by_email, *by_birth])


def patients_by_email(client: ClinikoClient, email: str) -> tuple[PatientRecord, ...]:
    """Live records with this e-mail, however it is written; the oldest first."""
    return _records(_by_email(client, email.strip()))


def find_by_marker(client: ClinikoClient, marker: str) -> PatientRecord | None:
    """The record that was created with this marker."""
    found = _list(client, PatientFields.old_reference_id.equals(marker))
    return next(iter(_records(one for one in found if one.old_reference_id == marker)), None)


def current_patient(client: ClinikoClient, patient_id: str) -> PatientRecord | None:
    """The record now standing for this id, merges followed; None when it is archived or gone."""
    try:
        return next(iter(_records([client.patients.get_current(patient_id)])), None)
    except ClinikoNotFound:
        return None


def read_patients(client: ClinikoClient, patient_ids: Sequence[str]) -> tuple[PatientRecord, ...]:
    """Those of the ids that Cliniko shows in its list, archived and merged ones too."""
    if not patient_ids:
        return ()
    return tuple(map(_record, _list(client, ID.one_of(patient_ids), ARCHIVED_AT.any())))


def patients_named(client: ClinikoClient, words: Sequence[str]) -> tuple[PatientRecord, ...]:
    """Live records by parts of their names; the first word and the last may stand either way round.

    Filters are joined by "and", so every way round is a question of its own.
    """
    first, last = words[0], words[-1]
    if len(words) == 1:
        found = [
            _list(client, PatientFields.last_name.contains(last)),
            _list(client, PatientFields.first_name.contains(first)),
        ]
    else:
        ways = ((first, last), (last, first))
        found = [
            _list(client, PatientFields.first_name.contains(one), PatientFields.last_name.contains(other))
            for one, other in ways
        ]
    return _records(one for some in found for one in some)


def archive_patient(client: ClinikoClient, patient_id: str) -> None:
    """Archive a record; one that is gone is left alone."""
    try:
        client.patients.archive(patient_id)
    except ClinikoNotFound:
        return


def create_patient(client: ClinikoClient, patient: NewPatient) -> PatientRecord:
    """Create the record. Raises PracticeMisconfigured, with nothing written, for a mapping the account cannot take."""
    members = _members(patient)
    if patient.custom_answers:
        sections = client.settings.get().custom_field_sections
        members["custom_fields"] = custom_fields(sections, patient.custom_answers) or None
    return _record(client.patients.create(**members))


def correct_patient(
    client: ClinikoClient, patient_id: str, *, phone: str | None, address: Mapping[str, str], email: str | None = None
) -> None:
    """Change these and nothing else. A list of numbers replaces the one before, so that all of them are sent."""
    members = cast("PatientMembers", {name: text for name, text in address.items() if name in ADDRESS})
    if email:
        members["email"] = email
    if phone:
        new = _phones(phone) or []
        kinds = {one.phone_type for one in new}
        others = [one for one in client.patients.get(patient_id).phone_numbers if one.phone_type not in kinds]
        members["patient_phone_numbers"] = [*new, *others]
    client.patients.update(patient_id, **members)


def _members(patient: NewPatient) -> PatientMembers:
    unknown = sorted(set(patient.attributes) - ATTRIBUTES)
    if unknown:
        raise PracticeMisconfigured("patient_attribute_unknown")
    attributes = {name: text.strip() for name, text in patient.attributes.items()}
    members: PatientMembers = {
        **{name: text for name, text in attributes.items() if text},  # type: ignore[typeddict-item]
        "first_name": patient.first_name.strip(),
        "last_name": patient.last_name.strip(),
        "date_of_birth": patient.date_of_birth,
        "old_reference_id": patient.marker,
        "accepted_privacy_policy": patient.accepted_privacy,
        "accepted_email_marketing": patient.accepted_email_marketing,
        "unsubscribe_sms_marketing": _inverse(patient.accepted_sms_marketing),
        "email": patient.email.strip() or None,
        "patient_phone_numbers": _phones(patient.phone.strip()),
        "time_zone": patient.time_zone or None,
    }
    if patient.emergency_contact and patient.emergency_contact.strip():
        members["emergency_contact"] = patient.emergency_contact.strip()
    return members


def _inverse(accepted: bool | None) -> bool | None:
    return None if accepted is None else not accepted


def _phones(number: str) -> list[PhoneNumber] | None:
    return [PhoneNumber(phone_type=PHONE_TYPES[phone_kind(number)], number=number)] if number else None


def _by_email(client: ClinikoClient, email: str) -> tuple[Patient, ...]:
    """One request finds them all where it was typed in small letters: "contains" is wider than "equals"."""
    if not email:
        return ()
    found = _list(client, PatientFields.email.contains(email.lower()))
    same = _same(found, email)
    if not same and (email != email.lower() or len(found) == MOST_RECORDS):
        same = _same(_list(client, PatientFields.email.equals(email)), email)
    return same


def _same(found: Iterable[Patient], email: str) -> tuple[Patient, ...]:
    return tuple(one for one in found if one.email.strip().casefold() == email.casefold())


def _list(client: ClinikoClient, *where: Filter) -> tuple[Patient, ...]:
    return client.patients.list(where=where, limit=MOST_RECORDS)


def _records(patients: Iterable[Patient]) -> tuple[PatientRecord, ...]:
    live = {one.id: one for one in patients if one.archived_at is None and one.merged_at is None}
    return tuple(sorted(map(_record, live.values()), key=lambda record: (record.created_at, record.cliniko_id)))


def _record(found: Patient) -> PatientRecord:
    return PatientRecord(
        cliniko_id=found.id,
        first_name=found.first_name,
        last_name=found.last_name,
        preferred_first_name=found.preferred_first_name,
        email=found.email,
        phones=tuple(one.normalized_number or one.number for one in found.phone_numbers),
        date_of_birth=found.date_of_birth,
        marker=found.old_reference_id,
        created_at=found.created_at or UNDATED,
        accepted_email_marketing=found.accepted_email_marketing,
        accepted_sms_marketing=found.accepted_sms_marketing,
        is_live=found.archived_at is None and found.merged_at is None,
        phones_as_written=tuple(one.number or one.normalized_number for one in found.phone_numbers),
        address=found.address,
    )
