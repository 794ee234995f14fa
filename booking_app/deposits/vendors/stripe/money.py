"""Between exact amounts and Stripe's whole numbers of a currency's smallest unit."""

from decimal import Decimal

# https://docs.stripe.com/currencies: these have no smaller unit.
WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND", "CLP", "XPF"})


def to_cents(amount: Decimal, currency: str) -> int:
    """The smallest units. Raises ValueError for an amount finer than that."""
    units = amount if currency in WITHOUT_CENTS else amount * 100
    if units != units.to_integral_value():
        raise ValueError("an amount finer than the currency's smallest unit")
    return int(units)


def from_cents(units: int, currency: str) -> Decimal:
    return Decimal(units) if currency in WITHOUT_CENTS else Decimal(units) / 100
