"""Slots, and the days they are shown on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


class Place(Protocol):
    """What is asked of a location: its id and its zone."""

    @property
    def cliniko_id(self) -> str: ...
    @property
    def time_zone(self) -> str: ...


@dataclass(frozen=True)
class Slot:
    """One start of one practitioner for one service at one location; instants are aware UTC.

    In a group appointment (`group_id`) `places` were left when it was read, of which others hold `held` here.
    """

    starts_at: datetime
    ends_at: datetime
    practitioner_id: str
    location_id: str
    service_id: str
    group_id: str | None = None
    places: int = 0
    held: int = 0

    @property
    def places_left(self) -> int:
        """How many may still choose it."""
        return max(self.places - self.held, 0)


@dataclass(frozen=True)
class SlotDay:
    """A day of the location's zone and its slots, earliest first; a day without any is there too."""

    day: date
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class SlotWeek:
    """Seven days. `as_of` is when the oldest part was read; `is_stale` when Cliniko could not be asked again.

    `has_more` when some practitioners have not been asked yet: asking again brings their times too. `is_away` when it
    was asked and did not answer.
    """

    days: tuple[SlotDay, ...]
    as_of: datetime
    is_stale: bool
    has_more: bool = False
    is_away: bool = False


@dataclass(frozen=True)
class Window:
    """What the clinic allows: nothing before `earliest_at`, nothing after `latest_day` (of the location's zone)."""

    earliest_at: datetime
    latest_day: date


KeepFree = Callable[[Sequence[Slot]], list[Slot]]


def keep_all(slots: Sequence[Slot]) -> list[Slot]:
    """The KeepFree that leaves nothing out."""
    return list(slots)
