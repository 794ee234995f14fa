"""Is this person already a patient? Only certainty reuses a record; doubt makes a new one and tells the front desk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from booking_app.bookings.names import fold, same_phone
from booking_app.bookings.records import PatientDetails
from booking_app.pms.records import PatientRecord

Kind = Literal["differences", "possible_duplicate", "several_equal"]


@dataclass(frozen=True)
class Match:
    """`record` to be used, or None for a new one; `proposal` where somebody should look."""

    record: PatientRecord | None
    proposal: Kind | None = None
    candidates: tuple[str, ...] = ()
    differences: tuple[tuple[str, str, str], ...] = ()  # field, on record, typed


def match(details: PatientDetails, records: Iterable[PatientRecord]) -> Match:
    """Name, date of birth and e-mail must agree: families share e-mails. A phone may stand in for a missing e-mail."""
    known = sorted(records, key=lambda record: (record.created_at, record.cliniko_id))
    same = [record for record in known if _is_same(details, record)]
    if same:
        differences = _differences(details, same[0])
        kind: Kind | None = "several_equal" if len(same) > 1 else "differences" if differences else None
        return Match(same[0], kind, _ids(same), differences)
    alike = [record for record in known if _is_alike(details, record)]
    return Match(None, "possible_duplicate" if alike else None, _ids(alike))


def match_known(details: PatientDetails, record: PatientRecord) -> Match:
    """The record of a patient who has proven to be this one. Another e-mail is for the front desk to look at.

    Another phone number is not: a proven patient may correct that.
    """
    differences = tuple(one for one in _differences(details, record) if one[0] != "phone")
    return Match(record, "differences" if differences else None, (record.cliniko_id,), differences)


def _is_same(details: PatientDetails, record: PatientRecord) -> bool:
    if not _same_name(details, record) or record.date_of_birth != details.date_of_birth:
        return False
    return _same_email(details, record) if record.email.strip() else _same_phone(details, record)


def _is_alike(details: PatientDetails, record: PatientRecord) -> bool:
    """Two of: name, date of birth, e-mail or phone. Equal last name and e-mail alone are just a family.

    An equal date of birth with an equal e-mail or phone is worth a look whatever the names: people marry, swap the
    boxes, and have one name. Twins are looked at once, which costs less than two records of one person.
    """
    name = _same_name(details, record)
    born = record.date_of_birth == details.date_of_birth
    contact = _same_email(details, record) or _same_phone(details, record)
    return [name, born, contact].count(True) >= 2


def _same_name(details: PatientDetails, record: PatientRecord) -> bool:
    first_names = {fold(record.first_name), fold(record.preferred_first_name or record.first_name)}
    return fold(details.first_name) in first_names and fold(details.last_name) == fold(record.last_name)


def _same_email(details: PatientDetails, record: PatientRecord) -> bool:
    """Addresses differ by every sign but their case: `o-neil@` and `oneil@` are two mailboxes."""
    return record.email.strip().casefold() == details.email.strip().casefold()


def _same_phone(details: PatientDetails, record: PatientRecord) -> bool:
    return any(same_phone(phone, details.phone) for phone in record.phones)


def _differences(details: PatientDetails, record: PatientRecord) -> tuple[tuple[str, str, str], ...]:
    found = []
    if not _same_email(details, record):
        found.append(("email", record.email, details.email))
    if not _same_phone(details, record):
        found.append(("phone", ", ".join(record.phones), details.phone))
    return tuple(found)


def _ids(records: Sequence[PatientRecord]) -> tuple[str, ...]:
    return tuple(record.cliniko_id for record in records)
