"""The main journeys, behind TLS and nginx, in a real browser: what a clinic has when it follows the documents."""

import re
import secrets
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from booking_app.cli.serving import PATIENCE
from tests.conftest import ROOT
from tests.journey.arrived import Arrived
from tests.journey.patient import Patient, Person
from tests.journey.product import answers, free_ports, wait_until
from tests.production.conftest import PHONE, Visitors, visitors
from tests.production.proxy import ADDRESS_HEADER, BOOKING_HOST
from tests.production.stand import BASE, SITE, Stand, process

PATIENTS_ADDRESS = "198.51.100.23"
PASSWORD = "harbour kettle violet"
MAIL_SECONDS = 60.0
SERVICE, LOCATION = "1100001000087112800", "1100001000023758136"  # of the example clinic


def person(first_name: str) -> Person:
    return Person(first_name, "Sample", f"{first_name.lower()}.{secrets.token_hex(4)}@example.com")


def book_in_the_frame(page: Page, somebody: Person) -> str:
    """From the clinic's own website to the reference of the booking."""
    page.goto(f"{SITE}/site/")
    frame = page.locator("iframe[title^='Book an appointment']")
    expect(frame).to_be_visible(timeout=20_000)
    return Patient(frame.content_frame, somebody).books(
        category="Physiotherapy", service="Initial physiotherapy consultation", sign=Patient.types_the_signature
    )


def waited_for(look: Callable[[], Any], seconds: float = MAIL_SECONDS) -> Any:
    """What `look` gives as soon as it gives something; fails after `seconds`."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come")


def link_in(message: EmailMessage, beginning: str) -> str:
    text = message.get_body(("plain",))
    assert text is not None
    found = re.search(re.escape(beginning) + r"\S+", text.get_content())
    assert found is not None, text.get_content()
    return found[0]


def sign_in(stand: Stand, context: BrowserContext, role: str) -> Page:
    """A new person of the clinic: the link that the command prints, a password, and signed in."""
    email = f"{role}.{secrets.token_hex(4)}@example.com"
    printed = stand.product.run("staff", "add", email, "--clinic", "demo", "--role", role)
    page = context.new_page()
    page.goto(re.search(rf"{BASE}/console/\S+", printed.partition("password:")[2])[0])  # type: ignore[index]
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=again]").fill(PASSWORD)
    press(page, "[name=again]")
    page.goto(f"{BASE}/console/sign-in")
    if page.locator("[name=password]").count():
        page.locator("[name=email]").fill(email)
        page.locator("[name=password]").fill(PASSWORD)
        press(page, "[name=password]")
    expect(page).to_have_url(f"{BASE}/console/demo/")
    return page


def press(page: Page, field: str) -> None:
    """The button of the form that this field belongs to."""
    page.locator(f"form:has({field}) button[type=submit]").first.click()
    page.wait_for_load_state()


@dataclass(frozen=True)
class Booked:
    """One booking that a patient on a phone has made from the clinic's website."""

    patient: Person
    reference: str
    cookies: list[object]


@pytest.fixture(scope="module")
def booked(stand: Stand, public_browser: Browser) -> Iterator[Booked]:
    with visitors(public_browser) as open_one:
        somebody, context = person("Robin"), open_one(PATIENTS_ADDRESS, **PHONE)
        reference = book_in_the_frame(context.new_page(), somebody)
        yield Booked(somebody, reference, list(context.cookies()))


def test_a_patient_books_in_the_clinics_website_and_everything_arrives(
    stand: Stand, booked: Booked, arrived: Arrived, visitor: Visitors
) -> None:
    arrived.check_all_of(booked.patient, booked.reference, signed="typed")
    assert booked.cookies == []
    message = waited_for(lambda: stand.post_office.to(booked.patient.email))[0]
    context = visitor()
    page = context.new_page()
    page.goto(link_in(message, f"{BASE}/manage/"))
    expect(page.get_by_role("main")).to_contain_text(booked.reference)
    assert context.cookies() == []


def test_the_signed_document_names_the_visitors_own_address(stand: Stand, booked: Booked, arrived: Arrived) -> None:
    """Not the proxy's: what a court would read must be true behind a proxy as well."""
    arrived.check_all_of(booked.patient, booked.reference, signed="typed")
    state = arrived.state()
    (patient,) = [row for row in state["patients"] if row["email"] == booked.patient.email]
    (file,) = [row for row in state["attachments"] if row["patient_id"] == patient["id"]]
    content = httpx.get(stand.product.sandbox + file["bytes"]).content
    text = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    assert PATIENTS_ADDRESS in text


def test_an_owner_signs_in_changes_a_rule_and_signs_out(stand: Stand, visitor: Visitors) -> None:
    context = visitor()
    page = sign_in(stand, context, "owner")
    cookies = context.cookies()
    assert "console" in [cookie["name"] for cookie in cookies]
    for cookie in cookies:
        kept = (cookie["secure"], cookie["httpOnly"], cookie["sameSite"], cookie["path"])
        assert kept == (True, True, "Lax", "/console"), cookie["name"]
    page.goto(f"{BASE}/console/demo/rules")
    page.locator("[name=cancel_notice_hours]").fill("36")
    press(page, "[name=cancel_notice_hours]")
    page.goto(f"{BASE}/console/demo/rules")
    expect(page.locator("[name=cancel_notice_hours]")).to_have_value("36")
    page.locator("form[action$='/sign-out'] button").first.click()
    page.goto(f"{BASE}/console/demo/rules")
    expect(page).to_have_url(re.compile("/console/sign-in"))


def test_a_receptionist_sees_the_bookings_and_nothing_of_the_owners(
    stand: Stand, booked: Booked, visitor: Visitors
) -> None:
    page = sign_in(stand, visitor(), "receptionist")
    page.goto(f"{BASE}/console/demo/bookings")
    page.get_by_role("link", name=re.compile(booked.reference)).first.click()
    expect(page.get_by_role("main")).to_contain_text(booked.reference)
    answer = page.goto(f"{BASE}/console/demo/people")
    assert answer is not None
    assert answer.status == 403


def test_a_page_of_another_site_cannot_send_the_consoles_forms(stand: Stand, visitor: Visitors) -> None:
    """The clinic's own website tries, in the browser of somebody who is signed in."""
    page = sign_in(stand, visitor(), "owner")
    page.goto(f"{SITE}/site/")
    page.evaluate(
        """(action) => { const form = document.createElement("form"); form.method = "post"; form.action = action;
        document.body.append(form); form.submit(); }""",
        f"{BASE}/console/demo/rules",
    )
    page.wait_for_url(f"{BASE}/**")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"{BASE}/console/sign-in")
    expect(page).to_have_url(f"{BASE}/console/demo/")  # still signed in, and nothing was done


@pytest.fixture
def outside(stand: Stand) -> Iterator[httpx.Client]:
    """Calls past the browser, through nginx, with the certificate checked."""
    trusting = ssl.create_default_context(cafile=stand.certificate.file)
    where = f"https://localhost:{stand.ports.tls}"
    with httpx.Client(base_url=where, verify=trusting, headers={"Host": BOOKING_HOST}, timeout=30) as client:
        yield client


def test_limits_count_each_visitor_and_not_the_proxy(outside: httpx.Client) -> None:
    def post(address: str) -> int:
        form = {"token": "no token", "slot": "1-1"}
        headers = {ADDRESS_HEADER: address, "X-Forwarded-For": "192.0.2.200"}  # what a visitor says is overwritten
        return outside.post("/b/demo/times", data=form, headers=headers, extensions=NAMED).status_code

    busy = [post("198.51.100.77") for _ in range(260)]
    assert busy[0] != 429
    assert busy[-1] == 429
    assert post("198.51.100.78") != 429


NAMED = {"sni_hostname": BOOKING_HOST}


def test_nobody_outside_sees_the_numbers_and_plain_http_leads_to_tls(stand: Stand, outside: httpx.Client) -> None:
    assert outside.get("/metrics", extensions=NAMED).status_code == 403
    plain = httpx.get(f"http://127.0.0.1:{stand.ports.plain}/b/demo", headers={"Host": BOOKING_HOST})
    assert (plain.status_code, plain.headers["Location"]) == (301, f"{BASE}/b/demo")


def test_doctor_finds_nothing_to_fix(stand: Stand) -> None:
    printed = stand.product.run("doctor")
    assert not [line for line in printed.splitlines() if line.startswith("!")], printed


def test_the_stand_is_what_ships() -> None:
    """Two web processes and threads as in the unit file; what else it takes over is read by `stand` itself."""
    unit = (ROOT / "deploy" / "booking-serve.service").read_text()
    assert "serve --host 127.0.0.1 --port 8000 --processes 2 --threads 8" in unit


def control(stand: Stand, method: str, path: str, **more: Any) -> dict[str, Any]:
    return dict(httpx.request(method, f"{stand.product.control}/control{path}", **more).json())


def test_a_request_that_is_being_answered_is_finished_when_the_service_is_stopped(stand: Stand) -> None:
    """As the unit file says. The clinic's calendar is slow at that moment, so a page is under way for seconds."""
    (port,) = free_ports(1)
    week = f"/b/demo/times?service={SERVICE}&location={LOCATION}&from={(datetime.now(UTC) + timedelta(days=30)).date()}"
    slow = {"match": {"path": "/available_times$"}, "fault": {"kind": "delay", "seconds": 2.5}, "times": 50}
    with process(stand, "stopped", "serve", "--port", str(port), "--processes", "2") as server:
        wait_until(lambda: answers(port, "/readyz"), server, stand.product)
        control(stand, "POST", "/faults", json=slow)
        before = control(stand, "GET", "/faults")
        with ThreadPoolExecutor(1) as threads:
            page = threads.submit(httpx.get, f"http://127.0.0.1:{port}{week}", timeout=60)
            waited_for(lambda: control(stand, "GET", "/faults") != before)
            server.terminate()
            server.wait(PATIENCE + 10)
            assert page.result().status_code == 200
        assert server.returncode == 0
    control(stand, "DELETE", "/faults")
