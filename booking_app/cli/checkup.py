"""What `doctor` looks at: each check says whether it is well, and what to fix when it is not."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text

from booking_app.catalogue.snapshots import obstacles, offered, refresh
from booking_app.cli.wiring import Services
from booking_app.clinics.clinics import find_clinic, list_clinics
from booking_app.clinics.connections import connections_of
from booking_app.clinics.models import Clinic
from booking_app.core.failures import RemoteFailure
from booking_app.core.sealing import Unsealable
from booking_app.core.settings import Settings
from booking_app.crm.vendors.meanings import meaning_of
from booking_app.crm.vendors.registered import SPECS
from booking_app.intake.assets import listed_fonts, missing_fonts
from booking_app.intake.documents import DocumentsUnavailable, check_documents
from booking_app.pms.sentences import cliniko_sentence


@dataclass(frozen=True)
class Finding:
    """One line of the report. `fix` is empty when all is well."""

    what: str
    is_well: bool
    said: str


def check_settings(settings: Settings) -> Iterator[Finding]:
    """The settings in use, with secrets only as present."""
    yield Finding("environment", True, settings.environment)
    yield Finding("data directory", True, str(settings.data_dir))
    yield Finding("base address", True, settings.base_url)
    has_mail = settings.smtp_url is not None
    yield Finding("mail", has_mail, "BOOKING_SMTP_URL is set" if has_mail else "Set BOOKING_SMTP_URL to send any mail.")
    has_contact = not settings.contact_email.endswith("localhost.localdomain")
    yield Finding(
        "contact address",
        has_contact,
        settings.contact_email if has_contact else "Set BOOKING_CONTACT_EMAIL: Cliniko may block callers without one.",
    )


def check_machine(services: Services) -> Iterator[Finding]:
    """Database, keys and the PDF libraries."""
    with services.database.reading() as session:
        session.execute(text("select 1"))
    yield Finding("database", True, services.database.engine.dialect.name)
    yield Finding("keys", True, f"{len(services.settings.encryption_keys)} sealing, seal {services.signing_key.key_id}")
    try:
        check_documents()
        yield Finding("documents", True, "PDF rendering works")
    except DocumentsUnavailable as error:
        yield Finding("documents", False, str(error))
    missing = missing_fonts()
    told = f"{', '.join(missing)} missing: such names are written as code points. Install the product's files again."
    yield Finding("fonts", not missing, told if missing else f"{len(listed_fonts())} fonts for names in any script")


def check_clinics(services: Services, slug: str | None) -> Iterator[Finding]:
    """Each clinic's connections and what can be booked. Raises LookupError for an unknown slug."""
    with services.database.reading() as session:
        clinics = list(list_clinics(session)) if slug is None else [find_clinic(session, slug)]
    if not clinics:
        yield Finding("clinics", False, "There is none yet. Run: booking-app clinic import FILE.toml")
    for clinic in clinics:
        if clinic is None:
            raise LookupError(slug)
        yield from _check_clinic(services, clinic)


def _check_clinic(services: Services, clinic: Clinic) -> Iterator[Finding]:
    try:
        practice = services.practices(clinic.id)
        account = practice.whoami()
        yield Finding(f"{clinic.slug}: Cliniko", True, f"key accepted, its owner is {account.user_role or 'a user'}")
        refresh(services.database, clinic.id, practice, services.clock.now())
        yield from _check_catalogue(services, clinic)
    except RemoteFailure as error:
        yield Finding(f"{clinic.slug}: Cliniko", False, cliniko_sentence(error.code))
    except Unsealable:
        yield Finding(
            f"{clinic.slug}: keys", False, "Its secrets were sealed with a key that is not in BOOKING_ENCRYPTION_KEYS."
        )
    yield from _check_crm(services, clinic)


def _check_catalogue(services: Services, clinic: Clinic) -> Iterator[Finding]:
    with services.database.reading() as session:
        catalogue = offered(session, clinic.id)
        found = obstacles(session, clinic.id)
    count = sum(len(catalogue.services_in(category.key)) for category in catalogue.categories) if catalogue else 0
    said = f"{count} services can be booked" if count else "Nothing can be booked online. See the lines below."
    yield Finding(f"{clinic.slug}: services", count > 0, said)
    for obstacle in found:
        yield Finding(f"{clinic.slug}: note", True, obstacle.sentence)


def _check_crm(services: Services, clinic: Clinic) -> Iterator[Finding]:
    with services.database.reading() as session:
        connections = [c for c in connections_of(session, clinic.id) if c.vendor in SPECS]
    for connection in connections:
        what = f"{clinic.slug}: {connection.vendor}"
        try:
            yield Finding(what, True, services.connectors.whoami(connection.id))
        except RemoteFailure as error:
            meaning = meaning_of(error.code, connection.vendor)
            said = f"{meaning.sentence} {meaning.fix}" if meaning else f"answered: {error.code}"
            yield Finding(what, False, said)
