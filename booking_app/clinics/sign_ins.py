"""Slowing down whoever guesses passwords, without locking out whoever knows one.

Failures are counted per account for all unknown devices together, and for each known device by itself. So a stranger
who fails on purpose slows other strangers, and never the device that the person signed in from before.
"""

from datetime import datetime, timedelta

from sqlalchemy import String, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import Base, Database, UtcDateTime

FREE_TRIES = 5
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


class SignInFailure(Base):
    """Failed tries in a row. `key` names account and device and can be turned back into neither."""

    __tablename__ = "sign_in_failure"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class TooManyTries(Exception):
    """No password is looked at before `wait` is over."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many tries")
        self.wait = wait


class SignIns:
    """The count of failures. Every verb commits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, key: str, now: datetime) -> None:
        """Count a try as failed before it is looked at, so that many at once gain nothing. Raises TooManyTries."""
        try:
            self._begin(key, now)
        except IntegrityError:  # another first try of this account was counted at the same moment
            self._begin(key, now)

    def _begin(self, key: str, now: datetime) -> None:
        with self._database.begin() as session:
            session.execute(delete(SignInFailure).where(SignInFailure.last_at < now - FORGOTTEN_AFTER))
            row = session.get(SignInFailure, key, with_for_update=True)
            if row is None:
                session.add(SignInFailure(key=key, count=1, last_at=now))
                return
            # Of two tries at one moment the later one may be counted first: the other is then no earlier than it.
            at = max(now, row.last_at)
            wait = row.last_at + waiting_time(row.count) - at
            if wait > timedelta():
                raise TooManyTries(wait)
            row.count += 1
            row.last_at = at

    def succeeded(self, key: str) -> None:
        """Forget the failures before a success."""
        with self._database.begin() as session:
            session.execute(delete(SignInFailure).where(SignInFailure.key == key))


def waiting_time(failures: int) -> timedelta:
    """How long after the last of so many failures the next try may come: nothing at first, then twice as long each."""
    if failures < FREE_TRIES:
        return timedelta()
    return min(timedelta(seconds=2.0 ** min(failures - FREE_TRIES + 1, 20)), LONGEST_WAIT)
