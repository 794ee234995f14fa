"""Where people are signed in. A session lives in this table, so that ending it here ends every copy of its cookie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from booking_app.clinics.staff import Staff
from booking_app.core.db import Base, Database, UtcDateTime
from booking_app.core.tokens import hash_token, new_token

IDLE = timedelta(hours=12)  # a working day at the front desk
LONGEST = timedelta(days=30)  # however busy it is
NOTED_EVERY = timedelta(minutes=5)  # a page more often than this writes nothing


class StaffSession(Base):
    """One browser in which somebody is signed in. Its cookie holds the key, this row only the hash of it."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(80))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


@dataclass(frozen=True)
class SignedIn:
    """One of a person's sessions as they see it."""

    id: int
    device: str
    begun_at: datetime
    seen_at: datetime
    is_this_one: bool


class StaffSessions:
    """Beginning, finding and ending sessions. Every verb commits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, staff_id: int, device: str, now: datetime) -> str:
        """The key of a new session; it is kept nowhere else but in the browser's cookie."""
        key = new_token()
        row = StaffSession(
            staff_id=staff_id, key_hash=hash_token(key), device=device[:80], begun_at=now, seen_at=now
        )  # fmt: skip
        with self._database.begin() as session:
            session.add(row)
        return key

    def staff_of(self, key: str, now: datetime) -> int | None:
        """Whose session this is; None once it was ended, was idle for too long, or its account is closed."""
        query = select(StaffSession).join(Staff, Staff.id == StaffSession.staff_id)
        with self._database.reading() as session:
            row = session.scalar(query.where(StaffSession.key_hash == hash_token(key), Staff.is_active.is_(True)))
        if row is None or row.seen_at < now - IDLE or row.begun_at < now - LONGEST:
            return None
        if row.seen_at < now - NOTED_EVERY:
            with self._database.begin() as session:
                session.execute(update(StaffSession).where(StaffSession.id == row.id).values(seen_at=now))
        return row.staff_id

    def of(self, staff_id: int, key: str, now: datetime) -> Sequence[SignedIn]:
        """Everywhere the person is signed in, the latest first; `key` is the session that asks."""
        query = select(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.seen_at >= now - IDLE)
        with self._database.reading() as session:
            rows = session.scalars(query.order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())).all()
        return [_shown(row, hash_token(key)) for row in rows if row.begun_at >= now - LONGEST]

    def end(self, key: str) -> None:
        """End one session by its key, as signing out does. Ending it twice is no error."""
        with self._database.begin() as session:
            session.execute(delete(StaffSession).where(StaffSession.key_hash == hash_token(key)))

    def end_one(self, staff_id: int, session_id: int) -> None:
        """End one of the person's own sessions; another person's stays."""
        mine = (StaffSession.id == session_id, StaffSession.staff_id == staff_id)
        with self._database.begin() as session:
            session.execute(delete(StaffSession).where(*mine))

    def end_others(self, staff_id: int, key: str) -> None:
        """End every session of the person but this one."""
        with self._database.begin() as session:
            end_sessions(session, staff_id, but=key)


def end_sessions(session: Session, staff_id: int, *, but: str = "") -> None:
    """End every session of a person, but one where its key is given; the caller commits."""
    ended = delete(StaffSession).where(StaffSession.staff_id == staff_id)
    session.execute(ended.where(StaffSession.key_hash != hash_token(but)) if but else ended)


def forget_ended(session: Session, now: datetime) -> None:
    """Delete what has been idle for too long; the caller commits."""
    old = or_(StaffSession.seen_at < now - IDLE, StaffSession.begun_at < now - LONGEST)
    session.execute(delete(StaffSession).where(old))


def _shown(row: StaffSession, this_one: str) -> SignedIn:
    return SignedIn(row.id, row.device, row.begun_at, row.seen_at, row.key_hash == this_one)
