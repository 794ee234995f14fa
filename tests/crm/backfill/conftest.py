"""One booking made for the package, over the sandbox by HTTP; each test gets the world as it then was."""

from tests.bookings.reconciliation.conftest import booked, sandbox, shop

__all__ = ["booked", "sandbox", "shop"]
