"""How many bookings may come from one network, of one person and at one clinic before an e-mail has to be proven."""

import hashlib
from collections.abc import Sequence
from enum import StrEnum

from booking_app.bookings.records import PatientDetails
from booking_app.core.rate_limits.rate_limits import RateLimits
from booking_app.core.rate_limits.rates import Rate, Rule
from booking_app.core.settings import BookingRates

PROVEN_FACTOR = 4  # so much more for whoever has proven to read the e-mail typed
SUSPECT_SHARE = 2  # so much less of a network's rate for bookings that look as if a program had made them


class May(StrEnum):
    BOOK = "book"
    PROVE = "prove"  # after a code that was sent to the e-mail typed
    WAIT = "wait"


class BookingLimits:
    """Counts what is about to be booked; keeps hashes alone."""

    def __init__(self, rate_limits: RateLimits, rates: BookingRates) -> None:
        self._rate_limits = rate_limits
        self._rates = rates

    def count(
        self, clinic_id: int, details: PatientDetails, asker: Sequence[tuple[str, int]], *, is_proven: bool,
        is_suspect: bool = False,
    ) -> May:  # fmt: skip
        """Count one more booking and say whether it may be made. Commits.

        `is_suspect` refuses nothing: the code is only asked for sooner, after half as many from one network.

        Where visitors cannot be told from others (`asker` is empty), nothing is limited: they would all wait together.
        """
        if not asker:
            return May.BOOK
        factor = PROVEN_FACTOR if is_proven else 1
        subjects = [(network, self._rates.address, width) for network, width in asker]
        subjects.append((_hashed(details.contact_email), self._rates.email, 1))
        subjects.append((_hashed(details.phone), self._rates.phone, 1))
        if not is_proven:
            subjects.append((f"clinic-{clinic_id}", self._rates.clinic, 1))
        rules = _rules(subjects, factor)
        if is_suspect and not is_proven:
            rules += [_lowered(network, rate.times(width)) for network, width in asker for rate in self._rates.address]
        if not self._rate_limits.hit(*rules):
            return May.BOOK
        return May.WAIT if is_proven else May.PROVE

    def count_code(self, email: str, asker: Sequence[tuple[str, int]]) -> bool:
        """Count one more code for an address and say whether it may be sent."""
        subjects = [(network, self._rates.codes, 2 * width) for network, width in asker]
        return not self._rate_limits.hit(*_rules([*subjects, (_hashed(email), self._rates.codes, 1)], 1, "codes"))


def _rules(subjects: Sequence[tuple[str, Sequence[Rate], int]], factor: int, name: str = "bookings") -> list[Rule]:
    named = f"{name}{factor}" if factor > 1 else name
    return [Rule(named, subject, rate.times(width * factor)) for subject, rates, width in subjects for rate in rates]


def _lowered(network: str, rate: Rate) -> Rule:
    # Counted apart: a lower rate under the same name would forget what was counted beyond it.
    return Rule("suspect_bookings", network, Rate(max(rate.calls // SUSPECT_SHARE, 1), rate.seconds))


def _hashed(text: str) -> str:
    return hashlib.sha256(f"booking-limit:{text.strip().casefold()}".encode()).hexdigest()[:32]
