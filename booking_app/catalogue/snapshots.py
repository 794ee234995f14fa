"""Reading the practice system's catalogue, keeping the last good reading, and what of it is offered."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from booking_app.catalogue.catalogue import Catalogue
from booking_app.catalogue.curating import curated
from booking_app.catalogue.curation import curation_of, revision_beside
from booking_app.catalogue.models import CatalogueSnapshot
from booking_app.catalogue.obstacles import obstacles_in
from booking_app.catalogue.records import Obstacle
from booking_app.catalogue.storage import from_json, to_json
from booking_app.core.db import Database
from booking_app.pms.practice import Practice
from booking_app.pms.records import PracticeCatalogue

Version = tuple[int, tuple[int, int]]

# One catalogue a clinic and database; the database is known by its pool, which all its engines share.
_kept: WeakKeyDictionary[Any, dict[int, tuple[Version, Catalogue]]] = WeakKeyDictionary()
_lock = threading.Lock()


def refresh(database: Database, clinic_id: int, practice: Practice, now: datetime) -> None:
    """Read the practice system and keep the reading; commits. No transaction is open during the calls.

    Raises RemoteFailure, and then the last good reading stays.
    """
    found = practice.read_catalogue()
    with database.begin() as session:
        snapshot = CatalogueSnapshot(
            clinic_id=clinic_id, body=to_json(found), taken_at=now, account_key=found.account_key
        )
        session.add(snapshot)
        session.flush()
        older = (CatalogueSnapshot.clinic_id == clinic_id, CatalogueSnapshot.id < snapshot.id)
        session.execute(delete(CatalogueSnapshot).where(*older))


def forget_readings(session: Session, clinic_id: int) -> None:
    """Forget what was read, because it was read from another account. The caller commits."""
    session.execute(delete(CatalogueSnapshot).where(CatalogueSnapshot.clinic_id == clinic_id))


def offered(session: Session, clinic_id: int) -> Catalogue | None:
    """What patients may book; None before the first reading. Cheap: computed once for each reading and curation."""
    newest = select(func.max(CatalogueSnapshot.id)).where(CatalogueSnapshot.clinic_id == clinic_id)
    snapshot_id, curation = revision_beside(session, clinic_id, newest.scalar_subquery())
    if snapshot_id is None:
        return None
    version = (snapshot_id, curation)
    pool = session.get_bind().engine.pool
    with _lock:
        kept = _kept.setdefault(pool, {}).get(clinic_id)
    if kept is not None and kept[0] == version:
        return kept[1]
    snapshot = session.get(CatalogueSnapshot, snapshot_id)
    if snapshot is None:  # another reading has just taken its place
        return offered(session, clinic_id)
    found = curated(from_json(snapshot.body), curation_of(session, clinic_id), snapshot.taken_at)
    catalogue = replace(found, version=repr(version))
    with _lock:
        _kept.setdefault(pool, {})[clinic_id] = (version, catalogue)
    return catalogue


def snapshot_age(session: Session, clinic_id: int, now: datetime) -> timedelta | None:
    """How long ago the last good reading was; None before the first."""
    taken_at = read_at(session, clinic_id)
    return None if taken_at is None else now - taken_at


def read_at(session: Session, clinic_id: int) -> datetime | None:
    """When the last good reading was; None before the first."""
    return session.scalar(select(func.max(CatalogueSnapshot.taken_at)).where(CatalogueSnapshot.clinic_id == clinic_id))


def last_reading(session: Session, clinic_id: int) -> PracticeCatalogue | None:
    """All that was found at the last good reading, with what cannot be booked; None before the first."""
    query = select(CatalogueSnapshot).where(CatalogueSnapshot.clinic_id == clinic_id)
    snapshot = session.scalar(query.order_by(CatalogueSnapshot.id.desc()).limit(1))
    return None if snapshot is None else from_json(snapshot.body)


def obstacles(session: Session, clinic_id: int) -> list[Obstacle]:
    """What cannot be booked and the setting to change; empty before the first reading."""
    found = last_reading(session, clinic_id)
    return [] if found is None else obstacles_in(found, curation_of(session, clinic_id))
