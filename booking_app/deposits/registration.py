"""What the deposits package registers: its kinds of task with their words, and what follows a cancelled booking."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.booking_contact import BookingContactReader
from booking_app.bookings.errors import PaymentNeeded
from booking_app.bookings.follow_ups import Change, Occasion
from booking_app.bookings.models import Draft
from booking_app.bookings.placing import Gate
from booking_app.catalogue.records import ServiceView
from booking_app.clinics.models import Clinic
from booking_app.core.mail import Postbox
from booking_app.deposits.history import FOLLOW, SETTLE, of_booking
from booking_app.deposits.models import DEPOSIT, OVER, Deposit
from booking_app.deposits.refunds import REFUND
from booking_app.deposits.registry import Cashiers
from booking_app.deposits.tasks.base import DepositTools
from booking_app.deposits.tasks.cancelled import ApplyPolicy
from booking_app.deposits.tasks.follow import FollowCheckout
from booking_app.deposits.tasks.following import NOTE, RECEIPT_MAIL, REFUND_MAIL, RELEASED_MAIL
from booking_app.deposits.tasks.mail import MoneyMail, Write, receipt, refunded, released
from booking_app.deposits.tasks.note import NoteDeposit
from booking_app.deposits.tasks.refund import RefundDeposit
from booking_app.deposits.tasks.settle import SettleDeposit
from booking_app.deposits.terms import terms_of
from booking_app.pms.practice import Practices
from booking_app.tasks.kinds import Lane, SubjectKind, TaskKind, TaskWords
from booking_app.tasks.records import Handler, PlannedTask

GROUP = "Deposit"
CANCELLED = "deposit_cancelled"
CALL_SECONDS = 70.0  # the longest answer that a payment vendor asks to be waited for
LEASE = timedelta(seconds=CALL_SECONDS + 30)
WORDS: Mapping[str, TaskWords] = {
    FOLLOW: TaskWords(GROUP, "Looked whether it was paid", "It could not be found out whether a deposit was paid"),
    SETTLE: TaskWords(GROUP, "Taken, or given back", "A deposit could not be taken or given back"),
    REFUND: TaskWords(GROUP, "Refunded", "A deposit could not be refunded"),
    NOTE: TaskWords("Cliniko", "Noted on the appointment", "A deposit could not be noted on its appointment"),
    CANCELLED: TaskWords(
        GROUP, "Refund decided", "An appointment was cancelled in Cliniko: refund its deposit, or keep it"
    ),
}
MAILS: Mapping[str, tuple[Write, TaskWords]] = {
    RECEIPT_MAIL: (receipt, TaskWords("Email", "Receipt to the patient", "A receipt could not be sent")),
    RELEASED_MAIL: (
        released,
        TaskWords("Email", "Told the patient that nothing was taken", "The mail about a deposit could not be sent"),
    ),
    REFUND_MAIL: (
        refunded,
        TaskWords("Email", "Told the patient of the refund", "The mail about a refund could not be sent"),
    ),
}


def deposit_task_kinds(
    tools: DepositTools, *, postbox: Postbox, sender: str, booking_contact: BookingContactReader, practices: Practices
) -> list[TaskKind]:
    """Every kind of task about a deposit. Those that move money outlast the longest answer of a vendor."""
    money: dict[str, Handler] = {
        FOLLOW: FollowCheckout(tools), SETTLE: SettleDeposit(tools), REFUND: RefundDeposit(tools),
    }  # fmt: skip
    kinds = [
        TaskKind(name=name, handler=handler, words=WORDS[name], lane=Lane.MONEY, lease=LEASE, call_seconds=CALL_SECONDS)
        for name, handler in money.items()
    ]
    policy = ApplyPolicy(tools.database, tools.clock)
    noting = NoteDeposit(tools.database, practices)
    kinds.append(TaskKind(name=NOTE, handler=noting, words=WORDS[NOTE], lane=Lane.MESSAGES))
    kinds.append(TaskKind(name=CANCELLED, handler=policy, words=WORDS[CANCELLED], lane=Lane.SYNC))
    for name, (write, words) in MAILS.items():
        mail = MoneyMail(
            write,
            has_receipt=name == RECEIPT_MAIL,
            database=tools.database,
            keyring=tools.keyring,
            postbox=postbox,
            sender=sender,
            clock=tools.clock,
            booking_contact=booking_contact,
        )
        kinds.append(TaskKind(name=name, handler=mail, words=words, lane=Lane.MESSAGES))
    return kinds


def plan_deposits(session: Session, occasion: Occasion) -> Iterable[PlannedTask]:
    """A booking that was paid for and is cancelled has its deposit looked at."""
    if occasion.change is not Change.CANCELLED or occasion.booking_id is None:
        return []
    paid = of_booking(session, occasion.booking_id)
    if paid is None or paid.state in OVER:
        return []
    return [PlannedTask(CANCELLED, after=occasion.after)]


def deposit_gate(cashiers: Cashiers) -> Gate:
    """Refuses a booking whose deposit is required and can be paid; costs nothing where none is asked."""

    def gate(session: Session, clinic: Clinic, _draft: Draft, service: ServiceView) -> None:
        terms = terms_of(clinic, service)
        if terms is not None and terms.is_required and cashiers.methods(session, clinic.id):
            raise PaymentNeeded

    return gate


def _references(session: Session, ids: Collection[int]) -> Mapping[int, str]:
    named = select(Deposit.id, Deposit.reference).where(Deposit.id.in_(ids))
    return {row.id: row.reference for row in session.execute(named)}


DEPOSITS = SubjectKind(
    name=DEPOSIT,
    title="Deposit",
    references=_references,
    path=lambda slug, reference: f"/console/{slug}/deposits/{reference}",
)
