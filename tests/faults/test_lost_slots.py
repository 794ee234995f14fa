"""Somebody was faster: the patient is told, offered the nearest three times, and types nothing again."""

from datetime import timedelta

import pytest

from booking_app.bookings.subject import subject_of
from booking_sandbox.server import SandboxServer
from tests.faults.shop import LOCATION, Shop, slot_instant
from tests.pages.shared.client import Page

TYPED = ("Pat", "Sample", "pat.sample@example.com", "A sore knee")


def front_desk_takes(shop: Shop, value: str, *, earlier: int = 0, minutes: int | None = None) -> None:
    """The receptionist books the slot's practitioner, maybe starting earlier and for longer."""
    starts_at = slot_instant(value) - timedelta(minutes=earlier)
    shop.sandbox.control.receptionist_books(
        "demo",
        practitioner_id=value.partition("-")[2],
        starts_at=starts_at,
        business_id=LOCATION,
        minutes=minutes,
    )


def check_nothing_typed_is_lost(shop: Shop, times: str) -> None:
    """Another time can be chosen, and the check step then knows everything."""
    page = shop.client.page(times)
    assert page.h1 == ["Choose a date and time"]
    assert "That time was just taken" in page.text
    near = page.values("slot")[:3]
    assert len(near) == 3
    answer = shop.client.send(page.form_to("/times"), {"token": page.token(), "slot": near[0]})
    check = answer.headers["Location"]
    assert check.endswith("/check")
    summary = shop.client.page(check)
    for word in TYPED:
        assert word in summary.text
    assert shop.confirm(check).endswith("/done")
    shop.work()
    assert len(shop.mine("patients")) == 1
    assert len([row for row in shop.mine("individual_appointments") if not row["archived_at"]]) == 2
    check_no_mail_of_the_lost_time(shop)


def check_no_mail_of_the_lost_time(shop: Shop) -> None:
    """Who chose another time on the page needs no mail about the first."""
    shop.clock.ahead += timedelta(minutes=10)
    shop.services.task_runner.advance(subject_of(shop.booking().id - 1))
    assert "Your appointment is not booked" not in {mail.subject for mail in shop.sandbox.control.mails()}


def test_who_leaves_after_losing_a_time_hears_of_it_by_mail(shop: Shop) -> None:
    value = shop.times().values("slot")[0]
    check = shop.fill(shop.choose())
    front_desk_takes(shop, value)
    shop.confirm(check)
    shop.work(rounds=3, minutes=4)
    assert "Your appointment is not booked" in {mail.subject for mail in shop.sandbox.control.mails()}


@pytest.mark.parametrize(("earlier", "minutes"), [(0, None), (15, 90), (-15, 15)])
def test_a_time_lost_to_the_front_desk_offers_the_nearest_three(shop: Shop, earlier: int, minutes: int | None) -> None:
    value = shop.times().values("slot")[0]
    check = shop.fill(shop.choose())
    front_desk_takes(shop, value, earlier=earlier, minutes=minutes)
    times = shop.confirm(check)
    assert shop.booking().state == "slot_lost"
    assert shop.mine("patients") == []
    check_nothing_typed_is_lost(shop, times)


def test_a_time_held_by_another_patient_is_not_shown_and_cannot_be_taken(shop: Shop) -> None:
    page = shop.times()
    value = page.values("slot")[0]
    shop.choose()
    assert value not in shop.times().values("slot")
    answer = shop.client.send(page.form_to("/times"), {"token": page.token(), "slot": value}, status=409)
    again = Page(answer.text)
    assert "That time was just taken" in again.text
    assert len(again.values("slot")) >= 3


def test_an_expired_hold_is_taken_again_in_silence_while_the_time_is_free(shop: Shop) -> None:
    check = shop.fill(shop.choose())
    shop.clock.ahead += timedelta(minutes=20)
    assert shop.confirm(check).endswith("/done")


def test_an_expired_hold_whose_time_is_gone_offers_others_and_keeps_every_answer(shop: Shop) -> None:
    check = shop.fill(shop.choose())
    shop.clock.ahead += timedelta(minutes=20)
    shop.choose()  # another patient takes the very same time
    times = shop.confirm(check)
    page = shop.client.page(times)
    assert "That time was just taken" in page.text
    near = page.values("slot")[0]
    answer = shop.client.send(page.form_to("/times"), {"token": page.token(), "slot": near})
    assert "pat.sample@example.com" in shop.client.page(answer.headers["Location"]).text


def test_an_archived_service_in_a_deep_link_says_so_and_shows_what_there_is(shop: Shop, sandbox: SandboxServer) -> None:
    for service in ("999", "1100001000134628798"):  # unknown, hidden online
        page = shop.client.page(f"/b/demo/times?service={service}&location={LOCATION}", status=404)
        assert page.h1 == ["Choose a service"] or page.h1 == ["Choose a category"]
        assert any("/services" in link or "/times" in link for link in page.links())
