"""What staff, the bookkeeper, the person and the shell see of a deposit, and what stays of it."""

import json
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader
from sqlalchemy import delete, select

from booking_app.bookings.models import Hold
from booking_app.bookings.person.records import FoundPerson
from booking_app.clinics.audit import Author
from booking_app.clinics.models import Clinic
from booking_app.core.failures import Failure
from booking_app.deposits.book import DepositBook
from booking_app.deposits.comparing import MoneyReport, report_csv
from booking_app.deposits.errors import RefundRefused
from booking_app.deposits.models import Deposit
from tests.deposits.conftest import Till
from tests.deposits.test_faults import booked

RACERS = 8


def clinic_of(till: Till) -> Clinic:
    with till.shop.services.database.reading() as session:
        return session.scalars(select(Clinic)).one()


def compare(till: Till) -> MoneyReport:
    clinic = clinic_of(till)
    today = till.shop.clock.now().astimezone(ZoneInfo(clinic.time_zone)).date()
    return till.shop.services.comparing.run(clinic, today - timedelta(days=1), today)


def test_a_part_is_refunded_by_staff_and_never_more_than_is_left(till: Till) -> None:
    booked(till)
    services, clinic = till.shop.services, clinic_of(till)
    book = DepositBook(services.database, services.task_runner.wake)
    author, reference = Author(None, till.shop.clock.now()), till.deposit().reference
    book.refund(author, clinic, reference, Decimal("20.00"))
    with pytest.raises(RefundRefused, match=r"At most \$30.00"):
        book.refund(author, clinic, reference, Decimal("30.01"))
    till.work()
    assert till.taken() == Decimal("30.00")
    assert [one.deposit.reference for one in book.to_enter(clinic)] == [reference]
    book.mark_entered(author, clinic, reference)
    assert book.to_enter(clinic) == []
    with pytest.raises(LookupError):
        book.look(Clinic(id=clinic.id + 1), reference)


def test_a_refund_that_is_pressed_twice_happens_once(till: Till) -> None:
    booked(till)
    services, clinic = till.shop.services, clinic_of(till)
    book, reference = DepositBook(services.database, services.task_runner.wake), till.deposit().reference
    author, seen = Author(None, till.shop.clock.now()), book.look(clinic, reference).left
    book.refund(author, clinic, reference, Decimal("20.00"), left=seen)
    with pytest.raises(RefundRefused, match="meanwhile"):
        book.refund(author, clinic, reference, Decimal("20.00"), left=seen)
    till.work()
    assert till.taken() == Decimal("30.00")


def test_the_appointment_says_that_it_was_paid_once(till: Till) -> None:
    booked(till)
    (appointment,) = till.live_appointments()
    assert appointment["notes"].count("Deposit AUD 50.00 paid online") == 1
    assert "Booked online, reference" in appointment["notes"]


def test_the_patient_sees_what_was_paid_and_what_comes_back(till: Till) -> None:
    token = booked(till)
    for address in (f"/manage/{token}", f"/manage/{token}/cancel"):
        text = till.shop.client.page(address).text
        assert "You have paid a deposit of $50.00." in text and "you get all of it back" in text


class TestTheComparison:
    def test_of_what_agrees_finds_nothing_and_adds_up(self, till: Till) -> None:
        booked(till)
        report = compare(till)
        assert report.findings == () and report.not_asked == ()
        assert (report.total("amount"), report.total("fee"), report.total("net")) == (
            Decimal("50.00"), Decimal("1.18"), Decimal("48.82"),
        )  # fmt: skip
        lines = report_csv(report).splitlines()
        assert len(lines) == 2 and till.deposit().reference in lines[1] and "50.00,1.18,48.82" in lines[1]

    def test_finds_money_that_nobody_here_knows_and_what_is_not_there(self, till: Till) -> None:
        booked(till)
        with till.shop.services.database.begin() as session:
            session.scalars(select(Deposit)).one().payment_id = "pi_another"
        kinds = {one.kind for one in compare(till).findings}
        assert kinds == {"unknown_charge", "not_in_statement"}

    def test_says_which_vendor_did_not_answer(self, till: Till) -> None:
        booked(till)
        till.sandbox.control.fault("status", service="stripe", path="balance", status=503)
        report = compare(till)
        assert report.not_asked == ("Stripe: stripe_503",) and report.rows == ()


class TestThePerson:
    def found(self, till: Till) -> FoundPerson:
        return FoundPerson(
            clinic=clinic_of(till), emails=(), phones=(), patient_ids=(),
            booking_ids=tuple(one.id for one in till.bookings()), draft_ids=(),
        )  # fmt: skip

    def test_is_shown_what_is_held_and_then_forgotten(self, till: Till) -> None:
        booked(till)
        data = till.shop.services.deposit_data
        told = json.dumps(data.export(self.found(till)))
        assert "pat.sample@example.com" in told and "captured" in told
        erased = data.erase(self.found(till))
        assert "1 deposits" in erased.done[0] and any("seven years" in line for line in erased.left)
        assert till.deposit().sealed_payer is None and till.deposit().amount == Decimal("50.00")
        assert data.erase(self.found(till)).done == erased.done

    def test_is_forgotten_a_day_later_by_itself(self, till: Till) -> None:
        booked(till)
        assert till.shop.services.deposit_data.forget() == 0
        till.advance(hours=25)
        assert till.shop.services.deposit_data.forget() == 1
        assert till.deposit().sealed_payer is None


def test_a_refused_key_pauses_the_connection_and_goes_on_when_it_is_replaced(till: Till) -> None:
    out = till.pay(till.check())
    back = till.press(out, "pay")
    till.sandbox.control.world.stripe["demo"].key = "rk_test_rotated"
    till.follow(back)
    till.work(rounds=2)
    task = till.tasks()["deposit_follow"]
    assert (task.state, task.failure) == ("parked", Failure.AUTH)
    assert "can’t be paid online right now" in till.shop.client.page(till.check(3)).text


def test_the_receipt_is_mailed_as_a_pdf_that_names_nobody(till: Till) -> None:
    till.set_rules(payment="required", amount="50.00", tax="gst_free")
    booked(till)
    (mail,) = [one for one in till.sandbox.control.mails() if one.subject == "Receipt for your deposit"]
    (paper,) = [one for one in mail.attachments if one.content_type == "application/pdf"]
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(paper.content)).pages)
    for words in (
        "Receipt",
        till.deposit().reference,
        "$50.00 AUD",
        "Harbour Street Health Pty Ltd",
        "None is charged",
    ):
        assert words in text
    for words in ("Pat", "Sample", "physio"):
        assert words not in text


def test_patients_whose_holds_ran_out_pay_for_one_time_and_one_of_them_gets_it(till: Till) -> None:
    outs = []
    for _ in range(RACERS):
        out = till.pay(till.check())
        with till.shop.services.database.begin() as session:  # as if it had run out on the vendor's page
            session.execute(delete(Hold))
        outs.append(out)
    returns = [till.press(out, "pay") for out in outs]
    for back in returns:
        till.shop.client.get(back)
    till.work(rounds=10, seconds=5)
    assert sorted(till.promised()) == ["canceled"] * (RACERS - 1) + ["succeeded"]
    assert till.taken() == Decimal("50.00") and len(till.live_appointments()) == 1
    till.work(rounds=4, minutes=2)
    assert till.mails().count("Your deposit was not taken") == RACERS - 1
