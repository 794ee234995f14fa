"""Holds: a slot belongs to one draft for some minutes, kept true by a unique key on five-minute cells."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, not_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking_app.bookings.errors import SlotGone, TooManyHolds
from booking_app.bookings.models import Hold, HoldCell
from booking_app.bookings.records import Choice

CELL_SECONDS = 300
CELL = timedelta(seconds=CELL_SECONDS)
# Of one network at one clinic. A household books for a family; whoever wants more keeps others out.
HOLDS_AT_ONCE = 8
# Of all visitors together. Beyond it a time can be chosen and booked but is not held, so that nobody with many networks
# keeps a practitioner's week, or a clinic's, from patients.
HOLDS_OF_PRACTITIONER = 12
HOLDS_OF_CLINIC = 60
# All holds of one draft and its copies together, whatever is chosen again and however busy the patient is: nobody may
# keep times from others for ever. A payment with all its detours fits. Afterwards a time is taken on confirming only.
LONGEST_HOLDING = timedelta(minutes=60)
LONGEST_PAYING = LONGEST_HOLDING + timedelta(minutes=35)  # nor by payment pages, one opened after another
PLACE_TRIES = 30  # of many who reach for the places of one group at the same moment
SHOWN_FOR = timedelta(minutes=2)  # how long a time just booked is kept out of lists that were read before


def cells(starts_at: datetime, ends_at: datetime) -> range:
    """The five-minute cells that the span touches, counted from the epoch."""
    return range(int(starts_at.timestamp()) // CELL_SECONDS, -(-int(ends_at.timestamp()) // CELL_SECONDS))


def take(
    session: Session, *, clinic_id: int, account_key: str, family: str, visitor: str, choice: Choice,
    now: datetime, lasts: timedelta,
) -> Hold:  # fmt: skip
    """Hold the slot for the draft's family, letting go of what it held before. Raises SlotGone, and then keeps that."""

    def take_once() -> Hold:
        hold = _clear_the_way(session, family, account_key, choice, now) or Hold(family=family)
        if hold.id is not None and hold.expires_at is None:
            raise SlotGone  # it is being placed
        hold.clinic_id, hold.account_key, hold.visitor = clinic_id, account_key, visitor
        hold.created_at, hold.expires_at = now, now + lasts
        _put(session, hold, choice)
        return hold

    return _in_turn(session, take_once, tries=PLACE_TRIES if choice.group_id else 1)


def _in_turn(session: Session, take_once: Callable[[], Hold], *, tries: int) -> Hold:
    """Try as often as that: of several who reach for the same number of a group the others take the next one."""
    for left in reversed(range(tries)):
        try:
            with session.begin_nested():
                return take_once()
        except IntegrityError as error:
            if not left:
                raise SlotGone from error
    raise SlotGone


def exchange(session: Session, family: str, choice: Choice, now: datetime) -> None:
    """Let the hold of a booking that is being placed be for another slot. Raises SlotGone, and then it stays."""
    try:
        with session.begin_nested():
            own = of_family(session, family)
            hold = _clear_the_way(session, family, own.account_key, choice, now) if own else None
            if hold is None:
                raise SlotGone
            _put(session, hold, choice)
    except IntegrityError as error:
        raise SlotGone from error


def _put(session: Session, hold: Hold, choice: Choice) -> None:
    hold.practitioner_id, hold.group_id = choice.practitioner_id, choice.group_id
    hold.starts_at, hold.ends_at = choice.starts_at, choice.ends_at
    session.add(hold)
    session.flush()
    if choice.group_id is None:
        _cover(session, hold, hold.practitioner_id, cells(hold.starts_at, hold.ends_at))
    else:
        number = _free_number(session, hold, choice.places)
        _cover(session, hold, place_owner(choice.group_id), range(number, number + 1))


def _clear_the_way(session: Session, family: str, account_key: str, choice: Choice, now: datetime) -> Hold | None:
    """Delete what ran out where the slot is; returns the family's own hold.

    All rows are locked by one ordered query, so that two who want each other's time never wait in a circle.
    """
    is_in_the_way = and_(
        Hold.account_key == account_key,
        Hold.practitioner_id == choice.practitioner_id,
        Hold.starts_at < choice.ends_at + CELL,  # a cell is shared by spans that only come near each other
        Hold.ends_at > choice.starts_at - CELL,
        Hold.expires_at <= now,
    )
    if choice.group_id is not None:
        is_in_the_way = and_(Hold.account_key == account_key, Hold.group_id == choice.group_id, Hold.expires_at <= now)
    concerned = select(Hold).where(or_(Hold.family == family, is_in_the_way)).order_by(Hold.id)
    own = None
    for hold in session.scalars(concerned.with_for_update()).all():
        if hold.family == family:
            own = hold
        else:
            session.delete(hold)
    session.flush()
    return own


def place_owner(group_id: str) -> str:
    """Under which name the places of a group appointment stand among the cells of practitioners."""
    return f"group {group_id}"


def _free_number(session: Session, hold: Hold, places: int) -> int:
    """The lowest number of the group that nobody holds, or the hold's own. Raises SlotGone when none of the places that
    are left is free.

    Everybody takes the lowest, so that two at the same moment meet in the unique key however few are left.
    """
    of_group = select(HoldCell.hold_id, HoldCell.cell).where(
        HoldCell.account_key == hold.account_key, HoldCell.practitioner_id == place_owner(hold.group_id or "")
    )
    held = {cell: hold_id for hold_id, cell in session.execute(of_group)}
    others = {cell for cell, hold_id in held.items() if hold_id != hold.id}
    if len(others) >= places:
        raise SlotGone
    own = set(held) - others
    return min(own) if own else next(number for number in range(len(others) + 1) if number not in others)


def _cover(session: Session, hold: Hold, owner: str, wanted: range) -> None:
    """Make the hold's cells these of the owner. New ones come first: who has to wait here holds up nobody."""
    of_hold = HoldCell.hold_id == hold.id
    is_elsewhere = or_(
        HoldCell.account_key != hold.account_key,
        HoldCell.practitioner_id != owner,
        HoldCell.cell < wanted.start,
        HoldCell.cell >= wanted.stop,
    )
    kept = set(session.scalars(select(HoldCell.cell).where(of_hold, not_(is_elsewhere))))
    session.add_all(
        HoldCell(account_key=hold.account_key, practitioner_id=owner, cell=cell, hold_id=hold.id)
        for cell in wanted
        if cell not in kept
    )
    session.flush()
    session.execute(delete(HoldCell).where(of_hold, is_elsewhere))


@dataclass(frozen=True)
class Share:
    """How many of a clinic's times are held, by all and by one visitor, and of one practitioner; see `share`."""

    of_clinic: int
    of_practitioner: int
    of_visitor: int

    @property
    def is_used_up(self) -> bool:
        """Whether one more time of this practitioner is not to be held, whoever wants it."""
        return self.of_clinic >= HOLDS_OF_CLINIC or self.of_practitioner >= HOLDS_OF_PRACTITIONER

    def check_visitor(self, visitor: str) -> None:
        """Raise TooManyHolds when this visitor already holds its share of the clinic's slots.

        An empty `visitor` cannot be told from others (a proxy that was not declared, this machine itself): limiting it
        would lock everybody out together.
        """
        if visitor and self.of_visitor >= HOLDS_AT_ONCE:
            raise TooManyHolds


def share(
    session: Session, *, clinic_id: int, practitioner_id: str, visitor: str, now: datetime, but_family: str = ""
) -> Share:
    """What is held of the clinic now, leaving out one draft's own hold."""
    counts = select(
        func.count(),
        func.count().filter(Hold.practitioner_id == practitioner_id, Hold.group_id.is_(None)),
        func.count().filter(Hold.visitor == visitor),
    ).where(Hold.clinic_id == clinic_id, Hold.expires_at > now, Hold.family != but_family)
    return Share(*session.execute(counts).one())


def of_family(session: Session, family: str) -> Hold | None:
    return session.scalar(select(Hold).where(Hold.family == family))


def extend(hold: Hold, until: datetime) -> None:
    """Let the hold run until then; never shorter than it runs already."""
    if hold.expires_at is not None:
        hold.expires_at = max(hold.expires_at, until)


def is_for(hold: Hold | None, choice: Choice, now: datetime) -> bool:
    """Whether the hold still stands and is for this very slot."""
    if hold is None or (hold.expires_at is not None and hold.expires_at <= now):
        return False
    return (hold.practitioner_id, hold.starts_at, hold.ends_at, hold.group_id) == (
        choice.practitioner_id,
        choice.starts_at,
        choice.ends_at,
        choice.group_id,
    )


def keep_for_booking(hold: Hold) -> None:
    """The hold stays until the booking's placing has come to an end. The caller commits."""
    hold.expires_at = None


def release(session: Session, family: str, now: datetime, *, is_booked: bool) -> None:
    """Let go of the family's hold; one that is booked, by us or by somebody else, stays covered
    while lists read earlier may still show it. A place in a group does not: those lists are told (`note_places`)."""
    hold = of_family(session, family)
    if hold is None:
        return
    if is_booked and hold.group_id is None:
        # The family may go on to book another time, so the finished hold gives its name up.
        hold.family = f"done:{hold.id}"
        hold.expires_at = now + SHOWN_FOR
    else:
        session.delete(hold)


def forget_expired(session: Session, now: datetime) -> None:
    """Delete holds that have run out; their cells go with them."""
    # One that somebody is at is left to them, so that clearing up never waits.
    expired = select(Hold.id).where(Hold.expires_at <= now).with_for_update(skip_locked=True)
    session.execute(delete(Hold).where(Hold.id.in_(expired)))
