"""How far a clinic is on its way to the first booking. Read from what stands, so that it can be left at any point."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.catalogue.curation import curation_of
from booking_app.catalogue.snapshots import last_reading, refresh
from booking_app.clinics.audit import Author, record
from booking_app.clinics.branding import Branding
from booking_app.clinics.connections import connections_of
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.intake.fields import fields_of
from booking_app.intake.waivers import waivers_of
from booking_app.pms.practice import Practices
from booking_app.pms.sentences import cliniko_sentence
from booking_app.setup.found import Found, found_in
from booking_app.setup.models import StepMark

STEPS = ("key", "found", "brand", "questions", "website")
MARKABLE = ("brand", "questions", "website")  # the other two are done only when Cliniko says so


@dataclass(frozen=True)
class Step:
    """`is_marked`: a person said that it is fine as it is."""

    name: str
    is_done: bool
    is_marked: bool


class Progress:
    """The five steps of getting started."""

    def __init__(self, *, database: Database, practices: Practices, clock: Clock) -> None:
        self._database = database
        self._practices = practices
        self._clock = clock

    def steps(self, clinic: Clinic) -> tuple[Step, ...]:
        """In their order; asks nobody."""
        with self._database.reading() as session:
            stored = session.get_one(Clinic, clinic.id)
            marks = set(session.scalars(select(StepMark.step).where(StepMark.clinic_id == clinic.id)))
            done = _done(session, stored)
        return tuple(Step(name, name in done or name in marks, name in marks) for name in STEPS)

    def found(self, clinic: Clinic) -> Found | None:
        """What was found at the last reading of Cliniko; None before the first."""
        with self._database.reading() as session:
            return _found(session, clinic.id)

    def look_again(self, clinic: Clinic) -> str:
        """Read Cliniko now and keep what is found; returns what stood in the way as a sentence, or nothing."""
        try:
            refresh(self._database, clinic.id, self._practices(clinic.id), self._clock.now())
        except RemoteFailure as failure:
            return cliniko_sentence(failure.code)
        return ""

    def mark(self, author: Author, clinic: Clinic, step: str) -> None:
        """Call a step finished as it is; commits. Raises LookupError for one that only Cliniko can finish."""
        if step not in MARKABLE:
            raise LookupError(step)
        with self._database.begin() as session:
            if session.get(StepMark, (clinic.id, step)) is None:
                session.add(StepMark(clinic_id=clinic.id, step=step, marked_at=author.at))
                record(session, author, clinic.id, "start.marked", after={"step": step})


def _done(session: Session, clinic: Clinic) -> Sequence[str]:
    connected = [row for row in connections_of(session, clinic.id, "cliniko") if row.state == "active"]
    found = _found(session, clinic.id)
    questions = [*fields_of(session, clinic.id), *waivers_of(session, clinic.id)]
    facts = {
        "key": bool(connected),
        "found": found is not None and found.has_bookable_service,
        "brand": clinic.branding_values() != Branding(),
        "questions": bool(questions),
        "website": bool(clinic.allowed_sites),
    }
    return [name for name, is_done in facts.items() if is_done]


def _found(session: Session, clinic_id: int) -> Found | None:
    catalogue = last_reading(session, clinic_id)
    return None if catalogue is None else found_in(catalogue, curation_of(session, clinic_id))
