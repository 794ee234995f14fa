"""A clinic's file with everything beside it in one zip, as the console hands it out and takes it back."""

import io
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from booking_app.catalogue.curation import curation_of
from booking_app.catalogue.snapshots import last_reading
from booking_app.clinics.audit import Author, record
from booking_app.clinics.clinics import find_clinic
from booking_app.clinics.key_kinds import shown
from booking_app.clinics.models import Clinic
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.setup.clinic_file.exporting import FILE_NAME, exported_files
from booking_app.setup.clinic_file.importing import import_clinic
from booking_app.setup.clinic_file.problems import ClinicFileInvalid
from booking_app.setup.clinic_file.reading import parsed, read_text

MOST_FILES = 300
MOST_BYTES = 30 * 1024 * 1024
MADE_AT = (1980, 1, 1, 0, 0, 0)  # the same clinic gives the same zip


class PackageRefused(Exception):
    """The message says in a sentence why the file that was brought cannot be imported."""


@dataclass(frozen=True)
class Unknown:
    """Something the file names that the practice system does not have: nothing of it shows until it does."""

    kind: str
    cliniko_id: str


class Packing:
    """Export and import in the console. The stored connections stay; no variable of the environment is read."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def export(self, author: Author, clinic: Clinic) -> bytes:
        """The zip; that it was taken is written down."""
        files = exported_files(self._database, clinic.slug)
        with self._database.begin() as session:
            record(session, author, clinic.id, "clinic.exported")
        return _zipped(files)

    def bring_in(self, author: Author, clinic: Clinic, content: bytes) -> tuple[Unknown, ...]:
        """Create clinic what the zip (or a bare `clinic.toml`) says; commits, all of it or nothing.

        Returns what the file names and the practice system does not have. Raises PackageRefused, ClinicFileInvalid.
        """
        before = self._sections(clinic.slug)
        with TemporaryDirectory() as folder:
            file = _unpacked(content, Path(folder))
            _require_slug(file, clinic.slug)
            import_clinic(self._database, self._keyring, file, environ={}, now=author.at, keep_connections=True)
        after = self._sections(clinic.slug)
        with self._database.begin() as session:
            record(session, author, clinic.id, "clinic.imported", before=before, after=after)
        return self._unknown(clinic.slug)

    def _sections(self, slug: str) -> dict[str, Any]:
        return tomllib.loads(exported_files(self._database, slug)[FILE_NAME].decode())

    def _unknown(self, slug: str) -> tuple[Unknown, ...]:
        with self._database.reading() as session:
            clinic = find_clinic(session, slug)
            reading = last_reading(session, clinic.id) if clinic else None
            if clinic is None or reading is None:
                return ()
            curation = curation_of(session, clinic.id)
        known = {
            "service": {each.cliniko_id for each in reading.services},
            "practitioner": {each.cliniko_id for each in reading.practitioners},
            "location": {each.cliniko_id for each in reading.locations},
        }
        named = [("service", each.cliniko_id) for each in curation.services]
        named += [("practitioner", each.cliniko_id) for each in curation.practitioners]
        named += [("location", each.cliniko_id) for each in curation.locations]
        return tuple(Unknown(kind, cliniko_id) for kind, cliniko_id in named if cliniko_id not in known[kind])


def _zipped(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, MADE_AT), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _unpacked(content: bytes, folder: Path) -> Path:
    """The clinic's file, with what belongs beside it, in the folder. Raises PackageRefused."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        (folder / FILE_NAME).write_bytes(content)
        return folder / FILE_NAME
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name, inner in _entries(archive):
                (folder / name).write_bytes(inner)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise PackageRefused("The zip file is damaged or protected by a password.") from error
    if not (folder / FILE_NAME).is_file():
        raise PackageRefused(f"There is no {FILE_NAME} in the zip file.")
    return folder / FILE_NAME


def _entries(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """The plain files of the zip by their last name, never more than the limits allow, whatever its directory says."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_FILES:
        raise PackageRefused(f"The zip file holds more than {MOST_FILES} files.")
    left = MOST_BYTES
    for info in infos:
        with archive.open(info) as opened:
            content = opened.read(left + 1)
        left -= len(content)
        if left < 0:
            raise PackageRefused(f"The zip file unpacks to more than {MOST_BYTES // 1024 // 1024} MB.")
        name = PurePosixPath(info.filename.replace("\\", "/")).name
        if name and not name.startswith("."):
            yield name, content


def _require_slug(file: Path, slug: str) -> None:
    """The file of another clinic would change that one. A file that cannot be read is for the import to explain."""
    try:
        written = parsed(file.name, read_text(file)).get("clinic", {}).get("slug")
    except (ClinicFileInvalid, AttributeError):
        return
    if written != slug:
        raise PackageRefused(f"This file belongs to the clinic “{shown(written)}”. This one is “{slug}”.")
