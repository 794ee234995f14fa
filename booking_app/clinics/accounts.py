"""What changes a person's account as a whole: its password, and its end."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.clinics.audit import Author, record
from booking_app.clinics.memberships import find_membership, keep_an_owner
from booking_app.clinics.people import join
from booking_app.clinics.staff import Membership, Staff
from booking_app.clinics.staff_links import OpenLink, Purpose, forget_links, usable_link
from booking_app.clinics.staff_sessions import end_sessions
from booking_app.core.db import Database
from booking_app.core.tokens import new_token


class StaffAccounts:
    """The accounts of people. Every verb commits. Passwords arrive hashed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_password(self, staff_id: int, password_hash: str, *, is_proven: bool | None = None, now: datetime) -> None:
        """Give the account a password: every session, link and known device of it ends.

        `is_proven` says whether whoever sets it was shown to be the person; None leaves that as it was.
        """
        with self._database.begin() as session:
            staff = session.scalars(select(Staff).where(Staff.id == staff_id).with_for_update()).one()
            _set_password(session, staff, password_hash)
            if is_proven is not None:
                staff.proven_at = now if is_proven else None

    def set_password_by_link(self, key: str, password_hash: str, now: datetime) -> bool:
        """As `set_password`, by a link, which is used up; whoever was invited by it joins that clinic.

        False where the link is good no more, also when that came about since it was looked at.
        """
        with self._database.begin() as session:
            link = _locked(session, key, Purpose.PASSWORD, now)
            if link is None:
                return False
            staff = session.get_one(Staff, link.staff_id)
            _set_password(session, staff, password_hash)
            staff.proven_at = now if link.is_proof else None
            membership = find_membership(session, link.clinic_id, staff.id) if link.clinic_id else None
            if membership is not None:
                join(session, membership, staff, now)
            return True

    def accept_by_link(self, key: str, staff_id: int, password_hash: str | None, now: datetime) -> bool:
        """Join the clinic whose invitation this is, as the person who is signed in.

        An account that nobody has proven to be the person's takes a new password with it, which ends what anybody else
        may have of it. False where the invitation is good no more, is somebody else's, or lacks that password.
        """
        with self._database.begin() as session:
            link = _locked(session, key, Purpose.INVITATION, now)
            if link is None or link.clinic_id is None or link.staff_id != staff_id:
                return False
            membership, staff = find_membership(session, link.clinic_id, staff_id), session.get_one(Staff, staff_id)
            if membership is None or (staff.proven_at is None and password_hash is None):
                return False
            if password_hash is not None:
                _set_password(session, staff, password_hash)
            if link.is_proof:
                staff.proven_at = now
            join(session, membership, staff, now)
            return True

    def close(self, author: Author, staff_id: int) -> None:
        """Close an account: nobody signs in to it, and no clinic has it any more. Its address stays in the logs.

        Raises LastOwner while a clinic would be left without an owner.
        """
        with self._database.begin() as session:
            staff = session.scalars(select(Staff).where(Staff.id == staff_id).with_for_update()).one()
            for membership in session.scalars(select(Membership).where(Membership.staff_id == staff_id)).all():
                keep_an_owner(session, membership, None)
                session.delete(membership)
                before = {"email": staff.email, "role": membership.role}
                record(session, author, membership.clinic_id, "people.account_closed", before=before)
            end_sessions(session, staff_id)
            forget_links(session, staff_id)
            staff.is_active = staff.may_make_clinic = False
            staff.password_hash = staff.sealed_totp = staff.sealed_recovery_codes = staff.proven_at = None
            staff.session_key = new_token()


def _set_password(session: Session, staff: Staff, password_hash: str) -> None:
    staff.password_hash = password_hash
    staff.session_key = new_token()
    end_sessions(session, staff.id)
    forget_links(session, staff.id, Purpose.PASSWORD)


def _locked(session: Session, key: str, purpose: Purpose, now: datetime) -> OpenLink | None:
    """The link, while nobody else changes its person: adding them to a clinic waits for us, and we for that."""
    link = usable_link(session, key, purpose, now)
    if link is None:
        return None
    session.scalars(select(Staff).where(Staff.id == link.staff_id).with_for_update()).one()
    return usable_link(session, key, purpose, now)
