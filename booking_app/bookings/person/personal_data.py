"""Handing out and erasing what is held of one person, wherever we can reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from booking_app.bookings.person.finding import PersonFinder
from booking_app.bookings.person.records import Asked, Erased, FoundPerson, PersonPart
from booking_app.clinics.audit import Author, record
from booking_app.clinics.models import Clinic
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure

FAILED = "{name}: nothing was erased, because it could not be reached ({code}). Do it again later: that is safe."


@dataclass(frozen=True)
class Summary:
    """What was found, in numbers; and what was done and left, in words."""

    bookings: int
    drafts: int
    done: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


class PersonalData:
    """The use case. Each verb is written down at the clinic, without the person's data. Safe to repeat."""

    def __init__(self, *, database: Database, finder: PersonFinder, parts: Sequence[PersonPart]) -> None:
        self._database = database
        self._finder = finder
        self._parts = parts

    def look(self, clinic: Clinic, asked: Asked) -> Summary:
        """How much there is. Raises PersonUnknown."""
        person = self._finder.find(clinic, asked)
        return Summary(len(person.booking_ids), len(person.draft_ids), left=person.doubts)

    def export(self, author: Author, clinic: Clinic, asked: Asked) -> dict[str, Any]:
        """Everything, part by part, as JSON. A part that cannot be reached says so. Raises PersonUnknown."""
        person = self._finder.find(clinic, asked)
        found = {part.name: _exported(part, person) for part in self._parts}
        self._write_down(author, person, "person.exported", asked)
        return {"clinic": clinic.slug, "notes": list(person.doubts), **found}

    def erase(self, author: Author, clinic: Clinic, asked: Asked) -> Summary:
        """Erase what can be erased and say what was not. Raises PersonUnknown.

        Our own data goes last: it leads to the others, and where one of them fails a repeat must still find it.
        """
        person = self._finder.find(clinic, asked)
        done, left, failed = list[str](), list[str](person.doubts), list[str]()
        for part in reversed(self._parts):
            try:
                said = part.erase(person)
            except RemoteFailure as failure:
                failed.append(FAILED.format(name=part.name, code=failure.code))
                said = Erased()
            done += said.done
            left += said.left
        self._write_down(author, person, "person.erased", asked)
        return Summary(len(person.booking_ids), len(person.draft_ids), tuple(done), tuple(left), tuple(failed))

    def _write_down(self, author: Author, person: FoundPerson, action: str, asked: Asked) -> None:
        counts = {"asked_by": asked.by, "bookings": len(person.booking_ids), "drafts": len(person.draft_ids)}
        with self._database.begin() as session:
            record(session, author, person.clinic.id, action, after=counts)


def _exported(part: PersonPart, person: FoundPerson) -> Any:
    try:
        return part.export(person)
    except RemoteFailure as failure:
        return {"not_reached": failure.code}
