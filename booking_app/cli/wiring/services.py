"""Settings and clinics in, the working parts of a process out."""

import time
from dataclasses import dataclass, replace

from booking_app.alerts.telling import MailAlerts, WebhookAlerts
from booking_app.alerts.watching import Watching
from booking_app.availability.availability import Availability
from booking_app.bookings.booking_contact import ReachReader
from booking_app.bookings.browse import Browse
from booking_app.bookings.desk_changes import DeskChanges
from booking_app.bookings.follow_ups import Following
from booking_app.bookings.front_desk_sync.polling import FrontDesk
from booking_app.bookings.held_requests import HeldRequests
from booking_app.bookings.placing import ManageTokens
from booking_app.bookings.purging import Purging
from booking_app.bookings.reconciliation.reconciliation import Reconciliation
from booking_app.bookings.statistics.page_counts import Footfall
from booking_app.catalogue.catalogue_refresh import Refreshing
from booking_app.cli.wiring.booking_tasks import make_effects
from booking_app.cli.wiring.core import Ground
from booking_app.clinics.connections import pause
from booking_app.core.clock import Clock
from booking_app.core.database_clock import clock_of
from booking_app.core.db import Database
from booking_app.core.logging import set_up_logging
from booking_app.core.mail import open_postbox
from booking_app.core.sealing import Keyring, SigningKey
from booking_app.core.settings import Settings, load_settings, read_environment
from booking_app.crm.backfill.backfill import Backfilling
from booking_app.crm.registry import Connectors
from booking_app.crm.sync.connecting import Connecting
from booking_app.crm.vendors.webhook.outbound import open_outlet
from booking_app.migrations.upgrade import upgrade_or_refuse
from booking_app.pms import clinic_systems as practice_access
from booking_app.pms.rate_budget.budget import Budget
from booking_app.tasks.queue import WakeQueue
from booking_app.tasks.runner import Ledger
from booking_app.tasks.write_log.write_log import Trail


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
        handlers={**make_effects(ground, practices, browse, following), **following.handlers()},
        wake=queue.wake,
        on_parked=following.after_parking,
        on_limited=connectors.hold_back,
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
