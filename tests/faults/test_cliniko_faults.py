"""Cliniko answering badly or not at all while somebody books: nothing lost, nothing twice, and the page says so."""

import pytest

from booking_app.cli.clinic import resume_parked
from tests.faults.shop import Shop

WRITES = {
    "patient": ("POST", r"/v1/patients$"),
    "appointment": ("POST", r"/v1/individual_appointments$"),
    "form": ("POST", r"/v1/patient_forms$"),
    "document": ("POST", r"/v1/patient_attachments$"),
}


def test_without_a_fault_everything_arrives_once(shop: Shop) -> None:
    assert shop.book().endswith("/done")
    shop.work()
    shop.check_all_arrived_once()


@pytest.mark.parametrize("step", WRITES)
def test_an_answer_lost_after_cliniko_committed_makes_nothing_twice(shop: Shop, step: str) -> None:
    method, path = WRITES[step]
    shop.sandbox.control.fault("drop_after", method=method, path=path, times=1)
    shop.book()
    shop.work()
    shop.check_all_arrived_once()


@pytest.mark.parametrize("step", WRITES)
def test_a_request_lost_before_cliniko_saw_it_is_sent_again(shop: Shop, step: str) -> None:
    method, path = WRITES[step]
    shop.sandbox.control.fault("drop_before", method=method, path=path, times=1)
    shop.book()
    shop.work()
    shop.check_all_arrived_once()


@pytest.mark.parametrize("step", WRITES)
@pytest.mark.parametrize("body", ["html", "garbage", "empty", "truncated"])
def test_an_answer_nobody_can_read_after_the_commit_makes_nothing_twice(shop: Shop, step: str, body: str) -> None:
    method, path = WRITES[step]
    shop.sandbox.control.fault("malformed", method=method, path=path, body=body, after_commit=True, times=1)
    shop.book()
    shop.work()
    shop.check_all_arrived_once()


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("after_commit", [False, True])
def test_a_server_error_at_the_appointment_ends_in_one_appointment(shop: Shop, status: int, after_commit: bool) -> None:
    method, path = WRITES["appointment"]
    shop.sandbox.control.fault("status", method=method, path=path, status=status, after_commit=after_commit, times=1)
    shop.book()
    shop.work()
    shop.check_all_arrived_once()


def test_while_cliniko_is_down_the_page_says_so_and_the_booking_is_placed_later(shop: Shop) -> None:
    check = shop.fill(shop.choose())
    shop.sandbox.control.fault("status", service="cliniko", status=503, times=None)
    where = shop.confirm(check)
    assert where.endswith("/confirming")
    assert shop.client.page(where).h1 == ["We are confirming your booking"]
    assert shop.booking().state == "placing"
    shop.sandbox.control.clear_faults()
    shop.work()
    assert shop.client.get(where).headers["Location"].endswith("/done")
    shop.check_all_arrived_once()


def test_a_refused_key_parks_the_booking_and_tells_the_patient_honestly(shop: Shop) -> None:
    check = shop.fill(shop.choose())
    shop.sandbox.control.fault("status", service="cliniko", status=401, times=None)
    where = shop.confirm(check)
    page = shop.client.page(where)
    assert page.h1 != ["Booking confirmed"]
    assert "(08) 5550 1234" in page.text
    task = shop.tasks()["slot"]
    assert (task.state, task.failure, task.code) == ("parked", "auth", "cliniko_401")
    assert shop.services.practices.connection(1).state == "paused"
    shop.work(rounds=3, minutes=2)
    subjects = {mail.subject.partition(" BK-")[0]: mail.recipients for mail in shop.sandbox.control.mails()}
    assert subjects["Your appointment is not confirmed yet"] == ("pat.sample@example.com",)
    assert subjects["Online booking"] == ("reception@harbourstreet.example.com",)


def test_after_the_key_is_fixed_and_imported_again_the_parked_booking_is_placed(shop: Shop) -> None:
    check = shop.fill(shop.choose())
    shop.sandbox.control.fault("status", service="cliniko", status=401, times=None)
    shop.confirm(check)
    shop.sandbox.control.clear_faults()
    shop.import_clinic()
    assert resume_parked(shop.services, "demo") == 1
    shop.work(rounds=20, seconds=15)
    shop.check_all_arrived_once()


def test_a_rate_limit_is_waited_for_and_costs_no_attempt(shop: Shop) -> None:
    check = shop.fill(shop.choose())
    method, path = WRITES["appointment"]
    shop.sandbox.control.fault("rate_limit", method=method, path=path, seconds=20, times=1)
    assert shop.confirm(check).endswith("/confirming")
    shop.work(rounds=12, seconds=10)
    assert shop.tasks()["appointment"].attempts == 1
    shop.check_all_arrived_once()


@pytest.mark.parametrize("body", ["html", "garbage", "empty", "truncated"])
def test_times_that_cannot_be_read_are_a_page_with_words_and_a_way_on(shop: Shop, body: str) -> None:
    shop.client.page("/b/demo")
    shop.sandbox.control.fault("malformed", path=r"/available_times", body=body, times=None)
    answer = shop.client.get("/b/demo/times?service=1100001000087112800&location=1100001000023758136&from=2027-01-05")
    assert answer.status_code in (200, 503)
    assert "Traceback" not in answer.text
