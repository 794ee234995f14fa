"""The first page of the morning, the week, and lists with the names that stand in Cliniko; nothing of them is kept."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from booking_app.bookings.models import Booking
from booking_app.core.db import Base
from booking_app.core.sealing import Keyring, Unsealable
from tests.pages.console.desk import Desk
from tests.pages.shared.client import Page

HOME, LIST, WEEK = "/console/demo/", "/console/demo/bookings", "/console/demo/week"
NAME = {"first_name": "Zephyrine", "last_name": "Quillfeather", "email": "zephyrine@example.com"}


def purged(desk: Desk) -> Booking:
    """A booking whose tasks are all done and whose day is over, so that nothing personal of it is kept here."""
    desk.shop.make_crm_fields()
    desk.shop.book(**NAME)
    desk.shop.work()
    desk.shop.clock.ahead += timedelta(hours=25)
    assert desk.services.purging.run().bookings == 1
    booking = desk.shop.booking()
    assert booking.sealed_facts is None
    return booking


def go_to(desk: Desk, booking: Booking) -> None:
    """Let it be the morning of that booking."""
    zone = ZoneInfo("Australia/Adelaide")
    day = booking.starts_at.astimezone(zone).replace(hour=1, minute=0)
    desk.shop.clock.ahead += day - desk.services.clock.now()


def name_reads(desk: Desk) -> int:
    """How often Cliniko was asked for lists of patients so far."""
    asked = desk.sandbox.control.calls(account="demo", service="cliniko")
    return len([one for one in asked if one.method == "GET" and one.path == "/v1/patients"])


def test_names_stand_on_the_morning_page_and_in_no_table_log_or_file_of_ours(
    desk: Desk, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    booking = purged(desk)
    go_to(desk, booking)
    visitor = desk.sign_in("receptionist")
    for address in (HOME, "/console/demo/day", WEEK, LIST, f"{LIST}/{booking.reference}"):
        text = visitor.page(address).text
        assert "Zephyrine Quillfeather" in text, address
    assert "+61 412 345 678" in visitor.page(HOME).text
    written = capfd.readouterr()
    said = written.out + written.err + caplog.text
    for name in ("Zephyrine", "Quillfeather", "zephyrine@"):
        assert name not in said
        assert not list(_places(desk, name)), name


def _places(desk: Desk, name: str) -> Iterator[str]:
    """Where the name stands in our tables, opened with the keys, and in our files."""
    services = desk.services
    with services.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                for column, value in row.items():
                    if name in _opened(services.keyring, value):
                        yield f"{table.name}.{column}"
    for file in Path(services.settings.data_dir).rglob("*"):
        if file.is_file() and name.encode() in file.read_bytes():
            yield file.name


def _opened(keyring: Keyring, value: object) -> str:
    if not isinstance(value, bytes):
        return str(value)
    try:
        return keyring.unseal(value).decode(errors="replace")
    except Unsealable:
        return value.decode(errors="replace")


def test_names_of_a_screen_are_one_call_and_are_kept_for_minutes(desk: Desk) -> None:
    booking = purged(desk)
    go_to(desk, booking)
    visitor = desk.sign_in("receptionist")
    before = name_reads(desk)
    for address in (HOME, LIST, WEEK, HOME):
        visitor.page(address)
    assert name_reads(desk) == before + 1


def test_when_cliniko_cannot_be_read_the_page_says_so_and_shows_what_we_have(desk: Desk) -> None:
    booking = purged(desk)
    go_to(desk, booking)
    visitor = desk.sign_in("receptionist")
    desk.sandbox.control.fault("status", method="GET", path=r"/v1/patients$", status=503, times=None)
    for address in (HOME, "/console/demo/day", WEEK, f"{LIST}/{booking.reference}"):
        text = visitor.page(address).text
        assert "read names and phone numbers from Cliniko" in text and "Name in Cliniko" in text, address
        assert "Zephyrine" not in text
    asked = name_reads(desk)
    visitor.page(HOME)
    assert name_reads(desk) == asked, "nobody waits again at once"


def test_nobody_is_read_back_whose_data_was_erased(desk: Desk) -> None:
    booking = purged(desk)
    with desk.services.database.begin() as session:
        session.get_one(Booking, booking.id).erased_at = desk.services.clock.now()
    go_to(desk, booking)
    assert "Zephyrine" not in desk.page("receptionist", HOME).text


def test_the_morning_says_what_is_new_since_the_last_visit(desk: Desk) -> None:
    visitor = desk.sign_in("receptionist")
    assert "New since" not in visitor.page(HOME).text, "at the first visit everything is new"
    desk.shop.clock.ahead += timedelta(hours=1)
    desk.shop.book(**NAME)
    page = visitor.page(HOME)
    assert "New since you were last here" in page.text and desk.shop.booking().reference in page.text
    desk.shop.clock.ahead += timedelta(minutes=10)
    assert desk.shop.booking().reference in visitor.page(HOME).text, "ten minutes later it is the same visit"
    desk.shop.clock.ahead += timedelta(hours=1)
    assert "Nothing new." in visitor.page(HOME).text
    assert "New since" not in desk.page("owner", HOME).text, "everybody has visits of their own"


@pytest.mark.parametrize("text", ["Quillfeather", "zephyrine quill", "Quillfeather Zephyrine"])
def test_a_name_that_is_only_in_cliniko_finds_the_booking(desk: Desk, text: str) -> None:
    booking = purged(desk)
    visitor = desk.sign_in("receptionist")
    assert booking.reference in visitor.send_form(LIST, {"text": text}, status=200).text
    assert booking.reference not in visitor.send_form(LIST, {"text": "Somebody"}, status=200).text


def test_the_list_comes_by_time_and_is_narrowed(desk: Desk) -> None:
    desk.shop.book(**NAME)
    booking = desk.shop.booking()
    visitor = desk.sign_in("receptionist")
    for values, is_shown in (
        ({}, True), ({"when": "past"}, False), ({"when": "any"}, True), ({"practitioner": "1"}, False),
        ({"practitioner": booking.practitioner_id}, True), ({"service": booking.service_id}, True),
        ({"location": "1"}, False),
    ):  # fmt: skip
        assert (booking.reference in visitor.send_form(LIST, values, status=200).text) is is_shown, values
    desk.shop.clock.ahead += timedelta(days=30)
    visitor.sign_in("receptionist")  # the session is over by now
    assert booking.reference not in visitor.page(LIST).text
    assert booking.reference in visitor.page(f"{LIST}?when=past").text


def test_bookings_are_exported_without_names_unless_asked_and_it_is_written_down(desk: Desk) -> None:
    booking = purged(desk)
    visitor = desk.sign_in("receptionist")
    plain = visitor.send_form(f"{LIST}/export.csv", {"when": "any"}, status=200)
    assert plain.mimetype == "text/csv" and booking.reference in plain.text
    assert "Zephyrine" not in plain.text and "patient" not in plain.text
    named = visitor.send_form(f"{LIST}/export.csv", {"when": "any", "names": "1"}, status=200).text
    assert "Zephyrine Quillfeather" in named and "zephyrine@example.com" in named
    log = desk.page("owner", "/console/demo/changes").text
    assert log.count("Exported bookings, ") == 2 and "Zephyrine" not in log


def test_a_week_is_one_page_and_leads_to_its_neighbours(desk: Desk) -> None:
    desk.shop.book(**NAME)
    booking = desk.shop.booking()
    day = booking.starts_at.astimezone(ZoneInfo("Australia/Adelaide")).date()
    visitor = desk.sign_in("receptionist")
    page = visitor.page(f"{WEEK}?day={day.isoformat()}")
    assert page.h1 == ["Week"] and booking.reference in page.text
    assert booking.reference not in visitor.page(f"{WEEK}?day={(day + timedelta(days=7)).isoformat()}").text
    assert booking.reference not in visitor.page(f"{WEEK}?day={day.isoformat()}&practitioner=1").text
    assert Page(visitor.get(f"{WEEK}?day=nonsense").text).h1 == ["Week"]
