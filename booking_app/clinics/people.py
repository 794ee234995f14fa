"""Who may do what at which clinic."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking_app.clinics.audit import Author, record
from booking_app.clinics.models import Clinic
from booking_app.clinics.staff import Membership, Role, Staff
from booking_app.core.db import Database
from booking_app.core.tokens import new_token


class LastOwner(Exception):
    """A clinic always has an owner: make somebody else one first."""


class NotAMember(Exception):
    """This person does not belong to the clinic."""


class NotYours(Exception):
    """The person belongs to a clinic of somebody else, too."""


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


class People:
    """The people of clinics. Every verb commits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seat(self, staff_id: int, slug: str) -> Seat | None:
        """The person's place at the clinic; None for strangers, and for a clinic that does not exist."""
        query = select(Clinic, Membership.role).join(Membership, Membership.clinic_id == Clinic.id)
        with self._database.reading() as session:
            row = session.execute(query.where(Clinic.slug == slug, Membership.staff_id == staff_id)).first()
        return Seat(row[0], Role(row[1])) if row else None

    def seats(self, staff_id: int) -> tuple[Seat, ...]:
        """Every clinic the person belongs to, by name."""
        query = select(Clinic, Membership.role).join(Membership, Membership.clinic_id == Clinic.id)
        with self._database.reading() as session:
            rows = session.execute(query.where(Membership.staff_id == staff_id).order_by(Clinic.name, Clinic.id)).all()
        return tuple(Seat(clinic, Role(role)) for clinic, role in rows)

    def members(self, clinic_id: int) -> tuple[Member, ...]:
        """The clinic's people, by e-mail."""
        query = select(Staff, Membership.role).join(Membership, Membership.staff_id == Staff.id)
        with self._database.reading() as session:
            rows = session.execute(query.where(Membership.clinic_id == clinic_id).order_by(Staff.email)).all()
        return tuple(_member(staff, role) for staff, role in rows)

    def answers_for(self, owner_id: int, clinic_id: int, staff_id: int) -> Member:
        """The member, where this owner may open their account to them anew: by a link, or without the second factor.

        Whoever could do that to somebody could act as them, so every clinic of the person must be the owner's own.
        Raises NotAMember, NotYours.
        """
        with self._database.reading() as session:
            membership, staff = _required(session, clinic_id, staff_id)
            theirs = set(session.scalars(select(Membership.clinic_id).where(Membership.staff_id == staff_id)))
            owned = select(Membership.clinic_id).where(
                Membership.staff_id == owner_id, Membership.role == Role.OWNER.value
            )
            if not theirs <= set(session.scalars(owned)):
                raise NotYours
            return _member(staff, membership.role)

    def add(self, author: Author, clinic_id: int, email: str, role: Role) -> Member:
        """Make the person with this address one of the clinic's, with an account if they have none yet.

        Whoever belongs to it already gets the role. Raises LastOwner.
        """
        with self._database.begin() as session:
            staff = find_or_add_staff(session, email, author)
            membership = _membership(session, clinic_id, staff.id)
            if membership is None:
                membership = Membership(staff_id=staff.id, clinic_id=clinic_id, role=role.value)
                session.add(membership)
                record(session, author, clinic_id, "people.added", after={"email": staff.email, "role": role.value})
            else:
                _change(session, author, membership, staff, role)
            return _member(staff, role.value)

    def add_account(self, author: Author, email: str) -> bool:
        """An account that belongs to no clinic yet; returns whether it has a password already."""
        with self._database.begin() as session:
            return find_or_add_staff(session, email, author).password_hash is not None

    def change_role(self, author: Author, clinic_id: int, staff_id: int, role: Role) -> None:
        """Raises NotAMember, LastOwner."""
        with self._database.begin() as session:
            membership, staff = _required(session, clinic_id, staff_id)
            _change(session, author, membership, staff, role)

    def remove(self, author: Author, clinic_id: int, staff_id: int) -> None:
        """End the person's membership; their account, and their other clinics, stay. Raises NotAMember, LastOwner."""
        with self._database.begin() as session:
            membership, staff = _required(session, clinic_id, staff_id)
            _keep_an_owner(session, membership, None)
            session.delete(membership)
            before = {"email": staff.email, "role": membership.role}
            record(session, author, clinic_id, "people.removed", before=before)


def find_or_add_staff(session: Session, email: str, author: Author) -> Staff:
    """The account of this address, made when there is none. The caller commits."""
    address = email.strip().lower()
    staff = session.scalar(select(Staff).where(Staff.email == address))
    if staff is None:
        staff = Staff(email=address, session_key=new_token(), is_active=True, created_at=author.at)
        session.add(staff)
        session.flush()
    return staff


def _change(session: Session, author: Author, membership: Membership, staff: Staff, role: Role) -> None:
    _keep_an_owner(session, membership, role)
    before, membership.role = membership.role, role.value
    if before != role.value:
        record(
            session,
            author,
            membership.clinic_id,
            "people.role_changed",
            before={"email": staff.email, "role": before},
            after={"email": staff.email, "role": role.value},
        )


def _keep_an_owner(session: Session, membership: Membership, role: Role | None) -> None:
    if membership.role != Role.OWNER or role == Role.OWNER:
        return
    # Two owners who remove each other at the same moment wait for one another here.
    session.execute(select(Clinic.id).where(Clinic.id == membership.clinic_id).with_for_update())
    owners = select(func.count()).where(
        Membership.clinic_id == membership.clinic_id, Membership.role == Role.OWNER.value
    )
    if session.scalar(owners) == 1:
        raise LastOwner


def _required(session: Session, clinic_id: int, staff_id: int) -> tuple[Membership, Staff]:
    membership = _membership(session, clinic_id, staff_id)
    staff = session.get(Staff, staff_id)
    if membership is None or staff is None:
        raise NotAMember
    return membership, staff


def _membership(session: Session, clinic_id: int, staff_id: int) -> Membership | None:
    query = select(Membership).where(Membership.clinic_id == clinic_id, Membership.staff_id == staff_id)
    return session.scalar(query.with_for_update())


def _member(staff: Staff, role: str) -> Member:
    return Member(
        staff_id=staff.id,
        email=staff.email,
        role=Role(role),
        has_password=staff.password_hash is not None,
        has_second_factor=staff.sealed_totp is not None,
    )
