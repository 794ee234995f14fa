"""Confirming: one transaction writes the booking and its tasks, then the first of them run while the patient waits."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking_app.bookings import holds
from booking_app.bookings.accounts import account_key_of
from booking_app.bookings.blocks import DomainMarks
from booking_app.bookings.drafts import find, read_attribution, read_details, read_known
from booking_app.bookings.errors import AlreadyBooked, DetailsMissing, DraftGone, SlotGone
from booking_app.bookings.facts import names_now
from booking_app.bookings.join_links import JOIN_LINK, link_of
from booking_app.bookings.models import BACK_AT_WORK, Booking, BookingState, Hold
from booking_app.bookings.models import Draft as DraftRow
from booking_app.bookings.records import BookingStatus, Choice, PatientDetails
from booking_app.bookings.returning.corrections import corrections_to
from booking_app.bookings.same_person import SamePerson, has_booking_then
from booking_app.bookings.steps import CORRECTION, DOCUMENT_TASKS, PLACING_TASKS, has_stopped, waits_until
from booking_app.bookings.subject import subject_of
from booking_app.catalogue.records import ServiceView
from booking_app.catalogue.snapshots import offered
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.core.tokens import derived_token, hash_token, new_reference
from booking_app.tasks import lookups, store
from booking_app.tasks.models import Task, TaskState
from booking_app.tasks.records import PlannedTask
from booking_app.tasks.runner import TaskRunner

INLINE_SECONDS = 8.0
POLL_SECONDS = 0.1
LINK_SECONDS = 2.0

# Whether a booking of this service may be written as it is; raises PaymentNeeded. Called in the transaction that
# writes it; reads only.
Gate = Callable[[Session, Clinic, DraftRow, ServiceView], None]
# What is written with a booking that was paid for, in the same transaction.
AlsoWrite = Callable[[Session, Booking], None]


class PlanAfterwards(Protocol):
    """Names the tasks that follow a confirmed appointment."""

    def __call__(
        self, session: Session, clinic: Clinic, details: PatientDetails, /, *, is_by_video: bool
    ) -> list[PlannedTask]: ...


class ManageTokens:
    """The patient's link to a booking: derived, so that page and mail can name it, and stored only as a hash."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key

    def token(self, reference: str) -> str:
        return derived_token(self._key, "manage", reference)


class Placing:
    """Turns drafts into bookings. `plan_afterwards` names the tasks that follow a confirmed appointment.

    `gate` may refuse a booking that needs something first, such as a deposit.
    """

    def __init__(
        self, *, database: Database, task_runner: TaskRunner, keyring: Keyring, clock: Clock,
        manage_tokens: ManageTokens, same_person: SamePerson, domains: DomainMarks,
        plan_afterwards: PlanAfterwards, inline_places: int, pause: Callable[[float], None],
        gate: Gate = lambda _session, _clinic, _draft, _service: None,
    ) -> None:  # fmt: skip
        self._database = database
        self._task_runner = task_runner
        self._keyring = keyring
        self._clock = clock
        self._manage_tokens = manage_tokens
        self._same_person = same_person
        self._domains = domains
        self._plan_afterwards = plan_afterwards
        self._inline = BoundedSemaphore(max(inline_places, 1))
        self._pause = pause
        self._gate = gate

    def confirm(self, clinic: Clinic, token: str, *, as_well: bool = False) -> None:
        """Book what the draft says; commits, then works inline for up to 8 s. Safe to repeat per draft.

        Raises DraftGone, DetailsMissing, SlotGone when the time is somebody else's already, or AlreadyBooked when the
        same person has one then; `as_well` books all the same. Raises PaymentNeeded where the gate says so.
        """
        deadline = self._clock.monotonic() + INLINE_SECONDS
        is_inline = self._inline.acquire(blocking=False)
        try:
            booking_id, claimed, is_by_video = self._write(clinic, token, is_inline=is_inline, as_well=as_well)
            is_settled = is_inline and self._place(booking_id, deadline, claimed)
            if is_settled and is_by_video:
                self._read_link(booking_id, deadline)
        finally:
            if is_inline:
                self._inline.release()
        if not is_settled:
            self._task_runner.wake(subject_of(booking_id))

    def place_paid(self, draft_id: int, reference: str, also_write: AlsoWrite) -> int:
        """Book what a draft says that was paid for; commits, and leaves the placing to a worker. Safe to repeat.

        The booking takes `reference`. One that the draft has become already is paid by this. `also_write` writes beside
        it. Returns the booking's id. Raises DraftGone, DetailsMissing, or SlotGone when the time is somebody else's.
        """
        now = self._clock.now()
        with self._database.begin() as session:
            draft = session.get(DraftRow, draft_id, with_for_update=True)
            if draft is None:
                raise DraftGone
            clinic = session.get_one(Clinic, draft.clinic_id)
            booking = _standing(session, draft)
            if booking is None:
                _refuse_lost(session, draft)
                booking, _ = self._planned(session, clinic, draft, now, as_well=True, reference=reference)
            also_write(session, booking)
        self._task_runner.wake(booking.subject)
        return booking.id

    def refuse_double(self, clinic: Clinic, token: str) -> None:
        """Raise AlreadyBooked where `confirm` would, before anything is paid; or DraftGone, DetailsMissing."""
        with self._database.reading() as session:
            draft = find(session, clinic, token, self._clock.now(), lock=False)
            if draft.sealed_details is None:
                raise DetailsMissing
            details, _, _ = read_details(self._keyring, draft.sealed_details)
            mark = self._same_person.mark(clinic.id, details)
            if clinic.booking_rules().ask_before_double_booking and has_booking_then(
                session, mark, Choice.from_json(draft.choice)
            ):
                raise AlreadyBooked

    def status(self, clinic: Clinic, token: str) -> BookingStatus:
        """How far the draft's booking has come. Raises DraftGone."""
        with self._database.reading() as session:
            row = find(session, clinic, token, self._clock.now(), lock=False)
            booking = session.get(Booking, row.booking_id) if row.booking_id else None
            if booking is None:
                raise DraftGone
            tasks = lookups.tasks_of(session, booking.subject)
            by_video = any(task.kind == JOIN_LINK for task in tasks)
            states = {task.name: task.state for task in tasks}
        return BookingStatus(
            state=_shown_state(booking.state, tasks),
            reference=booking.reference,
            choice=booking.choice,
            manage_token=self._manage_tokens.token(booking.reference),
            documents_done=all(states.get(name, TaskState.DONE) == TaskState.DONE for name in DOCUMENT_TASKS),
            waits_until=waits_until(booking, tasks, self._clock.now()),
            is_held=booking.held_at is not None,
            join=link_of(booking, self._keyring, self._clock.now(), is_by_video=by_video),
        )

    def _write(self, clinic: Clinic, token: str, *, is_inline: bool, as_well: bool) -> tuple[int, Task | None, bool]:
        """The booking's id, its first task, claimed where it is to be done right here, and whether it is by video."""
        now = self._clock.now()
        with self._database.begin() as session:
            draft = find(session, clinic, token, now)
            standing = _standing(session, draft)
            if standing is not None:
                return standing.id, None, False
            _refuse_lost(session, draft)
            booking, is_by_video = self._planned(session, clinic, draft, now, as_well=as_well)
            claimed = self._task_runner.claim(session, booking.subject, PLACING_TASKS) if is_inline else None
            return booking.id, claimed, is_by_video

    def _planned(
        self, session: Session, clinic: Clinic, draft: DraftRow, now: datetime, *, as_well: bool,
        reference: str | None = None,
    ) -> tuple[Booking, bool]:  # fmt: skip
        """The booking of a draft with its tasks, and whether it is by video. One with a `reference` was paid for."""
        booking, names = self._new_booking(session, clinic, draft, now, as_well=as_well, reference=reference)
        details, _, _ = read_details(self._keyring, draft.sealed_details or b"")
        is_by_video = bool(names["is_telehealth"])
        afterwards = self._plan_afterwards(session, clinic, details, is_by_video=is_by_video)
        cliniko = next((task.connection_id for task in afterwards if task.name == "form"), None)
        tasks = [*_chain(PLACING_TASKS, cliniko), *self._corrections(draft, details, cliniko), *afterwards]
        store.plan(session, clinic_id=clinic.id, subject=booking.subject, tasks=tasks, now=now, is_first=True)
        draft.booking_id = booking.id
        draft.touched_at = now
        return booking, is_by_video

    def _corrections(self, draft: DraftRow, details: PatientDetails, connection_id: int | None) -> list[PlannedTask]:
        """What a patient who came back has put right in their own record, once the appointment stands."""
        known = read_known(self._keyring, draft)
        person = known.person if known and known.patient_of(details) else None
        if person is None or not corrections_to(person, details):
            return []
        return [PlannedTask(CORRECTION, PLACING_TASKS[-1], connection_id=connection_id)]

    def _new_booking(
        self, session: Session, clinic: Clinic, draft: DraftRow, now: datetime, *, as_well: bool, reference: str | None
    ) -> tuple[Booking, dict[str, Any]]:
        choice = Choice.from_json(draft.choice)
        hold = holds.of_family(session, draft.family)
        if hold is None or not holds.is_for(hold, choice, now):
            hold = self._take_again(session, clinic, draft, choice, now)
        holds.keep_for_booking(hold)
        details, evidence, more = read_details(self._keyring, draft.sealed_details or b"")
        mark = self._same_person.mark(clinic.id, details)
        known = read_known(self._keyring, draft)
        if not as_well and clinic.booking_rules().ask_before_double_booking and has_booking_then(session, mark, choice):
            raise AlreadyBooked
        catalogue = offered(session, clinic.id)
        names, service = names_now(catalogue, choice), catalogue.service(choice.service_id) if catalogue else None
        if names is None or service is None:
            raise SlotGone  # what was chosen is not offered any more
        if reference is None:
            self._gate(session, clinic, draft, service)
        reference = reference or new_reference()
        booking = Booking(
            clinic_id=clinic.id,
            reference=reference,
            family=draft.family,
            manage_hash=hash_token(self._manage_tokens.token(reference)),
            state=BookingState.PLACING,
            account_key=account_key_of(session, clinic.id),
            service_id=choice.service_id,
            location_id=choice.location_id,
            practitioner_id=choice.practitioner_id,
            any_practitioner=choice.any_practitioner,
            starts_at=choice.starts_at,
            ends_at=choice.ends_at,
            group_id=choice.group_id,
            sealed_facts=self._keyring.seal_json(
                {
                    "details": details.to_json(),
                    "evidence": evidence.to_json(),
                    "names": names,
                    "attribution": read_attribution(self._keyring, draft),
                    "known_patient": known.patient_of(details) if known else None,
                    **more,
                }
            ),
            person_mark=mark,
            is_minor_alone=details.is_minor_alone(now.astimezone(ZoneInfo(clinic.time_zone)).date()),
            network=draft.visitor or None,
            email_domain=self._domains.mark(details.contact_email),
            created_at=now,
        )
        session.add(booking)
        session.flush()
        return booking, names

    def _take_again(self, session: Session, clinic: Clinic, draft: DraftRow, choice: Choice, now: datetime) -> Hold:
        return holds.take(
            session,
            clinic_id=clinic.id,
            account_key=account_key_of(session, clinic.id),
            family=draft.family,
            visitor=draft.visitor,
            choice=choice,
            now=now,
            lasts=timedelta(minutes=clinic.booking_rules().hold_minutes),
        )

    def _place(self, booking_id: int, deadline: float, claimed: Task | None) -> bool:
        """Work on the first tasks until the booking is placed, lost or out of time; a worker may be at it too.

        Whether it has come to an end; what is due then has been woken.
        """
        subject = subject_of(booking_id)
        while claimed is not None or self._clock.monotonic() < deadline:
            self._task_runner.advance(subject, deadline=deadline, names=PLACING_TASKS, claimed=claimed)
            claimed = None
            with self._database.reading() as session:
                if session.get_one(Booking, booking_id).state != BookingState.PLACING:
                    return True
                tasks = lookups.tasks_of(session, subject)
            if any(task.name in PLACING_TASKS and task.failure for task in tasks):
                return False
            self._pause(POLL_SECONDS)
        return False

    def _read_link(self, booking_id: int, deadline: float) -> None:
        """Before the page is shown, so that it has the link; where that takes longer a worker goes on."""
        soon = min(deadline, self._clock.monotonic() + LINK_SECONDS)
        self._task_runner.advance(subject_of(booking_id), deadline=soon, names=(JOIN_LINK,))


def _standing(session: Session, draft: DraftRow) -> Booking | None:
    """The booking that a draft has become, unless it was lost or given up."""
    booking = session.get(Booking, draft.booking_id) if draft.booking_id else None
    return booking if booking is not None and booking.state not in BACK_AT_WORK else None


def _refuse_lost(session: Session, draft: DraftRow) -> None:
    """Raise DetailsMissing for a draft without details, SlotGone for a time that was lost before."""
    if draft.sealed_details is None:
        raise DetailsMissing
    booking = session.get(Booking, draft.booking_id) if draft.booking_id else None
    if booking is not None and _has_lost(booking, Choice.from_json(draft.choice)):
        raise SlotGone


def _has_lost(booking: Booking, choice: Choice) -> bool:
    """Whether this very time was lost before; one that was only given up may be asked for again."""
    return booking.state == BookingState.SLOT_LOST and booking.choice == choice


def _chain(names: tuple[str, ...], connection_id: int | None) -> list[PlannedTask]:
    return [
        PlannedTask(name=name, after=names[i - 1] if i else None, connection_id=connection_id)
        for i, name in enumerate(names)
    ]


def _shown_state(state: str, tasks: Iterable[Task]) -> str:
    """A booking whose placing is parked will not confirm by itself, and the patient is told so."""
    if state == BookingState.PLACING and has_stopped(tasks):
        return BookingState.FAILED
    return state
