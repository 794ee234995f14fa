"""Who the patients of bookings are, read live from the practice system for a screen of the clinic, and never stored.

Once a booking is purged we know ids alone. For a screen the names and phones are read back, kept in the memory of this
process for minutes, and nowhere else: no table, no log, no file.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from booking_app.bookings.models import Booking
from booking_app.core.clock import Clock
from booking_app.core.failures import RemoteFailure
from booking_app.pms.practice import Practice, Practices
from booking_app.pms.records import PatientRecord

GOOD_FOR = 180.0  # seconds
PAUSE = 30.0  # seconds before a practice system that did not answer is asked again, so that no screen waits each time
SECONDS = 4.0  # that a screen waits
AT_ONCE = 100  # ids a call
MOST_READ = 400  # people of one screen; what is more is left out and said
MOST_KEPT = 5000
LONGEST_SEARCH = 80  # characters of a name


@dataclass(frozen=True)
class Person:
    """A patient as the practice system has them today."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True)
class People:
    """By patient id whoever could be read. `problem` is the code of what stood in the way of reading the rest."""

    found: Mapping[str, Person] = field(repr=False)
    problem: str | None = None

    def of(self, booking: Booking) -> Person | None:
        return self.found.get(booking.cliniko_patient_id or "")


class LivePeople:
    """One per process, shared between threads. Answers are of one clinic alone."""

    def __init__(self, practices: Practices, clock: Clock) -> None:
        self._practices = practices
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[tuple[int, str], tuple[float, Person | None]] = {}
        self._failed: dict[int, tuple[float, str]] = {}

    def of(self, clinic_id: int, bookings: Iterable[Booking]) -> People:
        """The patients of these bookings; one call for each hundred that are not kept. Never raises.

        Nobody is read back for a booking that was erased at the person's wish.
        """
        wanted = [one.cliniko_patient_id for one in bookings if one.cliniko_patient_id and one.erased_at is None]
        return self.with_ids(clinic_id, wanted)

    def with_ids(self, clinic_id: int, patient_ids: Iterable[str]) -> People:
        """The patients with these ids. Never raises."""
        wanted = dict.fromkeys(patient_ids)
        ids = list(wanted)[:MOST_READ]
        missing = [one for one in ids if self._get(clinic_id, one) is None]
        problem = self._read(clinic_id, missing) if missing else None
        found = {one: kept[1] for one in ids if (kept := self._get(clinic_id, one)) and kept[1]}
        return People(found, problem or ("too_many" if len(wanted) > MOST_READ else None))

    def named(self, clinic_id: int, text: str) -> tuple[frozenset[str], str | None]:
        """The ids of patients whose name holds these words, and the code of what stood in the way. Never raises."""
        words = text[:LONGEST_SEARCH].split()
        if not words:
            return frozenset(), None
        if self._is_resting(clinic_id):
            return frozenset(), self._failed[clinic_id][1]
        try:
            found = self._practice(clinic_id).patients_named([words[0], words[-1]] if len(words) > 1 else words)
        except RemoteFailure as failure:
            return frozenset(), self._note_failure(clinic_id, failure)
        return frozenset(one.cliniko_id for one in found), None

    def forget(self, clinic_id: int) -> None:
        """Read everybody of this clinic anew next time: something of theirs was just changed."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == clinic_id]:
                del self._kept[key]
            self._failed.pop(clinic_id, None)

    def _read(self, clinic_id: int, ids: Sequence[str]) -> str | None:
        if self._is_resting(clinic_id):
            return self._failed[clinic_id][1]
        try:
            practice = self._practice(clinic_id)
            for first in range(0, len(ids), AT_ONCE):
                some = ids[first : first + AT_ONCE]
                self._keep(clinic_id, some, practice.patients_by_id(some))
        except RemoteFailure as failure:
            return self._note_failure(clinic_id, failure)
        return None

    def _practice(self, clinic_id: int) -> Practice:
        return self._practices(clinic_id).within(deadline=self._clock.monotonic() + SECONDS)

    def _get(self, clinic_id: int, patient_id: str) -> tuple[float, Person | None] | None:
        kept = self._kept.get((clinic_id, patient_id))
        return kept if kept is not None and self._clock.monotonic() - kept[0] < GOOD_FOR else None

    def _keep(self, clinic_id: int, asked: Sequence[str], found: Iterable[PatientRecord]) -> None:
        """Keep who was found, and of the others that they were not; the oldest go first."""
        people = {one.cliniko_id: _person(one) for one in found}
        now = self._clock.monotonic()
        with self._lock:
            for patient_id in asked:
                self._kept.pop((clinic_id, patient_id), None)
                self._kept[clinic_id, patient_id] = (now, people.get(patient_id))
            for key in [key for key, (at, _) in self._kept.items() if now - at >= GOOD_FOR]:
                del self._kept[key]
            while len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]

    def _is_resting(self, clinic_id: int) -> bool:
        failed = self._failed.get(clinic_id)
        return failed is not None and self._clock.monotonic() - failed[0] < PAUSE

    def _note_failure(self, clinic_id: int, failure: RemoteFailure) -> str:
        self._failed[clinic_id] = (self._clock.monotonic(), failure.code)
        return failure.code


def _person(record: PatientRecord) -> Person:
    first = record.preferred_first_name or record.first_name
    return Person(f"{first} {record.last_name}".strip(), next(iter(record.phones_as_written), ""), record.email)
