"""Settings and clinics in, working parts out: the only place that chooses an implementation."""

import os
import time
from dataclasses import dataclass, replace

from booking_app import practices as practice_access
from booking_app.alerts.telling import MailAlerts, WebhookAlerts
from booking_app.alerts.watching import Watching
from booking_app.availability.availability import Availability
from booking_app.backfilling.backfilling import Backfilling
from booking_app.booking.browse import Browse
from booking_app.booking.desk_changes import DeskChanges
from booking_app.booking.document_facts import DocumentFactsMaker
from booking_app.booking.drafts import Drafts
from booking_app.booking.effects.appointment import CreateAppointment
from booking_app.booking.effects.base import Tools
from booking_app.booking.effects.cancellation import CancelAppointment
from booking_app.booking.effects.conflicts import ReadConflicts
from booking_app.booking.effects.document import AttachDocument, AttachSignature, Renderings
from booking_app.booking.effects.form import CompleteForm
from booking_app.booking.effects.move import MoveAppointment
from booking_app.booking.effects.patient import FindOrCreatePatient
from booking_app.booking.effects.slot import RecheckSlot
from booking_app.booking.effects.withdrawal import WithdrawAppointment
from booking_app.booking.explaining import Explaining
from booking_app.booking.facts import FactsReader
from booking_app.booking.held_requests import HeldRequests
from booking_app.booking.insight import Insight
from booking_app.booking.lending_a_hand import LendingAHand
from booking_app.booking.managing import Managing
from booking_app.booking.moving import Moving
from booking_app.booking.overview import Overview
from booking_app.booking.placing import ManageTokens, Placing
from booking_app.booking.purging import Purging
from booking_app.booking.reach import ReachReader
from booking_app.booking.verifying import Verifying
from booking_app.budget.budget import Budget
from booking_app.clinic_file.packing import Packing
from booking_app.clinics.audit import AuditLog
from booking_app.clinics.connections import pause
from booking_app.clinics.factors import Factors
from booking_app.clinics.people import People
from booking_app.clinics.practice_links import PracticeLinks
from booking_app.clinics.sign_ins import SignIns
from booking_app.clock import Clock
from booking_app.connectors import Connectors
from booking_app.database_clock import clock_of
from booking_app.db import Database
from booking_app.designing.branding import BrandingDesign
from booking_app.designing.designing import Designing
from booking_app.designing.evidence import Evidence
from booking_app.designing.questions import QuestionDesign
from booking_app.designing.samples import WaiverSamples
from booking_app.designing.services import ServiceDesign
from booking_app.designing.waivers import WaiverDesign
from booking_app.following import Following
from booking_app.footfall.footfall import Footfall
from booking_app.front import Front
from booking_app.front_desk.polling import FrontDesk
from booking_app.handover.connecting import Connecting
from booking_app.ledger.ledger import Ledger
from booking_app.ledger.queue import WakeQueue
from booking_app.ledger.records import Handler
from booking_app.logs import set_up_logging
from booking_app.migrating import current_revision, newest_revision, upgrade_or_refuse
from booking_app.notices.mail import open_postbox
from booking_app.readiness import Readiness
from booking_app.reconciling.reconciliation import Reconciliation
from booking_app.refreshing import Refreshing
from booking_app.sealing import Keyring, SigningKey
from booking_app.settings import Settings, load_settings, read_environment
from booking_app.setup.clinics import NewClinics
from booking_app.setup.crm import CrmConnections
from booking_app.setup.key import ClinikoKeys
from booking_app.setup.progress import Progress
from booking_app.setup.settings import ClinicSettings
from booking_app.setup.setup import Setup
from booking_app.trail.trail import Trail
from booking_app.vendors.webhook.way_out import open_outlet


@dataclass(frozen=True)
class Parts:
    """Everything one process of the product works with."""

    settings: Settings
    database: Database
    clock: Clock
    keyring: Keyring
    signing_key: SigningKey
    practices: practice_access.ClinikoPractices
    queue: WakeQueue
    ledger: Ledger
    browse: Browse
    refreshing: Refreshing
    held_requests: HeldRequests
    watching: Watching
    trail: Trail
    purging: Purging
    following: Following
    connectors: Connectors
    connecting: Connecting
    manage_tokens: ManageTokens
    footfall: Footfall
    reconciliation: Reconciliation
    front_desk: FrontDesk
    backfilling: Backfilling

    def close(self) -> None:
        """Close every connection this process holds open; nothing may be asked afterwards."""
        self.footfall.close()
        self.practices.close()
        self.connectors.close()
        self.queue.close()
        self.database.dispose()


def build_from_environment() -> Parts:
    """The parts for a command: settings read, database upgraded where it is ours to do so."""
    settings = load_settings(read_environment())
    upgrade_or_refuse(settings)
    # What a command has to say it prints itself; only what went wrong belongs beside that.
    return build(replace(settings, log_level="warning" if settings.log_level == "info" else settings.log_level))


def build(settings: Settings, *, clock: Clock | None = None) -> Parts:
    """Put the parts together. Opens no connection before one is needed."""
    set_up_logging(development=not settings.is_production, level=settings.log_level)
    database = Database(settings.database_url)
    ground = Ground(
        settings=settings,
        database=database,
        clock=clock or clock_of(database),
        keyring=Keyring(settings.encryption_keys),
        signing_key=SigningKey.from_hex(settings.seal_key),
    )
    budget = Budget(database=database, clock=ground.clock, pause=time.sleep)
    trail = Trail(database, ground.clock)
    practices = _practices(ground, budget, trail)
    connectors = _connectors(ground, budget, trail)
    browse = Browse(
        database=database,
        availability=Availability(database, ground.clock),
        practices=practices.waited_for,
        clock=ground.clock,
    )
    manage_tokens = ManageTokens(settings.secret_key)
    following = Following(
        settings=settings,
        database=database,
        clock=ground.clock,
        reach=ReachReader(database=database, keyring=ground.keyring, practices=practices),
        connectors=connectors,
        manage_tokens=manage_tokens,
    )
    queue = WakeQueue(_queue_url(settings))
    ledger = Ledger(
        database=database,
        clock=ground.clock,
        handlers={**_effects(ground, practices, browse, following), **following.handlers()},
        wake=queue.wake,
        on_parked=following.after_parking,
        pause_connection=lambda connection_id, code: _pause(database, connection_id, code),
    )
    queue.work_with(ledger.advance)
    return Parts(
        settings=settings,
        database=database,
        clock=ground.clock,
        keyring=ground.keyring,
        signing_key=ground.signing_key,
        practices=practices,
        queue=queue,
        ledger=ledger,
        browse=browse,
        refreshing=Refreshing(database=database, practices=practices, clock=ground.clock),
        held_requests=HeldRequests(database=database, ledger=ledger, practices=practices, clock=ground.clock),
        watching=_watching(ground),
        trail=trail,
        purging=Purging(database=database, clock=ground.clock),
        following=following,
        connectors=connectors,
        connecting=Connecting(opener=connectors, replay=ledger.resume_connection, clock=ground.clock),
        manage_tokens=manage_tokens,
        footfall=Footfall(database, ground.clock),
        reconciliation=_reconciliation(ground, practices, following, ledger),
        front_desk=_front_desk(ground, practices, following, ledger),
        backfilling=Backfilling(database=database, clock=ground.clock, ledger=ledger),
    )


@dataclass(frozen=True)
class Ground:
    """What everything else stands on."""

    settings: Settings
    database: Database
    clock: Clock
    keyring: Keyring
    signing_key: SigningKey


def _practices(ground: Ground, budget: Budget, trail: Trail) -> practice_access.ClinikoPractices:
    return practice_access.ClinikoPractices(
        database=ground.database,
        keyring=ground.keyring,
        budget=budget,
        contact_email=ground.settings.contact_email,
        base_url=ground.settings.cliniko_base_url,
        trail=trail,
    )


def _connectors(ground: Ground, budget: Budget, trail: Trail) -> Connectors:
    return Connectors(
        database=ground.database,
        keyring=ground.keyring,
        clock=ground.clock,
        budget=budget,
        base_urls=ground.settings.vendor_base_urls,
        allow_private_webhooks=ground.settings.webhook_allow_private,
        trail=trail,
    )


def _reconciliation(
    ground: Ground, practices: practice_access.ClinikoPractices, following: Following, ledger: Ledger
) -> Reconciliation:
    return Reconciliation(
        database=ground.database,
        clock=ground.clock,
        practices=practices.spare,
        changes=DeskChanges(clock=ground.clock, keyring=ground.keyring, plan_changed=following.after_desk_change),
        contact_there=following.contact_there,
        wake=ledger.wake,
    )


def _front_desk(
    ground: Ground, practices: practice_access.ClinikoPractices, following: Following, ledger: Ledger
) -> FrontDesk:
    return FrontDesk(
        database=ground.database,
        clock=ground.clock,
        practices=practices.spare,
        changes=DeskChanges(clock=ground.clock, keyring=ground.keyring, plan_changed=following.after_desk_change),
        plan_handover=following.after_desk_booking,
        wake=ledger.wake,
    )


def _watching(ground: Ground) -> Watching:
    settings, clock = ground.settings, ground.clock
    console_url = f"{settings.base_url}/console/"
    postbox = open_postbox(settings.smtp_url, sender=settings.mail_from, monotonic=clock.monotonic)
    outlet = open_outlet(allow_private=settings.webhook_allow_private)
    return Watching(
        database=ground.database,
        clock=clock,
        ways={
            "mail": MailAlerts(postbox, settings.mail_from, console_url, clock),
            "webhook": WebhookAlerts(outlet, settings.secret_key, console_url, clock),
        },
    )


def _effects(
    ground: Ground, practices: practice_access.ClinikoPractices, browse: Browse, following: Following
) -> dict[str, Handler]:
    """The tasks that act on Cliniko, by their kind."""
    facts = FactsReader(ground.database, ground.keyring)
    # Whoever works them, a patient waits for the first tasks of a booking and for a cancellation.
    waited_for = Tools(database=ground.database, facts=facts, practices=practices.waited_for, clock=ground.clock)
    later = Tools(database=ground.database, facts=facts, practices=practices, clock=ground.clock)
    document_facts = DocumentFactsMaker(base_url=ground.settings.base_url)
    renderings = Renderings(
        database=ground.database,
        keyring=ground.keyring,
        signing_key=ground.signing_key,
        clock=ground.clock,
        document_facts=document_facts,
    )
    moving = MoveAppointment(
        waited_for, is_offered=browse.offers, keyring=ground.keyring, plan_moved=following.after_moving
    )
    return {
        "move": moving,
        "slot": RecheckSlot(waited_for, still_offered=browse.still_offered),
        "patient": FindOrCreatePatient(waited_for, keyring=ground.keyring),
        "appointment": CreateAppointment(waited_for),
        "conflicts": ReadConflicts(waited_for),
        "form": CompleteForm(later, document_facts=document_facts),
        "document": AttachDocument(later, renderings=renderings),
        "signature_png": AttachSignature(later, renderings=renderings),
        "cancel": CancelAppointment(waited_for),
        "withdraw": WithdrawAppointment(waited_for),
    }


def build_front(parts: Parts) -> Front:
    """The use cases for the rooms that speak HTTP. Half the web threads may wait for Cliniko, the others never do."""
    threads = int(os.environ.get("BOOKING_WEB_THREADS", "8"))
    return Front(
        settings=parts.settings,
        database=parts.database,
        clock=parts.clock,
        keyring=parts.keyring,
        browse=parts.browse,
        drafts=Drafts(database=parts.database, keyring=parts.keyring, clock=parts.clock),
        placing=Placing(
            database=parts.database,
            ledger=parts.ledger,
            keyring=parts.keyring,
            clock=parts.clock,
            manage_tokens=parts.manage_tokens,
            plan_afterwards=parts.following.after_confirming,
            inline_places=threads // 2,
            pause=time.sleep,
        ),
        held_requests=parts.held_requests,
        managing=Managing(
            database=parts.database,
            ledger=parts.ledger,
            clock=parts.clock,
            plan_cancelled=parts.following.after_cancelling,
        ),
        moving=Moving(database=parts.database, ledger=parts.ledger, clock=parts.clock),
        reconciliation=parts.reconciliation,
        backfilling=parts.backfilling,
        verifying=Verifying(parts.database),
        connecting=parts.connecting,
        footfall=parts.footfall,
        explaining=Explaining(database=parts.database, practices=parts.practices.waited_for, clock=parts.clock),
        insight=Insight(parts.database, parts.clock),
        overview=Overview(parts.database, parts.keyring),
        lending_a_hand=LendingAHand(database=parts.database, ledger=parts.ledger, keyring=parts.keyring),
        practice_links=PracticeLinks(parts.database),
        packing=Packing(parts.database, parts.keyring),
        people=People(parts.database),
        factors=Factors(parts.database, parts.keyring),
        audit=AuditLog(parts.database),
        sign_ins=SignIns(parts.database),
        setup=_setup(parts),
        readiness=Readiness(
            database=parts.database,
            queue=parts.queue,
            keyring=parts.keyring,
            has_schema=lambda database: current_revision(database) == newest_revision(),
        ),
        designing=_designing(parts),
    )


def _designing(parts: Parts) -> Designing:
    base_url = parts.settings.base_url
    return Designing(
        branding=BrandingDesign(parts.database),
        services=ServiceDesign(database=parts.database, practices=parts.practices.waited_for, clock=parts.clock),
        questions=QuestionDesign(database=parts.database, practices=parts.practices.waited_for),
        waivers=WaiverDesign(parts.database),
        samples=WaiverSamples(database=parts.database, clock=parts.clock, base_url=base_url),
        evidence=Evidence(
            database=parts.database,
            keyring=parts.keyring,
            make_facts=DocumentFactsMaker(base_url=base_url),
            base_url=base_url,
        ),
    )


def _setup(parts: Parts) -> Setup:
    database, replay = parts.database, parts.ledger.resume_connection
    return Setup(
        clinics=NewClinics(database),
        settings=ClinicSettings(database),
        key=ClinikoKeys(database=database, keyring=parts.keyring, trial=parts.practices.trial, replay=replay),
        crm=CrmConnections(database=database, keyring=parts.keyring, replay=replay),
        progress=Progress(database=database, practices=parts.practices.waited_for, clock=parts.clock),
    )


def _queue_url(settings: Settings) -> str:
    """Beside the database unless the settings name another place."""
    if settings.queue_url:
        return settings.queue_url
    if settings.database_url.startswith("postgresql"):
        return settings.database_url
    return f"sqlite:///{settings.database_url.removeprefix('sqlite:///')}.queue"


def _pause(database: Database, connection_id: int, code: str) -> None:
    with database.begin() as session:
        pause(session, connection_id, code)
