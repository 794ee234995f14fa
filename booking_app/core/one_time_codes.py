"""Codes of eight digits, sent somewhere and typed in again: proof that somebody can read what is sent there."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Integer, String, delete, update
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.clock import Clock
from booking_app.core.db import Base, Database, UtcDateTime

DIGITS = 8
GOOD_FOR = timedelta(minutes=10)
TRIES = 5
LONGEST_TYPED = 40


class OneTimeCode(Base):
    """The newest code for one purpose and subject; kept as keyed hashes alone."""

    __tablename__ = "one_time_code"

    subject_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    tries_left: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Verdict(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"  # used, too old, or tried too often: only a new one helps


class OneTimeCodes:
    """Each method is a transaction of its own. A code is good for what it was made for (`about`) and nothing else."""

    def __init__(self, database: Database, clock: Clock, secret_key: str) -> None:
        self._database = database
        self._clock = clock
        self._key = secret_key.encode()

    def new(self, purpose: str, subject: str, about: str) -> str:
        """Make a code for a subject, in place of any earlier one. Commits. It stands nowhere but in the answer."""
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        row = OneTimeCode(
            subject_hash=self._hash("subject", purpose, subject),
            code_hash=self._code_hash(purpose, subject, about, code),
            tries_left=TRIES,
            expires_at=self._clock.now() + GOOD_FOR,
        )
        with self._database.begin() as session:
            session.merge(row)
        return code

    def check(self, purpose: str, subject: str, about: str, typed: str) -> Verdict:
        """Whether this is the code; a right one is used up. The try is counted before it is looked at. Commits."""
        code = "".join(character for character in typed[:LONGEST_TYPED] if character.isdecimal())
        mine = OneTimeCode.subject_hash == self._hash("subject", purpose, subject)
        with self._database.begin() as session:
            trying = (
                update(OneTimeCode)
                .where(mine, OneTimeCode.tries_left > 0, OneTimeCode.expires_at > self._clock.now())
                .values(tries_left=OneTimeCode.tries_left - 1)
                .returning(OneTimeCode.code_hash, OneTimeCode.tries_left)
            )
            found = session.execute(trying).one_or_none()
            if found is None:
                return Verdict.OVER
            if hmac.compare_digest(found.code_hash, self._code_hash(purpose, subject, about, code)):
                session.execute(delete(OneTimeCode).where(mine))
                return Verdict.RIGHT
            return Verdict.WRONG if found.tries_left else Verdict.OVER

    def forget(self) -> None:
        """Delete what is too old to be used. Commits."""
        with self._database.begin() as session:
            session.execute(delete(OneTimeCode).where(OneTimeCode.expires_at < self._clock.now()))

    def _code_hash(self, purpose: str, subject: str, about: str, code: str) -> str:
        return self._hash("code", purpose, subject, about, code)

    def _hash(self, *parts: str) -> str:
        return hmac.new(self._key, "\x1f".join(("one-time-code", *parts)).encode(), hashlib.sha256).hexdigest()
