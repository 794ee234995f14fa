"""Pages for a person: what arrived, and the sample clinic site."""

import httpx
import pytest

from booking_sandbox.server import SandboxServer

from .conftest import Clinic, last_part, linked
from .test_patient_attachments import PDF, attach
from .test_patient_forms import content, post, question, svg


@pytest.mark.parametrize("path", ["/", "/accounts/northside", "/mail/", "/nothing", "/site/", "/site/iframe"])
def test_every_page_has_one_heading_a_language_and_no_script_of_others(web: httpx.Client, path: str) -> None:
    page = web.get(path)
    assert page.text.count("<h1") == 1
    assert '<html lang="en' in page.text
    assert page.status_code == (404 if path == "/nothing" else 200)


def test_the_overview_says_that_nothing_is_real_and_what_has_not_arrived(web: httpx.Client) -> None:
    page = web.get("/").text
    assert "Simulated Cliniko - nothing here is real" in page
    assert "No appointment has been made yet." in page
    assert "https://" not in page


def test_the_overview_shows_appointment_form_signature_file_and_contact(
    sandbox: SandboxServer, clinic: Clinic, hubspot: httpx.Client, web: httpx.Client
) -> None:
    booked = clinic.book()
    patient_id = last_part(booked["patient"])
    (attendee_id,) = linked(clinic.api.get(booked["attendees"]["links"]["self"]), "attendees")
    questions = question(answer="<i>Knee</i>"), question("signature", signature=svg())
    post(clinic, patient_id=patient_id, attendee_id=attendee_id, completed=True, content=content(*questions))
    attachment = attach(clinic, patient_id)
    hubspot.post("/crm/objects/2026-09/contacts", json={"properties": {"email": "robin@example.com"}})
    page = web.get("/").text
    for wanted in (
        "Tue 24 Nov 2026, 10:30 am", "Australia/Adelaide", "Robin Sample", "waiver.pdf", "robin@example.com",
        "&lt;i&gt;Knee&lt;/i&gt;", f'src="{svg()}"',
    ):  # fmt: skip
        assert wanted in page
    file = web.get(f"/files/{attachment['id']}")
    assert (file.content, file.headers["Content-Type"]) == (PDF, "application/pdf")
    assert web.get("/files/1").status_code == 404


def test_the_style_is_the_sandboxs_own(web: httpx.Client) -> None:
    for path in ("/sandbox.css", "/site/site.css"):
        assert web.get(path).headers["Content-Type"].startswith("text/css")


def test_the_sample_site_embeds_the_widget_by_link_and_script(web: httpx.Client) -> None:
    page = web.get("/site/").text
    origin = "http://127.0.0.1:8000"
    assert f'<a href="{origin}/b/demo" data-clinic="demo"' in page
    script = (
        f'<script async src="{origin}/embed.js" data-clinic="demo" data-mode="inline" '
        'data-no-optimize data-cfasync="false"></script>'
    )
    assert f">Book an appointment</a>{script}" in page


def test_the_other_sample_site_embeds_a_bare_frame_and_the_origin_can_be_set() -> None:
    with SandboxServer(smtp_port=None, widget_origin="http://127.0.0.1:9000/") as sandbox:
        page = httpx.get(f"{sandbox.url}/site/iframe").text
    assert '<iframe src="http://127.0.0.1:9000/b/demo" title="Book an appointment"' in page
    assert "<script" not in page
