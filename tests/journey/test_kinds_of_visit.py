"""A class, a visit by video and a pod in a real browser, to the truth in the sandbox."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journey.arrived import Arrived
from tests.journey.patient import Patient, Person
from tests.journey.product import Product

PLACE = "1100001000023758136"  # Adelaide
CLASS, REVIEW, SAUNA = "1100001000110870799", "1100001000166306130", "1100001000182144796"


def patient_at(page: Page, product: Product, service: str) -> Patient:
    """Somebody new, at the times of a service a week from now."""
    day = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    page.goto(f"{product.base}/b/demo/times?service={service}&location={PLACE}&from={day}")
    return Patient(page, Person("Robin", "Sample", f"robin.{secrets.token_hex(4)}@example.com"))


def book(patient: Patient) -> str:
    patient.chooses_first_time()
    patient.fills_in_details(Patient.types_the_signature)
    patient.sees("Check and confirm")
    patient.presses("Confirm booking")
    patient.sees("Booking confirmed", timeout=45_000)
    return patient.reference()


def attendee(arrived: Arrived, reference: str, table: str = "attendees") -> dict[str, Any]:
    """The attendee who stands under the reference, or on the appointment that does."""
    state = arrived.state()
    noted = [one["id"] for one in state[table] if reference in (one.get("notes") or "")]
    (found,) = [one for one in state["attendees"] if one["id"] in noted or one["booking_id"] in noted]
    return dict(found)


def test_a_place_in_a_class_without_javascript(
    without_script: BrowserContext, product: Product, arrived: Arrived
) -> None:
    page = without_script.new_page()
    patient = patient_at(page, product, CLASS)
    expect(page.get_by_text("places left").first).to_be_visible()
    found = attendee(arrived, book(patient))
    assert found["booking_id"] not in [one["id"] for one in arrived.state()["individual_appointments"]]


def test_a_visit_by_video_in_another_zone(browser: Browser, product: Product, arrived: Arrived) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, timezone_id="Australia/Perth", locale="en-AU")
    context.set_default_timeout(15_000)
    page = context.new_page()
    patient = patient_at(page, product, REVIEW)
    expect(page.get_by_text("You are in Perth time")).to_be_visible()
    reference = book(patient)
    expect(page.get_by_text("For you in Perth")).to_be_visible()
    number = attendee(arrived, reference, "individual_appointments")["id"]
    link = page.get_by_role("link", name="Join your appointment")
    expect(link).to_have_attribute("href", re.compile(rf"^https://.*/telehealth/{number}$"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_any_pod_on_a_phone(phone: BrowserContext, product: Product) -> None:
    page = phone.new_page()
    patient = patient_at(page, product, SAUNA)
    expect(page.get_by_role("navigation", name="Choose a pod").get_by_role("link").first).to_contain_text("Any pod")
    book(patient)
    expect(page.get_by_text("Infrared sauna session, Pod")).to_be_visible()
