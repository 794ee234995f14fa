"""Is this person already a patient? Only certainty reuses a record; doubt makes a new one and tells the front desk."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from booking_app.booking.records import PatientDetails
from booking_app.practice.records import PatientRecord

Kind = Literal["differences", "possible_duplicate", "several_equal"]
PHONE_TAIL = 8  # digits that agree in every way of writing an Australian, New Zealand or British number


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


def _is_same(details: PatientDetails, record: PatientRecord) -> bool:
    if not _same_name(details, record) or record.date_of_birth != details.date_of_birth:
        return False
    if record.email:
        return fold(record.email) == fold(details.email)
    return _same_phone(details, record)


def _is_alike(details: PatientDetails, record: PatientRecord) -> bool:
    """Two of: name, date of birth, e-mail or phone. Equal last name and e-mail alone are just a family."""
    name = _same_name(details, record)
    born = record.date_of_birth == details.date_of_birth
    reach = fold(record.email) == fold(details.email) if record.email else _same_phone(details, record)
    same_family_name = fold(record.last_name) == fold(details.last_name)
    return (name and (born or reach)) or (born and reach and same_family_name and _initial(details, record))


def _initial(details: PatientDetails, record: PatientRecord) -> bool:
    """Twins share everything but the first name: only a first name that begins alike is worth a look."""
    return fold(record.first_name)[:1] == fold(details.first_name)[:1]


def _same_name(details: PatientDetails, record: PatientRecord) -> bool:
    first_names = {fold(record.first_name), fold(record.preferred_first_name or record.first_name)}
    return fold(details.first_name) in first_names and fold(details.last_name) == fold(record.last_name)


def _same_phone(details: PatientDetails, record: PatientRecord) -> bool:
    typed = _digits(details.phone)
    return bool(typed) and any(_digits(phone) == typed for phone in record.phones)


def _differences(details: PatientDetails, record: PatientRecord) -> tuple[tuple[str, str, str], ...]:
    found = []
    if fold(record.email) != fold(details.email):
        found.append(("email", record.email, details.email))
    if not _same_phone(details, record):
        found.append(("phone", ", ".join(record.phones), details.phone))
    return tuple(found)


def fold(text: str) -> str:
    """The text for comparing: no accents, case, spaces or punctuation at the edges of words."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[\s'’`\-]+", "", plain).casefold()


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)[-PHONE_TAIL:]


def _ids(records: Sequence[PatientRecord]) -> tuple[str, ...]:
    return tuple(record.cliniko_id for record in records)
