"""What a patient who has proven who they are may correct in their record: the phone number and the address alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from booking_app.bookings.names import same_phone
from booking_app.bookings.records import PatientDetails
from booking_app.intake.answers import Answers
from booking_app.pms.records import ADDRESS


@dataclass(frozen=True)
class Corrections:
    """`phone` in E.164, None where it stays; `address` by the names in ADDRESS. Nothing empty is among them."""

    phone: str | None = None
    address: Mapping[str, str] = field(default_factory=dict)

    @property
    def changed(self) -> tuple[str, ...]:
        """The names of what is corrected, without any value."""
        return (*(("phone",) if self.phone else ()), *sorted(self.address))

    def __bool__(self) -> bool:
        return bool(self.changed)


class Contact(Protocol):
    """Where somebody can be reached, as the clinic has it."""

    @property
    def phones(self) -> tuple[str, ...]: ...
    @property
    def address(self) -> Mapping[str, str]: ...


def corrections_to(record: Contact, details: PatientDetails) -> Corrections:
    """Where the details differ from the record, in phone and address."""
    is_new = bool(details.phone) and not any(same_phone(phone, details.phone) for phone in record.phones)
    typed = Answers.from_json(details.answers).patient_attributes()
    address = {name: typed[name] for name in ADDRESS if name in typed and typed[name] != record.address.get(name, "")}
    return Corrections(details.phone if is_new else None, address)
