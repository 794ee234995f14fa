"""What acts on Cliniko, one effect a kind of task."""

from booking_app.bookings.browse import Browse
from booking_app.bookings.document_facts import DocumentFactsMaker
from booking_app.bookings.facts import FactsReader
from booking_app.bookings.follow_ups import FollowUps
from booking_app.bookings.tasks.appointment import CreateAppointment
from booking_app.bookings.tasks.base import Tools
from booking_app.bookings.tasks.cancellation import CancelAppointment
from booking_app.bookings.tasks.conflicts import ReadConflicts
from booking_app.bookings.tasks.document import AttachDocument, AttachSignature, Renderings
from booking_app.bookings.tasks.form import CompleteForm
from booking_app.bookings.tasks.move import MoveAppointment
from booking_app.bookings.tasks.patient import FindOrCreatePatient
from booking_app.bookings.tasks.slot import RecheckSlot
from booking_app.bookings.tasks.withdrawal import WithdrawAppointment
from booking_app.cli.wiring.core import Core
from booking_app.pms import clinic_systems as practice_access
from booking_app.tasks.records import Handler


def make_effects(
    core: Core, practices: practice_access.ClinikoPractices, browse: Browse, follow_ups: FollowUps
) -> dict[str, Handler]:
    """The tasks that act on Cliniko, by their kind."""
    facts = FactsReader(core.database, core.keyring)
    # Whoever works them, a patient waits for the first tasks of a booking and for a cancellation.
    waited_for = Tools(database=core.database, facts=facts, practices=practices.waited_for, clock=core.clock)
    later = Tools(database=core.database, facts=facts, practices=practices, clock=core.clock)
    document_facts = DocumentFactsMaker(base_url=core.settings.base_url)
    renderings = Renderings(
        database=core.database,
        keyring=core.keyring,
        signing_key=core.signing_key,
        clock=core.clock,
        document_facts=document_facts,
    )
    moving = MoveAppointment(
        waited_for, is_offered=browse.offers, keyring=core.keyring, plan_moved=follow_ups.after_moving
    )
    return {
        "move": moving,
        "slot": RecheckSlot(waited_for, still_offered=browse.still_offered),
        "patient": FindOrCreatePatient(waited_for, keyring=core.keyring),
        "appointment": CreateAppointment(waited_for),
        "conflicts": ReadConflicts(waited_for),
        "form": CompleteForm(later, document_facts=document_facts),
        "document": AttachDocument(later, renderings=renderings),
        "signature_png": AttachSignature(later, renderings=renderings),
        "cancel": CancelAppointment(waited_for),
        "withdraw": WithdrawAppointment(waited_for),
    }
