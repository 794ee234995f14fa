"""Who changed what and when, kept for good: rows are added and never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from booking_app.clinics.staff import Staff
from booking_app.core.db import Base, Database, UtcDateTime

MASK = "••••••"
SECRET_WORDS = ("secret", "password", "token", "api_key", "totp", "recovery")


@dataclass(frozen=True)
class Author:
    """Who changes something, and when. Without a person it was done from the command line."""

    staff_id: int | None
    at: datetime


class AuditEntry(Base):
    """One change of a clinic. `action` is `noun.verb`; `before` and `after` hold what changed, secrets masked."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_clinic", "clinic_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    action: Mapped[str] = mapped_column(String(60))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def record(
    session: Session,
    author: Author,
    clinic_id: int,
    action: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write a change down in the transaction that makes it; the caller commits.

    Where both sides are given only the keys that differ are kept; where they are equal nothing is written.
    """
    old, new = _differing(before, after) if before is not None and after is not None else (before, after)
    if before is not None and after is not None and not old and not new:
        return
    session.add(
        AuditEntry(
            clinic_id=clinic_id,
            staff_id=author.staff_id,
            action=action,
            before=masked(old or {}),
            after=masked(new or {}),
            at=author.at,
        )
    )


def masked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as JSON, with whatever is called like a secret hidden, at any depth."""
    return {key: MASK if _is_secret(key) and value else _plain(value) for key, value in values.items()}


@dataclass(frozen=True)
class Change:
    """An entry with the e-mail of who made it; None for the command line."""

    email: str | None
    action: str
    before: dict[str, Any]
    after: dict[str, Any]
    at: datetime


class AuditLog:
    """Reading what was written down."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def changes(
        self, clinic_id: int, *, noun: str = "", email: str = "", limit: int = 100, offset: int = 0
    ) -> Sequence[Change]:
        """A clinic's changes, newest first: of one noun or one person where these are given."""
        query = select(AuditEntry, Staff.email).outerjoin(Staff).where(AuditEntry.clinic_id == clinic_id)
        if noun:
            query = query.where(AuditEntry.action.startswith(f"{noun}.", autoescape=True))
        if email:
            query = query.where(Staff.email == email)
        with self._database.reading() as session:
            rows = session.execute(query.order_by(AuditEntry.id.desc()).limit(limit).offset(offset)).all()
        return [Change(by, entry.action, entry.before, entry.after, entry.at) for entry, by in rows]

    def authors(self, clinic_id: int) -> Sequence[str]:
        """Everybody who has changed something of the clinic, by e-mail."""
        query = select(Staff.email).join(AuditEntry).where(AuditEntry.clinic_id == clinic_id)
        with self._database.reading() as session:
            return session.scalars(query.distinct().order_by(Staff.email)).all()


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return {key: before.get(key) for key in keys}, {key: after.get(key) for key in keys}


def _is_secret(key: str) -> bool:
    return any(word in key.lower() for word in SECRET_WORDS)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return masked({str(key): inner for key, inner in value.items()})
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
