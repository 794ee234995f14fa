"""Taking calls from a budget that every thread, process and machine shares through the database."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.core.buffered_counts import BufferedCounts
from booking_app.core.clock import Clock
from booking_app.core.db import Database, insert_of
from booking_app.pms.rate_budget.models import RequestBudget, RequestCount
from booking_app.pms.rate_budget.records import BudgetExhausted, Limit, Priority
from booking_app.pms.rate_budget.stock import Stock
from booking_app.pms.rate_budget.window import Window

CALL_SECONDS = 1.0  # what has to be left of a deadline for the call itself
PATIENCE_SECONDS = 15.0  # a task that waits longer had better hand its lease back
LONGEST_PATIENCE_SECONDS = 150.0  # for those without a deadline: any block is over by then
LONGEST_BLOCK_SECONDS = 120.0
SHORTEST_NAP, LONGEST_NAP = 0.02, 1.0
FLUSH_SECONDS = 5.0


class Budget:
    """Safe to share between threads. Every method is one short transaction of its own, or several with naps between."""

    def __init__(self, *, database: Database, clock: Clock, pause: Callable[[float], None]) -> None:
        self._database = database
        self._clock = clock
        self._pause = pause
        self._stock = Stock()
        self._outcomes = BufferedCounts[tuple[str, str]](
            database, _add_outcomes, name="request_counts", seconds=FLUSH_SECONDS
        )

    def take(self, key: str, limit: Limit, *, priority: Priority, deadline: float | None = None) -> None:
        """Count one call about to be made, waiting for its turn where the limit is reached. Commits.

        Most calls are taken together with others of this process, so that they cost no write of their own. Raises
        BudgetExhausted at once when the turn would come too late for the `deadline` (monotonic) or for anybody's
        patience; then nothing is counted.
        """
        if self._stock.draw((key, priority), self._clock.monotonic()):
            return
        give_up_at = self._give_up_at(deadline)
        while (wait := self._try(key, limit, priority)) > 0:
            if self._clock.monotonic() + wait > give_up_at:
                raise BudgetExhausted(wait)
            self._pause(min(max(wait, SHORTEST_NAP), LONGEST_NAP))

    def block(self, key: str, seconds: float) -> None:
        """The remote said that its limit is reached: let nobody call for so long. Commits; never shortens a block."""
        self._stock.drop(key)
        with self._database.begin() as session:
            row = _locked(session, key)
            until = self._clock.now() + timedelta(seconds=min(seconds, LONGEST_BLOCK_SECONDS))
            if row.blocked_until is None or row.blocked_until < until:
                row.blocked_until = until

    def left(self, key: str, limit: Limit, priority: Priority = Priority.WAITED_FOR) -> int:
        """How many calls would fit now; 0 during a block. Writes nothing."""
        return self.left_of([key], limit, priority)[key]

    def left_of(self, keys: Collection[str], limit: Limit, priority: Priority = Priority.WAITED_FOR) -> dict[str, int]:
        """The same for several keys, read at once."""
        with self._database.reading() as session:
            rows = {row.key: row for row in session.scalars(select(RequestBudget).where(RequestBudget.key.in_(keys)))}
        return {key: self._left(rows.get(key), limit, priority) for key in keys}

    def _left(self, row: RequestBudget | None, limit: Limit, priority: Priority) -> int:
        if row is None:
            return Window(limit, []).left(priority)
        return 0 if self._block_left(row) > 0 else self._window(row, limit).left(priority)

    def count(self, key: str, outcome: str) -> None:
        """Keep how a call ended, for the metrics. Written with others within some seconds."""
        self._outcomes.count((key, outcome))

    def close(self) -> None:
        """Write what was counted; nothing may be counted afterwards."""
        self._outcomes.close()

    def _give_up_at(self, deadline: float | None) -> float:
        now = self._clock.monotonic()
        if deadline is None:
            return now + LONGEST_PATIENCE_SECONDS
        return min(deadline - CALL_SECONDS, now + PATIENCE_SECONDS)

    def _try(self, key: str, limit: Limit, priority: Priority) -> float:
        """Take a call, or some for this process, and return 0; or take none and return the seconds to wait."""
        began = self._clock.monotonic()
        with self._database.begin() as session:
            row = _locked(session, key)
            now = self._clock.now().timestamp()  # read under the lock, so that slices only ever go up
            window = self._window(row, limit)
            wait = max(self._block_left(row), window.wait(priority, now))
            taken = window.at_once(priority, limit.at_once) if wait <= 0 else 0
            if taken:
                row.counts = window.with_calls(priority, now, taken)
        if taken > 1:
            self._stock.add((key, priority), taken - 1, began + limit.ahead)
        return wait

    def _window(self, row: RequestBudget, limit: Limit) -> Window:
        return Window.at(limit, row.counts, self._clock.now().timestamp())

    def _block_left(self, row: RequestBudget) -> float:
        """Seconds; a block further off than any can be was left by a clock that went back."""
        left = (row.blocked_until - self._clock.now()).total_seconds() if row.blocked_until else 0.0
        return left if 0 < left <= LONGEST_BLOCK_SECONDS else 0.0


def _locked(session: Session, key: str) -> RequestBudget:
    """The key's row, nobody else's until the transaction ends; made on first use."""
    row = session.get(RequestBudget, key, with_for_update=True)
    if row is not None:
        return row
    session.execute(insert_of(session)(RequestBudget).values(key=key, counts=[]).on_conflict_do_nothing())
    return session.get_one(RequestBudget, key, with_for_update=True)


def _add_outcomes(session: Session, counts: Sequence[tuple[tuple[str, str], int]]) -> None:
    rows = [{"key": key, "outcome": outcome, "total": total} for (key, outcome), total in counts]
    adding = insert_of(session)(RequestCount).values(rows)
    session.execute(
        adding.on_conflict_do_update(
            index_elements=[RequestCount.key, RequestCount.outcome],
            set_={"total": RequestCount.total + adding.excluded.total},
        )
    )
