"""The walk of a CRM that was added by the documented steps. Run by `test_new_vendor.py` in a copy of the project."""

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

from booking_app.alerts.wording import words_for
from booking_app.cli.checkup import check_clinics
from booking_app.cli.main import commands
from booking_app.clinics.connections import connections_of
from booking_app.core.settings import load_settings
from booking_app.crm.vendors.meanings import meaning_of
from booking_app.setup.clinic_file.importing import import_clinic
from booking_app.tasks.kinds import TaskKinds
from booking_sandbox.demo_keys import DEMO_CLINIKO_KEY, DEMO_HUBSPOT_TOKEN
from tests.pages.console.conftest import desk, furnished, sandbox
from tests.pages.console.desk import Desk

__all__ = ["desk", "furnished", "sandbox"]

HOME = "/console/demo/connections"
TOKEN = "zebra-synthetic-token"


class Zebra:
    """An account of the invented vendor, with the routes that the skeleton has."""

    def __init__(self) -> None:
        self.contacts: dict[str, dict[str, Any]] = {}
        self.fields: list[str] = []
        self.notes: dict[str, list[dict[str, Any]]] = {}

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: dict[str, Any]) -> tuple[int, Any]:
        parts = path.strip("/").split("/")
        if parts == ["me"]:
            return 200, {"id": "zebra-7"}
        if parts == ["fields"]:
            self.fields += [body["name"]] if method == "POST" else []
            return 200, {"id": "1", "fields": [{"name": name} for name in self.fields]}
        if parts == ["contacts"] and method == "GET":
            wanted = query.get("email", [""])[0]
            return 200, {"contacts": [row for row in self.contacts.values() if row["email"] == wanted]}
        if parts == ["contacts"]:
            body["id"] = str(len(self.contacts) + 1)
            self.contacts[body["id"]] = body
            return 200, body
        contact_id = parts[1]
        if parts[2:] == []:
            self.contacts[contact_id].update(body)
            return 200, self.contacts[contact_id]
        notes = self.notes.setdefault(contact_id, [])
        if parts[2:] == ["notes"] and method == "POST":
            notes.append({"id": len(notes) + 1, **body})
            return 200, notes[-1]
        return (200, {"notes": notes}) if parts[2] == "notes" else (200, {})


@pytest.fixture
def zebra(desk: Desk) -> Iterator[Zebra]:
    account = Zebra()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            parts = urlsplit(self.path)
            is_known = self.headers["Authorization"] == f"Bearer {TOKEN}"
            found = account.answer(self.command, parts.path, parse_qs(parts.query), body)
            status, document = found if is_known else (401, {})
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_PUT = answer

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        assert load_settings({"BOOKING_ZEBRACRM_BASE_URL": url}).vendor_base_urls == {"zebracrm": url}
        cast(dict[str, str], desk.services.settings.vendor_base_urls)["zebracrm"] = url
        yield account
        server.shutdown()
        desk.services.close()


def test_a_vendor_of_one_folder_and_one_name_in_a_list_is_everywhere(
    desk: Desk,
    zebra: Zebra,
    tmp_path: Path,
) -> None:
    owner = desk.sign_in("owner")
    assert "Zebra CRM" in owner.page(HOME).text
    assert "In Zebra CRM under Settings" in owner.page(f"{HOME}/new/zebracrm").html
    where = str(owner.send_form(f"{HOME}/new/zebracrm", {"secret": TOKEN}).headers["Location"])
    assert "It works." in owner.send_form(f"{where}/test", {}, status=200).text
    assert "POST" in owner.send_form(f"{where}/dry-run", {}, status=200).text
    assert zebra.contacts == {}
    made = owner.send_form(f"{where}/fields/make", {}, status=200).text
    assert "Missing" not in made and zebra.fields

    desk.shop.book()
    desk.shop.work()
    (contact,) = zebra.contacts.values()
    assert contact["email"] == "pat.sample@example.com"
    assert desk.shop.booking().reference in zebra.notes[contact["id"]][0]["text"]
    tasks = {name: task.state for name, task in desk.shop.tasks().items() if ":zebracrm:" in f"{name}:"}
    assert set(tasks.values()) == {"done"} and len(tasks) >= 3

    found = {one.what: one for one in check_clinics(desk.services, "demo")}
    assert found["demo: zebracrm"].is_well and "zebra-7" in found["demo: zebracrm"].said

    _out_and_in(desk, owner, tmp_path)
    said = CliRunner().invoke(commands, ["connections", "test", "--help"]).output
    assert "zebracrm" in said
    meaning = meaning_of("zebracrm_401")
    assert meaning is not None and meaning.sentence.startswith("Zebra CRM refuses")
    assert words_for("connection:zebracrm:auth:zebracrm_401", TaskKinds()).what == "Zebra CRM refuses the stored key"


def _out_and_in(desk: Desk, owner: Any, tmp_path: Path) -> None:
    """The clinic as a file, and the connection out of it."""
    content = owner.send_form("/console/demo/clinic-file/export", {}, status=200).data
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path / "out")
    file = tmp_path / "out" / "clinic.toml"
    text = file.read_text()
    assert 'vendor = "zebracrm"' in text
    names = [line.split('"')[1] for line in text.splitlines() if line.startswith(("token_env", "api_key_env"))]
    secrets = {name: TOKEN if "ZEBRA" in name else DEMO_HUBSPOT_TOKEN for name in names}
    secrets[names[0]] = DEMO_CLINIKO_KEY
    import_clinic(desk.services.database, desk.services.keyring, file, environ=secrets, now=desk.services.clock.now())
    with desk.services.database.reading() as session:
        (row,) = connections_of(session, desk.clinic().id, "zebracrm")
    assert desk.services.keyring.unseal(row.secret).decode() == TOKEN
