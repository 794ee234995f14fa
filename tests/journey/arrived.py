"""What the other side has in the end, read through the sandbox's control API and the database, past the product."""

import hashlib
import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from booking_app.bookings.models import Booking
from booking_app.core.db import Database
from booking_app.intake.models import SignedDocument
from tests.journey.patient import Person
from tests.journey.product import Product

ARRIVAL_SECONDS = 60.0
Row = dict[str, Any]


class Arrived:
    """Looks until everything of a booking is there; the background work takes some seconds."""

    def __init__(self, product: Product) -> None:
        self._product = product

    def check_all_of(self, person: Person, reference: str, *, signed: str) -> None:
        """Exactly one patient, appointment, completed form with its signature, waiver PDF and CRM contact."""
        self._wait(lambda state: self._attachments(state, person) and _contacts(state, person))
        state = self.state()
        patient = self._only(_patients(state, person), "patients")
        appointment = self._only(_of(patient, state["individual_appointments"]), "appointments")
        assert appointment["archived_at"] is None
        self._check_form(self._only(_of(patient, state["patient_forms"]), "forms"))
        self._check_document(self._only(self._attachments(state, person), "attachments"), reference, signed)
        self._only(_contacts(state, person), "contacts")

    def state(self) -> Row:
        return dict(json.loads(self._get("/control/state?account=demo")))

    def cliniko_calls(self) -> int:
        calls = self.state()["calls"]["calls"]
        return sum(call["service"] == "cliniko" for call in calls)

    def _check_form(self, form: Row) -> None:
        assert form["completed_at"], "the form is not completed"
        questions = [question for section in form["content"]["sections"] for question in section["questions"]]
        assert any(question.get("signature_id") for question in questions), "the form is not signed"

    def _check_document(self, attachment: Row, reference: str, signed: str) -> None:
        content = self._get(attachment["bytes"])
        document = self._signed_document(reference)
        assert content.startswith(b"%PDF")
        assert hashlib.sha256(content).hexdigest() == document.file_sha256
        assert document.method == signed

    def _signed_document(self, reference: str) -> SignedDocument:
        database = Database(self._product.database_url)
        try:
            with database.reading() as session:
                found = session.scalars(
                    select(SignedDocument)
                    .join(Booking, Booking.id == SignedDocument.booking_id)
                    .where(Booking.reference == reference)
                )
                return found.one()
        finally:
            database.dispose()

    def _attachments(self, state: Row, person: Person) -> list[Row]:
        ids = {patient["id"] for patient in _patients(state, person)}
        return [file for file in state["attachments"] if file["patient_id"] in ids and file["processed_at"]]

    def _wait(self, is_complete: Callable[[Row], object]) -> None:
        ends = time.monotonic() + ARRIVAL_SECONDS
        while time.monotonic() < ends and not is_complete(self.state()):
            time.sleep(0.2)

    def _only(self, rows: list[Row], what: str) -> Row:
        assert len(rows) == 1, f"{len(rows)} {what}\n{self._product.run('tasks', 'list')}\n{self._product.said()}"
        return rows[0]

    def _get(self, path: str) -> bytes:
        with urllib.request.urlopen(self._product.sandbox + path, timeout=20) as response:
            return bytes(response.read())


def _patients(state: Row, person: Person) -> list[Row]:
    return [row for row in state["patients"] if row["email"] == person.email]


def _of(patient: Row, rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.get("patient_id") == patient["id"]]


def _contacts(state: Row, person: Person) -> list[Row]:
    return [row for row in state["contacts"] if row["properties"].get("email") == person.email]
