"""Paying when booking: nothing is taken that is not booked, and nothing is booked that had to be paid and was not."""

from decimal import Decimal

from sqlalchemy import select

from booking_app.bookings.models import Draft
from tests.deposits.conftest import Till

FIFTY = Decimal("50.00")


def test_without_a_deposit_nothing_is_asked(till: Till) -> None:
    till.set_rules()
    page = till.shop.client.page(till.check())
    assert "Deposit" not in page.text and "Confirm booking" in page.text


def test_the_last_step_says_how_much_and_what_comes_back(till: Till) -> None:
    page = till.shop.client.page(till.check())
    assert "Pay $50.00 by card" in page.text
    assert "You get all of it back if you cancel by" in page.text
    assert "the clinic keeps $20.00 of it and refunds the rest" in page.text
    assert "Test mode: no real money is taken." in page.text
    assert "Confirm booking" not in page.text


def test_it_is_paid_on_stripes_page_booked_and_then_taken(till: Till) -> None:
    out = till.pay(till.check())
    back = till.press(out, "pay")
    assert back.startswith("/pay/") and back.endswith("/done")
    assert till.follow(back).h1 == ["We are confirming your booking"]
    assert till.promised() == ["requires_capture"] and till.live_appointments() == []
    till.work()
    assert till.follow(back).h1 == ["Booking confirmed"]
    assert till.promised() == ["succeeded"] and till.taken() == FIFTY
    assert len(till.live_appointments()) == 1
    assert till.history() == ["opening", "open", "authorised", "captured"]
    assert till.deposit().reference == till.bookings()[0].reference
    assert "Receipt for your deposit" in till.mails()


def test_a_deposit_that_is_needed_cannot_be_left_out(till: Till) -> None:
    check = till.check()
    page = till.shop.client.page(check)
    answer = till.shop.client.post(check.replace("/check", "/confirm"), data={"token": page.token()})
    assert answer.status_code == 409
    assert "The clinic asks for a deposit before it takes this booking." in answer.text
    assert till.bookings() == []


def test_an_optional_one_can_be(till: Till) -> None:
    till.set_rules(payment="optional", amount="50.00")
    check = till.check()
    assert "Pay $50.00 by card" in till.shop.client.page(check).text
    assert till.shop.confirm(check).endswith("/done")
    assert till.deposits() == []


def test_pressing_twice_and_coming_back_twice_pays_once(till: Till) -> None:
    check = till.check()
    out = till.pay(check)
    assert till.pay(check) == out
    back = till.press(out, "pay")
    for _ in range(2):
        till.follow(back)
        till.work()
    assert till.follow(back).h1 == ["Booking confirmed"]
    assert till.follow(out).h1 == ["Booking confirmed"]
    assert len(till.live_appointments()) == 1 and till.taken() == FIFTY


def test_a_declined_card_and_another_one(till: Till) -> None:
    out = till.pay(till.check())
    till.press(out, "decline")
    till.hear()
    till.work(rounds=1)
    assert till.deposit().state == "open"
    till.follow(till.press(out, "pay"))
    till.work()
    assert till.taken() == FIFTY


def test_who_leaves_the_page_has_paid_nothing_and_lost_nothing(till: Till) -> None:
    check = till.check()
    page = till.follow(till.press(till.pay(check), "leave"))
    assert page.h1 == ["Check and confirm"]
    assert "Nothing was charged." in page.text and "A sore knee" in page.text
    till.follow(till.press(till.pay(check), "pay"))
    till.work()
    assert till.taken() == FIFTY and len(till.deposits()) == 1


def test_who_closes_the_page_after_paying_is_booked_by_stripes_message(till: Till) -> None:
    till.press(till.pay(till.check()), "pay")
    till.hear("checkout.session.completed")
    till.work()
    assert len(till.live_appointments()) == 1 and till.taken() == FIFTY


def test_and_without_any_message_by_asking(till: Till) -> None:
    till.press(till.pay(till.check()), "pay")
    till.work(rounds=3, minutes=3)
    till.work()
    assert len(till.live_appointments()) == 1 and till.taken() == FIFTY


def test_who_never_pays_is_let_go_when_the_page_ends(till: Till) -> None:
    out = till.pay(till.check())
    till.advance(minutes=40)
    till.work()
    assert till.deposit().state == "ended"
    assert till.bookings() == [] and till.mails() == []
    assert till.stripe()["sessions"][0]["status"] == "expired"
    assert "Nothing was charged." in till.follow(f"{out}/done").text
    till.advance(minutes=40)
    assert till.follow(f"{out}/done").h1 == ["This booking page has ended"]
    till.advance(hours=2)
    assert till.follow(f"{out}/done").h1 == ["Nothing was taken"]


def test_the_time_is_held_for_as_long_as_the_page_is_open(till: Till) -> None:
    check = till.check()
    slot = till.shop.client.page(check)
    till.pay(check)
    till.advance(minutes=29)
    till.press(till.pay(check), "pay")
    till.hear()
    till.work()
    assert slot.h1 and len(till.live_appointments()) == 1


class TestTheTimeIsGone:
    def test_before_it_was_booked_the_money_goes_back_first(self, till: Till) -> None:
        out = till.pay(till.check())
        self._receptionist_takes_it(till)
        back = till.press(out, "pay")
        till.follow(back)
        till.work(rounds=2)
        page = till.follow(back)
        assert page.h1 == ["Choose a date and time"] and "That time was just taken" in page.text
        assert till.promised() == ["canceled"] and till.taken() == 0
        till.work(minutes=2)
        assert "Your deposit was not taken" in till.mails()
        assert till.live_appointments() == []

    def test_after_the_money_is_back_another_time_can_be_paid(self, till: Till) -> None:
        check = till.check()
        out = till.pay(check)
        self._receptionist_takes_it(till)
        back = till.press(out, "pay")
        till.follow(back)
        till.work(rounds=3)
        page = till.follow(back)
        near = [values["value"] for _, values in page.tags if values.get("id", "").startswith("near-")]
        again = till.shop.client.send(page.form_to("/times"), {"token": page.token(), "slot": near[0]})
        till.follow(till.press(till.pay(str(again.headers["Location"])), "pay"))
        till.work()
        assert till.promised() == ["canceled", "succeeded"] and till.taken() == FIFTY
        assert len(till.live_appointments()) == 1

    @staticmethod
    def _receptionist_takes_it(till: Till) -> None:
        with till.shop.services.database.reading() as session:
            choice = session.scalars(select(Draft.choice).order_by(Draft.id.desc())).first()
        assert choice is not None
        till.sandbox.control.receptionist_books(
            "demo", practitioner_id=choice["practitioner_id"], starts_at=choice["starts_at"],
            business_id=choice["location_id"], minutes=45,
        )  # fmt: skip
