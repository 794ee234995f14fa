"""Every member that Cliniko's OpenAPI document lists is in the answers.

The document is not part of this project: it is looked for where BOOKING_SPECS_DIR says, or beside the repository.
Without it, the members listed here still have to be there.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from .conftest import Clinic, linked
from .test_patient_attachments import attach
from .test_patient_forms import content, post, question, svg

# What a booking needs to read, whether or not the document is at hand.
NEEDED = {
    "AppointmentType": {"name", "duration_in_minutes", "practitioners", "appointment_type_billable_items"},
    "Attendee": {"booking", "patient_forms", "sent_email_reminders_count"},
    "Patient": {"email", "merged_with_patient", "patient_phone_numbers"},
    "PatientForm": {"completed_at", "signatures", "edited_at", "archived_at"},
}
_PATHS = {
    "AppointmentType": "/appointment_types", "Attendee": "/attendees", "BillableItem": "/billable_items",
    "Business": "/businesses", "ConcessionType": "/concession_types", "DailyAvailability": "/daily_availabilities",
    "GroupAppointment": "/group_appointments", "IndividualAppointment": "/individual_appointments",
    "Patient": "/patients", "PatientFormTemplate": "/patient_form_templates", "Practitioner": "/practitioners",
    "ReferralSourceType": "/referral_source_types", "UnavailableBlock": "/unavailable_blocks", "User": "/users",
}  # fmt: skip


@cache
def schemas() -> dict[str, Any]:
    places = [Path(__file__).parents[3] / "shared" / "reference" / "specs"]
    if named := os.environ.get("BOOKING_SPECS_DIR"):
        places.insert(0, Path(named))
    found = next((place / "cliniko-openapi.json" for place in places if place.is_dir()), None)
    return dict(json.loads(found.read_text())["components"]["schemas"]) if found else {}


def documented(name: str) -> set[str]:
    return set(schemas().get(name, {}).get("properties", {})) | NEEDED.get(name, set())


@pytest.mark.parametrize("name", sorted(_PATHS))
def test_a_listed_record_has_every_documented_member(api: httpx.Client, name: str) -> None:
    path = _PATHS[name]
    row = api.get(path, params={"per_page": 1}).json()[path[1:]][0]
    assert documented(name) - row.keys() == set()
    assert api.get(f"{path}/{row['id']}").json() == row


def test_forms_signatures_attachments_and_sources_have_every_documented_member(clinic: Clinic) -> None:
    patient_id = clinic.add_patient(referral_source="A neighbour")
    form = post(clinic, patient_id=patient_id, content=content(question("signature", signature=svg()))).json()
    signature = clinic.api.get(form["signatures"]["links"]["self"]).json()
    source = clinic.api.get(f"/patients/{patient_id}/referral_source").json()
    attachment = attach(clinic, patient_id)
    for name, row in (("PatientForm", form), ("Signature", signature), ("ReferralSource", source)):
        assert documented(name) - row.keys() == set()
    assert documented("UploadedPatientAttachment") - attachment.keys() == set()


@pytest.mark.parametrize(("path", "name"), [("/settings/public", "PublicSettings"), ("/settings", "Settings")])
def test_settings_have_every_documented_group_and_member(api: httpx.Client, path: str, name: str) -> None:
    shown = api.get(path).json()
    for group, schema in schemas().get(name, {}).get("properties", {}).items():
        assert set(schema.get("properties", {})) - shown[group].keys() == set(), group
    assert shown["online_bookings"]["enabled"] is True


def test_a_product_has_every_documented_member(api: httpx.Client) -> None:
    product = api.post("/products", json={"name": "Foam roller", "price": "39.50"}).json()
    assert documented("Product") - product.keys() == set()
    assert product["id"] in linked(api.get("/products"), "products")
