"""What every task about a deposit shares."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from booking_app.bookings.models import Booking
from booking_app.bookings.placing import AlsoWrite
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.deposits.models import Deposit
from booking_app.deposits.registry import Cashiers
from booking_app.deposits.vendors.contract import Cashier
from booking_app.tasks.records import Work

# Books what a draft says; see `Placing.place_paid`.
PlacePaid = Callable[[int, str, AlsoWrite], int]


@dataclass(frozen=True, kw_only=True)
class DepositTools:
    """What the handlers work with. `place_paid` books what was paid for, `give_up` ends a request that waits."""

    database: Database
    clock: Clock
    keyring: Keyring
    cashiers: Cashiers
    place_paid: PlacePaid
    give_up: Callable[[int], None]


@dataclass(frozen=True)
class Opened:
    """A deposit with its booking, as they stand, and its page's id at the vendor; "" before there is one."""

    deposit: Deposit
    booking: Booking | None
    remote_id: str


class MoneyTask:
    """The parent of the handlers that speak to a payment vendor.

    Acting begins with a look at the vendor, so that probing has nothing to add.
    """

    def __init__(self, tools: DepositTools) -> None:
        self._tools = tools
        self._database = tools.database
        self._clock = tools.clock

    def probe(self, work: Work) -> None:
        """Looking is part of acting."""

    def opened(self, work: Work) -> Opened:
        with self._database.reading() as session:
            deposit = session.get_one(Deposit, work.subject_id)
            booking = session.get(Booking, deposit.booking_id) if deposit.booking_id else None
        return Opened(deposit, booking, self._remote_id(deposit))

    def cashier(self, work: Work, deposit: Deposit) -> Cashier:
        """The vendor, bound to this work's deadline and lease. Money under way is seen to though it be paused."""
        cashier = self._tools.cashiers.open(deposit.connection_id, even_paused=True)
        return cashier.within(deadline=work.deadline, before_write=work.check_lease)

    def _remote_id(self, deposit: Deposit) -> str:
        if deposit.sealed_checkout is None:
            return ""
        kept: dict[str, Any] = json.loads(self._tools.keyring.unseal(deposit.sealed_checkout))
        return str(kept["id"])
