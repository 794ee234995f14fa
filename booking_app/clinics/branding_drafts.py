"""Branding before patients see it: each saved draft is a row, so that it can be undone; what was published stays."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from booking_app.clinics.branding import Branding
from booking_app.clinics.models import Clinic
from booking_app.core.db import Base, UtcDateTime

MOST_PUBLISHED = 20


class BrandingRevision(Base):
    """One saved look of a clinic. Without `published_at` it is a draft, and the newest draft is the one worked on."""

    __tablename__ = "branding_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def values(self) -> Branding:
        return Branding.from_json(self.body)


def drafts_of(session: Session, clinic_id: int) -> Sequence[BrandingRevision]:
    """What undo goes back through, newest first."""
    return session.scalars(_of(clinic_id).where(BrandingRevision.published_at.is_(None))).all()


def published_of(session: Session, clinic_id: int) -> Sequence[BrandingRevision]:
    """What patients saw before, newest first."""
    return session.scalars(_of(clinic_id).where(BrandingRevision.published_at.is_not(None))).all()


def draft_of(session: Session, clinic: Clinic) -> Branding:
    """The look being worked on: the newest draft, else what patients see."""
    newest = next(iter(drafts_of(session, clinic.id)), None)
    return newest.values() if newest else clinic.branding_values()


def save_draft(session: Session, clinic_id: int, branding: Branding, at: datetime) -> None:
    """Make this the newest draft. The caller commits."""
    session.add(BrandingRevision(clinic_id=clinic_id, body=asdict(branding), saved_at=at))
    session.flush()


def undo(session: Session, clinic_id: int) -> None:
    """Take the newest draft away; harmless without one. The caller commits."""
    newest = next(iter(drafts_of(session, clinic_id)), None)
    if newest is not None:
        session.delete(newest)
        session.flush()


def publish(session: Session, clinic: Clinic, at: datetime) -> None:
    """Show the draft to patients, keeping what they saw before; harmless without a draft. The caller commits."""
    newest = next(iter(drafts_of(session, clinic.id)), None)
    if newest is None:
        return
    if not published_of(session, clinic.id):
        # What an import brought has no row yet, and is to be found again like every other.
        before = BrandingRevision(clinic_id=clinic.id, body=asdict(clinic.branding_values()), saved_at=at)
        before.published_at = at
        session.add(before)
        session.flush()
    clinic.branding = newest.body
    published = BrandingRevision(clinic_id=clinic.id, body=newest.body, saved_at=newest.saved_at, published_at=at)
    session.add(published)
    drafts = (BrandingRevision.clinic_id == clinic.id, BrandingRevision.published_at.is_(None))
    session.execute(delete(BrandingRevision).where(*drafts))
    for old in published_of(session, clinic.id)[MOST_PUBLISHED:]:
        session.delete(old)
    session.flush()


def _of(clinic_id: int) -> Any:
    return select(BrandingRevision).where(BrandingRevision.clinic_id == clinic_id).order_by(BrandingRevision.id.desc())
