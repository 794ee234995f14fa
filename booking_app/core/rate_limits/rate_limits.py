"""Counting against limits in the database: one statement for all the rules of a request."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import case, delete
from sqlalchemy.orm import Session

from booking_app.core.clock import Clock
from booking_app.core.db import Database, insert_of
from booking_app.core.rate_limits.models import RateCount
from booking_app.core.rate_limits.rates import Counted, Rule

# A process counts a part of a generous limit in advance, so that not every request of a page costs a write.
SHARE_AT_ONCE = 24
MOST_REMEMBERED = 10_000


class RateLimits:
    """Safe to share between threads; every process counts in the same rows."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._prepaid: dict[str, tuple[int, int]] = {}  # the window it was counted in, and how many are left
        self._refused_until: dict[str, float] = {}  # whoever floods us is refused without a look at the database

    def hit(self, *rules: Rule) -> float:
        """Count one for every rule. Returns 0 when all allow it, else the seconds to wait. Commits.

        Counting stops a little beyond a limit, so that whoever goes on trying has to wait no longer for it.
        """
        now = self._clock.now().timestamp()
        with self._lock:
            refused = [self._refused_until.get(rule.key, 0.0) - now for rule in rules]
            if any(wait > 0 for wait in refused):
                return max(refused)
            to_count = [rule for rule in rules if not self._spend(rule, now)]
        return self._count(sorted(to_count, key=lambda rule: rule.key), now) if to_count else 0.0

    def is_refused(self, *rules: Rule) -> bool:
        """Whether this process knows that one more would be too many for a rule. Counts nothing, asks nobody."""
        now = self._clock.now().timestamp()
        with self._lock:
            return any(self._refused_until.get(rule.key, 0.0) > now for rule in rules)

    def forget(self) -> None:
        """Delete counts that mean nothing any more. Commits."""
        with self._database.begin() as session:
            session.execute(delete(RateCount).where(RateCount.ends_at < int(self._clock.now().timestamp())))

    def _spend(self, rule: Rule, now: float) -> bool:
        period, left = self._prepaid.get(rule.key, (0, 0))
        if left < 1 or period != _period(rule, now):
            return False
        self._prepaid[rule.key] = (period, left - 1)
        return True

    def _count(self, rules: Sequence[Rule], now: float) -> float:
        with self._database.begin() as session:
            rows = {row.key: row for row in session.execute(_counting(session, rules, now))}
        waits = []
        with self._lock:
            self._forget_old(now)
            for rule in rules:
                row, passed = rows[rule.key], now / rule.rate.seconds % 1
                this = Counted(rule.rate, row.counted - _at_once(rule) + 1, row.previous, passed)
                waits.append(this.wait)
                if one_more := replace(this, count=this.count + 1).wait:
                    self._refused_until[rule.key] = now + one_more
                else:
                    left = min(_at_once(rule) - 1, int(rule.rate.calls - this.estimate))
                    self._prepaid[rule.key] = (_period(rule, now), left)
        return max(waits)

    def _forget_old(self, now: float) -> None:
        if len(self._prepaid) > MOST_REMEMBERED:
            self._prepaid.clear()
        if len(self._refused_until) > MOST_REMEMBERED:
            self._refused_until = {key: until for key, until in self._refused_until.items() if until > now}


def _counting(session: Session, rules: Sequence[Rule], now: float) -> Any:
    """The upsert of all the rules, with their counts as answer; the rows are in one order everywhere."""
    adding = insert_of(session)(RateCount).values([_row(rule, now) for rule in rules])
    new, old = adding.excluded, RateCount
    saturated = case((old.count > new.most, new.most), else_=old.count)
    return adding.on_conflict_do_update(
        index_elements=[RateCount.key],
        set_={
            "previous": case(
                (old.period == new.period, old.previous), (old.period == new.period - 1, old.count), else_=0
            ),
            "count": case((old.period == new.period, saturated + new.count), else_=new.count),
            "period": new.period,
            "most": new.most,
            "ends_at": new.ends_at,
        },
    ).returning(RateCount.key, RateCount.count.label("counted"), RateCount.previous)


def _row(rule: Rule, now: float) -> dict[str, Any]:
    period = _period(rule, now)
    return {
        "key": rule.key,
        "period": period,
        "count": _at_once(rule),
        "previous": 0,
        "most": rule.rate.calls,
        "ends_at": (period + 2) * rule.rate.seconds,
    }


def _period(rule: Rule, now: float) -> int:
    return int(now // rule.rate.seconds)


def _at_once(rule: Rule) -> int:
    return max(rule.rate.calls // SHARE_AT_ONCE, 1)
