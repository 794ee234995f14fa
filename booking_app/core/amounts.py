"""Amounts of money as clinics write them: "50.00", or "30%" of a price."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

WRITTEN = re.compile(r"(\d{1,5})(?:[.](\d{1,2}))?(\s*%)?")
CENT = Decimal("0.01")
LEAST, MOST = Decimal("0.50"), Decimal("10000.00")
SYMBOLS = {"AUD": "$", "NZD": "$", "USD": "$", "CAD": "$", "GBP": "£", "EUR": "€"}
CURRENCIES = {"AU": "AUD", "NZ": "NZD", "GB": "GBP", "US": "USD", "CA": "CAD", "IE": "EUR"}


class AmountInvalid(ValueError):
    """`str()` says what the text must be, without repeating it."""


@dataclass(frozen=True)
class Share:
    """Either a fixed amount or a percentage, more than 0 and at most 100."""

    number: Decimal
    is_percent: bool

    def of(self, whole: Decimal | None) -> Decimal | None:
        """The share of an amount, to the cent and never more than that; None for a percentage of nothing known."""
        if whole is None or whole <= 0:
            return None if self.is_percent else self.number
        part = whole * self.number / 100 if self.is_percent else self.number
        return min(part.quantize(CENT, ROUND_HALF_UP), whole)


def read_share(text: str) -> Share:
    """Raises AmountInvalid for what is neither, for a percentage over 100, and for amounts that no card takes."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        raise AmountInvalid('must be an amount like "50.00" or a percentage like "30%"')
    number = Decimal(f"{found[1]}.{found[2] or 0}")
    if found[3]:
        if not 0 < number <= 100:
            raise AmountInvalid("must be a percentage from 1% to 100%")
        return Share(number, is_percent=True)
    if not LEAST <= number <= MOST:
        raise AmountInvalid(f"must be an amount from {LEAST} to {MOST:,}")
    return Share(number, is_percent=False)


def currency_of(region: str) -> str:
    """The currency of a clinic, by its country (ISO 3166)."""
    return CURRENCIES.get(region, "AUD")


def money(amount: Decimal, currency: str) -> str:
    """`$50.00`: as pages say it, where the country leaves no doubt about the dollar."""
    return f"{SYMBOLS.get(currency, f'{currency} ')}{amount:,.2f}"
