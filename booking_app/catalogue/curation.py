"""What the clinic says over the practice system's records: names, order, hidden, pictures."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, TypeVar

from sqlalchemy import ScalarSelect, delete, func, select
from sqlalchemy.orm import Session

from booking_app.catalogue.models import CurationEntry
from booking_app.catalogue.records import PriceDisplay
from booking_app.clinics.records import LateRule, Payment

ACCOUNT = "account"


@dataclass(frozen=True, kw_only=True)
class ServiceCuration:
    """None or empty leaves what the practice system says."""

    kind: ClassVar[str] = "service"

    cliniko_id: str
    category: str | None = None
    name: str | None = None
    description: str | None = None
    order: int | None = None
    hidden: bool = False
    practitioner_label: str | None = None
    image: str | None = None
    price_display: PriceDisplay | None = None
    confirmation_text: str | None = None
    what_to_bring: str | None = None
    payment: Payment | None = None
    amount: str | None = None
    free_cancellation_hours: int | None = None
    late: LateRule | None = None


@dataclass(frozen=True, kw_only=True)
class PractitionerCuration:
    kind: ClassVar[str] = "practitioner"

    cliniko_id: str
    name: str | None = None
    description: str | None = None
    photo: str | None = None
    order: int | None = None
    hidden: bool = False
    equipment: bool = False


@dataclass(frozen=True, kw_only=True)
class LocationCuration:
    kind: ClassVar[str] = "location"

    cliniko_id: str
    name: str | None = None
    directions: str | None = None
    hidden: bool = False


Entry = ServiceCuration | PractitionerCuration | LocationCuration
ENTRIES: Mapping[str, type[Entry]] = {
    "service": ServiceCuration,
    "practitioner": PractitionerCuration,
    "location": LocationCuration,
}
OneEntry = TypeVar("OneEntry", ServiceCuration, PractitionerCuration, LocationCuration)


@dataclass(frozen=True, kw_only=True)
class Curation:
    """Everything a clinic says. `account_time_zone` is for accounts that do not tell their own."""

    services: tuple[ServiceCuration, ...] = ()
    practitioners: tuple[PractitionerCuration, ...] = ()
    locations: tuple[LocationCuration, ...] = ()
    account_time_zone: str | None = None

    def of_kind(self, kind: str) -> tuple[Entry, ...]:
        """What is said about services, practitioners or locations, in the order in which it was written."""
        entries: list[Entry] = [*self.services, *self.practitioners, *self.locations]
        return tuple(entry for entry in entries if entry.kind == kind)

    def entry(self, kind: str, cliniko_id: str) -> Entry:
        """What is said about one record; an empty saying where there is none."""
        found = (entry for entry in self.of_kind(kind) if entry.cliniko_id == cliniko_id)
        return next(found, None) or ENTRIES[kind](cliniko_id=cliniko_id)

    def with_kind(self, kind: str, entries: Iterable[Entry]) -> "Curation":
        """The same with these entries as all that is said about one kind."""
        others = [entry for other in ENTRIES if other != kind for entry in self.of_kind(other)]
        every = [*others, *entries]
        return Curation(
            services=tuple(entry for entry in every if isinstance(entry, ServiceCuration)),
            practitioners=tuple(entry for entry in every if isinstance(entry, PractitionerCuration)),
            locations=tuple(entry for entry in every if isinstance(entry, LocationCuration)),
            account_time_zone=self.account_time_zone,
        )


def curation_of(session: Session, clinic_id: int) -> Curation:
    """What a clinic says, in the order in which it was written."""
    query = select(CurationEntry).where(CurationEntry.clinic_id == clinic_id).order_by(CurationEntry.id)
    rows = session.scalars(query).all()
    return Curation(
        services=_of_kind(ServiceCuration, rows),
        practitioners=_of_kind(PractitionerCuration, rows),
        locations=_of_kind(LocationCuration, rows),
        account_time_zone=next((row.body.get("time_zone") for row in rows if row.kind == ACCOUNT), None),
    )


def replace_curation(session: Session, clinic_id: int, curation: Curation) -> None:
    """Make `curation` all that the clinic says. The caller commits."""
    session.execute(delete(CurationEntry).where(CurationEntry.clinic_id == clinic_id))
    entries: list[Entry] = [*curation.services, *curation.practitioners, *curation.locations]
    for entry in entries:
        _add(session, clinic_id, entry)
    put_account_zone(session, clinic_id, curation.account_time_zone)


def put_account_zone(session: Session, clinic_id: int, time_zone: str | None) -> None:
    """Say in which zone the account counts days; with None nothing is said of it. The caller commits."""
    is_account = (CurationEntry.clinic_id == clinic_id) & (CurationEntry.kind == ACCOUNT)
    session.execute(delete(CurationEntry).where(is_account))
    if time_zone is not None:
        body = {"time_zone": time_zone}
        session.add(CurationEntry(clinic_id=clinic_id, kind=ACCOUNT, cliniko_id="", body=body))
    session.flush()


def revision_beside(session: Session, clinic_id: int, more: ScalarSelect[int]) -> tuple[int | None, tuple[int, int]]:
    """What `more` finds, and a value that is another one after every change; in one statement."""
    query = select(more, func.max(CurationEntry.id), func.count()).where(CurationEntry.clinic_id == clinic_id)
    found, last, count = session.execute(query).one()
    return found, (last or 0, count)


def _add(session: Session, clinic_id: int, entry: Entry) -> None:
    body = {name: value for name, value in asdict(entry).items() if name != "cliniko_id"}
    session.add(CurationEntry(clinic_id=clinic_id, kind=entry.kind, cliniko_id=entry.cliniko_id, body=body))
    session.flush()


def _of_kind(record: type[OneEntry], rows: Any) -> tuple[OneEntry, ...]:
    names = {field.name for field in fields(record)} - {"cliniko_id"}
    return tuple(
        record(cliniko_id=row.cliniko_id, **{name: row.body[name] for name in names if name in row.body})
        for row in rows
        if row.kind == record.kind
    )
