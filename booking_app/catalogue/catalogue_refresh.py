"""Keeping every clinic's catalogue fresh in the background."""

from datetime import timedelta

import structlog

from booking_app.catalogue.snapshots import refresh, snapshot_age
from booking_app.clinics.clinics import list_clinics
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.pms.records import Practices

log = structlog.get_logger(__name__)

FRESH_FOR = timedelta(minutes=10)


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
            try:
                refresh(self._database, clinic_id, self._practices(clinic_id), self._clock.now())
                refreshed += 1
            except RemoteFailure as error:
                log.warning("catalogue_not_refreshed", clinic_id=clinic_id, code=error.code)
        return refreshed

    def _due(self) -> list[int]:
        now = self._clock.now()
        with self._database.reading() as session:
            ages = {clinic.id: snapshot_age(session, clinic.id, now) for clinic in list_clinics(session)}
        return [clinic_id for clinic_id, age in ages.items() if age is None or age > FRESH_FOR]
