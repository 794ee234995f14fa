"""Bookings as the front desk sees them, over the real product and the sandbox."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from booking_app.tasks.models import Task
from booking_app.tasks.records import Subject
from tests.pages.console.desk import Desk, Visitor
from tests.pages.shared.client import Page

LIST = "/console/demo/bookings"


def refused_form(desk: Desk) -> str:
    """A booking whose form Cliniko refuses; returns its reference."""
    desk.shop.make_crm_fields()
    desk.sandbox.control.fault("status", method="POST", path=r"/v1/patient_forms$", status=422, times=None)
    desk.shop.book()
    desk.shop.work()
    desk.sandbox.control.clear_faults()
    assert desk.shop.tasks()["form"].state == "parked"
    return desk.shop.booking().reference


def booked(desk: Desk) -> str:
    """A booking that went through; returns its reference."""
    desk.shop.make_crm_fields()
    desk.shop.book()
    desk.shop.work()
    return desk.shop.booking().reference


def search(visitor: Visitor, **values: str) -> str:
    return Page(visitor.send_form(LIST, values, status=200).text).text


def test_a_part_that_our_own_workers_could_not_do_blames_nobody_else(desk: Desk) -> None:
    reference = booked(desk)
    with desk.services.database.begin() as session:
        lost = {"state": "parked", "failure": "data", "code": "internal:lost_leases"}
        session.execute(update(Task).where(Task.name == "document").values(**lost))
    text = desk.page("receptionist", f"{LIST}/{reference}").text
    assert "why its workers die" in text and "will not take what was typed" not in text


def test_a_booking_tells_what_became_of_each_part_of_it(desk: Desk) -> None:
    reference = booked(desk)
    page = desk.page("receptionist", f"{LIST}/{reference}")
    assert page.h1 == [f"Booking {reference}"]
    for text in (
        "Booked in Cliniko", "Pat Sample", "pat.sample@example.com", "(new in Cliniko)", "Appointment made",
        "Answers and signature filed as a completed form", "Signed document attached to the patient",
        "Contact sent: HubSpot", "Confirmation to the patient",
    ):  # fmt: skip
        assert text in page.text, text
    assert "Needs attention" not in page.text
    assert "Pat" not in page.title


def test_the_patient_is_one_tap_away_in_cliniko(desk: Desk) -> None:
    reference = booked(desk)
    (patient,) = desk.shop.mine("patients")
    links = desk.page("receptionist", f"{LIST}/{reference}").links()
    expected = f".au1.cliniko.com/patients/{patient['id']}"
    assert [link for link in links if link.startswith("https://") and link.endswith(expected)], links


@pytest.mark.parametrize("text", ["Sample", "sample, pat"[:6], "PAT.SAMPLE@example.com", "pat sample", "0412 345 678"])
def test_a_booking_is_found_by_what_a_caller_says(desk: Desk, text: str) -> None:
    reference = booked(desk)
    found = search(desk.sign_in("receptionist"), text="+61412345678" if text.startswith("0") else text)
    assert reference in found


def test_a_booking_is_found_by_reference_day_and_state_and_not_by_others(desk: Desk) -> None:
    reference = booked(desk)
    visitor = desk.sign_in("receptionist")
    booking = desk.shop.booking()
    day = booking.starts_at.astimezone(ZoneInfo("Australia/Adelaide")).date()
    for values in ({"text": reference.lower()}, {"day": day.isoformat()}, {"state": "confirmed"}):
        assert reference in search(visitor, **values), values
    for values in (
        {"text": "Somebody Else"}, {"day": (day + timedelta(days=1)).isoformat()}, {"state": "cancelled"},
        {"needs_attention": "1"},
    ):  # fmt: skip
        assert reference not in search(visitor, **values), values


def test_a_nonsense_day_or_state_is_no_filter_and_no_fault(desk: Desk) -> None:
    reference = booked(desk)
    assert reference in desk.page("receptionist", f"{LIST}?day=yesterday&state=king&page=-3").text


def test_a_search_for_a_name_leaves_no_name_in_an_address(desk: Desk) -> None:
    booked(desk)
    visitor = desk.sign_in("receptionist")
    answer = visitor.send_form(LIST, {"text": "Sample"}, status=200)
    assert not [link for link in Page(answer.text).links() if "Sample" in link]


def test_what_needs_attention_is_said_on_the_first_page_and_fixed_by_one_press(desk: Desk) -> None:
    reference = refused_form(desk)
    visitor = desk.sign_in("receptionist")
    assert reference in visitor.page("/console/demo/").text
    assert reference in search(visitor, needs_attention="1")
    assert reference in visitor.page(f"{LIST}?needs_hand=1").text, "a link from an older mail or bookmark"
    page = visitor.page(f"{LIST}/{reference}")
    assert "Needs attention" in page.text
    assert "Enter it there by hand and give this up, or try again." in page.text
    visitor.send_form(page.form_to("/retry"), {})
    desk.shop.work()
    assert desk.shop.tasks()["form"].state == "done"
    assert len(desk.shop.mine("patient_forms")) == 1
    assert "Nothing needs attention." in visitor.page("/console/demo/").text
    assert "Tried part of a booking again" in desk.page("owner", "/console/demo/changes").text


def test_everything_that_needs_attention_is_tried_again_at_once(desk: Desk) -> None:
    refused_form(desk)
    visitor = desk.sign_in("receptionist")
    answer = visitor.send_form(f"{LIST}/retry-all", {})
    assert "1 part is tried again." in visitor.page(answer.headers["Location"]).text
    desk.shop.work()
    assert desk.shop.tasks()["form"].state == "done"


def test_what_is_given_up_may_be_tried_after_all(desk: Desk) -> None:
    reference = refused_form(desk)
    visitor = desk.sign_in("receptionist")
    visitor.send_form(visitor.page(f"{LIST}/{reference}").form_to("/give-up"), {})
    page = visitor.page(f"{LIST}/{reference}")
    assert "Given up" in page.text
    visitor.send_form(page.form_to("/retry"), {})
    desk.shop.work()
    assert desk.shop.tasks()["form"].state == "done"


def test_pressing_on_an_old_page_says_that_it_has_changed(desk: Desk) -> None:
    reference = refused_form(desk)
    visitor = desk.sign_in("receptionist")
    where = visitor.page(f"{LIST}/{reference}").form_to("/retry")
    desk.shop.work()
    visitor.send_form(where, {})
    desk.shop.work()
    answer = visitor.send_form(where, {})
    assert "This has changed in the meantime." in visitor.page(answer.headers["Location"]).text


def test_another_clinics_booking_and_tasks_are_not_there(desk: Desk) -> None:
    reference = refused_form(desk)
    task_id = desk.shop.tasks()["form"].id
    for person in ("stranger", "agency"):
        visitor = desk.sign_in(person)
        other = "/console/other/bookings"
        assert visitor.get(f"{other}/{reference}").status_code == 404
        for action in ("retry", "give-up"):
            visitor.send_form(f"{other}/{reference}/tasks/{task_id}/{action}", {}, status=404)
        visitor.send_form(f"{other}/{reference}/document.pdf", {}, status=404)
        visitor.send_form(f"{other}/retry-all", {})
        assert reference not in visitor.send_form(other, {"text": reference}, status=200).text.replace(
            f'value="{reference}"', ""
        )
    assert desk.shop.tasks()["form"].state == "parked"


def test_a_task_is_reached_through_its_own_booking_alone(desk: Desk) -> None:
    first = refused_form(desk)
    task_id = desk.shop.tasks()["form"].id
    second = booked(desk)
    assert first != second
    desk.sign_in("receptionist").send_form(f"{LIST}/{second}/tasks/{task_id}/retry", {}, status=404)


def test_the_signed_pdf_is_handed_out_and_that_is_written_down(desk: Desk) -> None:
    reference = booked(desk)
    answer = desk.sign_in("receptionist").send_form(f"{LIST}/{reference}/document.pdf", {}, status=200)
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Cache-Control"] == "no-store"
    (attachment,) = desk.shop.mine("attachments")
    assert answer.data == desk.sandbox.control.attachment(attachment["id"])[0]
    assert "Downloaded a signed document" in desk.page("owner", "/console/demo/changes").text


def test_after_the_purge_only_cliniko_has_the_name_and_the_document(desk: Desk) -> None:
    reference = booked(desk)
    desk.shop.clock.ahead += timedelta(hours=30)
    assert desk.services.purging.run().bookings == 1
    visitor = desk.sign_in("receptionist")
    visitor.sign_in("receptionist")  # the session is over by now
    assert "Pat Sample" in visitor.page(f"{LIST}/{reference}").text, "read from Cliniko"
    answer = visitor.send_form(f"{LIST}/{reference}/document.pdf", {})
    assert "no longer kept here" in visitor.page(answer.headers["Location"]).text
    assert reference in search(visitor, text=reference)
    assert reference not in search(visitor, text="pat.sample@example.com"), "no address is kept to be searched"


def test_the_day_sheet_lists_the_days_appointments_in_order(desk: Desk) -> None:
    booked(desk)
    day = desk.shop.booking().starts_at.astimezone(ZoneInfo("Australia/Adelaide")).date()
    page = desk.page("receptionist", f"/console/demo/day?day={day.isoformat()}")
    assert "Pat Sample (new)" in page.text.replace('class="quiet"', "")
    assert "+61 412 345 678" in page.text
    assert "Nobody booked online" in desk.page("receptionist", f"/console/demo/day?day={day - timedelta(days=1)}").text
    assert desk.page("receptionist", "/console/demo/day?day=never").h1 == ["Online bookings"]


def sent_to(desk: Desk) -> list[str]:
    return [email for one in desk.sandbox.control.mails() for email in one.recipients]


def test_a_confirmation_is_sent_again_and_not_without_end(desk: Desk) -> None:
    reference = booked(desk)
    visitor = desk.sign_in("receptionist")
    before = sent_to(desk).count("pat.sample@example.com")
    for _ in range(7):
        visitor.send_form(f"{LIST}/{reference}/confirmation", {})
    assert "5 times already" in visitor.page(f"{LIST}/{reference}").text
    desk.shop.work()
    assert sent_to(desk).count("pat.sample@example.com") == before + 5
    assert "Sent a confirmation again" in desk.page("owner", "/console/demo/changes").text
    desk.shop.clock.ahead += timedelta(days=30)
    visitor.sign_in("receptionist")
    visitor.send_form(f"{LIST}/{reference}/confirmation", {})
    assert "its time has passed" in visitor.page(f"{LIST}/{reference}").text


@pytest.mark.parametrize("is_purged", [False, True])
def test_a_wrong_address_is_corrected_here_and_in_cliniko(desk: Desk, is_purged: bool) -> None:
    reference = booked(desk)
    if is_purged:
        desk.shop.clock.ahead += timedelta(hours=30)
        assert desk.services.purging.run().bookings == 1
    visitor = desk.sign_in("receptionist")
    visitor.send_form(f"{LIST}/{reference}/email", {"email": "no address"})
    assert "an email address, so nothing was changed" in visitor.page(f"{LIST}/{reference}").text
    visitor.send_form(f"{LIST}/{reference}/email", {"email": "right@example.com"})
    desk.services.task_runner.advance(Subject("patient_change", 1))
    (patient,) = desk.shop.mine("patients")
    assert patient["email"] == "right@example.com"
    visitor.send_form(f"{LIST}/{reference}/confirmation", {})
    desk.shop.work()
    assert "right@example.com" in sent_to(desk)
    log = desk.page("owner", "/console/demo/changes").text
    assert "Corrected a patient’s email address" in log and "right@example.com" not in log
    desk.sign_in("stranger").send_form(f"/console/other/bookings/{reference}/email", {"email": "a@b.org"}, status=404)
