"""The clinic as one file, out of the console and in again."""

import io
import tomllib
import zipfile
from typing import Any

import pytest
from sqlalchemy import select

from booking_app.clinics.models import Connection
from booking_app.setup.clinic_file.exporting import exported_files
from tests.pages.console.desk import Desk

WHERE = "/console/demo/clinic-file"


def export(desk: Desk) -> dict[str, bytes]:
    content = desk.sign_in("owner").send_form(f"{WHERE}/export", {}, status=200).data
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def bring_in(desk: Desk, content: bytes, *, status: int = 303) -> str:
    file: Any = (io.BytesIO(content), "clinic.zip")
    owner = desk.sign_in("owner")
    answer = owner.send_form(f"{WHERE}/import", {"file": file}, status=status)
    return owner.page(WHERE).text if status == 303 else answer.text


def secrets(desk: Desk) -> list[tuple[str, bytes]]:
    with desk.services.database.reading() as session:
        rows = session.scalars(select(Connection).order_by(Connection.id)).all()
    return [(row.vendor, desk.services.keyring.unseal(row.secret)) for row in rows]


def test_what_is_exported_and_brought_in_again_gives_the_same_clinic_and_the_same_connections(desk: Desk) -> None:
    before, kept = exported_files(desk.services.database, "demo"), secrets(desk)
    files = export(desk)
    assert files == before
    assert not any(secret in content for _, secret in kept for content in files.values())
    assert "Connections were left as they are" in bring_in(desk, zipped(files))
    assert exported_files(desk.services.database, "demo") == before
    assert secrets(desk) == kept


def test_a_change_in_the_file_is_taken_and_written_down_with_before_and_after(desk: Desk) -> None:
    files = export(desk)
    files["clinic.toml"] = files["clinic.toml"].replace(b'name = "Harbour Street Health"', b'name = "Quay Health"')
    bring_in(desk, zipped(files))
    assert desk.clinic().name == "Quay Health"
    log = desk.page("owner", "/console/demo/changes?kind=clinic").text
    assert "Imported the clinic file" in log
    assert "Harbour Street Health" in log and "Quay Health" in log


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda files: zipped({**files, "clinic.toml": files["clinic.toml"] + b"\nnonsense = 1\n"}), "nonsense"),
        (lambda files: zipped({"other.toml": b""}), "There is no clinic.toml in the zip file."),
        (lambda files: b"PK\x03\x04 not a zip", "clinic.toml"),
        (lambda files: zipped({f"{n}.png": b"" for n in range(301)}), "more than 300 files"),
        (lambda files: zipped({"clinic.toml": b'[clinic]\nslug = "other"\n'}), "belongs to the clinic “other”"),
        (lambda files: b"", "Choose a file first."),
    ],
)
def test_a_file_that_will_not_do_is_refused_in_words_and_changes_nothing(
    desk: Desk, change: Any, sentence: str
) -> None:
    before = exported_files(desk.services.database, "demo")
    assert sentence in bring_in(desk, change(export(desk)), status=422)
    assert exported_files(desk.services.database, "demo") == before


def test_a_zip_that_grows_without_end_is_stopped(desk: Desk) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("logo.png", b"\0" * (31 * 1024 * 1024))
    assert "unpacks to more than 30 MB" in bring_in(desk, bomb.getvalue(), status=422)


def test_a_name_that_climbs_out_of_the_folder_stays_inside(desk: Desk) -> None:
    files = export(desk)
    bring_in(desk, zipped({**files, "../../../escaped.md": b"x"}))
    assert not list(desk.services.settings.data_dir.parent.rglob("escaped.md"))


def test_what_cliniko_does_not_have_is_named(desk: Desk) -> None:
    desk.shop.client.get("/b/demo")  # the catalogue is read on the first visit
    files = export(desk)
    services = tomllib.loads(files["clinic.toml"].decode())["services"]
    known = services[0]["cliniko_id"]
    files["clinic.toml"] = files["clinic.toml"].replace(known.encode(), b"999")
    assert "names the service 999, which Cliniko does not have" in bring_in(desk, zipped(files))
