"""A wave of bookings in the console: seen by where it came from, cancelled together, and blocked."""

import pytest
from sqlalchemy import update

from booking_app.bookings.models import Booking
from tests.pages.console.desk import Desk
from tests.pages.shared.client import Page

PAGE = "/console/demo/bookings/unwanted"


@pytest.fixture
def wave(desk: Desk) -> list[str]:
    """Three confirmed bookings from one network; their references, the newest first."""
    desk.shop.make_crm_fields()
    made = []
    for number in range(3):
        desk.shop.confirm(desk.shop.fill(desk.shop.choose(number), email=f"p{number}@spam.example"))
        desk.shop.work()
        made.insert(0, desk.shop.booking().reference)
    with desk.services.database.begin() as session:
        session.execute(update(Booking).values(network="a1b2c3d4" * 4))
    return made


def source(desk: Desk, person: str = "manager", words: str = "@spam.example") -> str:
    page = desk.page(person, PAGE)
    assert words in page.text
    kind = "domain" if words.startswith("@") else "network"
    return next(link for link in page.links() if f"/unwanted/{kind}/" in link)


def test_a_wave_is_seen_by_network_provider_and_hour(desk: Desk, wave: list[str]) -> None:
    page = desk.page("receptionist", PAGE)
    for text in (
        "Connection A1B2C3",
        "@spam.example",
        "3 bookings",
        "From one internet connection",
        "Nothing is blocked",
    ):
        assert text in page.text, text
    assert not any("spam" in link for link in page.links()), "no domain in an address"
    assert any("/bookings/unwanted" in link for link in desk.page("receptionist", "/console/demo/bookings").links())


def test_those_chosen_are_cancelled_once_after_a_question(desk: Desk, wave: list[str]) -> None:
    visitor, address = desk.sign_in("receptionist"), source(desk, "receptionist")
    assert "Pat Sample" in visitor.page(address).text
    asked = Page(visitor.send_form(f"{address}/cancel", {"reference": wave[:2]}, status=200).text)
    assert "Cancel 2 bookings?" in asked.text
    assert desk.shop.booking().state == "confirmed"
    done = visitor.send_form(f"{address}/cancel", {"reference": wave[:2], "sure": "1"})
    assert "2 bookings cancelled" in visitor.page(done.headers["Location"]).text
    again = visitor.send_form(f"{address}/cancel", {"reference": wave[:2], "sure": "1"})
    assert "None of them could be cancelled" in visitor.page(again.headers["Location"]).text
    desk.shop.work()
    assert desk.shop.booking().state == "cancelled"
    log = desk.page("manager", "/console/demo/changes").text
    assert log.count("Cancelled an unwanted booking") >= 2


def test_nothing_chosen_is_said(desk: Desk, wave: list[str]) -> None:
    address = source(desk)
    said = Page(desk.sign_in("manager").send_form(f"{address}/cancel", {}, status=422).text)
    assert "Choose the bookings to cancel." in said.text


@pytest.mark.parametrize("words", ["@spam.example", "Connection A1B2C3"])
def test_a_source_is_blocked_and_unblocked(desk: Desk, wave: list[str], words: str) -> None:
    visitor, address = desk.sign_in("manager"), source(desk, words=words)
    visitor.send_form(f"{address}/block", {"hours": "24"})
    page = visitor.page(PAGE)
    assert words in page.text and "Nothing is blocked" not in page.text
    end = next(v["action"] for tag, v in page.tags if tag == "form" and "/blocks/" in v.get("action", ""))
    visitor.send_form(end, {})
    assert "Nothing is blocked" in visitor.page(PAGE).text


def test_a_receptionist_blocks_nobody(desk: Desk, wave: list[str]) -> None:
    address = source(desk, "receptionist")
    visitor = desk.sign_in("receptionist")
    assert "For how long" not in visitor.page(address).text
    visitor.send_form(f"{address}/block", {"hours": "24"}, status=403)


def test_a_patient_with_a_blocked_provider_is_told_to_call_and_others_book(desk: Desk, wave: list[str]) -> None:
    desk.sign_in("manager").send_form(f"{source(desk)}/block", {"hours": "24"})
    check = desk.shop.fill(desk.shop.choose(4), email="kim@spam.example")
    page = desk.shop.client.page(check)
    refused = desk.shop.client.send(page.form_to("/confirm"), {"token": page.token()}, status=403)
    assert "Please call the clinic to book" in Page(refused.text).text
    assert "Telephone" in Page(refused.text).text
    assert desk.shop.confirm(desk.shop.fill(desk.shop.choose(5), email="kim@other.example")).endswith("/done")


@pytest.mark.parametrize("mark", ["nothing", "x" * 3000, "%00", "2026-99-99T99"])
@pytest.mark.parametrize("kind", ["network", "domain", "hour", "else"])
def test_a_source_that_is_none_is_not_found(shared_desk: Desk, kind: str, mark: str) -> None:
    visitor = shared_desk.sign_in("owner")
    assert visitor.get(f"{PAGE}/{kind}/{mark}").status_code in (400, 404)
