"""Comparing on demand: begun by a manager, done by a worker, read and settled by whoever is at the desk."""

import csv
import io

from tests.pages.console.desk import Desk

HOME = "/console/demo/comparison"


def booked_and_gone(desk: Desk) -> str:
    """A booking whose appointment has vanished from Cliniko; returns its reference."""
    desk.shop.book()
    desk.shop.make_crm_fields()
    desk.shop.work()
    appointment = desk.shop.booking().cliniko_appointment_id
    desk.sandbox.control.account("demo").table("individual_appointments").remove(appointment)
    return str(desk.shop.booking().reference)


def test_it_is_begun_shows_how_far_it_is_and_what_it_found(desk: Desk) -> None:
    reference = booked_and_gone(desk)
    assert "Not compared yet." in desk.page("receptionist", HOME).text
    desk.sign_in("manager").send_form(HOME, {})
    page = desk.page("manager", HOME)
    assert "Comparing: 0 of 1 bookings." in page.text and 'hx-trigger="every' in page.html
    assert "Compare now" not in page.text, "one at a time"
    desk.services.reconciliation.run()
    page = desk.page("receptionist", HOME)
    assert ": 1 booking." in page.text and 'hx-trigger="every' not in page.html
    assert reference in page.text and "Cliniko shows no such appointment." in page.text
    assert "Had the bookings compared" in desk.page("manager", "/console/demo/changes").text


def test_what_somebody_has_looked_at_no_longer_waits(desk: Desk) -> None:
    booked_and_gone(desk)
    desk.sign_in("manager").send_form(HOME, {})
    desk.services.reconciliation.run()
    settle = desk.page("receptionist", HOME).form_to("/1")
    assert "Cliniko shows no such appointment" in desk.page("receptionist", "/console/demo/").text
    desk.sign_in("receptionist").send_form(settle, {})
    page = desk.page("receptionist", HOME)
    assert "I have looked at it" not in page.text and "somebody at the clinic has looked at it" in page.text
    assert "Nothing needs attention." in desk.page("receptionist", "/console/demo/").text
    desk.sign_in("receptionist").send_form(settle, {}, status=404)


def test_the_differences_leave_as_a_table_that_names_nobody(desk: Desk) -> None:
    reference = booked_and_gone(desk)
    desk.sign_in("receptionist").send(f"{HOME}.csv", {}, status=405)
    assert desk.sign_in("receptionist").get(f"{HOME}.csv").status_code == 404, "nothing was compared yet"
    desk.sign_in("manager").send_form(HOME, {})
    desk.services.reconciliation.run()
    answer = desk.sign_in("receptionist").get(f"{HOME}.csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert (answer.mimetype, rows[1][1], rows[1][2]) == ("text/csv", reference, "appointment_missing")
    assert "Sample" not in answer.text and "example.com" not in answer.text


def test_a_crm_that_gave_no_answer_is_named_with_what_it_means(desk: Desk) -> None:
    desk.shop.book()
    desk.shop.make_crm_fields()
    desk.shop.work()
    desk.sandbox.control.fault("status", service="hubspot", status=401, times=None)
    desk.sign_in("manager").send_form(HOME, {})
    desk.services.reconciliation.run()
    assert "HubSpot could not be asked: HubSpot refuses the token" in desk.page("manager", HOME).text
