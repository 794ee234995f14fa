"""Settings and clinics in, the working parts of a process out."""

import os
import time
from dataclasses import dataclass, replace

from booking_app.accounting.use_cases import Accounting
from booking_app.alerts.telling import MailAlerts, WebhookAlerts
from booking_app.alerts.watching import Watching
from booking_app.availability.availability import Availability
from booking_app.bookings.blocks import DomainMarks
from booking_app.bookings.booking_contact import BookingContactReader
from booking_app.bookings.browse import Browse
from booking_app.bookings.desk_changes import DeskChanges
from booking_app.bookings.follow_ups import FollowUps
from booking_app.bookings.front_desk_sync.polling import FrontDesk
from booking_app.bookings.held_requests import HeldRequests
from booking_app.bookings.placing import ManageTokens, Placing
from booking_app.bookings.purging import Purging
from booking_app.bookings.reconciliation.reconciliation import Reconciliation
from booking_app.bookings.same_person import SamePerson
from booking_app.bookings.statistics.page_counts import PageCounts
from booking_app.catalogue.catalogue_refresh import CatalogueRefresh
from booking_app.cli.wiring.accounting import build_accounting, open_accounting, register_accounting
from booking_app.cli.wiring.core import Core, open_core
from booking_app.cli.wiring.systems import open_cashiers, open_connectors, open_practices
from booking_app.cli.wiring.task_kinds import register_bookings, register_crm, register_deposits
from booking_app.clinics.connections import pause
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.core.logging import set_up_logging
from booking_app.core.mail import open_postbox
from booking_app.core.one_time_codes import OneTimeCodes
from booking_app.core.rate_limits.rate_limits import RateLimits
from booking_app.core.recent import RecentReads
from booking_app.core.sealing import Keyring, SigningKey
from booking_app.core.settings import Settings, load_settings, read_environment
from booking_app.crm.backfill.backfill import Backfill
from booking_app.crm.registry import Connectors
from booking_app.crm.sync.booking_facts import CrmFactsReader
from booking_app.crm.sync.connecting import Connecting
from booking_app.crm.sync.registration import ContactCheck
from booking_app.crm.vendors.webhook.outbound import open_outbound
from booking_app.deposits.comparing import Comparing
from booking_app.deposits.personal import DepositData
from booking_app.deposits.registration import deposit_gate
from booking_app.deposits.registry import Cashiers
from booking_app.migrations.upgrade import upgrade_or_refuse
from booking_app.pms import clinic_systems as practice_access
from booking_app.pms.rate_budget.budget import Budget
from booking_app.tasks.kinds import TaskKinds
from booking_app.tasks.queue import WakeQueue
from booking_app.tasks.runner import OnLimited, TaskRunner
from booking_app.tasks.write_log.write_log import WriteLog


@dataclass(frozen=True)
class Services:
    """Everything one process of the product works with."""

    settings: Settings
    database: Database
    clock: Clock
    keyring: Keyring
    signing_key: SigningKey
    practices: practice_access.ClinikoPractices
    budget: Budget
    queue: WakeQueue
    task_runner: TaskRunner
    rate_limits: RateLimits
    codes: OneTimeCodes
    browse: Browse
    catalogue_refresh: CatalogueRefresh
    held_requests: HeldRequests
    watching: Watching
    write_log: WriteLog
    purging: Purging
    follow_ups: FollowUps
    crm_facts: CrmFactsReader
    task_kinds: TaskKinds
    connectors: Connectors
    connecting: Connecting
    manage_tokens: ManageTokens
    placing: Placing
    cashiers: Cashiers
    deposit_data: DepositData
    comparing: Comparing
    page_counts: PageCounts
    reconciliation: Reconciliation
    front_desk: FrontDesk
    backfill: Backfill
    accounting: Accounting

    def close(self) -> None:
        """Close every connection this process holds open; nothing may be asked afterwards."""
        self.browse.close()
        self.page_counts.close()
        self.practices.close()
        self.budget.close()
        self.connectors.close()
        self.cashiers.close()
        self.accounting.close()
        self.queue.close()
        self.database.dispose()


def build_from_environment() -> Services:
    """The parts for a command: settings read, database upgraded where it is ours to do so."""
    settings = load_settings(read_environment())
    upgrade_or_refuse(settings)
    # What a command has to say it prints itself; only what went wrong belongs beside that.
    return build(replace(settings, log_level="warning" if settings.log_level == "info" else settings.log_level))


def build(settings: Settings, *, clock: Clock | None = None) -> Services:
    """Put the parts together, a line for each, however many. Opens no connection before one is needed."""
    set_up_logging(development=not settings.is_production, level=settings.log_level)
    database = Database(settings.database_url)
    core = open_core(settings, database, clock)
    budget = Budget(database=database, clock=core.clock, pause=time.sleep)
    write_log = WriteLog(database, core.clock)
    recent = RecentReads(database, core.clock)
    practices = open_practices(core, budget, write_log, recent)
    connectors = open_connectors(core, budget, write_log)
    rate_limits = RateLimits(database, core.clock)
    browse = _browse(core, practices, recent, rate_limits)
    manage_tokens = ManageTokens(settings.secret_key)
    follow_ups = FollowUps(core.clock)
    booking_contact = BookingContactReader(database=database, keyring=core.keyring, practices=practices)
    crm_facts = CrmFactsReader(database=database, clock=core.clock, booking_contact=booking_contact)
    kinds = TaskKinds()
    codes = OneTimeCodes(database, core.clock, settings.secret_key)
    register_bookings(kinds, core, practices, browse, follow_ups, manage_tokens, booking_contact, codes)
    register_crm(kinds, core, connectors, follow_ups, crm_facts)
    cashiers = open_cashiers(core, budget, write_log)
    register_deposits(
        kinds, core, cashiers, follow_ups,
        place_paid=lambda *given: placing.place_paid(*given),
        give_up=lambda booking_id: held_requests.give_up(booking_id),
        booking_contact=booking_contact,
        practices=practices,
    )  # fmt: skip
    accounting = open_accounting(core, budget, write_log, practices)
    register_accounting(kinds, core, accounting)
    queue = WakeQueue(_queue_url(settings))
    task_runner = _task_runner(
        core, kinds, queue, follow_ups, _all_of(connectors.hold_back, accounting.opener.hold_back)
    )
    placing = _placing(core, task_runner, manage_tokens, follow_ups, cashiers)
    held_requests = HeldRequests(database=database, task_runner=task_runner, practices=practices, clock=core.clock)
    return Services(
        settings=settings,
        database=database,
        clock=core.clock,
        keyring=core.keyring,
        signing_key=core.signing_key,
        practices=practices,
        budget=budget,
        queue=queue,
        task_runner=task_runner,
        rate_limits=rate_limits,
        codes=codes,
        browse=browse,
        catalogue_refresh=CatalogueRefresh(database=database, practices=practices, clock=core.clock),
        held_requests=held_requests,
        watching=_watching(core, kinds),
        write_log=write_log,
        purging=Purging(database=database, keyring=core.keyring, clock=core.clock),
        follow_ups=follow_ups,
        crm_facts=crm_facts,
        task_kinds=kinds,
        connectors=connectors,
        connecting=Connecting(opener=connectors, replay=task_runner.resume_connection, clock=core.clock),
        manage_tokens=manage_tokens,
        placing=placing,
        cashiers=cashiers,
        comparing=Comparing(database=database, clock=core.clock, cashiers=cashiers),
        deposit_data=DepositData(database=database, keyring=core.keyring, clock=core.clock),
        page_counts=PageCounts(database, core.clock),
        reconciliation=_reconciliation(core, practices, follow_ups, ContactCheck(crm_facts, connectors), task_runner),
        front_desk=_front_desk(core, practices, follow_ups, task_runner),
        backfill=Backfill(database=database, clock=core.clock, task_runner=task_runner),
        accounting=build_accounting(core, accounting, practices, task_runner),
    )


def _browse(
    core: Core, practices: practice_access.ClinikoPractices, recent: RecentReads, rate_limits: RateLimits
) -> Browse:
    return Browse(
        database=core.database,
        recent=recent,
        availability=Availability(core.database, core.clock),
        practices=practices.for_pages,
        clock=core.clock,
        rate_limits=rate_limits,
    )


def _task_runner(
    core: Core, kinds: TaskKinds, queue: WakeQueue, follow_ups: FollowUps, on_limited: OnLimited
) -> TaskRunner:
    return TaskRunner(
        database=core.database,
        clock=core.clock,
        kinds=kinds,
        wake=queue.wake,
        on_parked=follow_ups.after_parking,
        on_limited=on_limited,
        pause_connection=lambda connection_id, code: _pause(core.database, connection_id, code),
        lease_scale=core.settings.task_lease_scale,
    )


def _placing(
    core: Core, task_runner: TaskRunner, manage_tokens: ManageTokens, follow_ups: FollowUps, cashiers: Cashiers
) -> Placing:
    """Half the web threads may wait for Cliniko, the others never do."""
    return Placing(
        database=core.database,
        task_runner=task_runner,
        keyring=core.keyring,
        clock=core.clock,
        manage_tokens=manage_tokens,
        same_person=SamePerson(core.settings.secret_key),
        domains=DomainMarks(core.settings.secret_key),
        plan_afterwards=follow_ups.after_confirming,
        inline_places=int(os.environ.get("BOOKING_WEB_THREADS", "8")) // 2,
        pause=time.sleep,
        gate=deposit_gate(cashiers),
    )


def _reconciliation(
    core: Core, practices: practice_access.ClinikoPractices, follow_ups: FollowUps, contacts: ContactCheck,
    task_runner: TaskRunner,
) -> Reconciliation:  # fmt: skip
    return Reconciliation(
        database=core.database,
        clock=core.clock,
        practices=practices.spare,
        changes=DeskChanges(clock=core.clock, keyring=core.keyring, plan_changed=follow_ups.after_desk_change),
        contact_there=contacts.is_there,
        wake=task_runner.wake,
    )


def _front_desk(
    core: Core, practices: practice_access.ClinikoPractices, follow_ups: FollowUps, task_runner: TaskRunner
) -> FrontDesk:
    return FrontDesk(
        database=core.database,
        clock=core.clock,
        practices=practices.spare,
        changes=DeskChanges(clock=core.clock, keyring=core.keyring, plan_changed=follow_ups.after_desk_change),
        plan_crm_sync=follow_ups.after_desk_booking,
        wake=task_runner.wake,
    )


def _watching(core: Core, kinds: TaskKinds) -> Watching:
    settings, clock = core.settings, core.clock
    console_url = f"{settings.base_url}/console/"
    postbox = open_postbox(settings.smtp_url, sender=settings.mail_from, monotonic=clock.monotonic)
    outbound = open_outbound(allow_private=settings.webhook_allow_private)
    return Watching(
        database=core.database,
        clock=clock,
        kinds=kinds,
        ways={
            "mail": MailAlerts(postbox, settings.mail_from, console_url, clock, kinds),
            "webhook": WebhookAlerts(outbound, settings.secret_key, console_url, clock, kinds),
        },
    )


def _queue_url(settings: Settings) -> str:
    """Beside the database unless the settings name another place."""
    if settings.queue_url:
        return settings.queue_url
    if settings.database_url.startswith("postgresql"):
        return settings.database_url
    return f"sqlite:///{settings.database_url.removeprefix('sqlite:///')}.queue"


def _all_of(*told: OnLimited) -> OnLimited:
    """Each package knows its own connections, and leaves the others alone."""

    def tell(connection_id: int, failure: RemoteFailure) -> None:
        for each in told:
            each(connection_id, failure)

    return tell


def _pause(database: Database, connection_id: int, code: str) -> None:
    with database.begin() as session:
        pause(session, connection_id, code)
