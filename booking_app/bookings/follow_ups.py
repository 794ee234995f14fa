"""What follows a confirmed or cancelled booking: which tasks, and the facts that the CRM sync and the notices read."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.booking_contact import UNKNOWN_BIRTH, BookingContact, BookingContactReader
from booking_app.bookings.deadlines import deadlines_of
from booking_app.bookings.mail.facts import AskedMove, ClinicCard, NoticeFacts
from booking_app.bookings.mail.handlers import BY_KIND
from booking_app.bookings.models import Booking, BookingState, Source
from booking_app.bookings.moves import abandon_move
from booking_app.bookings.placing import ManageTokens
from booking_app.bookings.records import PatientDetails
from booking_app.bookings.steps import PLACING_TASKS
from booking_app.clinics.connections import connections_of
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.mail import open_postbox
from booking_app.core.settings import Settings
from booking_app.crm.registry import Connectors
from booking_app.crm.sync.contacts import Withheld, contact_of
from booking_app.crm.sync.event_handler import EventHandler
from booking_app.crm.sync.facts import CrmFacts, Person
from booking_app.crm.sync.handlers import crm_handlers
from booking_app.crm.sync.planning import event_task, sync_tasks
from booking_app.crm.vendors.records import ConsentProof
from booking_app.crm.vendors.registered import WEBHOOK
from booking_app.crm.vendors.webhook.records import BookingEvent
from booking_app.intake.people import is_minor
from booking_app.tasks import store
from booking_app.tasks.models import Task
from booking_app.tasks.records import Handler, PlannedTask

ATTENTION = "attention_mail"
UNCONFIRMED = "unconfirmed_mail"
TIME_TO_MEND = timedelta(minutes=2)  # what is mended at once needs no mail to the patient
CONFIRMED = "conflicts"  # the task that confirms a booking


class FollowUps:
    """Plans the tasks of afterwards and makes their handlers."""

    def __init__(
        self, *, settings: Settings, database: Database, clock: Clock, booking_contact: BookingContactReader,
        connectors: Connectors, manage_tokens: ManageTokens,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._database = database
        self._clock = clock
        self._booking_contact = booking_contact
        self._connectors = connectors
        self._manage_tokens = manage_tokens

    def after_confirming(self, session: Session, clinic: Clinic, details: PatientDetails) -> list[PlannedTask]:
        """The tasks that wait for the appointment: each visible by itself, none can un-book anybody."""
        cliniko = next((c.id for c in connections_of(session, clinic.id, "cliniko")), None)
        tasks = [PlannedTask("form", CONFIRMED, connection_id=cliniko)]
        if details.waiver_versions or details.signature:
            tasks.append(PlannedTask("document", CONFIRMED, connection_id=cliniko))
        if details.signature and clinic.booking_rules().attach_signature_png:
            # After the document, because its first rendering keeps the picture.
            tasks.append(PlannedTask("signature_png", "document", connection_id=cliniko))
        tasks += self.crm_sync_tasks(session, clinic.id, after=CONFIRMED)
        tasks.append(PlannedTask("confirmation_mail", CONFIRMED))
        tasks.append(PlannedTask("clinic_mail", CONFIRMED))
        return tasks

    def after_cancelling(self, session: Session, booking: Booking) -> list[PlannedTask]:
        """The tasks that wait for Cliniko to have cancelled."""
        return [
            *self.crm_sync_tasks(session, booking.clinic_id, after="cancel", occasion="cancelled"),
            PlannedTask("cancellation_mail", "cancel"),
            PlannedTask("cancellation_clinic_mail", "cancel", kind="clinic_mail"),
        ]

    def after_moving(self, session: Session, booking: Booking) -> list[PlannedTask]:
        """The tasks that follow when the patient has moved the appointment."""
        number = booking.last_move.number if booking.last_move else 0
        return [
            *self._told_of_change(session, booking),
            PlannedTask(f"moved_mail:{number}", kind="moved_mail"),
            PlannedTask(f"moved_clinic_mail:{number}", kind="moved_clinic_mail"),
        ]

    def after_desk_change(self, session: Session, booking: Booking) -> list[PlannedTask]:
        """The tasks that follow when staff cancelled or moved the appointment, or noted that nobody came: no mail."""
        return self._told_of_change(session, booking)

    def after_desk_booking(self, session: Session, booking: Booking) -> list[PlannedTask]:
        """The tasks for an appointment that staff made in Cliniko: the CRM sync, and no mail."""
        return self.crm_sync_tasks(session, booking.clinic_id, after=None)

    def _told_of_change(self, session: Session, booking: Booking) -> list[PlannedTask]:
        """The tasks that tell every CRM what has become of a booking that it knows."""
        change = "missed" if booking.missed_at else "moved"
        occasion = "cancelled" if _is_cancelled(booking) else f"{change}.{booking.revision}"
        return self.crm_sync_tasks(session, booking.clinic_id, after=None, occasion=occasion)

    def contact_there(self, booking_id: int, connection_id: int) -> bool | None:
        """Whether the CRM has the booking's contact; None where it is not meant to. Raises RemoteFailure."""
        opened = self._connectors.open(connection_id)
        try:
            contact = contact_of(self.crm_facts(booking_id), opened.config)
        except Withheld:
            return None
        return opened.vendor.contacts.find(contact.email) is not None

    def crm_sync_tasks(
        self, session: Session, clinic_id: int, *, after: str | None, occasion: str = ""
    ) -> list[PlannedTask]:
        """The tasks that tell every CRM and webhook of a booking, or of a change of it, to follow the task `after`
        or at once.

        `occasion` is unique among the changes of one booking: "cancelled", "moved.2" for its second revision.
        """
        tasks = []
        for each in connections_of(session, clinic_id):
            if each.vendor == WEBHOOK:
                tasks.append(event_task(each.id, after=after, occasion=occasion))
            elif each.vendor != "cliniko":
                tasks += sync_tasks(each.vendor, each.id, after=after, occasion=occasion)
        return tasks

    def after_parking(self, session: Session, task: Task) -> None:
        """Tell the clinic of a patient who waits, once for a booking, and the patient if it is the appointment itself.

        What else is parked is told by its cause (`alerts/`), not by its booking. The caller commits.
        """
        told = {each.name for each in store.tasks_of(session, task.booking_id)}
        if task.kind in (*PLACING_TASKS, "cancel", "move") and ATTENTION not in told:
            self._plan(session, task, ATTENTION)
        if task.kind == "move":
            abandon_move(session, task.booking_id, self._clock.now())
        if task.name in PLACING_TASKS and UNCONFIRMED not in told:
            self._plan(session, task, UNCONFIRMED, later=TIME_TO_MEND)

    def _plan(self, session: Session, task: Task, name: str, *, later: timedelta = timedelta()) -> None:
        now = self._clock.now() + later
        tasks = [PlannedTask(name)]
        store.plan(session, clinic_id=task.clinic_id, booking_id=task.booking_id, tasks=tasks, now=now)

    def handlers(self) -> dict[str, Handler]:
        return {
            **crm_handlers(
                database=self._database,
                clock=self._clock,
                load_facts=self.crm_facts,
                open_connection=self._connectors.open,
            ),
            "event": EventHandler(load_event=self.booking_event, open_webhook=self._connectors.open_webhook),
            **{kind: self._mail(handler) for kind, handler in BY_KIND.items()},
        }

    def _mail(self, handler: Callable[..., Handler]) -> Handler:
        sender = self._settings.mail_from
        postbox = open_postbox(self._settings.smtp_url, sender=sender, monotonic=self._clock.monotonic)
        return handler(load_facts=self.notice_facts, postbox=postbox, sender=sender, clock=self._clock)

    def notice_facts(self, booking_id: int) -> NoticeFacts:
        """The booking as its mails tell it. Raises RemoteFailure."""
        booking_contact = self._booking_contact.read(booking_id)
        booking, clinic, names = booking_contact.booking, booking_contact.clinic, booking_contact.names
        return NoticeFacts(
            clinic=_card(clinic),
            email=booking_contact.details.email,
            reference=booking.reference,
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            time_zone=names["time_zone"],
            location_name=names["location"],
            address=names["address"],
            directions=names["directions"],
            is_telehealth=names["is_telehealth"],
            is_cancelled=_is_cancelled(booking),
            sequence=booking.revision,
            deadlines=deadlines_of(clinic.booking_rules(), booking.starts_at),
            move=_asked_move(booking),
            manage_url=f"{self._settings.base_url}/manage/{self._manage_tokens.token(booking.reference)}",
            console_url=f"{self._settings.base_url}/console/",
            booking_url=f"{self._settings.base_url}/b/{clinic.slug}",
            confirmation_rule=clinic.booking_rules().confirmation_mail,
            cliniko_sends_confirmation=names["sends_confirmation"],
            had_lost_time=booking_contact.had_lost_time,
            has_newer_booking=booking_contact.has_newer_booking,
            is_placed=booking.confirmed_at is not None or booking.source == Source.FRONT_DESK,
            is_waiting=booking.state == BookingState.PLACING,
        )

    def crm_facts(self, booking_id: int) -> CrmFacts:
        """The booking as the CRM sync may know it. Raises RemoteFailure."""
        booking_contact = self._booking_contact.read(booking_id)
        booking, details, names = booking_contact.booking, booking_contact.details, booking_contact.names
        guardian = details.guardian
        zone = ZoneInfo(names["time_zone"])
        return CrmFacts(
            reference=booking.reference,
            starts_at=booking.starts_at.astimezone(zone),
            ends_at=booking.ends_at.astimezone(zone),
            patient=Person(details.first_name, details.last_name, details.phone or None),
            email=details.email,
            is_minor=_may_be_minor(booking_contact),
            is_read_back=booking_contact.evidence is None,
            is_staff_entered=booking.source == Source.FRONT_DESK,
            guardian=Person(guardian.first_name, guardian.last_name, guardian.phone) if guardian else None,
            email_marketing=details.consents.get("email_marketing"),
            sms_marketing=details.consents.get("sms_marketing"),
            is_returning=booking.is_returning,
            is_cancelled=_is_cancelled(booking),
            is_missed=booking.missed_at is not None,
            next_booking_at=self._next_booking_at(booking),
            attribution=booking.attribution,
            email_consent=_email_consent(booking_contact),
            category=names["category"] or None,
            service_name=names["service"] or None,
            practitioner=names["practitioner"] or None,
        )

    def booking_event(self, booking_id: int) -> BookingEvent:
        """The booking as a clinic's own system is told of it. Raises RemoteFailure."""
        booking_contact = self._booking_contact.read(booking_id)
        booking = booking_contact.booking
        stands: Literal["missed", "confirmed"] = "missed" if booking.missed_at else "confirmed"
        return BookingEvent(
            clinic=booking_contact.clinic.slug,
            booking=booking.reference,
            revision=booking.revision,
            status="cancelled" if _is_cancelled(booking) else stands,
            changed_at=_changed_at(booking),
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            service_id=booking.service_id,
            location_id=booking.location_id,
            practitioner_id=booking.practitioner_id,
            appointment_id=booking.cliniko_appointment_id,
            patient_id=booking.cliniko_patient_id,
            email=booking_contact.details.email or None,
        )

    def _next_booking_at(self, booking: Booking) -> datetime | None:
        """When this patient is expected next, as far as bookings made here tell."""
        next_one = select(Booking.starts_at).where(
            Booking.clinic_id == booking.clinic_id,
            Booking.cliniko_patient_id == booking.cliniko_patient_id,
            Booking.state.in_((BookingState.CONFIRMED, BookingState.MOVING)),
            Booking.starts_at > self._clock.now(),
        )
        with self._database.reading() as session:
            return session.scalar(next_one.order_by(Booking.starts_at).limit(1))


def _may_be_minor(booking_contact: BookingContact) -> bool:
    """Whether the patient was a child at the booking; of whom the front desk booked without a date of birth, maybe."""
    birth = booking_contact.details.date_of_birth
    is_unknown = booking_contact.booking.source == Source.FRONT_DESK and birth == UNKNOWN_BIRTH
    return is_unknown or is_minor(birth, booking_contact.booking.created_at.date())


def _is_cancelled(booking: Booking) -> bool:
    return booking.state in (BookingState.CANCELLING, BookingState.CANCELLED)


def _changed_at(booking: Booking) -> datetime:
    """When the booking became what it is: the same for every telling of one revision."""
    if _is_cancelled(booking):
        return booking.cancelled_at or booking.created_at
    return booking.missed_at or booking.moved_at or booking.confirmed_at or booking.created_at


def _asked_move(booking: Booking) -> AskedMove | None:
    move = booking.last_move
    if move is None:
        return None
    return AskedMove(move.number, move.origin.starts_at, move.target.starts_at, move.outcome)


def _email_consent(booking_contact: BookingContact) -> ConsentProof | None:
    wording = booking_contact.email_wording
    answer = booking_contact.details.consents.get("email_marketing")
    if wording is None or answer is None or booking_contact.evidence is None:
        return None
    source = f"online booking {booking_contact.booking.reference}"
    return ConsentProof(is_given=answer, wording=wording, given_at=booking_contact.evidence.signed_at, source=source)


def _card(clinic: Clinic) -> ClinicCard:
    branding = clinic.branding_values()
    return ClinicCard(
        name=clinic.name,
        phone=clinic.phone or None,
        email=clinic.email or None,
        primary_color=branding.primary_color,
        alert_email=clinic.alerts.get("email"),
        header=branding.email_header,
        confirmation_text=branding.confirmation_text,
        locale=clinic.locale,
    )
