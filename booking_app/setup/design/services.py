"""What can be booked as the clinic wants it shown: names, order, pictures, who is hidden; and reading it again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Literal

from sqlalchemy.orm import Session

from booking_app.catalogue.curation import (
    Curation,
    Entry,
    LocationCuration,
    PractitionerCuration,
    ServiceCuration,
    curation_of,
    replace_curation,
)
from booking_app.catalogue.snapshots import last_reading, read_at, refresh
from booking_app.clinics.audit import Author
from booking_app.clinics.changes import Change, Read, changing
from booking_app.clinics.files import keep_picture
from booking_app.clinics.models import Clinic
from booking_app.clinics.pictures import clean_picture
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.pms.practice import Practices
from booking_app.setup.design.offering import Offering, offering_of
from booking_app.setup.design.ordering import Direction, moved
from booking_app.setup.design.pictures import drop_unused_pictures

Kind = Literal["service", "practitioner", "location"]


class ServiceDesign:
    """The use cases of the screens for services, practitioners and locations. Every verb commits."""

    def __init__(self, *, database: Database, practices: Practices, clock: Clock) -> None:
        self._database = database
        self._practices = practices
        self._clock = clock

    def offering(self, clinic: Clinic) -> Offering | None:
        """Everything Cliniko has, as it stands on the booking page; None before the first reading."""
        with self._database.reading() as session:
            found, taken_at = last_reading(session, clinic.id), read_at(session, clinic.id)
            if found is None or taken_at is None:
                return None
            return offering_of(found, curation_of(session, clinic.id), taken_at)

    def read_again(self, clinic: Clinic) -> None:
        """Read Cliniko now; commits. Raises RemoteFailure, and then the last good reading stays."""
        refresh(self._database, clinic.id, self._practices(clinic.id), self._clock.now())

    def entry(self, clinic: Clinic, kind: Kind, cliniko_id: str) -> Entry:
        """What the clinic says about one record; an empty saying where it says nothing."""
        with self._database.reading() as session:
            return curation_of(session, clinic.id).entry(kind, cliniko_id)

    def save(
        self, author: Author, clinic: Clinic, kind: Kind, entry: Entry, *, picture: bytes | None, revision: str | None
    ) -> None:
        """Say this about one record in place of what was said. `picture` replaces the one that `entry` names.

        Raises PictureRefused, ChangedMeanwhile.
        """
        clean = clean_picture(picture) if picture else None
        change = Change(author, f"{kind}.changed", _about(kind, entry.cliniko_id), revision)
        with changing(self._database, clinic.id, change) as (session, stored):
            if clean is not None:
                entry = _pictured(entry, keep_picture(session, clinic.id, kind, clean))
            curation = curation_of(session, clinic.id)
            replace_curation(session, clinic.id, curation.with_kind(kind, _put(curation.of_kind(kind), entry)))
            drop_unused_pictures(session, stored)

    def move(self, author: Author, clinic: Clinic, kind: Kind, cliniko_id: str, direction: Direction) -> None:
        """One place up or down: a service within its category. At the end of its list it stays where it is."""
        offering = self._required_offering(clinic)
        if kind == "service":
            groups = [[each.cliniko_id for each in category.services] for category in offering.categories]
            order = [one for group in groups for one in moved(group, cliniko_id, direction)]
        else:
            items = offering.practitioners if kind == "practitioner" else offering.locations
            order = moved([each.cliniko_id for each in items], cliniko_id, direction)
        self._reorder(author, clinic, kind, order)

    def move_category(self, author: Author, clinic: Clinic, key: str, direction: Direction) -> None:
        """A whole category one place up or down."""
        offering = self._required_offering(clinic)
        keys = moved([category.key for category in offering.categories], key, direction)
        by_key = {category.key: [each.cliniko_id for each in category.services] for category in offering.categories}
        self._reorder(author, clinic, "service", [one for key in keys for one in by_key[key]])

    def _required_offering(self, clinic: Clinic) -> Offering:
        offering = self.offering(clinic)
        if offering is None:
            raise LookupError("Cliniko has not been read yet")
        return offering

    def _reorder(self, author: Author, clinic: Clinic, kind: Kind, order: Sequence[str]) -> None:
        def about(session: Session, stored: Clinic) -> Mapping[str, Any]:
            return {"order": _said_order(curation_of(session, stored.id), kind)}

        with changing(self._database, clinic.id, Change(author, f"{kind}.moved", about)) as (session, _):
            curation = curation_of(session, clinic.id)
            replace_curation(session, clinic.id, curation.with_kind(kind, _in_order(curation, kind, order)))


def _about(kind: Kind, cliniko_id: str) -> Read:
    return lambda session, clinic: asdict(curation_of(session, clinic.id).entry(kind, cliniko_id))


def _put(said: Sequence[Entry], entry: Entry) -> tuple[Entry, ...]:
    """The entries with this one in the place of what was said before, else at the end: their order is the clinic's."""
    if any(each.cliniko_id == entry.cliniko_id for each in said):
        return tuple(entry if each.cliniko_id == entry.cliniko_id else each for each in said)
    return (*said, entry)


def _pictured(entry: Entry, name: str) -> Entry:
    if isinstance(entry, ServiceCuration):
        return replace(entry, image=name)
    if isinstance(entry, PractitionerCuration):
        return replace(entry, photo=name)
    raise ValueError("locations have no picture")


def _in_order(curation: Curation, kind: Kind, order: Sequence[str]) -> tuple[Entry, ...]:
    """Locations stand in the order of their entries; services and practitioners by a number each."""
    numbered = [_numbered(curation.entry(kind, each), place) for place, each in enumerate(order, start=1)]
    others = [entry for entry in curation.of_kind(kind) if entry.cliniko_id not in order]
    return (*numbered, *others)


def _numbered(entry: Entry, place: int) -> Entry:
    return entry if isinstance(entry, LocationCuration) else replace(entry, order=place)


def _said_order(curation: Curation, kind: Kind) -> list[str]:
    """The ids in the order that was given to them; those without a place are left out."""
    said = curation.of_kind(kind)
    placed = [each for each in said if not isinstance(each, LocationCuration) and each.order is not None]
    in_place = sorted(placed, key=lambda each: each.order or 0)
    return [each.cliniko_id for each in (said if kind == "location" else in_place)]
