"""Patients' records that a person should look at, and doing what they decide."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking_app.bookings.drafts import read_details
from booking_app.bookings.models import Booking, MatchProposal
from booking_app.bookings.patient_records.changing import FIELDS, plan_change
from booking_app.bookings.patient_records.choices import use_instead
from booking_app.clinics.audit import Author, record
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.pms.practice import Practices
from booking_app.tasks.runner import TaskRunner

OPEN, MERGING, SETTLED = "open", "merging", "settled"
SECONDS = 4.0  # that a screen waits for Cliniko
CHECKED_AT_ONCE = 10  # merges looked up for one page; the others wait for the next

State = Literal["open", "merging"]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Something about a patient's record to look at, or two records to be merged in Cliniko (`merging`).

    `differences` are (field, on record, typed), gone once purged. `patient_id` is the record that the booking used.
    """

    id: int
    kind: str
    state: State
    reference: str
    patient: str | None
    patient_id: str | None
    candidate_ids: tuple[str, ...]
    differences: tuple[tuple[str, str, str], ...]

    @property
    def record_ids(self) -> tuple[str, ...]:
        """Every record that it is about, that of the booking first."""
        first = (self.patient_id,) if self.patient_id else ()
        return tuple(dict.fromkeys((*first, *self.candidate_ids)))


class Duplicates:
    """Every verb is about one clinic's proposals alone, commits and is written down; False where it is too late."""

    def __init__(
        self, *, database: Database, keyring: Keyring, task_runner: TaskRunner, practices: Practices, clock: Clock
    ) -> None:
        self._clock = clock
        self._database = database
        self._keyring = keyring
        self._task_runner = task_runner
        self._practices = practices

    def waiting(self, clinic_id: int) -> int:
        """How many proposals wait for a person."""
        query = select(func.count()).select_from(MatchProposal)
        waits = (MatchProposal.clinic_id == clinic_id, MatchProposal.state.in_((OPEN, MERGING)))
        with self._database.reading() as session:
            return session.scalar(query.where(*waits)) or 0

    def proposals(self, clinic_id: int) -> tuple[Proposal, ...]:
        """Those that wait for a person, oldest first."""
        query = select(MatchProposal, Booking).join(Booking, Booking.id == MatchProposal.booking_id)
        query = query.where(MatchProposal.clinic_id == clinic_id, MatchProposal.state.in_((OPEN, MERGING)))
        with self._database.reading() as session:
            rows = session.execute(query.order_by(MatchProposal.id)).all()
        return tuple(self._proposal(row, booking) for row, booking in rows)

    def keep(self, author: Author, clinic_id: int, proposal_id: int) -> bool:
        """Leave the records as they are: they are right, or of different people."""
        return self._decide(author, clinic_id, proposal_id, "kept", SETTLED)

    def merged(self, author: Author, clinic_id: int, proposal_id: int) -> bool:
        """A person says that the records are merged in Cliniko."""
        return self._decide(author, clinic_id, proposal_id, "merged", SETTLED)

    def apply(self, author: Author, clinic_id: int, proposal_id: int, fields: Collection[str]) -> bool:
        """Have what the patient typed written to their record: these of FIELDS, as the proposal shows them."""
        with self._database.begin() as session:
            found = self._open(session, clinic_id, proposal_id)
            typed = self._typed(found[0], fields) if found else {}
            if found is None or not typed:
                return False
            row, booking = found
            subject = plan_change(session, self._keyring, booking, typed, author.at)
            if subject is None:
                return False
            self._settle(session, author, row, booking, "applied", SETTLED, fields=sorted(typed))
        self._task_runner.wake(subject)
        return True

    def use(self, author: Author, clinic_id: int, proposal_id: int, patient_id: str) -> bool:
        """All records of the proposal are one person's, and bookings use this one from now on.

        The records are then still to be merged in Cliniko, whose API cannot do it.
        """
        with self._database.begin() as session:
            found = self._open(session, clinic_id, proposal_id)
            if found is None:
                return False
            row, booking = found
            ids = self._proposal(row, booking).record_ids
            if patient_id not in ids:
                return False
            use_instead(session, clinic_id, patient_id, ids, author.at)
            self._settle(session, author, row, booking, "one_person", MERGING)
            row.candidate_ids = [patient_id, *(one for one in ids if one != patient_id)]
        return True

    def tick_off_merged(self, author: Author, clinic_id: int) -> int:
        """Settle those whose records were merged, or archived, in Cliniko meanwhile; returns how many.

        Asks Cliniko, outside of any transaction. Raises RemoteFailure.
        """
        merging = [each for each in self.proposals(clinic_id) if each.state == MERGING][:CHECKED_AT_ONCE]
        ids = sorted({one for each in merging for one in each.candidate_ids})
        if not ids:
            return 0
        live = self._live(clinic_id, ids)
        done = [each for each in merging if sum(one in live for one in each.candidate_ids) <= 1]
        return sum(self._decide(author, clinic_id, each.id, "merged", SETTLED) for each in done)

    def _live(self, clinic_id: int, ids: Sequence[str]) -> set[str]:
        """Those of the records that are neither archived nor merged into another."""
        practice = self._practices(clinic_id).within(deadline=self._clock.monotonic() + SECONDS)
        return {one.cliniko_id for one in practice.patients_by_id(ids) if one.is_live}

    def _decide(self, author: Author, clinic_id: int, proposal_id: int, decision: str, state: str) -> bool:
        with self._database.begin() as session:
            found = self._open(session, clinic_id, proposal_id)
            if found is None:
                return False
            self._settle(session, author, *found, decision, state)
        return True

    def _open(self, session: Session, clinic_id: int, proposal_id: int) -> tuple[MatchProposal, Booking] | None:
        row = session.get(MatchProposal, proposal_id, with_for_update=True)
        if row is None or row.clinic_id != clinic_id or row.state not in (OPEN, MERGING):
            return None
        return row, session.get_one(Booking, row.booking_id)

    def _settle(
        self, session: Session, author: Author, row: MatchProposal, booking: Booking, decision: str, state: str,
        **more: object,
    ) -> None:  # fmt: skip
        row.state, row.sealed_differences = state, None
        after = {"booking": booking.reference, "kind": row.kind, "decision": decision, **more}
        record(session, author, row.clinic_id, "booking.match_settled", after=after)

    def _typed(self, row: MatchProposal, fields: Collection[str]) -> dict[str, str]:
        differences = self._keyring.unseal_json(row.sealed_differences) if row.sealed_differences else []
        return {field: str(typed) for field, _, typed in differences if field in fields and field in FIELDS}

    def _proposal(self, row: MatchProposal, booking: Booking) -> Proposal:
        found = self._keyring.unseal_json(row.sealed_differences) if row.sealed_differences else []
        details = read_details(self._keyring, booking.sealed_facts)[0] if booking.sealed_facts else None
        return Proposal(
            id=row.id,
            kind=row.kind,
            state=cast(State, row.state),
            reference=booking.reference,
            patient=f"{details.first_name} {details.last_name}" if details else None,
            patient_id=booking.cliniko_patient_id,
            candidate_ids=tuple(row.candidate_ids),
            differences=tuple((str(field), str(ours), str(typed)) for field, ours, typed in found),
        )
