"""From the database to a clinic's file, with its pictures and waiver texts beside it."""

import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from booking_app.accounting.connections import accounting_connection
from booking_app.catalogue.curation import curation_of
from booking_app.clinics.clinics import clinic_files, find_clinic
from booking_app.clinics.connections import connections_of
from booking_app.clinics.keys import keys_of
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.db import Database
from booking_app.crm.vendors.registered import SPECS
from booking_app.deposits.vendors.registered import SPECS as PAYMENT_VENDORS
from booking_app.intake.fields import fields_of
from booking_app.intake.waivers import waivers_of
from booking_app.setup.clinic_file import schema
from booking_app.setup.clinic_file.specs import intake_entry, waiver_entry
from booking_app.setup.clinic_file.toml_text import toml_text

FILE_NAME = "clinic.toml"
Record = TypeVar("Record")


def export_clinic(database: Database, slug: str, folder: Path) -> Path:
    """Write a clinic into a folder, which is made where it is missing; returns the file's path.

    Secrets come out as the names of variables. The same clinic gives the same bytes. Raises LookupError.
    """
    for name, content in exported_files(database, slug).items():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder / FILE_NAME


def exported_files(database: Database, slug: str) -> dict[str, bytes]:
    """The files of an export by name, `clinic.toml` first. Raises LookupError."""
    with database.reading() as session:
        clinic = find_clinic(session, slug)
        if clinic is None:
            raise LookupError(slug)
        sections = _sections(session, clinic)
        files = {FILE_NAME: toml_text(sections).encode()}
        # A draft's logo may lie there too, which nothing published names yet.
        named = picture_names(sections)
        files |= {row.name: row.content for row in clinic_files(session, clinic.id) if row.name in named}
        files |= {waiver_entry(spec).body: spec.body.encode() for spec in waivers_of(session, clinic.id)}
        return files


def _sections(session: Session, clinic: Clinic) -> schema.ClinicFileSections:
    curation = curation_of(session, clinic.id)
    connections = connections_of(session, clinic.id)
    crm = [each for each in connections if each.vendor in SPECS]
    return schema.ClinicFileSections(
        clinic=_clinic(clinic),
        cliniko=_cliniko(clinic, connections, curation.account_time_zone),
        branding=_known(schema.BrandingSection, asdict(clinic.branding_values())),
        booking=clinic.booking_rules(),
        consents=_known(schema.ConsentsSection, clinic.consents or {}),
        services=tuple(schema.ServiceEntry(**asdict(each)) for each in curation.services),
        practitioners=tuple(schema.PractitionerEntry(**asdict(each)) for each in curation.practitioners),
        locations=tuple(schema.LocationEntry(**asdict(each)) for each in curation.locations),
        intake=tuple(intake_entry(spec) for spec in fields_of(session, clinic.id)),
        waivers=tuple(waiver_entry(spec) for spec in waivers_of(session, clinic.id)),
        crm=tuple(_crm(clinic, each, place) for place, each in enumerate(crm)),
        deposits=_deposits(clinic, [each for each in connections if each.vendor in PAYMENT_VENDORS]),
        accounting=_accounting(clinic, accounting_connection(session, clinic.id)),
        alerts=_known(schema.AlertsSection, clinic.alerts or {}),
    )


def picture_names(sections: schema.ClinicFileSections) -> set[str]:
    """The pictures that a clinic's file names."""
    names = [sections.branding.logo, sections.branding.logo_dark]
    names += [each.image for each in sections.services]
    names += [each.photo for each in sections.practitioners]
    return {name for name in names if name}


def _clinic(clinic: Clinic) -> schema.ClinicSection:
    values = {name: getattr(clinic, name) for name in keys_of(schema.ClinicSection)}
    return schema.ClinicSection(**values | {"allowed_sites": tuple(clinic.allowed_sites)})


def _cliniko(clinic: Clinic, connections: Any, account_time_zone: str | None) -> schema.ClinikoSection | None:
    found = next((each for each in connections if each.vendor == "cliniko"), None)
    if found is None:
        return None
    name = found.secret_env or _placeholder(clinic, "cliniko_api_key", 0)
    return schema.ClinikoSection(api_key_env=name, account_time_zone=account_time_zone)


def _crm(clinic: Clinic, connection: Connection, place: int) -> schema.CrmEntry:
    name = connection.secret_env or _placeholder(clinic, f"{connection.vendor}_token", place)
    lists = {name: tuple(connection.config.get(name, ())) for name in ("tags", "leave_out")}
    config = {**connection.config, **lists}
    return _known(schema.CrmEntry, {**config, "vendor": connection.vendor, "token_env": name})


def _deposits(clinic: Clinic, connections: list[Connection]) -> schema.DepositsSection | None:
    if clinic.deposits is None and not connections:
        return None
    methods = tuple(_method(clinic, each) for each in connections)
    return _known(schema.DepositsSection, {**(clinic.deposits or {}), "methods": methods})


def _method(clinic: Clinic, connection: Connection) -> schema.DepositMethodEntry:
    name = connection.secret_env or _placeholder(clinic, f"{connection.vendor}_key", 0)
    return _known(schema.DepositMethodEntry, {**connection.config, "vendor": connection.vendor, "secret_env": name})


def _accounting(clinic: Clinic, connection: Connection | None) -> schema.AccountingSection | None:
    if connection is None:
        return None
    config = connection.config
    lists = {
        "tax": tuple(schema.AccountingTaxEntry(**each) for each in config.get("tax", ())),
        "account": tuple(schema.AccountingAccountEntry(**each) for each in config.get("account", ())),
        "description": tuple(schema.AccountingDescriptionEntry(**each) for each in config.get("description", ())),
    }
    names = {
        "client_id_env": config.get("client_id_env") or _placeholder(clinic, f"{connection.vendor}_client_id", 0),
        "client_secret_env": connection.secret_env or _placeholder(clinic, f"{connection.vendor}_client_secret", 0),
    }
    return _known(schema.AccountingSection, {**config, **lists, **names, "vendor": connection.vendor})


def _placeholder(clinic: Clinic, what: str, place: int) -> str:
    """A name for a secret that was typed into the console and so never had a variable."""
    number = f"_{place + 1}" if place else ""
    return "CLINIC_" + re.sub(r"[^A-Z0-9]", "_", f"{clinic.slug}_{what}{number}".upper())


def _known(record: type[Record], values: Mapping[str, Any]) -> Record:
    names = {each.name for each in fields(record)}  # type: ignore[arg-type]
    return record(**{name: value for name, value in values.items() if name in names and value is not None})
