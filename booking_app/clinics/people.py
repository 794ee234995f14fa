"""Who may do what at which clinic. A further clinic has a person only once they have accepted it themselves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking_app.clinics.audit import Author, record
from booking_app.clinics.memberships import NotYours, find_membership, keep_an_owner, require_answering, required_member
from booking_app.clinics.models import Clinic
from booking_app.clinics.staff import Membership, Role, Staff
from booking_app.clinics.staff_links import forget_links
from booking_app.clinics.staff_sessions import end_sessions
from booking_app.core.db import Database
from booking_app.core.tokens import new_token


@dataclass(frozen=True)
class Seat:
    """A person's place at a clinic."""

    clinic: Clinic
    role: Role


@dataclass(frozen=True)
class Member:
    """A person of a clinic as the others see them."""

    staff_id: int
    email: str
    role: Role
    has_password: bool
    has_second_factor: bool
    has_accepted: bool


class People:
    """The people of clinics. Every verb commits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seat(self, staff_id: int, slug: str) -> Seat | None:
        """The person's place at the clinic; None for strangers, and for a clinic that does not exist."""
        query = select(Clinic, Membership.role).join(Membership, Membership.clinic_id == Clinic.id)
        mine = (Membership.staff_id == staff_id, Membership.accepted_at.is_not(None))
        with self._database.reading() as session:
            row = session.execute(query.where(Clinic.slug == slug, *mine)).first()
        return Seat(row[0], Role(row[1])) if row else None

    def seats(self, staff_id: int) -> tuple[Seat, ...]:
        """Every clinic the person belongs to, by name."""
        return self._seats(staff_id, is_accepted=True)

    def invitations(self, staff_id: int) -> tuple[Seat, ...]:
        """Every clinic that waits for the person's answer, by name."""
        return self._seats(staff_id, is_accepted=False)

    def _seats(self, staff_id: int, *, is_accepted: bool) -> tuple[Seat, ...]:
        query = select(Clinic, Membership.role).join(Membership, Membership.clinic_id == Clinic.id)
        answer = Membership.accepted_at.is_not(None) if is_accepted else Membership.accepted_at.is_(None)
        query = query.where(Membership.staff_id == staff_id, answer).order_by(Clinic.name, Clinic.id)
        with self._database.reading() as session:
            rows = session.execute(query).all()
        return tuple(Seat(clinic, Role(role)) for clinic, role in rows)

    def members(self, clinic_id: int) -> tuple[Member, ...]:
        """The clinic's people, by e-mail; also those whose answer it waits for."""
        query = select(Staff, Membership).join(Membership, Membership.staff_id == Staff.id)
        with self._database.reading() as session:
            rows = session.execute(query.where(Membership.clinic_id == clinic_id).order_by(Staff.email)).all()
        return tuple(_member(staff, membership) for staff, membership in rows)

    def answers_for(self, owner_id: int, clinic_id: int, staff_id: int) -> Member:
        """The member, where this owner may open their account to them anew: by a link, or without the second factor.

        Raises NotAMember, NotYours; the reason stands at `require_answering`.
        """
        with self._database.reading() as session:
            membership, staff = require_answering(session, owner_id, clinic_id, staff_id)
            return _member(staff, membership)

    def add(self, author: Author, clinic_id: int, email: str, role: Role) -> Member:
        """Make the person with this address one of the clinic's, with an account if they have none yet.

        It is an invitation until they accept: by setting their first password through this clinic's link, or signed in.
        What is done from the command line holds at once, but for an account that nobody has proven to be the person's
        and that opens another clinic. Whoever belongs to it already gets the role. Raises LastOwner.
        """
        try:
            return self._add(author, clinic_id, email, role)
        except IntegrityError:  # somebody else added the person at the same moment
            return self._add(author, clinic_id, email, role)

    def _add(self, author: Author, clinic_id: int, email: str, role: Role) -> Member:
        with self._database.begin() as session:
            staff = find_or_add_staff(session, email, author)
            membership = find_membership(session, clinic_id, staff.id)
            if membership is None:
                accepted = author.at if author.staff_id is None and not _is_in_doubt(session, staff) else None
                membership = Membership(
                    staff_id=staff.id, clinic_id=clinic_id, role=role.value, accepted_at=accepted
                )  # fmt: skip
                session.add(membership)
                record(session, author, clinic_id, "people.added", after={"email": staff.email, "role": role.value})
            else:
                _change(session, author, membership, staff, role)
            return _member(staff, membership)

    def accept(self, staff_id: int, clinic_id: int, now: datetime) -> None:
        """The person joins the clinic that invited them. Only a proven account does it without a link.

        Raises NotAMember, NotYours.
        """
        with self._database.begin() as session:
            membership, staff = required_member(session, clinic_id, staff_id)
            if staff.proven_at is None:
                raise NotYours
            join(session, membership, staff, now)

    def decline(self, staff_id: int, clinic_id: int, now: datetime) -> None:
        """Answer an invitation with no; nothing happens where there is none."""
        with self._database.begin() as session:
            membership = find_membership(session, clinic_id, staff_id)
            if membership is None or membership.accepted_at is not None:
                return
            forget_links(session, staff_id, clinic_id=clinic_id)
            session.delete(membership)
            before = {"role": membership.role}
            record(session, Author(staff_id, now), clinic_id, "people.declined", before=before)

    def invite_to_make_a_clinic(self, author: Author, email: str) -> bool:
        """An account that may make one clinic of its own; returns whether it has a password already."""
        with self._database.begin() as session:
            staff = find_or_add_staff(session, email, author)
            staff.may_make_clinic = True
            return staff.password_hash is not None

    def change_role(self, author: Author, clinic_id: int, staff_id: int, role: Role) -> None:
        """Their sessions and links end, so that nothing goes on under the old role. Raises NotAMember, LastOwner."""
        with self._database.begin() as session:
            membership, staff = required_member(session, clinic_id, staff_id)
            _change(session, author, membership, staff, role)

    def remove(self, author: Author, clinic_id: int, staff_id: int) -> None:
        """End the person's membership, their sessions and links; their account, and their other clinics, stay.

        Raises NotAMember, LastOwner.
        """
        with self._database.begin() as session:
            membership, staff = required_member(session, clinic_id, staff_id)
            keep_an_owner(session, membership, None)
            session.delete(membership)
            _end_what_was_open(session, author, membership)
            before = {"email": staff.email, "role": membership.role}
            record(session, author, clinic_id, "people.removed", before=before)


def find_or_add_staff(session: Session, email: str, author: Author) -> Staff:
    """The account of this address, made when there is none, opened again when it was closed. The caller commits."""
    address = email.strip().lower()
    staff = session.scalar(select(Staff).where(Staff.email == address).with_for_update())
    if staff is None:
        staff = Staff(email=address, session_key=new_token(), is_active=True, created_at=author.at)
        session.add(staff)
        session.flush()
    staff.is_active = True
    return staff


def join(session: Session, membership: Membership, staff: Staff, now: datetime) -> None:
    """The person's answer is yes; the links that were made while it was awaited are worthless. The caller commits."""
    if membership.accepted_at is not None:
        return
    membership.accepted_at = now
    forget_links(session, staff.id)
    after = {"email": staff.email, "role": membership.role}
    record(session, Author(staff.id, now), membership.clinic_id, "people.accepted", after=after)


def _is_in_doubt(session: Session, staff: Staff) -> bool:
    """Whether somebody else may know the password of this account: an owner handed its link over."""
    elsewhere = select(Membership.id).where(Membership.staff_id == staff.id)
    return staff.password_hash is not None and staff.proven_at is None and session.scalar(elsewhere) is not None


def _change(session: Session, author: Author, membership: Membership, staff: Staff, role: Role) -> None:
    keep_an_owner(session, membership, role)
    before, membership.role = membership.role, role.value
    if before == role.value:
        return
    _end_what_was_open(session, author, membership)
    record(
        session,
        author,
        membership.clinic_id,
        "people.role_changed",
        before={"email": staff.email, "role": before},
        after={"email": staff.email, "role": role.value},
    )


def _end_what_was_open(session: Session, author: Author, membership: Membership) -> None:
    """End the sessions and links of whoever gets another role, or none; whoever does it to themselves stays.

    An invitation opened nothing, so the clinic that takes it back ends no more than its own links.
    """
    if membership.accepted_at is None:
        forget_links(session, membership.staff_id, clinic_id=membership.clinic_id)
        return
    forget_links(session, membership.staff_id)
    if membership.staff_id != author.staff_id:
        end_sessions(session, membership.staff_id)


def _member(staff: Staff, membership: Membership) -> Member:
    return Member(
        staff_id=staff.id,
        email=staff.email,
        role=Role(membership.role),
        has_password=staff.password_hash is not None,
        has_second_factor=staff.sealed_totp is not None,
        has_accepted=membership.accepted_at is not None,
    )
