"""A patient moves the appointment, over real HTTP, with the faults that matter."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from booking_app.bookings.records import Move
from tests.faults.shop import Shop
from tests.faults.test_lost_slots import front_desk_takes
from tests.pages.shared.client import Page


def address(shop: Shop) -> str:
    return f"/manage/{shop.services.manage_tokens.token(shop.booking().reference)}"


def choose(shop: Shop, index: int = 2) -> str:
    """Choose another time; returns the address of the check."""
    page = shop.client.page(f"{address(shop)}/times")
    answer = shop.client.send(page.form_to("/times"), {"token": page.token(), "slot": page.values("slot")[index]})
    return str(answer.headers["Location"])


def move(shop: Shop, check: str) -> Page:
    """Press the button and follow; returns the page that stays."""
    page = shop.client.page(check)
    answer = shop.client.send(page.form_to("/move"), {"token": page.token()})
    while answer.status_code == 303:
        answer = shop.client.get(str(answer.headers["Location"]))
    return Page(answer.text)


def appointment(shop: Shop) -> dict[str, object]:
    (row,) = [one for one in shop.mine("individual_appointments") if "BK-" in one["notes"]]
    return dict(row)


def last_move(shop: Shop) -> Move:
    found = shop.booking().last_move
    assert found is not None
    return found


def check_stands_at(shop: Shop, starts_at: object) -> None:
    """Booking and appointment agree, and there is one live appointment."""
    assert (shop.booking().state, shop.booking().starts_at) == ("confirmed", starts_at)
    row = appointment(shop)
    assert row["starts_at"] == f"{starts_at:%Y-%m-%dT%H:%M:%SZ}"
    assert (row.get("cancelled_at"), row["archived_at"]) == (None, None)


def test_a_moved_appointment_is_the_same_one_and_everybody_is_told(shop: Shop) -> None:
    shop.book()
    shop.work()
    before = shop.booking()
    first = Calendar.from_ical(shop.client.get(f"{address(shop)}/booking.ics").data).walk("VEVENT")[0]
    page = move(shop, choose(shop))
    assert "Your appointment was moved" in page.text
    assert shop.booking().starts_at != before.starts_at
    check_stands_at(shop, last_move(shop).target.starts_at)
    shop.work()
    shop.check_all_arrived_once()
    second = Calendar.from_ical(shop.client.get(f"{address(shop)}/booking.ics").data).walk("VEVENT")[0]
    assert second["uid"] == first["uid"]
    assert second["sequence"] > first["sequence"]
    mails = {mail.subject for mail in shop.sandbox.control.mails()}
    assert {"Your appointment has a new time", f"Online booking moved {before.reference}"} <= mails
    assert [task.state for name, task in shop.tasks().items() if name.startswith("contact_moved")] == ["done"]


def test_an_answer_lost_after_cliniko_moved_it_is_found_out(shop: Shop) -> None:
    shop.book()
    shop.sandbox.control.fault("drop_after", service="cliniko", method="PATCH", path="individual_appointments")
    move(shop, choose(shop))
    shop.work()
    check_stands_at(shop, last_move(shop).target.starts_at)
    patches = [call for call in shop.sandbox.control.calls(service="cliniko") if call.method == "PATCH"]
    assert len(patches) == 1


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_time_lost_to_the_front_desk_leaves_the_old_one(
    shop: Shop, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.book()
    old = shop.booking().starts_at
    check = choose(shop)
    value = check.partition("slot=")[2]
    if when == "before":
        front_desk_takes(shop, value)
    else:
        # Cliniko still offers it when asked, and somebody books it before ours arrives there.
        monkeypatch.setattr(
            "booking_app.bookings.tasks.move.MoveAppointment._is_free",
            lambda *_: bool(front_desk_takes(shop, value)) or True,
        )
    page = move(shop, check)
    assert page.h1 == ["Choose a date and time"]
    assert "That time was just taken" in page.text
    assert last_move(shop).outcome == "lost"
    check_stands_at(shop, old)


def test_while_cliniko_is_down_the_old_time_stands_and_the_wish_is_kept(shop: Shop) -> None:
    shop.book()
    old = shop.booking().starts_at
    check = choose(shop)
    shop.sandbox.control.fault("status", service="cliniko", status=503, times=None)
    assert move(shop, check).h1 == ["We are moving your appointment"]
    assert (shop.booking().state, shop.booking().starts_at) == ("moving", old)
    shop.sandbox.control.clear_faults()
    shop.work(minutes=1)
    check_stands_at(shop, last_move(shop).target.starts_at)
    assert shop.booking().starts_at != old


def test_too_late_is_said_and_nothing_happens(shop: Shop) -> None:
    shop.book()
    old = shop.booking().starts_at
    check = choose(shop)
    page = shop.client.page(check)
    shop.clock.ahead = old - shop.clock.now() - timedelta(hours=1)
    assert shop.client.page(f"{address(shop)}/times", status=409).h1 == ["This appointment cannot be moved online"]
    shop.client.send(page.form_to("/move"), {"token": page.token()}, status=409)
    check_stands_at(shop, old)


def test_a_move_that_cliniko_refuses_is_told_to_both_sides(shop: Shop) -> None:
    shop.book()
    old = shop.booking().starts_at
    check = choose(shop)
    shop.sandbox.control.fault(
        "status", service="cliniko", method="PATCH", path="individual_appointments", status=422, body="json"
    )
    page = move(shop, check)
    assert page.h1 == ["Your booking"]
    assert "could not be moved" in page.text
    check_stands_at(shop, old)
    shop.work(minutes=4)
    subjects = {mail.subject for mail in shop.sandbox.control.mails()}
    assert "Your appointment was not moved" in subjects
    assert f"Online booking {shop.booking().reference} needs attention" in subjects
