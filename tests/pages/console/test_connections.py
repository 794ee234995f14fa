"""Connections in the console: added, tested and fixed over real HTTP, and no token ever shown again."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from booking_app.clinics.connections import pause
from booking_app.tasks.models import Task
from booking_sandbox.demo_keys import DEMO_HUBSPOT_TOKEN
from tests.pages.console.desk import Desk
from tests.pages.console.test_settings_screens import filled
from tests.pages.shared.client import Page

HOME = "/console/demo/connections"


def hubspot(desk: Desk) -> str:
    """The address of the sample clinic's HubSpot."""
    page = desk.page("owner", HOME)
    return next(link for link in page.links() if link.startswith(f"{HOME}/") and link.rpartition("/")[2].isdigit())


def settings(desk: Desk, where: str) -> dict[str, Any]:
    """What the settings form of a connection would send unchanged."""
    html = desk.page("owner", where).html
    start = html.index('<form class="wide-form"')
    return filled(Page(f"<h1></h1>{html[start : html.index('</form>', start)]}</form>"))


def add_webhook(desk: Desk) -> str:
    page = desk.page("owner", f"{HOME}/new/webhook")
    secret = page.values("secret")[0]
    assert secret.startswith("whsec_")
    values = {"secret": secret, "url": desk.sandbox.webhook_url("demo")}
    where = str(desk.sign_in("owner").send_form(f"{HOME}/new/webhook", values).headers["Location"])
    assert secret not in desk.page("owner", where).html
    return where


def test_a_connection_is_tested_in_words(desk: Desk) -> None:
    where = hubspot(desk)
    said = desk.sign_in("manager").send_form(f"{where}/test", {}, status=200).text
    assert "It works." in said and "The token belongs to the account" in said
    assert DEMO_HUBSPOT_TOKEN not in said


def test_a_refused_token_is_said_with_what_to_do(desk: Desk) -> None:
    where = hubspot(desk)
    desk.sign_in("owner").send_form(f"{where}/token", {"secret": "pat-ap1-wrong"})
    said = desk.sign_in("owner").send_form(f"{where}/test", {}, status=200).text
    assert "refuses the token" in said and "pat-ap1-wrong" not in said


def test_an_unreachable_vendor_is_said(desk: Desk) -> None:
    where = hubspot(desk)
    desk.sandbox.control.fault("drop_before", service="hubspot", times=None)
    said = desk.sign_in("owner").send_form(f"{where}/test", {}, status=200).text
    assert "It works" not in said and "state-bad" in said


def test_missing_fields_are_shown_and_made(desk: Desk) -> None:
    where = hubspot(desk)
    looked = desk.sign_in("owner").send_form(f"{where}/fields", {}, status=200).text
    assert "Missing" in looked and "Make the missing fields" in looked
    assert "Make the missing fields" not in desk.sign_in("manager").send_form(f"{where}/fields", {}, status=200).text
    made = desk.sign_in("owner").send_form(f"{where}/fields/make", {}, status=200).text
    assert "Missing" not in made and "There" in made


def test_what_would_be_sent_is_shown_and_nothing_is_sent(desk: Desk) -> None:
    where = hubspot(desk)
    before = len(desk.sandbox.control.calls(service="hubspot"))
    said = desk.sign_in("manager").send_form(f"{where}/dry-run", {}, status=200).text
    assert "Nothing was sent." in said and "POST" in said
    assert DEMO_HUBSPOT_TOKEN not in said
    assert len(desk.sandbox.control.calls(service="hubspot")) == before


def test_what_goes_there_is_changed_with_the_mapping(desk: Desk) -> None:
    where = hubspot(desk)
    values = settings(desk, where)
    changed = {**values, "tags": "online\r\nweb", "send_category": "y", "map_first_name": "given_name"}
    desk.sign_in("owner").send_form(where, changed)
    again = settings(desk, where)
    assert again["tags"].split() == ["online", "web"]
    assert again["send_category"] and again["map_first_name"] == "given_name"
    late = desk.sign_in("owner").send_form(where, values, status=409).text
    assert "Somebody else saved this page meanwhile" in late


def test_two_fields_with_one_name_are_refused_and_what_was_typed_is_kept(desk: Desk) -> None:
    where = hubspot(desk)
    values = {**settings(desk, where), "map_first_name": "lastname"}
    refused = desk.sign_in("owner").send_form(where, values, status=422).text
    assert "sends two of our names to lastname" in refused and 'value="lastname"' in refused


def test_a_webhook_is_added_tested_and_given_a_new_secret(desk: Desk) -> None:
    where = add_webhook(desk)
    said = desk.sign_in("owner").send_form(f"{where}/rotate", {}, status=200)
    fresh = said.text.split('class="secret">')[1].split("<")[0]
    assert fresh.startswith("whsec_") and "not shown again" in said.text
    page = desk.page("owner", where)
    assert fresh not in page.html and "End the old secret" in page.text
    desk.sign_in("owner").send_form(f"{where}/rotate/end", {})
    assert "End the old secret" not in desk.page("owner", where).text


def test_a_hubspot_connection_has_no_secret_to_rotate(desk: Desk) -> None:
    where = hubspot(desk)
    desk.sign_in("owner").send_form(f"{where}/rotate", {}, status=404)
    desk.sign_in("owner").send_form(f"{where}/rotate/end", {}, status=404)


def test_what_a_vendor_needs_is_asked_for(desk: Desk) -> None:
    visitor = desk.sign_in("owner")
    refused = visitor.send_form(f"{HOME}/new/gohighlevel", {"secret": "pit-x"}, status=422).text
    assert "“Location id” is missing: the id of the GoHighLevel location is required" in refused
    assert "pit-x" not in refused
    desk.page("owner", f"{HOME}/new/salesforce", status=404)
    wrong = {"secret": "whsec_x", "url": "http://user:pass@example.com"}
    assert "must be a web address" in visitor.send_form(f"{HOME}/new/webhook", wrong, status=422).text


def test_a_connection_is_paused_resumed_and_removed(desk: Desk) -> None:
    where, visitor = hubspot(desk), desk.sign_in("owner")
    visitor.send_form(f"{where}/pause", {})
    assert "Paused by one of you." in desk.page("owner", where).text
    visitor.send_form(f"{where}/resume", {})
    assert "In use" in desk.page("owner", where).text
    visitor.send_form(f"{where}/remove", {})
    desk.page("owner", where, status=404)
    assert "None. Bookings go to Cliniko alone." in desk.page("owner", HOME).text


def test_a_connection_that_was_refused_says_why(desk: Desk) -> None:
    where = hubspot(desk)
    with desk.services.database.begin() as session:
        pause(session, int(where.rpartition("/")[2]), "hubspot_401")
    page = desk.page("manager", where)
    assert "HubSpot refuses the token" in page.text and "Replace the token" not in page.text


def test_another_clinics_connection_is_not_there(desk: Desk) -> None:
    number = hubspot(desk).rpartition("/")[2]
    there = f"/console/other/connections/{number}"
    desk.page("stranger", there, status=404)
    for action in ("", "/test", "/fields", "/fields/make", "/token", "/rotate", "/pause", "/resume", "/remove"):
        desk.sign_in("stranger").send_form(f"{there}{action}", {"secret": "x"}, status=404)


class TestPastBookings:
    def hubspot_later(self, desk: Desk) -> str:
        """As if HubSpot had been connected after somebody had booked."""
        where = hubspot(desk)
        desk.shop.book()
        desk.shop.make_crm_fields()
        with desk.services.database.begin() as session:
            session.execute(delete(Task).where(Task.connection_id == int(where.rpartition("/")[2])))
        desk.shop.work()
        assert desk.shop.state()["contacts"] == []
        return where

    def test_they_are_sent_when_an_owner_asks_and_the_page_shows_how_far_it_is(self, desk: Desk) -> None:
        where = self.hubspot_later(desk)
        assert "Send past bookings" not in desk.page("manager", where).text
        desk.sign_in("owner").send_form(f"{where}/backfill", {"since": ""})
        page = desk.page("owner", where)
        assert "0 of 1 sent." in page.text and 'hx-trigger="every' in page.html
        desk.services.backfill.run()
        desk.shop.work()
        desk.services.backfill.run()
        page = desk.page("owner", where)
        assert "1 of 1 sent, finished on" in page.text and 'hx-trigger="every' not in page.html
        assert len(desk.shop.state()["contacts"]) == 1

    def test_only_from_a_day_on(self, desk: Desk) -> None:
        where = self.hubspot_later(desk)
        tomorrow = desk.services.clock.now() + timedelta(days=2)
        desk.sign_in("owner").send_form(f"{where}/backfill", {"since": f"{tomorrow:%Y-%m-%d}"})
        assert "0 of 0 sent" in desk.page("owner", where).text

    def test_a_day_that_is_none_is_said_and_nothing_begins(self, desk: Desk) -> None:
        where = self.hubspot_later(desk)
        said = desk.sign_in("owner").send_form(f"{where}/backfill", {"since": "yesterday"}, status=422).text
        assert "Not a valid date" in said and 'value="yesterday"' in said
        assert 'id="past-progress"' not in desk.page("owner", where).html
