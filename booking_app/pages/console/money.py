"""Amounts as the console shows them."""

from decimal import Decimal

Amount = str


def amount(cents: int | None, currency: str = "") -> Amount:
    """Cents with tax in them as `1,234.50 AUD`; a dash where there is nothing."""
    if cents is None:
        return "–"
    text = f"{Decimal(abs(cents)).scaleb(-2):,.2f}"
    signed = f"−{text}" if cents < 0 else text
    return f"{signed} {currency}".strip()


def percent(rate: Decimal) -> str:
    return f"{rate.normalize():f} %"
