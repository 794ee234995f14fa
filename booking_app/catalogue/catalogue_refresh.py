"""Keeping every clinic's catalogue fresh in the background."""

from datetime import timedelta

import structlog
from sqlalchemy import func, or_, select

from booking_app.catalogue.models import CatalogueClaim, CatalogueSnapshot
from booking_app.catalogue.snapshots import refresh
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database, insert_of
from booking_app.core.failures import RemoteFailure
from booking_app.pms.practice import Practices

log = structlog.get_logger(__name__)

FRESH_FOR = timedelta(minutes=10)
CLAIMED_FOR = timedelta(seconds=55)  # a little less than the time between two rounds of a worker


class CatalogueRefresh:
    """Reads the catalogue of every clinic whose snapshot has aged."""

    def __init__(self, *, database: Database, practices: Practices, clock: Clock) -> None:
        self._database = database
        self._practices = practices
        self._clock = clock

    def run(self) -> int:
        """Refresh what is due; commits per clinic; returns how many. One clinic's failure does not stop the next."""
        refreshed = 0
        for clinic_id in self._due():
            if not self._claim(clinic_id):
                continue
            try:
                refresh(self._database, clinic_id, self._practices(clinic_id), self._clock.now())
                refreshed += 1
            except RemoteFailure as error:
                log.warning("catalogue_not_refreshed", clinic_id=clinic_id, code=error.code)
        return refreshed

    def _due(self) -> list[int]:
        read_at = func.max(CatalogueSnapshot.taken_at)
        due = (
            select(Clinic.id)
            .outerjoin(CatalogueSnapshot, CatalogueSnapshot.clinic_id == Clinic.id)
            .group_by(Clinic.id)
            .having(or_(read_at.is_(None), read_at < self._clock.now() - FRESH_FOR))
            .order_by(Clinic.id)
        )
        with self._database.reading() as session:
            return list(session.scalars(due))

    def _claim(self, clinic_id: int) -> bool:
        """Whether this worker is to read it; for a minute no other one is, nor this one again where it failed."""
        now = self._clock.now()
        until = now + CLAIMED_FOR
        with self._database.begin() as session:
            claiming = insert_of(session)(CatalogueClaim).values(clinic_id=clinic_id, until=until)
            claiming = claiming.on_conflict_do_update(
                index_elements=[CatalogueClaim.clinic_id],
                set_={"until": until},
                where=CatalogueClaim.until <= now,
            )
            return session.scalar(claiming.returning(CatalogueClaim.clinic_id)) is not None
