"""A new clinic, from an empty database to its first booking, through the console alone; and the same by a file."""

import re
from pathlib import Path

from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as BrowserPage

from booking_app.clinics.audit import Author
from booking_app.clinics.people import People
from booking_app.pages.console.passwords import one_time_link
from booking_app.setup.clinic_file.exporting import exported_files
from booking_app.setup.clinic_file.importing import import_clinic
from booking_sandbox.demo_keys import DEMO_CLINIKO_KEY
from booking_sandbox.server import SandboxServer
from tests.faults.shop import LOCATION, SERVICE, Shop, reopen_shop
from tests.journey.patient import Patient, Person
from tests.pages.console.desk import PASSWORD
from tests.pages.console.guide_pictures import picture
from tests.pages.shared.client import Page
from tests.pages.widget.serving import serving

EMAIL = "kim@example.com"
SITE = "https://www.quay.example.com"
QUESTION = "What brings you in?"
WAIVER_TITLE = "Consent to treatment"
WAIVER_TEXT = "# What we do\n\nWe examine you and explain what we find. You may stop at any time.\n"
CLINIC_FILE = f"""
[clinic]
slug = "demo"
name = "Quay Health"
time_zone = "Australia/Adelaide"
phone = "(08) 5550 1234"
email = "hello@quay.example.com"
allowed_sites = ["{SITE}"]

[cliniko]
api_key_env = "QUAY_CLINIKO_KEY"

[branding]
primary_color = "#7a1f5c"

[[intake]]
key = "reason"
label = "{QUESTION}"
type = "long_text"
required = true

[[waivers]]
key = "treatment"
title = "{WAIVER_TITLE}"
kind = "consent"
body = "treatment.md"
signature = "required"
"""


def empty_shop(sandbox: SandboxServer, folder: Path) -> Shop:
    """The product over a database in which nothing is."""
    return reopen_shop(sandbox, folder)


def first_link(shop: Shop) -> str:
    """What `booking-app staff add EMAIL` prints."""
    People(shop.services.database).invite_to_make_a_clinic(Author(None, shop.services.clock.now()), EMAIL)
    with shop.client.application.app_context():
        return one_time_link(EMAIL).removeprefix(shop.services.settings.base_url)


def press(page: BrowserPage, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def heading(page: BrowserPage, name: str) -> None:
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def arrive(page: BrowserPage, base: str, link: str) -> None:
    """Choose a password by the link and sign in."""
    page.goto(base + link)
    picture(page, "password")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("Repeat password").fill(PASSWORD)
    press(page, "Set password")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    heading(page, "Your clinics")


def make_clinic(page: BrowserPage) -> None:
    page.get_by_role("link", name="New clinic").click()
    for label, value in (
        ("Name", "Quay Health"),
        ("Booking page address", "demo"),
        ("Time zone", "Australia/Adelaide"),
        ("Phone", "(08) 5550 1234"),
        ("E-mail", "hello@quay.example.com"),
    ):
        page.get_by_label(label, exact=True).or_(page.get_by_label(re.compile(rf"^{label} \("))).first.fill(value)
    picture(page, "new-clinic")
    page.locator("main form").first.get_by_role("button").click()
    heading(page, "Getting started")
    picture(page, "getting-started")


def connect_cliniko(page: BrowserPage) -> None:
    page.get_by_role("link", name="Enter the key").click()
    page.get_by_label("Cliniko API key").fill("MS0xMjM-nonsense-au1")
    press(page, "Check and save key")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Cliniko API key").fill(DEMO_CLINIKO_KEY)
    press(page, "Check and save key")
    expect(page.get_by_role("heading", name="Key accepted")).to_be_visible()
    picture(page, "cliniko-key")
    page.get_by_role("link", name="See what was found").click()
    expect(page.get_by_text("Initial physiotherapy consultation").first).to_be_visible()
    picture(page, "found")


def choose_a_look(page: BrowserPage, base: str) -> None:
    page.goto(f"{base}/console/demo/branding")
    page.locator("[name=primary_color]").first.fill("#7a1f5c")
    page.get_by_role("button", name=re.compile("^Save")).first.click()
    picture(page, "branding")
    page.get_by_role("button", name=re.compile("^Publish")).first.click()


def ask_and_inform(page: BrowserPage, base: str) -> None:
    page.goto(f"{base}/console/demo/new-question")
    page.locator("[name=label]").fill(QUESTION)
    page.locator("[name=key]").fill("reason")
    page.locator("[name=type]").select_option("long_text")
    page.locator("[name=required]").check()
    picture(page, "question")
    press(page, "Add the question")
    page.goto(f"{base}/console/demo/new-waiver")
    page.locator("[name=title]").fill(WAIVER_TITLE)
    page.locator("[name=key]").fill("treatment")
    page.locator("[name=body]").fill(WAIVER_TEXT)
    press(page, "Save as a draft")
    picture(page, "waiver")
    press(page, "Publish this text")
    expect(page.get_by_text("Patients are asked for this text")).to_be_visible()


def allow_the_website(page: BrowserPage, base: str) -> None:
    page.goto(f"{base}/console/demo/embed")
    page.get_by_label("Websites that may show the booking page").fill(SITE)
    press(page, "Save")
    picture(page, "website")


def books(page: BrowserPage, base: str) -> str:
    page.goto(f"{base}/b/demo")
    patient = Patient(page, Person("Robin", "Sample", "robin.sample@example.com"))
    patient.sees("Choose a category")
    picture(page, "booking-page")
    category = page.get_by_role("main").get_by_role("link").first.inner_text().splitlines()[0]
    patient.chooses_category(category)
    patient.chooses_service("Initial physiotherapy consultation")
    patient.chooses_first_time()
    patient.fills_in_details(Patient.types_the_signature)
    patient.sees("Check and confirm")
    patient.presses("Confirm booking")
    patient.sees("Booking confirmed", timeout=45_000)
    return patient.reference()


def set_up_by_hand(browser: Browser, shop: Shop) -> None:
    """The whole road in a browser, to the first booking and its place on the first page."""
    context = browser.new_context(viewport={"width": 1100, "height": 800}, locale="en-AU")
    context.set_default_timeout(30_000)
    page = context.new_page()
    with serving(shop.client.application) as base:
        arrive(page, base, first_link(shop))
        make_clinic(page)
        connect_cliniko(page)
        choose_a_look(page, base)
        ask_and_inform(page, base)
        allow_the_website(page, base)
        reference = books(page, base)
        shop.work()
        page.goto(f"{base}/console/demo/bookings")
        picture(page, "bookings")
        page.get_by_role("link", name=reference).click()
        heading(page, f"Booking {reference}")
        expect(page.get_by_text("Booked in Cliniko")).to_be_visible()
        expect(page.get_by_text("Signed document attached to the patient")).to_be_visible()
        picture(page, "booking")
        page.goto(f"{base}/console/demo/start")
        expect(page.get_by_text("Everything is in place.")).to_be_visible()
    context.close()


def set_up_by_file(shop: Shop, folder: Path) -> None:
    folder.mkdir()
    (folder / "clinic.toml").write_text(CLINIC_FILE)
    (folder / "treatment.md").write_text(WAIVER_TEXT)
    import_clinic(
        shop.services.database, shop.services.keyring, folder / "clinic.toml",
        environ={"QUAY_CLINIKO_KEY": DEMO_CLINIKO_KEY}, now=shop.services.clock.now(),
    )  # fmt: skip


def widget(shop: Shop) -> list[str]:
    """What a patient reads on the way, without what differs from minute to minute."""
    first = shop.client.page("/b/demo")
    services = [shop.client.page(link) for link in first.links() if "/services" in link]
    details = shop.client.page(shop.choose())
    look = shop.client.get(next(v["href"] for t, v in first.tags if t == "link" and "brand.css" in v["href"])).text
    pages = [first, *services, shop.client.page(f"/b/demo/times?service={SERVICE}&location={LOCATION}"), details]
    return [look, *(_steady(page) for page in pages)]


def _steady(page: Page) -> str:
    """The text without hours, and of a page of times only what stands before them: one of the clinics has a booking."""
    text = page.text.partition("Later dates")[0]
    return re.sub(r"\d{1,2}:\d{2}:?\d* ?[ap]m|until [^.]*|kept for[^.]*", "", text)


def settings_of(shop: Shop) -> dict[str, bytes]:
    """The export, without the name of the place that the key came from."""
    files = exported_files(shop.services.database, "demo")
    return {name: re.sub(rb"api_key_env = .*", b"", content) for name, content in files.items()}


def test_the_console_and_the_file_lead_to_the_same_widget(
    browser: Browser, sandbox: SandboxServer, tmp_path: Path
) -> None:
    by_hand = empty_shop(sandbox, tmp_path / "hand")
    set_up_by_hand(browser, by_hand)
    by_file = empty_shop(sandbox, tmp_path / "file")
    set_up_by_file(by_file, tmp_path / "clinic")
    try:
        assert settings_of(by_hand) == settings_of(by_file)
        assert widget(by_hand) == widget(by_file)
        by_file.book(answer_reason="A sore knee")
        by_file.work()
        assert by_file.booking().state == "confirmed"
    finally:
        by_hand.services.close()
        by_file.services.close()
