"""The parts of accounting, put together."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from booking_app.accounting.connecting import AccountingConnecting
from booking_app.accounting.contacts import Contacts
from booking_app.accounting.decisions import AccountingDecisions
from booking_app.accounting.opening import Opener
from booking_app.accounting.overview import AccountingOverview
from booking_app.accounting.posting import Posting
from booking_app.accounting.reading import InvoiceReading
from booking_app.accounting.reconciliation import AccountingReconciliation
from booking_app.accounting.registration import SUBJECTS, accounting_task_kinds
from booking_app.accounting.use_cases import Accounting
from booking_app.cli.wiring.core import Core
from booking_app.pms.clinic_systems import ClinikoPractices
from booking_app.pms.rate_budget.budget import Budget
from booking_app.tasks.kinds import TaskKinds
from booking_app.tasks.records import Subject
from booking_app.tasks.runner import TaskRunner
from booking_app.tasks.write_log.write_log import WriteLog


@dataclass(frozen=True)
class AccountingParts:
    """What has to be there before the task runner is: the connections and who makes contacts."""

    opener: Opener
    contacts: Contacts


def open_accounting(
    core: Core,
    budget: Budget,
    write_log: WriteLog,
    practices: ClinikoPractices,
    pause: Callable[[float], None] = time.sleep,
) -> AccountingParts:
    """Opens no connection before one is needed."""
    opener = Opener(
        database=core.database,
        keyring=core.keyring,
        clock=core.clock,
        budget=budget,
        write_log=write_log,
        pause=pause,
        base_url=core.settings.vendor_base_urls.get("xero"),
        identity_url=core.settings.xero_identity_url,
    )
    return AccountingParts(opener, Contacts(database=core.database, clock=core.clock, practices=practices.spare))


def register_accounting(kinds: TaskKinds, core: Core, parts: AccountingParts) -> None:
    """What posts invoices, and takes them back."""
    kinds.register(
        accounting_task_kinds(database=core.database, clock=core.clock, opener=parts.opener, contacts=parts.contacts),
        SUBJECTS,
    )


def build_accounting(
    core: Core, parts: AccountingParts, practices: ClinikoPractices, task_runner: TaskRunner
) -> Accounting:
    """The use cases, and the rounds of a worker. Reading takes the lowest share of Cliniko's limit."""

    def wake(subject: Subject) -> None:
        task_runner.wake(subject)

    posting = Posting(database=core.database, clock=core.clock, wake=wake)
    return Accounting(
        connecting=AccountingConnecting(
            database=core.database,
            keyring=core.keyring,
            clock=core.clock,
            opener=parts.opener,
            posting=posting,
            practices=practices.waited_for,
            replay=task_runner.resume_connection,
        ),
        reading=InvoiceReading(database=core.database, clock=core.clock, practices=practices.spare),
        posting=posting,
        overview=AccountingOverview(core.database),
        decisions=AccountingDecisions(database=core.database, clock=core.clock, wake=wake, retry=task_runner.retry),
        reconciliation=AccountingReconciliation(database=core.database, clock=core.clock, opener=parts.opener),
        opener=parts.opener,
    )
