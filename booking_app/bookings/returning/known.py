"""What a proven e-mail has told about a patient: kept sealed with the draft, and gone with it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Protocol

from booking_app.bookings.names import fold
from booking_app.core.contact_details import phone_kind
from booking_app.pms.records import PatientRecord


class Named(Protocol):
    """Somebody with a name and a birth date."""

    @property
    def first_name(self) -> str: ...
    @property
    def last_name(self) -> str: ...
    @property
    def date_of_birth(self) -> date: ...


@dataclass(frozen=True)
class Candidate:
    """One of several patients who share the e-mail: their first name is all that is told before a birth date is."""

    cliniko_id: str
    first_name: str


@dataclass(frozen=True)
class KnownPerson:
    """A patient as Cliniko has them. `phone` as it is written there; empty text is not known."""

    cliniko_id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    date_of_birth: date | None

    def is_still(self, first_name: str, last_name: str, date_of_birth: date | None) -> bool:
        """Whether these are this person's: else the booking is for somebody else."""
        names = (fold(first_name), fold(last_name)) == (fold(self.first_name), fold(self.last_name))
        return names and self.date_of_birth in (None, date_of_birth)


@dataclass(frozen=True)
class Known:
    """`person` is None until one of several `candidates` was chosen, and where nobody has this e-mail."""

    candidates: tuple[Candidate, ...] = ()
    person: KnownPerson | None = None

    def patient_of(self, person: "Named") -> str | None:
        """The id of the record that is certainly this person's; None where others have to be looked at."""
        known = self.person
        if known is None or not known.is_still(person.first_name, person.last_name, person.date_of_birth):
            return None
        return known.cliniko_id

    def to_json(self) -> dict[str, Any]:
        value = asdict(self)
        if self.person is not None and self.person.date_of_birth is not None:
            value["person"]["date_of_birth"] = self.person.date_of_birth.isoformat()
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Known":
        person = value["person"]
        if person is not None:
            born = person["date_of_birth"]
            person = KnownPerson(**{**person, "date_of_birth": date.fromisoformat(born) if born else None})
        return cls(tuple(Candidate(**one) for one in value["candidates"]), person)


def known_person(record: PatientRecord) -> KnownPerson:
    phones = [_dialled(phone) for phone in record.phones]
    mobiles = (phone for phone in phones if phone_kind(phone) == "mobile")
    return KnownPerson(
        cliniko_id=record.cliniko_id,
        first_name=record.first_name,
        last_name=record.last_name,
        email=record.email,
        phone=next(mobiles, phones[0] if phones else ""),
        date_of_birth=record.date_of_birth,
    )


def _dialled(phone: str) -> str:
    """A number as it is dialled from anywhere: Cliniko gives its digits with the country code, and no sign before."""
    return f"+{phone}" if phone.isdigit() and not phone.startswith("0") else phone


def people_among(records: Iterable[PatientRecord]) -> list[PatientRecord]:
    """One record a person, the oldest: two of the same name and birth date are the same patient entered twice."""
    found: dict[tuple[str, str, date | None], PatientRecord] = {}
    for record in sorted(records, key=lambda one: (one.created_at, one.cliniko_id)):
        found.setdefault((fold(record.first_name), fold(record.last_name), record.date_of_birth), record)
    return list(found.values())
