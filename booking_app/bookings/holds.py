"""Holds: a slot belongs to one draft for some minutes, kept true by a unique key on five-minute cells."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, Select, and_, bindparam, delete, func, not_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from booking_app.bookings.errors import SlotGone, TooManyHolds
from booking_app.bookings.models import Hold, HoldCell
from booking_app.bookings.records import Choice
from booking_app.core.db import UtcDateTime

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
SHOWN_FOR = timedelta(minutes=2)  # how long a time just booked is kept out of lists that were read before


def cells(starts_at: datetime, ends_at: datetime) -> range:
    """The five-minute cells that the span touches, counted from the epoch."""
    return range(int(starts_at.timestamp()) // CELL_SECONDS, -(-int(ends_at.timestamp()) // CELL_SECONDS))


def take(
    session: Session, *, clinic_id: int, account_key: str, family: str, visitor: str, choice: Choice,
    now: datetime, lasts: timedelta,
) -> Hold:  # fmt: skip
    """Hold the slot for the draft's family, letting go of what it held before. Raises SlotGone, and then keeps that."""
    try:
        with session.begin_nested():
            hold = _clear_the_way(session, family, account_key, choice, now) or Hold(family=family)
            if hold.id is not None and hold.expires_at is None:
                raise SlotGone  # it is being placed
            hold.clinic_id, hold.account_key, hold.visitor = clinic_id, account_key, visitor
            hold.created_at, hold.expires_at = now, now + lasts
            _put(session, hold, choice)
    except IntegrityError as error:
        raise SlotGone from error
    return hold


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
    hold.practitioner_id = choice.practitioner_id
    hold.starts_at, hold.ends_at = choice.starts_at, choice.ends_at
    session.add(hold)
    session.flush()
    _cover(session, hold)


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
    concerned = select(Hold).where(or_(Hold.family == family, is_in_the_way)).order_by(Hold.id)
    own = None
    for hold in session.scalars(concerned.with_for_update()).all():
        if hold.family == family:
            own = hold
        else:
            session.delete(hold)
    session.flush()
    return own


def _cover(session: Session, hold: Hold) -> None:
    """Make the hold's cells those of its span. New ones come first: who has to wait here holds up nobody."""
    wanted = cells(hold.starts_at, hold.ends_at)
    of_hold = HoldCell.hold_id == hold.id
    is_elsewhere = or_(
        HoldCell.account_key != hold.account_key,
        HoldCell.practitioner_id != hold.practitioner_id,
        HoldCell.cell < wanted.start,
        HoldCell.cell >= wanted.stop,
    )
    kept = set(session.scalars(select(HoldCell.cell).where(of_hold, not_(is_elsewhere))))
    session.add_all(
        HoldCell(account_key=hold.account_key, practitioner_id=hold.practitioner_id, cell=cell, hold_id=hold.id)
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
        func.count().filter(Hold.practitioner_id == practitioner_id),
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
    return (hold.practitioner_id, hold.starts_at, hold.ends_at) == (
        choice.practitioner_id,
        choice.starts_at,
        choice.ends_at,
    )


def keep_for_booking(hold: Hold) -> None:
    """The hold stays until the booking's placing has come to an end. The caller commits."""
    hold.expires_at = None


def release(session: Session, family: str, now: datetime, *, is_booked: bool) -> None:
    """Let go of the family's hold; one that is booked, by us or by somebody else, stays covered
    while lists read earlier may still show it."""
    hold = of_family(session, family)
    if hold is None:
        return
    if is_booked:
        # The family may go on to book another time, so the finished hold gives its name up.
        hold.family = f"done:{hold.id}"
        hold.expires_at = now + SHOWN_FOR
    else:
        session.delete(hold)


def held_spans(
    session: Session, *, account_key: str, practitioner_ids: Collection[str], start: datetime, end: datetime,
    now: datetime, but_family: str | None = None,
) -> list[tuple[str, datetime, datetime]]:  # fmt: skip
    """(practitioner, start, end) of the holds that stand within the span."""
    values = {
        "account_key": account_key, "practitioner_ids": list(practitioner_ids), "start": start, "end": end, "now": now,
        "but_family": but_family or "",
    }  # fmt: skip
    return [(row[0], row[1], row[2]) for row in session.execute(_HELD, values)]


def standing(
    *, account_key: str, practitioner_ids: Collection[str], start: datetime, end: datetime,
    now: datetime | BindParameter[datetime],
) -> Select[str, datetime, datetime]:  # fmt: skip
    """The query of `held_spans`; `now` may be named by a parameter."""
    return select(Hold.practitioner_id, Hold.starts_at, Hold.ends_at).where(
        Hold.account_key == account_key,
        Hold.practitioner_id.in_(practitioner_ids),
        Hold.starts_at < end,
        Hold.ends_at > start,
        _stands(now),
    )


def _stands(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return or_(Hold.expires_at.is_(None), Hold.expires_at > now)


def forget_expired(session: Session, now: datetime) -> None:
    """Delete holds that have run out; their cells go with them."""
    # One that somebody is at is left to them, so that clearing up never waits.
    expired = select(Hold.id).where(Hold.expires_at <= now).with_for_update(skip_locked=True)
    session.execute(delete(Hold).where(Hold.id.in_(expired)))


# Made once: every page of times asks it, and putting a statement together costs more than the database needs for it.
_HELD = select(Hold.practitioner_id, Hold.starts_at, Hold.ends_at).where(
    Hold.account_key == bindparam("account_key"),
    Hold.practitioner_id.in_(bindparam("practitioner_ids", expanding=True)),
    Hold.starts_at < bindparam("end", type_=UtcDateTime()),
    Hold.ends_at > bindparam("start", type_=UtcDateTime()),
    _stands(bindparam("now", type_=UtcDateTime())),
    Hold.family != bindparam("but_family"),
)
