"""The calls of the last while, counted in small slices of time. Pure arithmetic: no database, no clock."""

from dataclasses import dataclass

from booking_app.pms.rate_budget.records import Limit, Priority

SLICES = 60  # of a limit's seconds: calls are forgotten a slice late rather than a moment early

Counts = list[list[int]]  # per slice that had calls: its number since the epoch, those waited for, background ones


@dataclass(frozen=True)
class Window:
    """What was called within the limit's seconds, the oldest slice first."""

    limit: Limit
    counts: Counts

    @classmethod
    def at(cls, limit: Limit, counts: Counts, now: float) -> "Window":
        """The window ending `now` (epoch seconds). What a clock that went back left in the future is dropped too."""
        slice_seconds = limit.seconds / SLICES
        kept = [one for one in counts if now < (one[0] + 1) * slice_seconds + limit.seconds < now + 2 * limit.seconds]
        return cls(limit, sorted(kept))

    @property
    def used(self) -> int:
        return sum(waited_for + background for _, waited_for, background in self.counts)

    def left(self, priority: Priority) -> int:
        """How many calls of this priority would fit now."""
        free = self.limit.calls - self.used
        in_background = sum(background for _, _, background in self.counts)
        owed = max(self.limit.least - in_background, 0)  # what background work may have in any case
        if priority is Priority.WAITED_FOR:
            return max(free - owed, 0)
        if priority is Priority.SPARE:
            return max(free - self.limit.kept - self.limit.unhurried, 0)
        return max(free - self.limit.kept, min(free, owed), 0)

    def wait(self, priority: Priority, now: float) -> float:
        """Seconds until one more call fits, if nobody else calls meanwhile; 0 when it fits now."""
        shrinking, slice_seconds, wait = self, self.limit.seconds / SLICES, 0.0
        while shrinking.counts and shrinking.left(priority) < 1:
            oldest, *rest = shrinking.counts
            wait = (oldest[0] + 1) * slice_seconds + self.limit.seconds - now
            shrinking = Window(self.limit, rest)
        return wait

    def with_call(self, priority: Priority, now: float) -> Counts:
        """The counts with one call more."""
        number = int(now / (self.limit.seconds / SLICES))
        added = [1, 0] if priority is Priority.WAITED_FOR else [0, 1]
        same = next((one for one in self.counts if one[0] == number), [number, 0, 0])
        others = [one for one in self.counts if one[0] != number]
        return sorted([*others, [number, same[1] + added[0], same[2] + added[1]]])
