"""A practice system that answers for times as the documents say, and counts how often it is asked."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from booking_app.core.clock import Clock
from booking_app.pms.errors import PracticeRejected, PracticeUnavailable
from booking_app.pms.rate_budget.records import BudgetExhausted

Combination = tuple[str, str, str]  # location, practitioner, service


@dataclass
class FakePractice:
    """Counts days in the account's zone, refuses days that are past and spans over seven days."""

    clock: Clock
    zone: str
    times: dict[Combination, list[datetime]] = field(default_factory=dict)
    calls: list[tuple[str, date, date]] = field(default_factory=list)
    is_down: bool = False
    is_out_of_budget: bool = False
    down_for: frozenset[str] = frozenset()
    while_asked: Callable[[], None] = lambda: None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def offer(self, practitioner_id: str, starts: Iterable[datetime], *, location_id: str = "adelaide") -> None:
        self.times[(location_id, practitioner_id, "physio")] = sorted(starts)

    def take(self, practitioner_id: str, start: datetime) -> None:
        self.times[("adelaide", practitioner_id, "physio")].remove(start)

    def slot_starts(
        self, *, location_id: str, practitioner_id: str, service_id: str, from_day: date, to_day: date
    ) -> tuple[datetime, ...]:
        with self._lock:
            self.calls.append((practitioner_id, from_day, to_day))
        self.while_asked()
        if self.is_out_of_budget:
            raise BudgetExhausted(30)
        if self.is_down or practitioner_id in self.down_for:
            raise PracticeUnavailable("cliniko_503")
        account = ZoneInfo(self.zone)
        today = self.clock.now().astimezone(account).date()
        if from_day < today or not 0 <= (to_day - from_day).days <= 6:
            raise PracticeRejected("cliniko_400")
        starts = self.times.get((location_id, practitioner_id, service_id), [])
        return tuple(start for start in starts if from_day <= start.astimezone(account).date() <= to_day)
