"""The tables of this package: ids, amounts and dates. Who paid stands only in `sealed_payer`, until purged."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Dialect, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from booking_app.core.db import Base, UtcDateTime
from booking_app.deposits.terms import Policy
from booking_app.tasks.records import Subject

DEPOSIT = "deposit"


class Amount(TypeDecorator[Decimal]):
    """An exact amount, kept as text: SQLite knows no decimals."""

    impl = String(16)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else f"{value:.2f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class DepositState(StrEnum):
    OPENING = "opening"  # the payment page is being asked for
    OPEN = "open"  # the patient may pay
    AUTHORISED = "authorised"  # promised; taken once the appointment stands
    CAPTURED = "captured"
    RELEASING = "releasing"  # promised, and on its way back
    RELEASED = "released"  # never taken
    NOT_TAKEN = "not_taken"  # the appointment stands, but the promise had ended
    ENDED = "ended"  # nobody paid


LIVE = (DepositState.OPENING, DepositState.OPEN, DepositState.AUTHORISED)
UNPAID = (DepositState.OPENING, DepositState.OPEN)
OVER = (DepositState.RELEASED, DepositState.NOT_TAKEN, DepositState.ENDED)


class Deposit(Base):
    """One payment page that was opened for a draft, and what became of it.

    `live_family` is the draft's family while it may still be paid or is promised: unique, so that nobody has two.
    `reference` becomes the booking's own. `round` counts the keys that were tried for the write now due.
    """

    __tablename__ = "deposit"
    __table_args__ = (Index("ix_deposit_clinic_opened", "clinic_id", "opened_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    connection_id: Mapped[int]
    vendor: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    pay_hash: Mapped[str] = mapped_column(String(64), unique=True)
    draft_id: Mapped[int]
    draft_hash: Mapped[str] = mapped_column(String(64), index=True)
    family: Mapped[str] = mapped_column(String(64), index=True)
    live_family: Mapped[str | None] = mapped_column(String(64), unique=True)
    booking_id: Mapped[int | None] = mapped_column(index=True)
    service_id: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12), index=True)
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    refunded: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    is_test: Mapped[bool] = mapped_column(default=False)
    is_disputed: Mapped[bool] = mapped_column(default=False)
    policy: Mapped[dict[str, Any]] = mapped_column(JSON)
    round: Mapped[int] = mapped_column(default=0)
    sealed_checkout: Mapped[bytes | None] = mapped_column(LargeBinary)  # the page's id and address
    sealed_payer: Mapped[bytes | None] = mapped_column(LargeBinary)  # whom to write to, and the draft to go back to
    payment_id: Mapped[str | None] = mapped_column(String(80), index=True)
    code: Mapped[str | None] = mapped_column(String(120))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    authorised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    capture_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    captured_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # staff have entered it in Cliniko

    @property
    def subject(self) -> Subject:
        return Subject(DEPOSIT, self.id)

    def rules(self) -> Policy:
        return Policy.from_json(self.policy)

    @property
    def left(self) -> Decimal:
        """What was taken and not given back."""
        return self.amount - self.refunded if self.state == DepositState.CAPTURED else Decimal(0)


class DepositEntry(Base):
    """One line of a deposit's history; never changed."""

    __tablename__ = "deposit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    deposit_id: Mapped[int] = mapped_column(ForeignKey("deposit.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    what: Mapped[str] = mapped_column(String(20))
    amount: Mapped[Decimal | None] = mapped_column(Amount)
    code: Mapped[str | None] = mapped_column(String(120))
    staff_id: Mapped[int | None]


class DepositRefund(Base):
    """Money on its way back to whoever paid. `state`: asked, sent, done, failed."""

    __tablename__ = "deposit_refund"

    id: Mapped[int] = mapped_column(primary_key=True)
    deposit_id: Mapped[int] = mapped_column(ForeignKey("deposit.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(Amount)
    reason: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(8))
    round: Mapped[int] = mapped_column(default=0)
    remote_id: Mapped[str | None] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DepositEvent(Base):
    """A message of a vendor that was heard already."""

    __tablename__ = "deposit_event"
    __table_args__ = (UniqueConstraint("connection_id", "event_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    connection_id: Mapped[int] = mapped_column(index=True)
    event_id: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
