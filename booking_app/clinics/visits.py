"""When somebody was last at a clinic's first page, so that it can say what is new since."""

from datetime import datetime, timedelta

from sqlalchemy import select

from booking_app.clinics.staff import Membership
from booking_app.core.db import Database

A_VISIT = timedelta(minutes=30)  # whoever comes back sooner is still at the same visit
A_LOOK = timedelta(minutes=1)  # looks closer to one another than this are one, and write once


class Visits:
    """One row a person and clinic."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, staff_id: int, clinic_id: int, now: datetime) -> datetime | None:
        """Note that the person looks now; returns when their visit before this one ended, None at the first. Commits.

        Safe to repeat: within a visit the answer stays the same, so that looking twice loses nothing that is new.
        """
        query = select(Membership).where(Membership.staff_id == staff_id, Membership.clinic_id == clinic_id)
        with self._database.reading() as session:
            row = session.scalar(query)
            if row is None or (row.looked_at is not None and now - row.looked_at < A_LOOK):
                return row.looked_before_at if row else None
        with self._database.begin() as session:
            row = session.scalars(query.with_for_update()).one()
            if row.looked_at is not None and now - row.looked_at >= A_VISIT:
                row.looked_before_at = row.looked_at
            row.looked_at = now
            return row.looked_before_at
