"""A clinic's own settings, a section of its file at a time: details, sites, rules, consents and alerts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from booking_app.clinics.audit import Author
from booking_app.clinics.changes import Change, changing
from booking_app.clinics.keys import keys_of
from booking_app.clinics.models import Clinic
from booking_app.clinics.records import BookingRules
from booking_app.core.db import Database
from booking_app.setup.checking import SettingsInvalid, checked_values
from booking_app.setup.clinic_file.references import deposit_problems
from booking_app.setup.clinic_file.schema import AlertsSection, ClinicSection, ConsentsSection, DepositsSection


@dataclass(frozen=True)
class Section:
    """Part of a clinic's settings: which keys of which section of the file, and the column that holds them.

    Without a column each key is a column of the clinic.
    """

    record: type[Any]
    keys: tuple[str, ...]
    column: str | None = None

    def values(self, clinic: Clinic) -> dict[str, Any]:
        """What is stored, as JSON; a form is filled from it and its revision taken of it."""
        if self.column is None:
            return {key: getattr(clinic, key) for key in self.keys}
        stored: Mapping[str, Any] = getattr(clinic, self.column) or {}
        defaults = {key: each.default for key, each in keys_of(self.record).items()}
        return {key: stored.get(key, defaults[key]) for key in self.keys}

    def store(self, clinic: Clinic, values: Mapping[str, Any]) -> None:
        if self.column is None:
            for key in self.keys:
                setattr(clinic, key, values[key])
        else:
            setattr(clinic, self.column, {key: value for key, value in values.items() if value is not None})


APART = ("slug", "allowed_sites")  # the one is given once and for all, the others have a screen of their own
SECTIONS: Mapping[str, Section] = {
    "details": Section(ClinicSection, tuple(key for key in keys_of(ClinicSection) if key not in APART)),
    "sites": Section(ClinicSection, ("allowed_sites",)),
    "rules": Section(BookingRules, tuple(keys_of(BookingRules)), "rules"),
    "consents": Section(ConsentsSection, tuple(keys_of(ConsentsSection)), "consents"),
    "deposits": Section(
        DepositsSection, tuple(key for key in keys_of(DepositsSection) if key != "methods"), "deposits"
    ),
    "alerts": Section(AlertsSection, tuple(keys_of(AlertsSection)), "alerts"),
}


class ClinicSettings:
    """Reads and changes one section at a time. `save` commits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def values(self, clinic: Clinic, section: str) -> dict[str, Any]:
        with self._database.reading() as session:
            return SECTIONS[section].values(session.get_one(Clinic, clinic.id))

    def save(self, author: Author, clinic: Clinic, section: str, raw: Mapping[str, Any], *, revision: str) -> None:
        """Store a section. Raises SettingsInvalid, or ChangedMeanwhile when somebody else saved it meanwhile."""
        part = SECTIONS[section]
        others = [key for key in keys_of(part.record) if key not in part.keys]
        values = checked_values(part.record, raw, without=others)
        if part.record is DepositsSection and (problems := deposit_problems(DepositsSection(**values))):
            raise SettingsInvalid(problems)

        def about(_session: Session, stored: Clinic) -> dict[str, Any]:
            return part.values(stored)

        change = Change(author, f"{section}.saved", about, revision)
        with changing(self._database, clinic.id, change) as (_session, stored):
            part.store(stored, _as_json(values))


def _as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


def section_defaults(record: type[Any]) -> dict[str, Any]:
    """A section of the file as it is when nothing is said."""
    return asdict(record())
