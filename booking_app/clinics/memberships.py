"""What holds of memberships whoever asks: a clinic keeps an owner, and nobody speaks for a person others trust."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking_app.clinics.models import Clinic
from booking_app.clinics.staff import Membership, Role, Staff


class LastOwner(Exception):
    """A clinic always has an owner: make somebody else one first."""


class NotAMember(Exception):
    """This person does not belong to the clinic."""


class NotYours(Exception):
    """The person belongs to a clinic of somebody else, too."""


def require_answering(session: Session, owner_id: int, clinic_id: int, staff_id: int) -> tuple[Membership, Staff]:
    """The membership and its person, where this owner may open the person's account to them anew.

    Whoever could do that to somebody could act as them, so every clinic that has the person must be the owner's own.
    An invitation that waits for an answer gives nothing, so it counts only while the person has no password: then
    whoever sets the first one would answer it. Raises NotAMember, NotYours.
    """
    membership, staff = required_member(session, clinic_id, staff_id)
    theirs = select(Membership.clinic_id).where(Membership.staff_id == staff_id)
    if staff.password_hash is not None:
        theirs = theirs.where(Membership.accepted_at.is_not(None))
    if not set(session.scalars(theirs)) <= owned_clinics(session, owner_id):
        raise NotYours
    return membership, staff


def owned_clinics(session: Session, staff_id: int) -> set[int]:
    """The clinics of which the person is an owner now."""
    is_owner = (Membership.role == Role.OWNER.value, Membership.accepted_at.is_not(None))
    return set(session.scalars(select(Membership.clinic_id).where(Membership.staff_id == staff_id, *is_owner)))


def required_member(session: Session, clinic_id: int, staff_id: int) -> tuple[Membership, Staff]:
    """The person's membership, waiting for their answer or not. Raises NotAMember."""
    membership, staff = find_membership(session, clinic_id, staff_id), session.get(Staff, staff_id)
    if membership is None or staff is None:
        raise NotAMember
    return membership, staff


def find_membership(session: Session, clinic_id: int, staff_id: int) -> Membership | None:
    query = select(Membership).where(Membership.clinic_id == clinic_id, Membership.staff_id == staff_id)
    return session.scalar(query.with_for_update())


def keep_an_owner(session: Session, membership: Membership, role: Role | None) -> None:
    """Before somebody gets another role, or none: the clinic must still have an owner then. Raises LastOwner."""
    if membership.role != Role.OWNER or role == Role.OWNER or membership.accepted_at is None:
        return
    # Two owners who remove each other at the same moment wait for one another here.
    session.execute(select(Clinic.id).where(Clinic.id == membership.clinic_id).with_for_update())
    owners = select(func.count()).where(
        Membership.clinic_id == membership.clinic_id,
        Membership.role == Role.OWNER.value,
        Membership.accepted_at.is_not(None),
    )
    if session.scalar(owners) == 1:
        raise LastOwner
