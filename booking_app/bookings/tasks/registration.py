"""What acts on Cliniko for a booking: every kind of task with its handler, words, lane and lease."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.browse import Browse
from booking_app.bookings.document_facts import DocumentFactsMaker
from booking_app.bookings.facts import FactsReader
from booking_app.bookings.models import Booking
from booking_app.bookings.moves import PlanMoved
from booking_app.bookings.subject import BOOKING, DRAFT
from booking_app.bookings.tasks.appointment import CreateAppointment
from booking_app.bookings.tasks.base import Tools
from booking_app.bookings.tasks.cancellation import CancelAppointment
from booking_app.bookings.tasks.conflicts import ReadConflicts
from booking_app.bookings.tasks.correction import CorrectPatient
from booking_app.bookings.tasks.document import AttachDocument, AttachSignature, Renderings
from booking_app.bookings.tasks.form import CompleteForm
from booking_app.bookings.tasks.form_move import MoveForm
from booking_app.bookings.tasks.join_link import ReadJoinLink
from booking_app.bookings.tasks.move import MoveAppointment
from booking_app.bookings.tasks.patient import FindOrCreatePatient
from booking_app.bookings.tasks.slot import RecheckSlot
from booking_app.bookings.tasks.withdrawal import WithdrawAppointment
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring, SigningKey
from booking_app.pms.practice import Practices
from booking_app.tasks.kinds import Lane, SubjectKind, TaskKind, TaskWords
from booking_app.tasks.records import Handler

CLINIKO = "Cliniko"
NOT_ENTERED = "A booking could not be entered in Cliniko"
WORDS: Mapping[str, TaskWords] = {
    "slot": TaskWords(CLINIKO, "Time checked once more", NOT_ENTERED),
    "patient": TaskWords(CLINIKO, "Patient found or added", NOT_ENTERED),
    "appointment": TaskWords(CLINIKO, "Appointment made", NOT_ENTERED),
    "conflicts": TaskWords(
        CLINIKO, "Checked that nobody else has the time", "A booking could not be checked in Cliniko"
    ),
    "join_link": TaskWords(
        CLINIKO, "Link to the video visit read", "The link to a video visit could not be read from Cliniko"
    ),
    "correction": TaskWords(
        CLINIKO, "Phone or address corrected", "A phone number or address could not be corrected in Cliniko"
    ),
    "move": TaskWords(CLINIKO, "Appointment moved", "An appointment could not be moved in Cliniko"),
    "cancel": TaskWords(CLINIKO, "Appointment cancelled", "A cancellation could not be entered in Cliniko"),
    "withdraw": TaskWords(CLINIKO, "Request taken back", "An appointment that was given up may still stand in Cliniko"),
    "form": TaskWords(
        "Form", "Answers and signature filed as a completed form", "A form could not be stored in Cliniko"
    ),
    "form_move": TaskWords(
        "Form", "Form moved to the new class", "A form could not be moved to another class in Cliniko"
    ),
    "document": TaskWords(
        "Signed PDF", "Signed document attached to the patient", "A signed document could not be stored in Cliniko"
    ),
    "signature_png": TaskWords(
        "Signed PDF", "Signature attached as a picture", "A signature could not be stored in Cliniko"
    ),
}
LANES: Mapping[str, Lane] = {
    **dict.fromkeys(
        ("slot", "patient", "appointment", "conflicts", "join_link", "move", "cancel", "withdraw"), Lane.PATIENT
    ),
    "form": Lane.MESSAGES,
    "correction": Lane.MESSAGES,
    "form_move": Lane.MESSAGES,
    "document": Lane.DOCUMENTS,
    "signature_png": Lane.DOCUMENTS,
}


@dataclass(frozen=True, kw_only=True)
class BookingTaskServices:
    """What the handlers work with. `waited_for` opens Cliniko for what a patient waits for, `later` for the rest."""

    database: Database
    clock: Clock
    keyring: Keyring
    signing_key: SigningKey
    waited_for: Practices
    later: Practices
    browse: Browse
    plan_moved: PlanMoved
    base_url: str


def booking_task_kinds(services: BookingTaskServices) -> list[TaskKind]:
    """Every kind of task that acts on Cliniko for a booking."""
    facts = FactsReader(services.database, services.keyring)
    waited_for = Tools(services.database, facts, services.waited_for, services.clock)
    later = Tools(services.database, facts, services.later, services.clock)
    document_facts = DocumentFactsMaker(base_url=services.base_url)
    renderings = Renderings(
        database=services.database,
        keyring=services.keyring,
        signing_key=services.signing_key,
        clock=services.clock,
        document_facts=document_facts,
    )
    handlers: dict[str, Handler] = {
        "slot": RecheckSlot(
            waited_for,
            is_offered=services.browse.offers,
            other_units=services.browse.other_units,
            keyring=services.keyring,
        ),
        "patient": FindOrCreatePatient(waited_for, keyring=services.keyring),
        "appointment": CreateAppointment(waited_for),
        "conflicts": ReadConflicts(waited_for),
        "join_link": ReadJoinLink(waited_for, keyring=services.keyring),
        "move": MoveAppointment(
            waited_for,
            is_offered=services.browse.offers,
            keyring=services.keyring,
            plan_moved=services.plan_moved,
        ),
        "cancel": CancelAppointment(waited_for),
        "withdraw": WithdrawAppointment(waited_for),
        "correction": CorrectPatient(later),
        "form": CompleteForm(later, document_facts=document_facts),
        "form_move": MoveForm(later),
        "document": AttachDocument(later, renderings=renderings),
        "signature_png": AttachSignature(later, renderings=renderings),
    }
    return [TaskKind(name=name, handler=handlers[name], words=WORDS[name], lane=LANES[name]) for name in handlers]


def _references(session: Session, ids: Collection[int]) -> Mapping[int, str]:
    named = select(Booking.id, Booking.reference).where(Booking.id.in_(ids))
    return {row.id: row.reference for row in session.execute(named)}


# Somebody who fills in a booking has no reference yet, and the console shows nothing of them.
DRAFTS = SubjectKind(
    name=DRAFT,
    title="Booking being filled in",
    references=lambda _session, _ids: {},
    path=lambda slug, _: f"/console/{slug}/",
)
BOOKINGS = SubjectKind(
    name=BOOKING,
    title="Booking",
    references=_references,
    path=lambda slug, reference: f"/console/{slug}/bookings/{reference}",
)
