"""What every payment vendor can do for a deposit. Nothing above knows a token from a session.

Amounts are exact decimals with a currency in capitals; cents exist only inside a vendor's own folder. Every method
raises RemoteFailure and nothing else, keeps to the deadline, and calls `before_write` right before bytes of a write
leave. `key` makes a write happen once however often it is sent: the same key for the same attempt.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, Self


class Standing(StrEnum):
    """Where one payment stands at its vendor."""

    OPEN = "open"  # the payment page may still be used
    AUTHORISED = "authorised"  # the money is promised, not taken
    DECLINED = "declined"
    CAPTURED = "captured"  # taken; a refund does not change that
    RELEASED = "released"  # promised, and given back before it was taken
    EXPIRED = "expired"  # the page closed unpaid
    GONE = "gone"  # the vendor does not know it


@dataclass(frozen=True)
class CashAccount:
    """Whose account it is. `least` and `most` are what one payment may be; None where the vendor tells no limit.

    `extra_methods` are further ways to pay that the account itself allows on the vendor's page.
    """

    account_id: str
    currency: str
    is_live: bool
    can_charge: bool
    least: Decimal | None = None
    most: Decimal | None = None
    extra_methods: tuple[str, ...] = ()


@dataclass(frozen=True)
class DepositOrder:
    """What a payment page is opened for: never a service, a time or a practitioner.

    `reference` is ours; `expires_at` when the page has to close.
    """

    reference: str
    amount: Decimal
    currency: str
    clinic_name: str
    return_url: str = field(repr=False)
    cancel_url: str = field(repr=False)
    expires_at: datetime
    email: str = field(repr=False)
    given_names: str = field(default="", repr=False)
    surname: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True)
class Checkout:
    """A payment page that was opened: its id at the vendor, where it is, and when it closes by itself."""

    remote_id: str = field(repr=False)
    url: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class Look:
    """What a look at the vendor has found. `payment_id` is there once somebody tried to pay.

    `capture_before`: when a promise of money ends by itself.
    """

    standing: Standing
    payment_id: str | None = None
    amount: Decimal | None = None
    refunded: Decimal = Decimal(0)
    capture_before: datetime | None = None
    is_disputed: bool = False


@dataclass(frozen=True)
class Refunded:
    """A refund as it stands: `is_done` when the vendor has sent the money, `has_failed` when it came back."""

    remote_id: str
    is_done: bool
    has_failed: bool = False


@dataclass(frozen=True)
class Movement:
    """A line of the vendor's statement. `amount` is what the payer paid or got back (negative); `fee` the vendor's."""

    remote_id: str
    kind: str  # "charge", "refund", "dispute" or the vendor's own word
    payment_id: str | None
    amount: Decimal
    fee: Decimal
    currency: str
    at: datetime


class Cashier(Protocol):
    """One connection of one clinic to a payment vendor."""

    def whoami(self) -> CashAccount:
        """Whose account the key opens, and what it can do."""
        ...

    def open_checkout(self, order: DepositOrder, *, key: str) -> Checkout:
        """Open a payment page. Nobody owes anything until somebody pays there."""
        ...

    def look(self, remote_id: str) -> Look:
        """Where the payment of a page stands. Reads only."""
        ...

    def authorise(self, remote_id: str, *, key: str) -> Look:
        """Have the money promised, where the vendor's page has not done that itself."""
        ...

    def capture(self, remote_id: str, payment_id: str, *, key: str) -> Look:
        """Take promised money, whole."""
        ...

    def release(self, remote_id: str, payment_id: str | None, *, key: str) -> Look:
        """Let go of what is not taken yet: close the page, give a promise back. Harmless where there is neither.

        What was captured meanwhile is left alone, and said.
        """
        ...

    def refund(self, payment_id: str, amount: Decimal, currency: str, *, key: str, reference: str) -> Refunded:
        """Give back taken money, in whole or in part."""
        ...

    def find_refund(self, payment_id: str, reference: str, remote_id: str | None) -> Refunded | None:
        """The refund made under our reference, as it stands now. Reads only."""
        ...

    def movements(self, since: datetime, until: datetime) -> Iterator[Movement]:
        """The account's statement between two moments, in the vendor's order."""
        ...

    def within(self, *, deadline: float | None, before_write: Callable[[], None] | None) -> Self:
        """The same, bound to a deadline (monotonic) and a check before each write."""
        ...
