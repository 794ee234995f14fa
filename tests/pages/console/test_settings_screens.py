"""Rules, wording, details, alerts and sites: the file's rules in a form, and nobody's change lost."""

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from booking_app.clinics.audit import AuditEntry
from tests.pages.console.desk import CLINIC, Desk
from tests.pages.shared.client import Page

SCREENS = ("rules", "consents", "details", "alerts")


def filled(page: Page) -> dict[str, Any]:
    """What a browser would send of the page's last form, unchanged."""
    html = page.html[page.html.rindex("<form") :]
    values: dict[str, Any] = {}
    inside = Page(f"<h1></h1>{html[: html.index('</form>')]}</form>")
    for tag, given in inside.tags:
        if tag == "input" and given.get("type") == "checkbox":
            if "checked" in given:
                values[given["name"]] = given.get("value") or "y"
        elif tag == "input" and given.get("name"):
            values[given["name"]] = given.get("value", "")
    values.update(_texts(html))
    return values


def _texts(html: str) -> dict[str, str]:
    areas = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', html, re.S)
    selects = re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.S)
    chosen = {name: re.search(r'<option selected value="([^"]*)"', options) for name, options in selects}
    return {name: unescape(text) for name, text in areas} | {name: got[1] for name, got in chosen.items() if got}


def save(desk: Desk, screen: str, person: str = "manager", *, status: int = 303, **changes: Any) -> Page:
    page = desk.page(person, f"/console/demo/{screen}")
    answer = desk.sign_in(person).send_form(f"/console/demo/{screen}", {**filled(page), **changes}, status=status)
    return Page(answer.text)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_sent_back_unchanged_changes_nothing(desk: Desk, screen: str) -> None:
    before = desk.clinic()
    save(desk, screen)
    after = desk.clinic()
    for column in ("name", "phone", "rules", "consents", "alerts", "time_zone", "website"):
        assert getattr(after, column) == getattr(before, column), column


def test_rules_are_saved_and_said(desk: Desk) -> None:
    save(desk, "rules", lead_hours="6", confirmation_mail="never")
    rules = desk.clinic().booking_rules()
    assert (rules.lead_hours, rules.confirmation_mail) == (6, "never")
    assert "Saved." in desk.page("manager", "/console/demo/rules").text


def test_a_tick_taken_out_is_taken_out(desk: Desk) -> None:
    page = desk.page("manager", "/console/demo/rules")
    values = filled(page)
    assert values.pop("allow_any_practitioner")
    desk.sign_in("manager").send_form("/console/demo/rules", values)
    assert desk.clinic().booking_rules().allow_any_practitioner is False


def test_a_wrong_value_is_said_beside_its_field_and_everything_typed_is_kept(desk: Desk) -> None:
    page = save(desk, "rules", status=422, lead_hours="soon", horizon_days="31")
    assert "“Notice before a booking, in hours” must be a whole number from 0 to 672" in page.text
    assert page.values("lead_hours") == ["soon"] and page.values("horizon_days") == ["31"]
    assert page.title.startswith("Error: ")
    assert desk.clinic().booking_rules().horizon_days != 31


def test_of_two_managers_the_second_sees_both_versions_and_may_save_knowingly(desk: Desk) -> None:
    seen = filled(desk.page("manager", "/console/demo/details"))
    save(desk, "details", "agency", phone="(08) 5550 0001")
    answer = desk.sign_in("manager").send_form("/console/demo/details", {**seen, "phone": "(08) 5550 0002"}, status=409)
    page = Page(answer.text)
    assert "Somebody else saved this page meanwhile" in page.text
    assert "(08) 5550 0001" in page.text and page.values("phone") == ["(08) 5550 0002"]
    assert desk.clinic().phone == "(08) 5550 0001"
    desk.sign_in("manager").send_form("/console/demo/details", filled(page))
    assert desk.clinic().phone == "(08) 5550 0002"


def test_who_changed_what_is_written_down(desk: Desk) -> None:
    save(desk, "alerts", email="front.desk@example.com")
    with desk.services.database.reading() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None and entry.action == "alerts.saved"
    assert entry.staff_id == desk.staff_id("manager") and entry.after == {"email": "front.desk@example.com"}


def test_sites_are_checked_as_the_file_checks_them(desk: Desk) -> None:
    page = desk.page("manager", "/console/demo/embed")
    revision = page.values("revision")[0]
    visitor = desk.sign_in("manager")
    wrong = {"revision": revision, "allowed_sites": "https://kim@www.example.com"}
    refused = Page(visitor.send_form("/console/demo/embed/sites", wrong, status=422).text)
    assert "must be an origin" in refused.text and "https://kim@www.example.com" in refused.html
    visitor.send_form(
        "/console/demo/embed/sites",
        {"revision": revision, "allowed_sites": "https://WWW.example.com\r\n\r\nhttps://example.com"},
    )
    assert desk.clinic(CLINIC).allowed_sites == ["https://www.example.com", "https://example.com"]
    framed = desk.visitor().get("/b/demo").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://www.example.com https://example.com" in framed
