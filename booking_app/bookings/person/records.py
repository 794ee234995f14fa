"""What the use case and the parts of the packages say to each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from booking_app.clinics.models import Clinic


class PersonUnknown(Exception):
    """Nothing here leads to the person asked for."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """By what the person is looked for: exactly one of the three."""

    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    reference: str = ""

    @property
    def by(self) -> str:
        """The name of what was given, without its value: for the log."""
        return "email" if self.email else "phone" if self.phone else "booking"


@dataclass(frozen=True, kw_only=True)
class FoundPerson:
    """Everything that leads to the person. `emails` are in small letters; `patient_ids` are Cliniko's.

    `doubts` are sentences about what could not be looked up.
    """

    clinic: Clinic
    emails: tuple[str, ...] = field(repr=False)
    phones: tuple[str, ...] = field(repr=False)
    patient_ids: tuple[str, ...]
    booking_ids: tuple[int, ...]
    draft_ids: tuple[int, ...]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Erased:
    """What a part did, and what it left and why: sentences for a person, without anybody's data."""

    done: Sequence[str] = ()
    left: Sequence[str] = ()


class PersonPart(Protocol):
    """What one package holds of people. Registered in `cli/wiring/person.py`; accounting and deposits join there."""

    name: str

    def export(self, person: FoundPerson) -> Any:
        """What is held, as JSON. Reads only. Raises RemoteFailure."""
        ...

    def erase(self, person: FoundPerson) -> Erased:
        """Erase what can be erased; commits. Safe to repeat. Raises RemoteFailure."""
        ...
