"""Cliniko is away when a patient confirms: an honest offer to hold the request, and an end that both sides hear of."""

import re
from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import select

from booking_app.bookings.held_requests import HeldRequests
from booking_app.bookings.models import Hold
from tests.faults.shop import LOCATION, Shop, slot_instant
from tests.pages.shared.client import FRAGMENT

PHONE = "(08) 5550 1234"
HOLD, WITHDRAW = "/hold-request", "/withdraw"


def cliniko_goes_away(shop: Shop) -> None:
    shop.sandbox.control.fault("status", service="cliniko", status=503, times=None)


def cliniko_comes_back(shop: Shop) -> None:
    shop.sandbox.control.clear_faults()


def confirm_in_an_outage(shop: Shop) -> str:
    """Everything is filled in, Cliniko goes away, the button is pressed and a while passes; the waiting page."""
    check = shop.fill(shop.choose())
    cliniko_goes_away(shop)
    where = shop.confirm(check)
    shop.clock.ahead += timedelta(seconds=15)
    return where


def press(shop: Shop, where: str, button: str) -> str:
    """Press a button of the waiting page; returns where it leads."""
    page = shop.client.page(where)
    return str(shop.client.send(page.form_to(button), {"token": page.token()}).headers["Location"])


def mails(shop: Shop) -> set[tuple[str, str]]:
    """(to whom, subject without the reference)."""
    return {
        (mail.recipients[0].partition("@")[0], mail.subject.partition(" BK-")[0])
        for mail in shop.sandbox.control.mails()
    }


def link_in_mail(shop: Shop) -> str:
    """The path of the manage link that the patient was sent when the request was held."""
    shop.services.task_runner.advance(shop.booking().subject)
    (mail,) = [each for each in shop.sandbox.control.mails() if each.subject == "Your request is held"]
    found = re.search(r"https?://[^/\s]+(/manage/\S+)", mail.text)
    assert found is not None and found[0] in mail.html
    return found[1]


def holds(shop: Shop) -> list[Hold]:
    with shop.services.database.reading() as session:
        return list(session.scalars(select(Hold)))


def live(shop: Shop) -> list[str]:
    return [str(row["id"]) for row in shop.mine("individual_appointments") if not row["archived_at"]]


class TestTheOffer:
    def test_does_not_come_before_a_hiccup_would_be_over(self, shop: Shop) -> None:
        check = shop.fill(shop.choose())
        cliniko_goes_away(shop)
        page = shop.client.page(shop.confirm(check))
        assert page.h1 == ["We are confirming your booking"]
        assert "Hold my request" not in page.text

    def test_says_that_nothing_is_booked_until_when_we_try_and_whom_to_ring(self, shop: Shop) -> None:
        page = shop.client.page(confirm_in_an_outage(shop))
        assert page.h1 == ["Nothing is booked yet"]
        assert "we’ll keep trying until" in page.text
        assert PHONE in page.text
        assert page.form_to(HOLD) and page.form_to(WITHDRAW)

    def test_reaches_an_open_page_by_itself_and_once(self, shop: Shop) -> None:
        where = confirm_in_an_outage(shop)
        poll = {**FRAGMENT, "HX-Trigger": "confirming-poll"}
        answer = shop.client.get(where, headers=poll)
        assert "Hold my request" in answer.text
        assert 'id="confirming-poll-offered"' in answer.text
        again = {**FRAGMENT, "HX-Trigger": "confirming-poll-offered"}
        assert shop.client.get(where, headers=again).status_code == 204

    def test_is_made_when_the_request_budget_is_gone(self, shop: Shop) -> None:
        check = shop.fill(shop.choose())
        shop.sandbox.control.fault("rate_limit", service="cliniko", seconds=100, times=None)
        where = shop.confirm(check)
        shop.clock.ahead += timedelta(seconds=15)
        assert "Hold my request" in shop.client.page(where).text

    def test_is_not_made_once_the_appointment_stands(self, shop: Shop) -> None:
        check = shop.fill(shop.choose())
        shop.sandbox.control.fault("status", path=r"/conflicts", status=503, times=None)
        where = shop.confirm(check)
        shop.clock.ahead += timedelta(minutes=11)
        assert "Hold my request" not in shop.client.page(where).text
        assert shop.services.held_requests.run() == 0
        cliniko_comes_back(shop)
        shop.work()
        shop.check_all_arrived_once()

    def test_a_forged_answer_changes_nothing(self, shop: Shop) -> None:
        where = confirm_in_an_outage(shop)
        for button in (HOLD, WITHDRAW):
            page = shop.client.page(where)
            answer = shop.client.send(page.form_to(button), {"token": "forged"}, status=422)
            assert "please send it again" in answer.text
        assert (shop.booking().state, shop.booking().held_at) == ("placing", None)


class TestAHeldRequest:
    def test_is_said_to_be_held_to_both_sides(self, shop: Shop) -> None:
        where = confirm_in_an_outage(shop)
        assert press(shop, where, HOLD) == where
        page = shop.client.page(where)
        assert page.h1 == ["Your request is held"]
        for words in ("isn’t an appointment yet", PHONE, shop.booking().reference):
            assert words in page.text
        shop.services.task_runner.advance(shop.booking().subject)
        assert mails(shop) >= {("pat.sample", "Your request is held"), ("reception", "Online request")}

    def test_asked_for_twice_is_held_once(self, shop: Shop) -> None:
        where = confirm_in_an_outage(shop)
        page = shop.client.page(where)
        for _ in range(2):
            shop.client.send(page.form_to(HOLD), {"token": page.token()})
        assert sorted(name for name in shop.tasks() if name.startswith("held")) == ["held_clinic_mail", "held_mail"]

    def test_is_placed_when_cliniko_is_back_hours_later(self, shop: Shop) -> None:
        where = confirm_in_an_outage(shop)
        press(shop, where, HOLD)
        for _ in range(8):
            shop.clock.ahead += timedelta(minutes=40)
            shop.services.held_requests.run()
            shop.services.task_runner.advance(shop.booking().subject)
        assert shop.booking().state == "placing"
        cliniko_comes_back(shop)
        shop.services.held_requests.run()  # notices that Cliniko answers, long before the next try would be due
        shop.services.task_runner.advance(shop.booking().subject)
        assert shop.booking().state == "confirmed"
        shop.work()
        shop.check_all_arrived_once()
        assert ("reception", "New online booking") in mails(shop)

    def test_keeps_the_time_from_everybody_else_meanwhile(self, shop: Shop) -> None:
        page = shop.times()
        value = page.values("slot")[0]
        where = confirm_in_an_outage(shop)
        press(shop, where, HOLD)
        shop.clock.ahead += timedelta(hours=3)
        assert value not in shop.times().values("slot")
        shop.client.send(page.form_to("/times"), {"token": shop.times().token(), "slot": value}, status=409)

    def test_taken_by_the_front_desk_meanwhile_tells_both_sides(self, shop: Shop) -> None:
        value = shop.times().values("slot")[0]
        where = confirm_in_an_outage(shop)
        press(shop, where, HOLD)
        shop.services.task_runner.advance(shop.booking().subject)
        shop.sandbox.control.receptionist_books(
            "demo", practitioner_id=value.partition("-")[2], starts_at=slot_instant(value), business_id=LOCATION
        )
        cliniko_comes_back(shop)
        shop.work()
        assert shop.booking().state == "slot_lost"
        assert shop.mine("patients") == []
        assert ("pat.sample", "Your appointment is not booked") in mails(shop)
        subjects = {mail.subject for mail in shop.sandbox.control.mails()}
        assert f"Online request {shop.booking().reference} was not booked" in subjects

    def test_whose_time_passes_is_not_placed_late(self, shop: Shop) -> None:
        where = confirm_in_an_outage(shop)
        press(shop, where, HOLD)
        jump_to(shop, shop.booking().starts_at)
        assert shop.services.held_requests.run() == 1
        cliniko_comes_back(shop)
        shop.work()
        assert (shop.booking().state, shop.mine("individual_appointments")) == ("withdrawn", [])
        assert ("pat.sample", "Your appointment is not booked") in mails(shop)
        assert "held" not in {name.partition("_")[0] for name, task in shop.tasks().items() if task.state == "ready"}

    def test_can_be_cancelled_on_its_page(self, shop: Shop) -> None:
        where = confirm_in_an_outage(shop)
        press(shop, where, HOLD)
        press(shop, where, WITHDRAW)
        assert shop.booking().state == "withdrawn"
        shop.work()
        subjects = {mail.subject for mail in shop.sandbox.control.mails()}
        assert f"Online request {shop.booking().reference} was not booked" in subjects

    def test_can_be_taken_back_by_the_link_in_its_mail(self, shop: Shop) -> None:
        where = confirm_in_an_outage(shop)
        press(shop, where, HOLD)
        link = link_in_mail(shop)
        assert str(shop.client.get(f"{link}/booking.ics").status_code) == "404", "there is no appointment yet"
        page = shop.client.page(link)
        assert page.h1 == ["Your request is held"]
        shop.client.send(page.form_to("/take-back"), {"token": "forged"}, status=422)
        assert shop.booking().state == "placing"
        shop.client.send(page.form_to("/take-back"), {"token": page.token()})
        assert shop.booking().state == "withdrawn"
        assert shop.client.page(link).h1 == ["Nothing is booked"]
        shop.client.send(page.form_to("/take-back"), {"token": page.token()})
        cliniko_comes_back(shop)
        shop.work()
        assert (shop.mine("individual_appointments"), holds(shop)) == ([], [])
        subjects = Counter(mail.subject for mail in shop.sandbox.control.mails())
        assert subjects[f"Online request {shop.booking().reference} was not booked"] == 1

    def test_that_was_placed_meanwhile_is_no_longer_taken_back(self, shop: Shop) -> None:
        where = confirm_in_an_outage(shop)
        press(shop, where, HOLD)
        link = link_in_mail(shop)
        page = shop.client.page(link)
        cliniko_comes_back(shop)
        shop.work()
        shop.client.send(page.form_to("/take-back"), {"token": page.token()})
        assert shop.booking().state == "confirmed"
        assert shop.client.page(link).h1 == ["Your booking"]
        shop.check_all_arrived_once()


class TestARequestThatIsNotHeld:
    def test_is_given_up_at_once_when_the_patient_says_no(self, shop: Shop) -> None:
        where = confirm_in_an_outage(shop)
        press(shop, where, WITHDRAW)
        check = str(shop.client.get(where).headers["Location"])
        page = shop.client.page(check)
        assert page.h1 == ["Check and confirm"]
        for words in ("Nothing is booked", PHONE, "Pat Sample", "A sore knee"):
            assert words in page.text
        assert (shop.booking().state, holds(shop)) == ("withdrawn", [])
        cliniko_comes_back(shop)
        shop.work()
        assert (shop.mine("patients"), shop.mine("individual_appointments")) == ([], [])

    def test_can_be_confirmed_again_with_every_answer(self, shop: Shop) -> None:
        where = confirm_in_an_outage(shop)
        press(shop, where, WITHDRAW)
        cliniko_comes_back(shop)
        assert shop.confirm(str(shop.client.get(where).headers["Location"])).endswith("/done")
        shop.work()
        shop.check_all_arrived_once()

    def test_is_given_up_after_ten_minutes_and_both_sides_hear_of_it(self, shop: Shop) -> None:
        where = confirm_in_an_outage(shop)
        shop.clock.ahead += timedelta(minutes=9)
        assert shop.services.held_requests.run() == 0
        shop.clock.ahead += timedelta(minutes=1)
        assert shop.services.held_requests.run() == 1
        shop.work()
        assert {who for who, what in mails(shop) if "not booked" in what or "request" in what} == {
            "pat.sample",
            "reception",
        }
        assert "Nothing is booked" in shop.client.page(str(shop.client.get(where).headers["Location"])).text
        assert holds(shop) == []

    def test_is_placed_in_silence_when_cliniko_is_back_in_time(self, shop: Shop) -> None:
        where = confirm_in_an_outage(shop)
        cliniko_comes_back(shop)
        shop.work(minutes=1)
        assert shop.client.get(where).headers["Location"].endswith("/done")
        shop.check_all_arrived_once()
        assert not any("held" in what for _, what in mails(shop))


class TestAnAppointmentThatMayHaveBeenMade:
    def given_up(self, shop: Shop, kind: str) -> None:
        """The answer to the creation is lost, Cliniko goes away, and the patient wants no more of it."""
        check = shop.fill(shop.choose())
        shop.sandbox.control.fault(kind, method="POST", path=r"/v1/individual_appointments$", times=1)
        shop.sandbox.control.fault(
            "status", method="GET", path=r"/v1/(individual_appointments|bookings)", status=503, times=None
        )
        where = shop.confirm(check)
        shop.clock.ahead += timedelta(seconds=15)
        press(shop, where, WITHDRAW)
        assert shop.booking().state == "withdrawn"

    def test_is_archived_as_soon_as_cliniko_can_be_asked(self, shop: Shop) -> None:
        self.given_up(shop, "drop_after")
        assert len(live(shop)) == 1
        cliniko_comes_back(shop)
        shop.work(seconds=30)
        assert live(shop) == []
        assert shop.tasks()["withdraw"].note == "archived"

    def test_and_was_not_leaves_nothing_to_do(self, shop: Shop) -> None:
        self.given_up(shop, "drop_before")
        cliniko_comes_back(shop)
        shop.work(seconds=30)
        assert shop.mine("individual_appointments") == []
        assert shop.tasks()["withdraw"].note == "nothing_to_archive"


class TestReadingGoesOn:
    def test_from_the_first_page_to_the_held_request_while_cliniko_is_wholly_down(self, shop: Shop) -> None:
        shop.times()
        cliniko_goes_away(shop)
        shop.clock.ahead += timedelta(hours=2)
        for address in ("/b/demo?stay=1",):
            assert "was read 2 hours ago" in shop.client.page(address).text
        assert "read 2 hours ago" in shop.times().text
        where = shop.book()
        assert where.endswith("/confirming")
        shop.clock.ahead += timedelta(seconds=15)
        press(shop, where, HOLD)
        assert "Your request is held" in shop.client.page(where).text
        cliniko_comes_back(shop)
        shop.work(minutes=1)
        shop.check_all_arrived_once()

    def test_a_catalogue_read_just_now_says_nothing_of_its_age(self, shop: Shop) -> None:
        assert "ago" not in shop.client.page("/b/demo?stay=1").text


def jump_to(shop: Shop, moment: datetime) -> None:
    shop.clock.ahead += moment - shop.clock.now() + timedelta(seconds=1)


def test_several_workers_give_a_request_up_once(shop: Shop) -> None:
    confirm_in_an_outage(shop)
    shop.clock.ahead += timedelta(minutes=10)
    parts = shop.services
    other = HeldRequests(
        database=parts.database, task_runner=parts.task_runner, practices=parts.practices, clock=parts.clock
    )
    assert (parts.held_requests.run(), other.run()) == (1, 0)
