"""The daily counts as they are kept."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.statistics.models import DailyCount
from booking_app.core.db import insert_of

Kind = Literal["step", "source"]


def add_count(session: Session, clinic_id: int, day: date, kind: Kind, name: str, total: int = 1) -> None:
    """Add to a count, however many do so at once. The caller commits."""
    row = insert_of(session)(DailyCount).values(clinic_id=clinic_id, day=day, kind=kind, name=name, total=total)
    key = [DailyCount.clinic_id, DailyCount.day, DailyCount.kind, DailyCount.name]
    session.execute(row.on_conflict_do_update(index_elements=key, set_={"total": DailyCount.total + total}))


def daily_counts(
    session: Session, clinic_id: int, kind: Kind, first: date, last: date
) -> Mapping[tuple[date, str], int]:
    """What was counted on the days from `first` to `last`, by day and name."""
    rows = session.execute(
        select(DailyCount.day, DailyCount.name, DailyCount.total).where(
            DailyCount.clinic_id == clinic_id,
            DailyCount.kind == kind,
            DailyCount.day >= first,
            DailyCount.day <= last,
        )
    )
    return {(day, name): total for day, name, total in rows}
