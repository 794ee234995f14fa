"""Visits by video: no address anywhere, and the patient's own link as soon as Cliniko tells it."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from icalendar import Calendar
from pypdf import PdfReader
from sqlalchemy import inspect

from booking_app.bookings.person.records import Asked
from booking_app.cli.wiring.use_cases import build_use_cases
from booking_app.clinics.audit import Author
from booking_app.clinics.clinics import find_clinic
from tests.faults.shop import LOCATION, Shop
from tests.faults.test_cost_of_confirming import MOST_CALLS, MOST_CALLS_BEFORE, called
from tests.faults.test_moving import address, choose, move
from tests.pages.shared.client import FRAGMENT, Page

REVIEW = "1100001000166306130"  # telehealth physiotherapy review
PLACES = ("12 Harbour Street", "Free parking")


def times(shop: Shop) -> Page:
    later = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    return shop.client.page(f"/b/demo/times?service={REVIEW}&location={LOCATION}&from={later}")


def check_step(shop: Shop, **changes: Any) -> str:
    page = times(shop)
    answer = shop.client.send(page.form_to("/times"), {"token": page.token(), "slot": page.values("slot")[0]})
    return shop.fill(answer.headers["Location"], **changes)


def book(shop: Shop) -> Page:
    return shop.client.page(shop.confirm(check_step(shop)))


def own_link(shop: Shop) -> str:
    """The link of the attendee of the newest appointment."""
    (attendee,) = [row for row in shop.mine("attendees") if row["booking_id"] == shop.booking().cliniko_appointment_id]
    return f"https://harbourstreet.au1.cliniko.com/telehealth/{attendee['id']}"


def calendar_of(mail: Any) -> str:
    """The calendar file; the clinic's logo is attached too."""
    (calendar,) = (each.content for each in mail.attachments if each.content.startswith(b"BEGIN:VCALENDAR"))
    return str(calendar.decode())


def mails(shop: Shop) -> dict[str, Any]:
    """The patient's mails by subject."""
    return {mail.subject: mail for mail in shop.sandbox.control.mails() if "pat.sample" in str(mail.recipients)}


def manage_page(shop: Shop) -> Page:
    return shop.client.page(address(shop))


def calendar(shop: Shop) -> Any:
    return Calendar.from_ical(shop.client.get(f"{address(shop)}/booking.ics").data).walk("VEVENT")[0]


def by_command(shop: Shop) -> Author:
    return Author(None, shop.clock.now())


def test_the_patients_own_link_stands_in_page_mail_and_calendar(shop: Shop) -> None:
    done = book(shop)
    link = own_link(shop)
    assert f'href="{link}"' in done.html, "read while the patient waits, so that the page has it"
    shop.work()
    assert f'href="{link}"' in manage_page(shop).html
    assert calendar(shop)["LOCATION"] == link
    mail = mails(shop)["Your appointment is confirmed"]
    assert link in mail.text
    assert link in mail.html
    assert link in calendar_of(mail).replace("\r\n ", "")
    assert shop.tasks()["confirmation_mail"].note is None


def test_no_address_is_shown_for_it(shop: Shop) -> None:
    check = check_step(shop)
    shown = [times(shop).text, shop.client.page(check).text, shop.client.page(shop.confirm(check)).text]
    shop.work()
    shown += [manage_page(shop).text, str(calendar(shop)), *(mail.text + mail.html for mail in mails(shop).values())]
    (pdf,) = shop.mine("attachments")
    content, _ = shop.sandbox.control.attachment(pdf["id"])
    document = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    assert "By video" in document
    for text in [*shown, document]:
        assert not [place for place in PLACES if place in text]


def test_clock_and_zone_of_the_clinic_stand_on_every_page(shop: Shop) -> None:
    check = check_step(shop)
    pages = [times(shop), shop.client.page(check), shop.client.page(shop.confirm(check)), manage_page(shop)]
    for page in pages:
        assert "Adelaide time" in page.text
        assert "data-own-zone" in page.html
        assert "own-zone.js" in page.html


def test_a_link_that_comes_a_moment_later_is_waited_for_by_page_and_mail(shop: Shop) -> None:
    shop.sandbox.control.set_knob(attendee_lag_reads=6)
    done = shop.confirm(check_step(shop))
    assert "Your link will appear here in a moment" in shop.client.page(done).text
    shop.services.task_runner.advance(shop.booking().subject)
    assert "Your appointment is confirmed" not in mails(shop), "it waits for the link"
    shop.work(rounds=30)
    link = own_link(shop)
    assert link in shop.client.get(done, headers=FRAGMENT).text
    assert link in mails(shop)["Your appointment is confirmed"].text
    assert "How to join your appointment" not in mails(shop)


def test_a_link_that_is_late_comes_in_a_mail_of_its_own(shop: Shop) -> None:
    shop.sandbox.control.set_knob(attendee_lag_reads=100_000)
    done = shop.confirm(check_step(shop))
    shop.work(rounds=14, seconds=15)
    first = mails(shop)["Your appointment is confirmed"]
    assert "will come in another email" in first.text
    assert "LOCATION" not in calendar_of(first)
    assert "The clinic will send you the link" in shop.client.page(done).text
    shop.sandbox.control.world.delays.clear()
    shop.clock.ahead += timedelta(seconds=301)
    shop.work(rounds=6)
    second = mails(shop)["How to join your appointment"]
    assert own_link(shop) in second.text
    assert own_link(shop) in second.html
    assert own_link(shop) in calendar_of(second).replace("\r\n ", "")
    assert len(shop.sandbox.control.mails()) == len({mail.source for mail in shop.sandbox.control.mails()})


def test_cliniko_failing_for_minutes_delays_the_mail_by_two_at_most(shop: Shop) -> None:
    check = check_step(shop)
    shop.sandbox.control.fault("status", method="GET", path="/attendees", status=500, times=None)
    shop.confirm(check)
    shop.work(rounds=14, seconds=15)
    assert "Your appointment is confirmed" in mails(shop)
    shop.sandbox.control.clear_faults()
    shop.work(rounds=20, minutes=10)
    assert own_link(shop) in mails(shop)["How to join your appointment"].text
    assert {task.state for task in shop.tasks().values()} == {"done"}


def test_the_link_is_nowhere_but_sealed(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    book(shop)
    shop.work()
    number = own_link(shop).rpartition("/")[2]
    with shop.services.database.engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()
            assert not [row for row in rows if "telehealth/" in str(row)], name
    assert f"telehealth/{number}" not in str(shop.state()["crm"])
    assert "telehealth/" not in caplog.text
    kept = shop.booking().sealed_join_url
    assert kept is not None
    assert shop.services.keyring.unseal(kept).decode() == own_link(shop)


def test_the_link_ends_with_the_visit(shop: Shop) -> None:
    book(shop)
    shop.work()
    shop.services.purging.run()
    assert shop.booking().sealed_join_url is not None
    shop.clock.ahead += timedelta(days=9)
    assert "telehealth/" not in manage_page(shop).html
    shop.services.purging.run()
    assert shop.booking().sealed_join_url is None


def test_cancelling_takes_the_link_away(shop: Shop) -> None:
    book(shop)
    shop.work()
    page = shop.client.page(f"{address(shop)}/cancel")
    shop.client.send(page.form_to("/cancel"), {"token": page.token(), "reason": "work"})
    shop.work()
    assert shop.booking().state == "cancelled"
    assert shop.booking().sealed_join_url is None
    assert "telehealth/" not in manage_page(shop).html
    assert "LOCATION" not in calendar(shop)
    assert "telehealth/" not in mails(shop)["Your appointment was cancelled"].text


def test_moving_reads_the_link_again_and_mails_it(shop: Shop) -> None:
    book(shop)
    shop.work()
    move(shop, choose(shop))
    shop.work()
    assert own_link(shop) in mails(shop)["Your appointment has a new time"].text
    assert own_link(shop) in manage_page(shop).html
    assert shop.tasks()["join_link:1"].state == "done"


def test_erasing_a_person_forgets_the_link_and_an_export_does_not_tell_it(shop: Shop) -> None:
    book(shop)
    shop.work()
    with shop.services.database.reading() as session:
        clinic = find_clinic(session, "demo")
    assert clinic is not None
    personal = build_use_cases(shop.services).personal_data
    asked = Asked(reference=shop.booking().reference)
    exported = personal.export(by_command(shop), clinic, asked)
    assert "telehealth/" not in str(exported)
    personal.erase(by_command(shop), clinic, asked)
    assert shop.booking().sealed_join_url is None


def test_a_visit_at_the_clinic_reads_no_link(shop: Shop) -> None:
    done = shop.client.page(shop.book())
    shop.work()
    assert "telehealth/" not in done.html + manage_page(shop).html
    assert not [name for name in shop.tasks() if name.startswith("join_link")]
    assert shop.booking().sealed_join_url is None


def test_what_a_visit_by_video_costs_in_calls(shop: Shop) -> None:
    """One more while the patient waits, which is the one that the form needs later: as many as any visit in all."""
    page = shop.client.page(check_step(shop))
    before = len(called(shop))
    shop.client.send(page.form_to("/confirm"), {"token": page.token()})
    assert len(called(shop)) - before <= MOST_CALLS_BEFORE + 1, called(shop)[before:]
    shop.sandbox.control.set_knob(attachment_lag_reads=0)
    shop.work(rounds=20, seconds=8)
    assert len(called(shop)) - before <= MOST_CALLS, called(shop)[before:]
    shop.check_all_arrived_once()
