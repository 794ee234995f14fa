"""One-time links for people of clinics: to set a password, or to join a further clinic.

A link is good once and for three days, and dies earlier at every change of what it stands for. Two kinds differ in
what they prove. One that was mailed to the person, or made by whoever runs the server, *proves* that its opener is the
person. One that an owner sees and passes on proves nothing beyond that owner's word, so it opens an account only while
no clinic but the owner's has the person.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from booking_app.clinics.audit import Author
from booking_app.clinics.memberships import NotAMember, NotYours, require_answering
from booking_app.clinics.models import Clinic
from booking_app.clinics.staff import Membership, Role, Staff
from booking_app.core.db import Base, Database, UtcDateTime
from booking_app.core.tokens import hash_token, new_token

GOOD_FOR = timedelta(days=3)


class Purpose(StrEnum):
    """What a link lets its opener do."""

    PASSWORD = "password"  # noqa: S105 - set a password, and with the first one join the clinic that asked
    INVITATION = "invitation"  # join a further clinic, signed in as oneself


class StaffLink(Base):
    """A link that is still good. `issued_by` is None for the server's own command line and for the person's wish."""

    __tablename__ = "staff_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    clinic_id: Mapped[int | None] = mapped_column(ForeignKey("clinic.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(12))
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    is_proof: Mapped[bool]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


@dataclass(frozen=True)
class OpenLink:
    """A link that is good now."""

    id: int
    staff_id: int
    email: str
    purpose: Purpose
    clinic_id: int | None
    is_proof: bool


@dataclass(frozen=True)
class Invitation:
    """A clinic that waits for the person's answer. `needs_password`: they have to choose a new one with it."""

    clinic_id: int
    clinic_name: str
    role: Role
    needs_password: bool


class StaffLinks:
    """Making and opening links. Every verb commits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self, author: Author, staff_id: int, purpose: Purpose, clinic_id: int | None, *, mailed: bool) -> str:
        """The key of a new link, in place of earlier ones for the same.

        `mailed`: it goes to the person's own mailbox and is shown to nobody. One that is shown to the author is made
        only while their clinics are all that the person has. Raises NotAMember, NotYours.
        """
        is_proof = mailed or author.staff_id is None
        with self._database.begin() as session:
            session.scalars(select(Staff.id).where(Staff.id == staff_id).with_for_update()).one()
            if purpose == Purpose.PASSWORD and not is_proof and author.staff_id and clinic_id:
                require_answering(session, author.staff_id, clinic_id, staff_id)
            forget_links(session, staff_id, purpose, clinic_id if purpose == Purpose.INVITATION else None)
            return _issued(session, author, staff_id, purpose, clinic_id, is_proof=is_proof)

    def opened(self, key: str, purpose: Purpose, now: datetime) -> OpenLink | None:
        """The link, looked at without using it up; None for one that is used, too old, or overtaken by a change."""
        with self._database.reading() as session:
            return usable_link(session, key, purpose, now)

    def invitation(self, link: OpenLink) -> Invitation | None:
        """What the link invites to; None where it has been answered."""
        query = (
            select(Clinic, Membership.role, Staff.proven_at)
            .join(Membership, Membership.clinic_id == Clinic.id)
            .join(Staff, Staff.id == Membership.staff_id)
        )
        pending = (Membership.staff_id == link.staff_id, Membership.accepted_at.is_(None))
        with self._database.reading() as session:
            row = session.execute(query.where(Clinic.id == link.clinic_id, *pending)).first()
        return Invitation(row[0].id, row[0].name, Role(row[1]), row[2] is None) if row else None


def usable_link(session: Session, key: str, purpose: Purpose, now: datetime) -> OpenLink | None:
    """As `StaffLinks.opened`, in the caller's transaction; on PostgreSQL the row stays locked until it ends."""
    query = select(StaffLink).where(StaffLink.key_hash == hash_token(key), StaffLink.purpose == purpose.value)
    row = session.scalar(query.where(StaffLink.expires_at > now).with_for_update())
    staff = session.get(Staff, row.staff_id) if row else None
    if row is None or staff is None or not staff.is_active:
        return None
    if purpose == Purpose.PASSWORD and not row.is_proof and not _still_speaks(session, row):
        return None
    return OpenLink(row.id, staff.id, staff.email, purpose, row.clinic_id, row.is_proof)


def forget_links(session: Session, staff_id: int, purpose: Purpose | None = None, clinic_id: int | None = None) -> None:
    """Make the person's links worthless: all, those of one purpose, or those of one clinic; the caller commits."""
    gone = delete(StaffLink).where(StaffLink.staff_id == staff_id)
    if purpose is not None:
        gone = gone.where(StaffLink.purpose == purpose.value)
    if clinic_id is not None:
        gone = gone.where(StaffLink.clinic_id == clinic_id)
    session.execute(gone)


def forget_expired_links(session: Session, now: datetime) -> None:
    """Delete what is too old to open anything; the caller commits."""
    session.execute(delete(StaffLink).where(StaffLink.expires_at <= now))


def _still_speaks(session: Session, row: StaffLink) -> bool:
    """Whether its issuer may still do what the link does: they may have left, and the person joined elsewhere."""
    if row.issued_by is None or row.clinic_id is None:
        return False
    try:
        require_answering(session, row.issued_by, row.clinic_id, row.staff_id)
    except (NotAMember, NotYours):
        return False
    return True


def _issued(
    session: Session, author: Author, staff_id: int, purpose: Purpose, clinic_id: int | None, *, is_proof: bool
) -> str:
    key = new_token()
    session.add(
        StaffLink(
            key_hash=hash_token(key),
            staff_id=staff_id,
            clinic_id=clinic_id,
            purpose=purpose.value,
            issued_by=author.staff_id,
            is_proof=is_proof,
            expires_at=author.at + GOOD_FOR,
        )
    )
    return key
