"""What follows a confirmed or cancelled booking: which tasks, and the facts that the hand-over and the notices read."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.booking.models import Booking, BookingState
from booking_app.booking.placing import PLACING_TASKS, ManageTokens
from booking_app.booking.reach import Reach, ReachReader
from booking_app.booking.records import PatientDetails
from booking_app.clinics.connections import connections_of
from booking_app.clinics.models import Clinic, Connection
from booking_app.clock import Clock
from booking_app.connectors import Connectors
from booking_app.db import Database
from booking_app.handover.connections import WEBHOOK
from booking_app.handover.contact_handler import ContactHandler
from booking_app.handover.event_handler import EventHandler
from booking_app.handover.facts import HandoverFacts, Person
from booking_app.intake.people import is_minor
from booking_app.ledger import store
from booking_app.ledger.models import Task
from booking_app.ledger.records import Handler, PlannedTask
from booking_app.notices.facts import ClinicCard, NoticeFacts
from booking_app.notices.handlers import (
    AttentionMail,
    CancellationMail,
    ClinicMail,
    ConfirmationMail,
    LostMail,
    UnconfirmedMail,
)
from booking_app.notices.mail import open_postbox
from booking_app.settings import Settings
from booking_app.vendors.records import ConsentProof
from booking_app.vendors.webhook.records import BookingEvent

ATTENTION = "attention_mail"
UNCONFIRMED = "unconfirmed_mail"
TIME_TO_MEND = timedelta(minutes=2)  # what is mended at once needs no mail to the patient
MAILS = ("confirmation_mail", "cancellation_mail", "clinic_mail", "lost_mail", ATTENTION, UNCONFIRMED)
CONFIRMED = "conflicts"  # the task that confirms a booking


class Following:
    """Plans the tasks of afterwards and makes their handlers."""

    def __init__(
        self, *, settings: Settings, database: Database, clock: Clock, reach: ReachReader, connectors: Connectors,
        manage_tokens: ManageTokens,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._database = database
        self._clock = clock
        self._reach = reach
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
        tasks += [_handover(c.vendor, c.id, "contact", CONFIRMED) for c in self._crms(session, clinic.id)]
        tasks.append(PlannedTask("confirmation_mail", CONFIRMED))
        tasks.append(PlannedTask("clinic_mail", CONFIRMED))
        return tasks

    def after_cancelling(self, session: Session, booking: Booking) -> list[PlannedTask]:
        """The tasks that wait for Cliniko to have cancelled."""
        return [
            *(_handover(c.vendor, c.id, "contact_cancelled", "cancel") for c in self._crms(session, booking.clinic_id)),
            PlannedTask("cancellation_mail", "cancel"),
            PlannedTask("cancellation_clinic_mail", "cancel", kind="clinic_mail"),
        ]

    def after_parking(self, session: Session, task: Task) -> None:
        """Tell the clinic, once for a booking, that something waits for a person, and the patient where it is the
        appointment itself. The caller commits.
        """
        told = {each.name for each in store.tasks_of(session, task.booking_id)}
        if task.kind not in MAILS and ATTENTION not in told:
            self._plan(session, task, ATTENTION)
        if task.name in PLACING_TASKS and UNCONFIRMED not in told:
            self._plan(session, task, UNCONFIRMED, later=TIME_TO_MEND)

    def _plan(self, session: Session, task: Task, name: str, *, later: timedelta = timedelta()) -> None:
        now = self._clock.now() + later
        tasks = [PlannedTask(name)]
        store.plan(session, clinic_id=task.clinic_id, booking_id=task.booking_id, tasks=tasks, now=now)

    def handlers(self) -> dict[str, Handler]:
        return {
            "contact": ContactHandler(load_facts=self.handover_facts, open_connection=self._connectors.open),
            "event": EventHandler(load_event=self.booking_event, open_webhook=self._connectors.open_webhook),
            "confirmation_mail": self._mail(ConfirmationMail),
            "cancellation_mail": self._mail(CancellationMail),
            "clinic_mail": self._mail(ClinicMail),
            "lost_mail": self._mail(LostMail),
            ATTENTION: self._mail(AttentionMail),
            UNCONFIRMED: self._mail(UnconfirmedMail),
        }

    def _mail(self, handler: Callable[..., Handler]) -> Handler:
        sender = self._settings.mail_from
        postbox = open_postbox(self._settings.smtp_url, sender=sender, monotonic=self._clock.monotonic)
        return handler(load_facts=self.notice_facts, postbox=postbox, sender=sender, clock=self._clock)

    def notice_facts(self, booking_id: int) -> NoticeFacts:
        """The booking as its mails tell it. Raises RemoteFailure."""
        reach = self._reach.read(booking_id)
        booking, clinic, names = reach.booking, reach.clinic, reach.names
        return NoticeFacts(
            clinic=_card(clinic),
            email=reach.details.email,
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
            can_change_until=booking.starts_at - timedelta(hours=clinic.booking_rules().cancel_notice_hours),
            manage_url=f"{self._settings.base_url}/manage/{self._manage_tokens.token(booking.reference)}",
            console_url=f"{self._settings.base_url}/console/",
            booking_url=f"{self._settings.base_url}/b/{clinic.slug}",
            confirmation_rule=clinic.booking_rules().confirmation_mail,
            cliniko_sends_confirmation=names["sends_confirmation"],
            had_lost_time=reach.had_lost_time,
            has_newer_booking=reach.has_newer_booking,
            is_placed=booking.confirmed_at is not None,
        )

    def handover_facts(self, booking_id: int) -> HandoverFacts:
        """The booking as the hand-over may know it. Raises RemoteFailure."""
        reach = self._reach.read(booking_id)
        booking, details, names = reach.booking, reach.details, reach.names
        guardian = details.guardian
        return HandoverFacts(
            patient=Person(details.first_name, details.last_name, details.phone or None),
            email=details.email,
            is_minor=is_minor(details.date_of_birth, booking.created_at.date()),
            guardian=Person(guardian.first_name, guardian.last_name, guardian.phone) if guardian else None,
            email_marketing=details.consents.get("email_marketing"),
            sms_marketing=details.consents.get("sms_marketing"),
            is_returning=booking.is_returning,
            is_cancelled=_is_cancelled(booking),
            next_booking_at=self._next_booking_at(booking),
            attribution=booking.attribution,
            email_consent=_email_consent(reach),
            category=names["category"] or None,
            service_name=names["service"] or None,
            practitioner=names["practitioner"] or None,
        )

    def booking_event(self, booking_id: int) -> BookingEvent:
        """The booking as a clinic's own system is told of it. Raises RemoteFailure."""
        reach = self._reach.read(booking_id)
        booking = reach.booking
        is_cancelled = _is_cancelled(booking)
        return BookingEvent(
            clinic=reach.clinic.slug,
            booking=booking.reference,
            revision=booking.revision,
            status="cancelled" if is_cancelled else "confirmed",
            changed_at=(booking.cancelled_at if is_cancelled else booking.confirmed_at) or booking.created_at,
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            service_id=booking.service_id,
            location_id=booking.location_id,
            practitioner_id=booking.practitioner_id,
            appointment_id=booking.cliniko_appointment_id,
            patient_id=booking.cliniko_patient_id,
            email=reach.details.email or None,
        )

    def _next_booking_at(self, booking: Booking) -> datetime | None:
        """When this patient is expected next, as far as bookings made here tell."""
        next_one = select(Booking.starts_at).where(
            Booking.clinic_id == booking.clinic_id,
            Booking.cliniko_patient_id == booking.cliniko_patient_id,
            Booking.state == BookingState.CONFIRMED,
            Booking.starts_at > self._clock.now(),
        )
        with self._database.reading() as session:
            return session.scalar(next_one.order_by(Booking.starts_at).limit(1))

    def _crms(self, session: Session, clinic_id: int) -> list[Connection]:
        return [c for c in connections_of(session, clinic_id) if c.vendor != "cliniko"]


def _handover(vendor: str, connection_id: int, name: str, after: str) -> PlannedTask:
    kind = "event" if vendor == WEBHOOK else "contact"
    return PlannedTask(f"{name}:{vendor}:{connection_id}", after, kind=kind, connection_id=connection_id)


def _is_cancelled(booking: Booking) -> bool:
    return booking.state in (BookingState.CANCELLING, BookingState.CANCELLED)


def _email_consent(reach: Reach) -> ConsentProof | None:
    wording = reach.email_wording
    answer = reach.details.consents.get("email_marketing")
    if wording is None or answer is None or reach.evidence is None:
        return None
    return ConsentProof(is_given=answer, wording=wording, given_at=reach.evidence.signed_at)


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
