"""A new clinic, made by the person who will own it."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from booking_app.clinics.audit import Author, record
from booking_app.clinics.memberships import owned_clinics
from booking_app.clinics.models import Clinic
from booking_app.clinics.records import BookingRules
from booking_app.clinics.staff import Membership, Role, Staff
from booking_app.core.db import Database
from booking_app.setup.checking import SettingsInvalid, checked_values
from booking_app.setup.clinic_file.schema import BrandingSection, ClinicSection
from booking_app.setup.design.made_keys import key_for
from booking_app.setup.settings import section_defaults

ASKED = ("slug", "name", "time_zone", "phone", "email")
TAKEN = "is taken by another clinic; choose another one"


class NotForEverybody(Exception):
    """Only owners, and people whom the server's command line has invited, make new clinics, unless anyone may."""


class NewClinics:
    """The use case of the first screen of all."""

    def __init__(self, database: Database, who: str = "invited") -> None:
        """`who`: as `BOOKING_CLINIC_CREATION` says, "invited" or "anyone"."""
        self._database = database
        self._who = who

    def is_open_to(self, staff_id: int) -> bool:
        """Whether the person may make one: owners of another may, and whoever has an invitation left."""
        if self._who == "anyone":
            return True
        with self._database.reading() as session:
            return session.get_one(Staff, staff_id).may_make_clinic or bool(owned_clinics(session, staff_id))

    def create(self, author: Author, raw: Mapping[str, Any]) -> Clinic:
        """Create clinic and its author its owner; commits. Raises SettingsInvalid, NotForEverybody."""
        if author.staff_id is None or not self.is_open_to(author.staff_id):
            raise NotForEverybody
        made = {"slug": raw.get("slug") or self._free_slug(str(raw.get("name", ""))), "time_zone": zone_of(raw)}
        values = checked_values(ClinicSection, {**raw, **made}, without=("allowed_sites",))
        clinic = Clinic(
            **values,
            allowed_sites=[],
            branding=section_defaults(BrandingSection),
            rules=section_defaults(BookingRules),
            consents={},
            alerts={},
        )
        try:
            with self._database.begin() as session:
                session.add(clinic)
                session.flush()
                session.add(
                    Membership(
                        staff_id=author.staff_id, clinic_id=clinic.id, role=Role.OWNER.value, accepted_at=author.at
                    )
                )
                session.get_one(Staff, author.staff_id).may_make_clinic = False  # an invitation is for one
                record(session, author, clinic.id, "clinic.created", after={key: values[key] for key in ASKED})
        except IntegrityError as error:
            raise SettingsInvalid({"slug": TAKEN}) from error
        return clinic

    def _free_slug(self, name: str) -> str:
        """An address made of the name that no clinic has yet; what is refused later where the name has no letter."""
        with self._database.reading() as session:
            taken = set(session.scalars(select(Clinic.slug)))
        return key_for(name, {slug.replace("-", "_") for slug in taken}, "clinic").replace("_", "-") if name else ""


def zone_of(raw: Mapping[str, Any]) -> str:
    """The time zone that was typed, by its name or by its city alone: `auckland` is `Pacific/Auckland`."""
    typed = str(raw.get("time_zone", "")).strip()
    city = typed.replace(" ", "_").casefold()
    named = [zone for zone in available_timezones() if city in (zone.casefold(), zone.casefold().rpartition("/")[2])]
    return next((zone for zone in sorted(named, key=len, reverse=True)), typed)
