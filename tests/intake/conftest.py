"""A database with one clinic, and the facts of one signed document. All people are invented."""

import json
import math
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy.orm import Session

import booking_app.clinics.models  # noqa: F401 - this package knows its table by name alone
from booking_app.core.db import Base, Database
from booking_app.core.sealing import SigningKey
from booking_app.intake.answers import check_answers
from booking_app.intake.facts import Circumstances, Consent, DocumentAppointment, DocumentClinic, DocumentFacts
from booking_app.intake.facts import DocumentPatient as Patient
from booking_app.intake.fields import FieldSpec
from booking_app.intake.signatures import Signature, read_signature
from booking_app.intake.waiver_text import body_html, body_sha256, check_body, placeholders_in
from booking_app.intake.waivers import WaiverText

# Drawing examples may be slow on a busy machine; that says nothing about the code.
steady = settings(max_examples=60)

TABLES = ("clinic", "intake_field", "waiver", "waiver_version", "signed_document", "seal_key")
NOW = datetime(2026, 11, 21, 4, 5, 6, tzinfo=UTC)
FIELDS = [
    FieldSpec("injured_on", "Date of injury", "date"),
    FieldSpec("allergies", "Allergies", "long_text"),
    FieldSpec("goals", "Goals", "checkboxes", options=("Less pain", "Sport")),
    FieldSpec("smoker", "Do you smoke?", "yes_no"),
]
BODY = """I, {{patient_name}}, agree on {{date}}.

# Risks

I told the clinic: {{answer:allergies}}. See [more](https://clinic.example/risks).
"""


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = Database(f"sqlite:///{tmp_path / 'intake.sqlite3'}")
    tables = [Base.metadata.tables[name] for name in TABLES]
    Base.metadata.create_all(database.engine, tables=tables)
    with database.session() as session:
        # What a clinic must have is the business of its own package.
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        yield session
    database.dispose()


def scrawl(**changes: Any) -> str:
    """What the pad posts for an ordinary signature."""
    loops = [[40 + 3 * i + 14 * math.sin(i / 2.2), 90 + 38 * math.sin(i / 2.1)] for i in range(100)]
    line = [[60 + 5 * i, 150 - i / 3] for i in range(50)]
    return json.dumps({"width": 600, "height": 220, "strokes": [loops, line], **changes})


def drawn() -> Signature:
    return read_signature(strokes_json=scrawl(), typed_name=None, png_data_uri=None, wants_typed=False)


def typed(name: str) -> Signature:
    return read_signature(strokes_json=None, typed_name=name, png_data_uri=None, wants_typed=True)


def waiver_text(body: str = BODY, *, key: str = "treatment", title: str = "Consent to treatment") -> WaiverText:
    text = check_body(body, {field.key for field in FIELDS})
    return WaiverText(
        key=key,
        title=title,
        kind="consent",
        signature="required",
        version_sha256=body_sha256(text),
        body_markdown=text,
        body_html=body_html(text),
        effective_at=datetime(2026, 10, 1, tzinfo=UTC),
        placeholders=placeholders_in(text),
    )


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    return SigningKey(bytes(range(32)))


@pytest.fixture(scope="session")
def make_facts() -> Callable[..., DocumentFacts]:
    """Facts of an adult's drawn signature; keyword arguments replace parts of them."""

    def make(**changes: Any) -> DocumentFacts:
        answers = {"injured_on": "3 10 2026", "allergies": "Latex\nPenicillin", "goals": ["Sport"], "smoker": "no"}
        facts: dict[str, Any] = {
            "reference": "BK-7F3K2M9Q",
            "clinic": DocumentClinic(
                name="Harbour Physio",
                time_zone="Australia/Sydney",
                legal_name="Harbour Physiotherapy Pty Ltd",
                business_number="51 824 753 556",
                color="#0a6b5e",
            ),
            "patient": Patient("Amelia", "Hartley", date(1988, 3, 14), "amelia@example.com", "+61412345678"),
            "waivers": (waiver_text(),),
            "circumstances": Circumstances(signed_at=NOW, ip="203.0.113.7", user_agent="Mozilla/5.0 (Test)"),
            "verify_url": "https://book.example/verify",
            "answers": check_answers(FIELDS, answers),
            "consents": (Consent("privacy", "Privacy", "I have read the privacy notice.", True),),
            "signature": drawn(),
            "appointment": DocumentAppointment(datetime(2026, 11, 24, 3, 30, tzinfo=UTC), "Australia/Sydney"),
        }
        return DocumentFacts(**{**facts, **changes})

    return make
