"""What we hold of a person ourselves: drafts, bookings with their tasks and documents, proposals, writes."""

import base64
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from booking_app.bookings import holds
from booking_app.bookings.desk_messages import read_messages
from booking_app.bookings.drafts import read_attribution, read_details
from booking_app.bookings.models import Booking, Draft, MatchProposal
from booking_app.bookings.patient_records.changing import forget_changes, waiting_changes
from booking_app.bookings.person.records import Erased, FoundPerson
from booking_app.bookings.purging import forget_booking
from booking_app.bookings.subject import BOOKING
from booking_app.bookings.typed import Typed
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.intake.models import SignedDocument
from booking_app.intake.proof import first_rendering, forget_renderings
from booking_app.tasks import lookups
from booking_app.tasks.models import FINAL_STATES, Task
from booking_app.tasks.write_log.models import RemoteWrite

STAYS = (
    "Of each booking its reference, times, state and Cliniko’s ids stay: the clinic’s own record, without a name.",
    "Of each signed document its hashes, waiver versions, time and seal stay: they prove a signature and name nobody.",
    "The log of writes to other systems stays for a year: times, routes and answers, without content.",
    "Backups of the database hold what was there when they were made, until they are overwritten.",
    "E-mails that were sent cannot be called back.",
)


class OwnData:
    """The part of this package; safe to share between threads."""

    name = "bookings"

    def __init__(self, *, database: Database, keyring: Keyring, clock: Clock) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    def export(self, person: FoundPerson) -> Any:
        with self._database.reading() as session:
            bookings = [self._booking(session, session.get_one(Booking, one)) for one in person.booking_ids]
            drafts = [self._draft(session.get_one(Draft, one)) for one in person.draft_ids]
        return {"bookings": bookings, "drafts": drafts}

    def erase(self, person: FoundPerson) -> Erased:
        """A booking a transaction, so that nothing waits long; what was erased before counts no more."""
        now = self._clock.now()
        bookings = sum(self._erase_booking(booking_id) for booking_id in person.booking_ids)
        with self._database.begin() as session:
            drafts = self._erase_drafts(session, person.draft_ids)
            waiting = self._cancelled(session, person.booking_ids, now)
        done = [f"{_count(bookings, 'booking')}: names, contact, answers, signature and documents erased."]
        done.append(f"{_count(drafts, 'draft')} of a booking deleted.")
        if waiting:
            done.append(f"{_count(waiting, 'task')} that had not been done will not be done any more.")
        return Erased(done, STAYS)

    def _erase_booking(self, booking_id: int) -> bool:
        """Whether anything personal was there."""
        now = self._clock.now()
        with self._database.begin() as session:
            lookups.lock(session, session.get_one(Booking, booking_id).subject)
            booking = session.get_one(Booking, booking_id, with_for_update=True)
            was_there = booking.sealed_facts is not None
            forget_booking(session, booking, now)  # the front desk's bookings too: their tasks would read it back
            forget_renderings(session, [booking_id])
            booking.erased_at, booking.person_mark, booking.sealed_join_url = booking.erased_at or now, None, None
            booking.sealed_messages = None
            for proposal in session.scalars(select(MatchProposal).where(MatchProposal.booking_id == booking_id)):
                proposal.sealed_differences, proposal.state = None, "settled"
            forget_changes(session, [booking_id], now)
            return was_there

    def _erase_drafts(self, session: Session, draft_ids: Sequence[int]) -> int:
        drafts = session.scalars(select(Draft).where(Draft.id.in_(draft_ids))).all()
        for draft in drafts:
            if draft.booking_id is None:
                holds.release(session, draft.family, self._clock.now(), is_booked=False)
        session.execute(delete(Draft).where(Draft.id.in_(draft_ids)))
        return len(drafts)

    def _cancelled(self, session: Session, booking_ids: Sequence[int], now: Any) -> int:
        """How many tasks were ended by this."""
        ended = (
            Task.subject_kind == BOOKING,
            Task.subject_id.in_(booking_ids),
            Task.state == "cancelled",
            Task.finished_at >= now,
        )
        return session.scalar(select(func.count()).select_from(Task).where(*ended)) or 0

    def _booking(self, session: Session, booking: Booking) -> dict[str, Any]:
        tasks = lookups.tasks_of(session, booking.subject)
        shown: dict[str, Any] = {
            "reference": booking.reference,
            "state": booking.state,
            "starts_at": booking.starts_at.isoformat(),
            "booked_at": booking.created_at.isoformat(),
            "cliniko": {
                "patient": booking.cliniko_patient_id,
                "appointment": booking.cliniko_appointment_id,
                "attendee": booking.cliniko_attendee_id,
                "service": booking.service_id,
                "practitioner": booking.practitioner_id,
                "location": booking.location_id,
            },
            "tasks": [_task(task) for task in tasks],
            "writes": self._writes(session, [task.id for task in tasks]),
            "document": self._document(session, booking.id),
            "corrections_on_their_way": waiting_changes(session, self._keyring, booking.id),
            "messages": [one.text for one in read_messages(self._keyring, booking)],
            "join_link_kept": booking.sealed_join_url is not None,  # the link itself lets anybody in
        }
        if booking.sealed_facts is not None:
            details, evidence, more = read_details(self._keyring, booking.sealed_facts)
            shown |= {"given": details.to_json(), "circumstances": evidence.to_json(), **more}
        return shown

    def _draft(self, draft: Draft) -> dict[str, Any]:
        typed = Typed.from_json(self._keyring.unseal_json(draft.sealed_typed)).values if draft.sealed_typed else {}
        details = read_details(self._keyring, draft.sealed_details)[0] if draft.sealed_details else None
        return {
            "begun_at": draft.created_at.isoformat(),
            "choice": draft.choice,
            "came_from": read_attribution(self._keyring, draft),
            "typed": {name: list(values) for name, values in typed.items()},
            "given": details.to_json() if details else None,
            "known": self._keyring.unseal_json(draft.sealed_known) if draft.sealed_known else None,
        }

    def _document(self, session: Session, booking_id: int) -> dict[str, Any] | None:
        proof = session.scalar(select(SignedDocument).where(SignedDocument.booking_id == booking_id))
        if proof is None:
            return None
        kept = first_rendering(session, booking_id, self._keyring)
        return {
            "record_sha256": proof.record_sha256,
            "file_sha256": proof.file_sha256,
            "signed_at": proof.signed_at.isoformat(),
            "method": proof.method,
            "waiver_versions": proof.waiver_versions,
            "pdf_base64": base64.b64encode(kept.pdf).decode() if kept else None,
        }

    def _writes(self, session: Session, task_ids: Sequence[int]) -> list[dict[str, Any]]:
        rows = session.scalars(select(RemoteWrite).where(RemoteWrite.task_id.in_(task_ids)).order_by(RemoteWrite.id))
        return [{"at": row.at.isoformat(), "route": f"{row.method} {row.route}", "status": row.status} for row in rows]


def _task(task: Task) -> dict[str, Any]:
    finished = task.finished_at.isoformat() if task.finished_at else None
    return {"name": task.name, "state": task.state, "finished_at": finished, "is_final": task.state in FINAL_STATES}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
