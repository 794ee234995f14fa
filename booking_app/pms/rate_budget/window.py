"""The calls of the last while, counted in small slices of time. Pure arithmetic: no database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass

from booking_app.pms.rate_budget.records import Limit, Priority

SLICES = 60  # of a limit's seconds: calls are forgotten a slice late rather than a moment early

Counts = list[list[int]]  # per slice that had calls: its number since the epoch, then how many of each of KINDS
KINDS = (Priority.WAITED_FOR, Priority.BACKGROUND, Priority.BROWSING)


@dataclass(frozen=True)
class Window:
    """What was called within the limit's seconds, the oldest slice first."""

    limit: Limit
    counts: Counts

    @classmethod
    def at(cls, limit: Limit, counts: Counts, now: float) -> "Window":
        """The window ending `now` (epoch seconds). What a clock that went back left in the future is dropped too."""
        kept = [one for one in counts if now < _forgotten_at(limit, one[0]) < now + 2 * limit.seconds + limit.ahead]
        return cls(limit, sorted(_whole(one) for one in kept))

    @property
    def used(self) -> int:
        return sum(sum(one[1:]) for one in self.counts)

    def left(self, priority: Priority) -> int:
        """How many calls of this priority would fit now."""
        free = self.limit.calls - self.used
        owed = max(
            self.limit.least - self._used_by(Priority.BACKGROUND), 0
        )  # what background work may have in any case
        if priority is Priority.WAITED_FOR:
            return max(free - owed, 0)
        if priority is Priority.BROWSING:
            reserved = max(self.limit.reserved - self._used_by(Priority.WAITED_FOR), 0)
            return max(free - owed - reserved, 0)
        if priority is Priority.SPARE:
            return max(free - self.limit.kept - self.limit.unhurried, 0)
        return max(free - self.limit.kept, min(free, owed), 0)

    def at_once(self, priority: Priority, wanted: int) -> int:
        """How many of the calls wanted may be taken now; near the end no more than one, so that none lies unused."""
        left = self.left(priority)
        return min(wanted, left) if left >= self.limit.calls // 4 else min(left, 1)

    def wait(self, priority: Priority, now: float) -> float:
        """Seconds until one more call fits, if nobody else calls meanwhile; 0 when it fits now."""
        shrinking, wait = self, 0.0
        while shrinking.counts and shrinking.left(priority) < 1:
            oldest, *rest = shrinking.counts
            wait = _forgotten_at(self.limit, oldest[0]) - now
            shrinking = Window(self.limit, rest)
        return wait

    def with_calls(self, priority: Priority, now: float, calls: int = 1) -> Counts:
        """The counts with some calls more."""
        number = int(now / (self.limit.seconds / SLICES))
        kind = 1 + KINDS.index(Priority.BACKGROUND if priority is Priority.SPARE else priority)
        same = next((one for one in self.counts if one[0] == number), _whole([number]))
        added = [count + calls if index == kind else count for index, count in enumerate(same)]
        return sorted([*(one for one in self.counts if one[0] != number), added])

    def _used_by(self, kind: Priority) -> int:
        index = 1 + KINDS.index(kind)
        return sum(one[index] for one in self.counts)


def _forgotten_at(limit: Limit, number: int) -> float:
    """When a slice no longer counts: its calls may have left until `ahead` seconds after they were taken."""
    return (number + 1) * limit.seconds / SLICES + limit.seconds + limit.ahead


def _whole(row: Sequence[int]) -> list[int]:
    """A row with a count for every kind; one that an older release wrote has fewer."""
    return [*row, *[0] * (1 + len(KINDS) - len(row))]
