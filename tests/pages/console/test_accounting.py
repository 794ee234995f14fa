"""From nothing connected to a difference accepted, as an owner and a bookkeeper do it in the console."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx

from booking_app.accounting.settings import tax_pair
from booking_app.pages.console.accounting_settings import tax_field
from booking_sandbox.billing import Line
from booking_sandbox.demo_keys import DEMO_XERO_CLIENT_ID, DEMO_XERO_CLIENT_SECRET, DEMO_XERO_TENANT
from tests.pages.console.desk import Desk

HOME = "/console/demo/accounting"
NO_TAX, GST = tax_field(tax_pair("", 0)), tax_field(tax_pair("GST", 10))
APP = {"client_id": DEMO_XERO_CLIENT_ID, "client_secret": DEMO_XERO_CLIENT_SECRET}


def allow(desk: Desk, address: str) -> str:
    """What a person does on Xero's page; the address they are sent back to."""
    with httpx.Client() as browser:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        answer = browser.post(
            address.partition("?")[0], data={**asked, "tenant": DEMO_XERO_TENANT, "decision": "allow"}
        )
    return str(answer.headers["Location"])


def connect(desk: Desk) -> None:
    owner = desk.sign_in("owner")
    owner.send_form(f"{HOME}/app", APP)
    page = owner.send_form(f"{HOME}/authorise", {}, status=200).text
    address = page.split('class="button" href="')[1].split('"')[0].replace("&amp;", "&")
    back = allow(desk, address)
    first = owner.get(back.partition("localhost:8000")[2])
    assert first.status_code == 303 and urlsplit(first.headers["Location"]).hostname == "127.0.0.1"
    there = urlsplit(first.headers["Location"])
    assert owner.get(f"{there.path}?{there.query}").status_code == 303


def settings_typed(desk: Desk) -> dict[str, str]:
    return {
        "start_date": "2026-01-01", "status": "authorised", "privacy": "pseudonym", "number_prefix": "CLK-",
        "terms_days": "14", "settle_hours": "0", "lock_date": "hold", "default_account": "201",
        NO_TAX: "EXEMPTOUTPUT", GST: "OUTPUT", "rounding_account": "", "track_practitioner": "",
        "track_location": "",
    }  # fmt: skip


def work(desk: Desk) -> None:
    services = desk.services
    services.accounting.posting.run()
    services.accounting.posting.work_here(1, services.task_runner.advance)


def test_an_owner_connects_maps_previews_and_starts_and_a_bookkeeper_compares(desk: Desk) -> None:
    assert "Connect Xero" in desk.page("owner", HOME).text
    assert "An owner of the clinic connects it" in desk.page("bookkeeper", HOME).text
    connect(desk)
    page = desk.page("owner", HOME)
    assert "Connected to Harbour Street Health Pty Ltd." in page.text
    form = desk.page("bookkeeper", f"{HOME}/settings")
    assert "201 Consultations" in form.text and "GST 10 %" in form.text and "No tax 0 %" in form.text
    desk.sign_in("bookkeeper").send_form(f"{HOME}/settings", settings_typed(desk))
    desk.sign_in("bookkeeper").send_form(f"{HOME}/read", {})
    assert desk.services.accounting.reading.run() == 1
    preview = desk.page("owner", HOME)
    assert "What would be posted" in preview.text and "GST 10 %" in preview.text
    desk.shop.clock.ahead += timedelta(minutes=5)
    desk.sign_in("owner").send_form(f"{HOME}/trial", {})
    work(desk)
    organisation = desk.sandbox.control.world.xero.organisations[DEMO_XERO_TENANT]
    assert [row["Status"] for row in organisation.invoices.values()] == ["DRAFT"] * 5
    desk.sign_in("owner").send_form(f"{HOME}/start", {})
    for _ in range(6):
        work(desk)
    assert "Posting On." in desk.page("owner", HOME).text.replace("\n", " ") or "On." in desk.page("owner", HOME).text
    assert len(organisation.invoices) + len(organisation.credit_notes) == len(
        desk.sandbox.control.records("demo", "invoices")
    )
    listed = desk.page("bookkeeper", f"{HOME}/invoices?state=posted")
    assert "Posted" in listed.text and "Quillfeather" not in listed.text
    one = desk.page("bookkeeper", f"{HOME}/invoices/1")
    assert "As it is posted" in one.text and "Take back" in one.text and "EXEMPTOUTPUT" in one.text
    gone = next(iter(organisation.invoices.values()))
    del organisation.invoices[gone["InvoiceID"]]
    desk.sign_in("bookkeeper").send_form(f"{HOME}/report", {})
    report = desk.page("bookkeeper", f"{HOME}/report")
    assert gone["InvoiceNumber"] in report.text and "Accept the difference" in report.text
    desk.sign_in("bookkeeper").send_form(report.form_to("/1"), {"why": "Entered by hand"})
    assert "Entered by hand" in desk.page("bookkeeper", f"{HOME}/report").text
    answer = desk.sign_in("bookkeeper").get(f"{HOME}/report.csv")
    assert answer.mimetype == "text/csv" and gone["InvoiceNumber"] in answer.text


def test_what_is_not_mapped_waits_with_its_reason_and_the_next_step(desk: Desk) -> None:
    connect(desk)
    typed = {**settings_typed(desk), GST: ""}
    desk.sign_in("bookkeeper").send_form(f"{HOME}/settings", typed)
    desk.sandbox.control.billing("demo").issue([Line(price="11.00", tax_name="GST", tax_rate="10")])
    desk.shop.clock.ahead += timedelta(minutes=5)
    desk.sign_in("bookkeeper").send_form(f"{HOME}/read", {})
    assert desk.services.accounting.reading.run() == 1
    desk.sign_in("owner").send_form(f"{HOME}/start", {})
    work(desk)
    page = desk.page("bookkeeper", f"{HOME}/invoices?state=needs")
    assert "has no tax code in Xero yet: GST 10%" in page.text


def test_two_exporters_are_refused_until_the_owner_says_the_other_is_off(desk: Desk) -> None:
    connect(desk)
    desk.sign_in("owner").send_form(f"{HOME}/settings", settings_typed(desk))
    desk.sandbox.control.set_setting("demo", "integrations", "xero", {"enabled": True})
    desk.sign_in("owner").send_form(f"{HOME}/start", {})
    page = desk.page("owner", HOME)
    assert "every sale would be there twice" in page.text and "Post five as drafts" in page.text
    desk.sign_in("owner").send_form(f"{HOME}/cut-over", {})
    desk.sign_in("owner").send_form(f"{HOME}/start", {})
    assert "Stop posting" in desk.page("owner", HOME).text


def test_an_answer_that_belongs_to_no_request_is_said_and_a_strangers_finds_nothing(desk: Desk) -> None:
    connect(desk)
    back = "/console/oauth/xero/back?state=demo.made-up&code=x"
    assert desk.sign_in("owner").get(back).status_code == 303
    assert "match a request from you" in desk.page("owner", HOME).text
    assert desk.sign_in("stranger").get(back).status_code == 404
    assert desk.sign_in("manager").get(back).status_code == 404
    assert desk.sign_in("owner").get("/console/oauth/nobody").status_code == 404


def test_disconnecting_forgets_the_secret_and_keeps_what_was_posted(desk: Desk) -> None:
    connect(desk)
    desk.sign_in("owner").send_form(f"{HOME}/disconnect", {})
    assert "Connect Xero" in desk.page("owner", HOME).text
    assert all(grant.is_revoked for grant in desk.sandbox.control.world.xero.grants)


def test_an_ended_authorisation_is_said_with_the_way_back(desk: Desk) -> None:
    connect(desk)
    desk.sign_in("owner").send_form(f"{HOME}/settings", settings_typed(desk))
    for grant in desk.sandbox.control.world.xero.grants:
        grant.is_revoked = True
    desk.shop.clock.ahead += timedelta(minutes=26)
    desk.sign_in("owner").send_form(f"{HOME}/start", {})
    assert "Connect again; nothing will be lost." in desk.page("owner", HOME).text
