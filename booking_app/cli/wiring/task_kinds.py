"""Every kind of task there is: what each package registers, put together."""

from collections.abc import Callable

from booking_app.bookings.booking_contact import BookingContactReader
from booking_app.bookings.browse import Browse
from booking_app.bookings.follow_ups import FollowUps
from booking_app.bookings.mail.booking_facts import NoticeFactsReader
from booking_app.bookings.mail.registration import mail_task_kinds
from booking_app.bookings.patient_records.changing import CHANGES, ChangePatient, change_kind
from booking_app.bookings.placing import ManageTokens
from booking_app.bookings.returning.code_task import SendReturnCode, return_code_kind
from booking_app.bookings.signed_copies import SignedCopies
from booking_app.bookings.tasks.registration import BOOKINGS, DRAFTS, BookingTaskServices, booking_task_kinds
from booking_app.cli.wiring.core import Core
from booking_app.core.mail import open_postbox
from booking_app.core.one_time_codes import OneTimeCodes
from booking_app.crm.registry import Connectors
from booking_app.crm.sync.booking_facts import CrmFactsReader
from booking_app.crm.sync.registration import crm_task_kinds, plan_crm
from booking_app.deposits.registration import DEPOSITS, deposit_task_kinds, plan_deposits
from booking_app.deposits.registry import Cashiers
from booking_app.deposits.tasks.base import DepositTools, PlacePaid
from booking_app.pms.clinic_systems import ClinikoPractices
from booking_app.tasks.kinds import TaskKinds


def register_bookings(
    kinds: TaskKinds, core: Core, practices: ClinikoPractices, browse: Browse, follow_ups: FollowUps,
    manage_tokens: ManageTokens, booking_contact: BookingContactReader, codes: OneTimeCodes,
) -> None:  # fmt: skip
    """What happens in Cliniko for a booking, and its mails."""
    services = BookingTaskServices(
        database=core.database,
        clock=core.clock,
        keyring=core.keyring,
        signing_key=core.signing_key,
        # Whoever works them, a patient waits for the first tasks of a booking and for a cancellation.
        waited_for=practices.waited_for,
        later=practices,
        browse=browse,
        plan_moved=follow_ups.after_moving,
        base_url=core.settings.base_url,
    )
    signed_copies = SignedCopies(
        database=core.database, keyring=core.keyring, clock=core.clock, practices=practices,
        secret_key=core.settings.secret_key,
    )  # fmt: skip
    notices = NoticeFactsReader(
        database=core.database, booking_contact=booking_contact, manage_tokens=manage_tokens, keyring=core.keyring,
        clock=core.clock, signed_copies=signed_copies, base_url=core.settings.base_url,
    )  # fmt: skip
    sender = core.settings.mail_from
    postbox = open_postbox(core.settings.smtp_url, sender=sender, monotonic=core.clock.monotonic)
    return_code = SendReturnCode(core.database, core.keyring, core.clock, codes, practices.waited_for, postbox, sender)
    changing = change_kind(ChangePatient(core.database, core.keyring, practices))
    kinds.register(
        [*booking_task_kinds(services), return_code_kind(return_code), changing], [BOOKINGS, DRAFTS, CHANGES]
    )
    kinds.register(mail_task_kinds(load_facts=notices.read, postbox=postbox, sender=sender, clock=core.clock))


def register_crm(
    kinds: TaskKinds, core: Core, connectors: Connectors, follow_ups: FollowUps, facts: CrmFactsReader
) -> None:
    """What tells a CRM of a booking, and when."""
    follow_ups.register(plan_crm)
    kinds.register(crm_task_kinds(database=core.database, clock=core.clock, facts=facts, connectors=connectors))


def register_deposits(
    kinds: TaskKinds, core: Core, cashiers: Cashiers, follow_ups: FollowUps, *, place_paid: PlacePaid,
    give_up: Callable[[int], None], booking_contact: BookingContactReader, practices: ClinikoPractices,
) -> None:  # fmt: skip
    """What happens at a payment vendor, and what becomes of money when a booking is cancelled."""
    follow_ups.register(plan_deposits)
    tools = DepositTools(
        database=core.database,
        clock=core.clock,
        keyring=core.keyring,
        cashiers=cashiers,
        place_paid=place_paid,
        give_up=give_up,
    )
    sender = core.settings.mail_from
    postbox = open_postbox(core.settings.smtp_url, sender=sender, monotonic=core.clock.monotonic)
    made = deposit_task_kinds(
        tools, postbox=postbox, sender=sender, booking_contact=booking_contact, practices=practices
    )
    kinds.register(made, [DEPOSITS])
