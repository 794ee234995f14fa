"""What pages show of a clinic: its own words and rules, its catalogue and its account, read once a second at most."""

from dataclasses import dataclass

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from booking_app.bookings.accounts import account_key_of
from booking_app.catalogue.catalogue import Catalogue
from booking_app.catalogue.snapshots import offered
from booking_app.clinics.clinics import find_clinic
from booking_app.clinics.models import Clinic
from booking_app.clinics.revisions import revision_of


@dataclass(frozen=True)
class ShownClinic:
    """A clinic as pages show it; `catalogue` is None before the first reading.

    `revision` is the same as long as all of this is the same, in every process.
    """

    clinic: Clinic
    catalogue: Catalogue | None
    account_key: str
    revision: str


def shown_clinic(session: Session, slug: str) -> ShownClinic | None:
    """The clinic of this address; None where there is none. Not to be changed: callers share it."""
    clinic = find_clinic(session, slug)
    if clinic is None:
        return None
    catalogue, account_key = offered(session, clinic.id), account_key_of(session, clinic.id)
    said = {column.key: getattr(clinic, column.key) for column in inspect(Clinic).column_attrs}
    revision = revision_of({**said, "catalogue": catalogue.version if catalogue else "", "account_key": account_key})
    return ShownClinic(clinic, catalogue, account_key, revision)
