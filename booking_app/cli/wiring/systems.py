"""The systems outside that a process speaks to: opened here, used by whoever is handed them."""

from booking_app.cli.wiring.core import Core
from booking_app.core.recent import RecentReads
from booking_app.crm.registry import Connectors
from booking_app.deposits.registry import Cashiers
from booking_app.pms import clinic_systems as practice_access
from booking_app.pms.rate_budget.budget import Budget
from booking_app.tasks.write_log.write_log import WriteLog


def open_practices(
    core: Core, budget: Budget, write_log: WriteLog, recent: RecentReads
) -> practice_access.ClinikoPractices:
    return practice_access.ClinikoPractices(
        database=core.database,
        keyring=core.keyring,
        budget=budget,
        contact_email=core.settings.contact_email,
        base_url=core.settings.cliniko_base_url,
        write_log=write_log,
        recent=recent,
    )


def open_connectors(core: Core, budget: Budget, write_log: WriteLog) -> Connectors:
    return Connectors(
        database=core.database,
        keyring=core.keyring,
        clock=core.clock,
        budget=budget,
        base_urls=core.settings.vendor_base_urls,
        allow_private_webhooks=core.settings.webhook_allow_private,
        write_log=write_log,
    )


def open_cashiers(core: Core, budget: Budget, write_log: WriteLog) -> Cashiers:
    return Cashiers(
        database=core.database,
        keyring=core.keyring,
        clock=core.clock,
        budget=budget,
        base_urls=core.settings.vendor_base_urls,
        allows_test=core.settings.allow_test_payments,
        write_log=write_log,
    )
