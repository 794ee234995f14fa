"""What a proven e-mail has told about a patient: kept sealed with the draft, and gone with it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Protocol

from booking_app.bookings.names import fold
from booking_app.core.contact_details import phone_kind
from booking_app.intake.earlier import Earlier
from booking_app.intake.people import Guardian
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
    """A patient as Cliniko has them. `phone` is the one to show, of all `phones`; empty text is not known."""

    cliniko_id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    date_of_birth: date | None
    phones: tuple[str, ...] = ()
    address: Mapping[str, str] = field(default_factory=dict)

    def is_still(self, first_name: str, last_name: str, date_of_birth: date | None) -> bool:
        """Whether these are this person's: else the booking is for somebody else."""
        names = (fold(first_name), fold(last_name)) == (fold(self.first_name), fold(self.last_name))
        return names and self.date_of_birth in (None, date_of_birth)

    def to_json(self) -> dict[str, Any]:
        born = self.date_of_birth.isoformat() if self.date_of_birth else None
        return {**asdict(self), "date_of_birth": born}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "KnownPerson":
        born = value["date_of_birth"]
        phones = tuple(value.get("phones", ()))
        return cls(**{**value, "date_of_birth": date.fromisoformat(born) if born else None, "phones": phones})


@dataclass(frozen=True)
class Known:
    """`person` is None until one of several `candidates` was chosen, and where nobody has this e-mail.

    `earlier` is what was answered and agreed to before, `guardian` who signed for a child then.
    """

    candidates: tuple[Candidate, ...] = ()
    person: KnownPerson | None = None
    earlier: Earlier = field(default_factory=Earlier)
    guardian: Guardian | None = None

    def patient_of(self, person: "Named") -> str | None:
        """The id of the record that is certainly this person's; None where others have to be looked at."""
        known = self.person
        if known is None or not known.is_still(person.first_name, person.last_name, person.date_of_birth):
            return None
        return known.cliniko_id

    def to_json(self) -> dict[str, Any]:
        return {
            "candidates": [asdict(one) for one in self.candidates],
            "person": self.person.to_json() if self.person else None,
            "earlier": self.earlier.to_json(),
            "guardian": asdict(self.guardian) if self.guardian else None,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Known":
        earlier, guardian = value.get("earlier"), value.get("guardian")
        return cls(
            candidates=tuple(Candidate(**one) for one in value["candidates"]),
            person=KnownPerson.from_json(value["person"]) if value["person"] else None,
            earlier=Earlier.from_json(earlier) if earlier else Earlier(),
            guardian=Guardian(**guardian) if guardian else None,
        )


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
        phones=tuple(phones),
        address=record.address,
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
