"""What is held: times of practitioners, and places in their group appointments."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from booking_app.availability.records import Slot
from booking_app.bookings.models import Hold
from booking_app.bookings.records import Choice
from booking_app.core.db import UtcDateTime


class HeldSpan(NamedTuple):
    """What one hold keeps: a span of the practitioner's time, or one place in their group appointment."""

    practitioner_id: str
    starts_at: datetime
    ends_at: datetime
    group_id: str | None


def held_spans(
    session: Session, *, account_key: str, practitioner_ids: Collection[str], start: datetime, end: datetime,
    now: datetime, but_family: str | None = None,
) -> list[HeldSpan]:  # fmt: skip
    """The holds that stand within the span."""
    values = {
        "account_key": account_key, "practitioner_ids": list(practitioner_ids), "start": start, "end": end, "now": now,
        "but_family": but_family or "",
    }  # fmt: skip
    return [HeldSpan(*row) for row in session.execute(_HELD, values)]


def standing(
    *, account_key: str, practitioner_ids: Collection[str], start: datetime, end: datetime,
    now: datetime | BindParameter[datetime],
) -> Select[str, datetime, datetime, int]:  # fmt: skip
    """Every hold that stands within the span, with its id; `now` may be named by a parameter."""
    return select(Hold.practitioner_id, Hold.starts_at, Hold.ends_at, Hold.id).where(
        Hold.account_key == account_key,
        Hold.practitioner_id.in_(practitioner_ids),
        Hold.starts_at < end,
        Hold.ends_at > start,
        _stands(now),
    )


def is_free(session: Session, *, account_key: str, choice: Choice, now: datetime, but_family: str) -> bool:
    """Whether others hold neither the time nor, in a group, every place that was left."""
    others = held_spans(
        session,
        account_key=account_key,
        practitioner_ids=[choice.practitioner_id],
        start=choice.starts_at,
        end=choice.ends_at,
        now=now,
        but_family=but_family,
    )
    if choice.group_id is None:
        return not others
    return sum(one.group_id == choice.group_id for one in others) < choice.places


def unheld(slots: Sequence[Slot], held: Sequence[HeldSpan]) -> list[Slot]:
    """The slots that nobody holds; those in groups know how many of their places are held, and full ones go."""
    of_groups = Counter(one.group_id for one in held if one.group_id)
    times = [one for one in held if not one.group_id]
    counted = (replace(slot, held=of_groups[slot.group_id]) if slot.group_id else slot for slot in slots)
    return [
        slot
        for slot in counted
        if (slot.places_left > 0 if slot.group_id else not any(_overlaps(slot, one) for one in times))
    ]


def _overlaps(slot: Slot, span: HeldSpan) -> bool:
    is_theirs = slot.practitioner_id == span.practitioner_id
    return is_theirs and slot.starts_at < span.ends_at and slot.ends_at > span.starts_at


def _stands(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return or_(Hold.expires_at.is_(None), Hold.expires_at > now)


# Made once: every page of times asks it, and putting a statement together costs more than the database needs for it.
_HELD = select(Hold.practitioner_id, Hold.starts_at, Hold.ends_at, Hold.group_id).where(
    Hold.account_key == bindparam("account_key"),
    Hold.practitioner_id.in_(bindparam("practitioner_ids", expanding=True)),
    Hold.starts_at < bindparam("end", type_=UtcDateTime()),
    Hold.ends_at > bindparam("start", type_=UtcDateTime()),
    _stands(bindparam("now", type_=UtcDateTime())),
    Hold.family != bindparam("but_family"),
)
