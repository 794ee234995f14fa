"""Rates, and whether a count keeps to one. Pure."""

import re
from dataclasses import dataclass

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
MOST_CALLS = 1_000_000
_RATE = re.compile(r"(\d{1,7}) per (?:(\d{1,3}) )?(second|minute|hour|day)s?")


class RateInvalid(ValueError):
    """A text that names no rate; the message says what it should look like."""


@dataclass(frozen=True)
class Rate:
    """At most `calls` within `seconds`, the window moving along: what lies further back counts ever less."""

    calls: int
    seconds: int

    def times(self, factor: int) -> "Rate":
        return Rate(self.calls * factor, self.seconds)


@dataclass(frozen=True)
class Rule:
    """A rate for one subject. `name` is short and says what is counted, `subject` whom it is about (hashed)."""

    name: str
    subject: str
    rate: Rate

    @property
    def key(self) -> str:
        return f"{self.name}:{self.rate.seconds}:{self.subject}"


@dataclass(frozen=True)
class Counted:
    """A rule's counts at one moment, which is `passed` (0 to 1) of the way through the window that runs."""

    rate: Rate
    count: int
    previous: int
    passed: float

    @property
    def estimate(self) -> float:
        return self.count + self.previous * (1 - self.passed)

    @property
    def wait(self) -> float:
        """Seconds until one more would be allowed; 0 while the estimate keeps to the rate."""
        if self.estimate <= self.rate.calls:
            return 0.0
        if self.count < self.rate.calls:
            needed = 1 - (self.rate.calls - self.count) / self.previous
        else:
            needed = 2 - (self.rate.calls - 1) / self.count  # in the next window, where this one is the previous
        return max((needed - self.passed) * self.rate.seconds, 1.0)


def read_rates(text: str) -> tuple[Rate, ...]:
    """The rates in `10 per minute; 100 per 2 hours`. Raises RateInvalid."""
    found = [_RATE.fullmatch(part.strip()) for part in text.split(";")]
    rates = [Rate(int(one[1]), int(one[2] or 1) * SECONDS[one[3]]) for one in found if one]
    if len(rates) != len(found) or not all(0 < rate.calls <= MOST_CALLS and rate.seconds for rate in rates):
        raise RateInvalid('a rate looks like "10 per hour" or "10 per hour; 30 per day"')
    return tuple(rates)
