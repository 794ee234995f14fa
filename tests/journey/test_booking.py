"""From the clinic's own website to the confirmed booking, and to everything that must have arrived by then."""

import secrets

from playwright.sync_api import BrowserContext, Page, expect

from tests.journey.arrived import Arrived
from tests.journey.patient import Patient, Person, finger, mouse
from tests.journey.product import Product

CATEGORY = "Physiotherapy"
SERVICE = "Initial physiotherapy consultation"


def somebody(first_name: str, last_name: str) -> Person:
    """An invented person with an address of their own, so that journeys do not find each other's records."""
    return Person(first_name, last_name, f"{first_name.lower()}.{secrets.token_hex(4)}@example.com")


def embedded(page: Page, product: Product) -> Patient:
    """A patient looking at the clinic's website, with the booking page in it."""
    page.goto(f"{product.site}/site/")
    frame = page.locator("iframe[title^='Book an appointment']")
    expect(frame).to_be_visible(timeout=15_000)
    return Patient(frame.content_frame, somebody("Robin", "Sample"))


def test_a_patient_on_a_phone_draws_the_signature_in_the_frame(
    phone: BrowserContext, product: Product, arrived: Arrived
) -> None:
    page = phone.new_page()
    patient = embedded(page, product)
    reference = patient.books(
        category=CATEGORY, service=SERVICE, sign=lambda booking: booking.draws_the_signature(finger(page))
    )
    arrived.check_all_of(patient.person, reference, signed="drawn")
    assert phone.cookies() == []


def test_a_patient_at_a_desk_types_the_signature_in_the_frame(
    context: BrowserContext, product: Product, arrived: Arrived
) -> None:
    page = context.new_page()
    page.add_init_script("window.booked = []; addEventListener('booking:booked', (event) => booked.push(event.detail))")
    patient = embedded(page, product)
    reference = patient.books(category=CATEGORY, service=SERVICE, sign=Patient.types_the_signature)
    arrived.check_all_of(patient.person, reference, signed="typed")
    page.wait_for_function("booked.length > 0")
    assert page.evaluate("booked[0]") == {"reference": reference}
    assert context.cookies() == []


def test_a_patient_at_a_desk_draws_the_signature_with_a_mouse(
    context: BrowserContext, product: Product, arrived: Arrived
) -> None:
    page = context.new_page()
    page.goto(f"{product.base}/b/demo")
    patient = Patient(page, somebody("Alex", "Muster"))
    reference = patient.books(
        category=CATEGORY, service=SERVICE, sign=lambda booking: booking.draws_the_signature(mouse(page))
    )
    arrived.check_all_of(patient.person, reference, signed="drawn")


def test_a_patient_without_javascript_books_by_the_link(
    without_script: BrowserContext, product: Product, arrived: Arrived
) -> None:
    page = without_script.new_page()
    page.goto(f"{product.site}/site/")
    page.locator(f"a[href^='{product.base}/b/demo']").first.click()
    patient = Patient(page, somebody("Sam", "Specimen"))
    reference = patient.books(category=CATEGORY, service=SERVICE, sign=Patient.types_the_signature)
    arrived.check_all_of(patient.person, reference, signed="typed")
    assert without_script.cookies() == []


def test_a_patient_without_javascript_books_in_a_bare_frame(
    without_script: BrowserContext, product: Product, arrived: Arrived
) -> None:
    page = without_script.new_page()
    page.goto(f"{product.site}/site/iframe")
    patient = Patient(page.frame_locator("iframe"), somebody("Kim", "Example"))
    reference = patient.books(category=CATEGORY, service=SERVICE, sign=Patient.types_the_signature)
    arrived.check_all_of(patient.person, reference, signed="typed")
