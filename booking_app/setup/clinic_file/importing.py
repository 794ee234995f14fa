"""From a clinic's file into the database: all of it or nothing."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from booking_app.catalogue.curation import (
    Curation,
    LocationCuration,
    PractitionerCuration,
    ServiceCuration,
    replace_curation,
)
from booking_app.clinics.clinics import find_clinic
from booking_app.clinics.files import replace_files
from booking_app.clinics.models import Clinic
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.intake.fields import replace_fields
from booking_app.intake.waivers import replace_waivers
from booking_app.setup.clinic_file.connections import store_connections
from booking_app.setup.clinic_file.reading import ClinicBundle, read_clinic_file
from booking_app.setup.clinic_file.schema import ClinicFileSections, DepositsSection
from booking_app.setup.clinic_file.specs import field_specs, waiver_spec


def import_clinic(
    database: Database,
    keyring: Keyring,
    path: Path,
    *,
    environ: Mapping[str, str],
    now: datetime,
    keep_connections: bool = False,
) -> str:
    """Create or update the clinic of a file, known by its slug; commits; returns the slug. Repeats are harmless.

    Secrets come from the variables of `environ` that the file names. With `keep_connections` the stored connections
    stay as they are and `environ` is not read. Raises ClinicFileInvalid, and then nothing is changed.
    """
    bundle = read_clinic_file(path, environ=None if keep_connections else environ)
    with database.begin() as session:
        clinic = _stored_clinic(session, bundle.sections)
        replace_files(session, clinic.id, bundle.pictures)
        replace_curation(session, clinic.id, _curation(bundle.sections))
        _store_intake(session, clinic.id, bundle, now)
        if not keep_connections:
            store_connections(session, keyring, clinic.id, bundle.sections, bundle.secrets)
        return clinic.slug


def _stored_clinic(session: Session, sections: ClinicFileSections) -> Clinic:
    values = asdict(sections.clinic)
    values["allowed_sites"] = list(sections.clinic.allowed_sites)
    clinic = find_clinic(session, sections.clinic.slug) or Clinic(slug=sections.clinic.slug)
    for name, value in values.items():
        setattr(clinic, name, value)
    clinic.branding = asdict(sections.branding)
    clinic.rules = asdict(sections.booking)
    clinic.consents = _given(asdict(sections.consents))
    clinic.alerts = _given(asdict(sections.alerts))
    clinic.deposits = _deposits(sections.deposits)
    session.add(clinic)
    session.flush()
    return clinic


def _deposits(section: DepositsSection | None) -> dict[str, Any] | None:
    if section is None:
        return None
    return {name: value for name, value in _given(asdict(section)).items() if name != "methods"}


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _curation(sections: ClinicFileSections) -> Curation:
    return Curation(
        services=tuple(ServiceCuration(**asdict(entry)) for entry in sections.services),
        practitioners=tuple(PractitionerCuration(**asdict(entry)) for entry in sections.practitioners),
        locations=tuple(LocationCuration(**asdict(entry)) for entry in sections.locations),
        account_time_zone=sections.cliniko.account_time_zone if sections.cliniko else None,
    )


def _store_intake(session: Session, clinic_id: int, bundle: ClinicBundle, now: datetime) -> None:
    sections = bundle.sections
    replace_fields(session, clinic_id, field_specs(sections.intake), now)
    specs = [waiver_spec(waiver, bundle.bodies[waiver.key]) for waiver in sections.waivers]
    replace_waivers(session, clinic_id, specs, field_keys={entry.key for entry in sections.intake}, now=now)
