"""The patient's own booking behind its link."""

from dataclasses import replace
from datetime import timedelta

from icalendar import Calendar

from tests.pages.shared.client import CheckingClient, Page
from tests.pages.widget.fakes import NOW, FakeUseCases

ADDRESS = "/manage/manage-token"


def test_the_booking_says_what_when_and_where(client: CheckingClient) -> None:
    page = client.page(ADDRESS)
    assert page.h1 == ["Your booking"]
    for text in (
        "BK-7F3K2M9Q", "Thursday 26 November 2026, 11:30 am", "Adelaide time (ACDT)",
        "Initial consultation with Dr Lee", "12 Pirie Street, Adelaide SA 5000",
        "until 11:30 am on Wednesday 25 November 2026",
    ):  # fmt: skip
        assert text in page.text
    assert page.title == "Your booking · Harbour Physiotherapy"


def test_an_unknown_link_says_so(client: CheckingClient) -> None:
    assert client.page("/manage/other", status=404).h1 == ["Booking not found"]


def test_some_days_after_the_appointment_the_link_says_only_how_to_reach_the_clinic(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    use_cases.managing.is_over = True
    for where in ("", "/cancel", "/move", "/times", "/calendar.ics"):
        answer = client.get(ADDRESS + where)
        assert answer.status_code in (404, 410), where
        for told in ("Initial consultation", "Dr Lee", "BK-7F3K2M9Q", "Pirie Street"):
            assert told not in answer.text
    page = client.page(ADDRESS, status=410)
    assert page.h1 == ["This appointment is over"]
    assert page.title == "This appointment is over"
    assert "Harbour Physiotherapy" in page.text and "(08) 5550 1234" in page.text


def test_cancelling_asks_why_and_is_done(client: CheckingClient, use_cases: FakeUseCases) -> None:
    page = client.page(ADDRESS + "/cancel")
    assert page.h1 == ["Cancel appointment"]
    answer = client.send(page.form_to("/cancel"), {"token": page.token(), "reason": "sick"})
    assert use_cases.managing.cancelled_for == "sick"
    after = client.page(answer.headers["Location"])
    assert after.h1 == ["Appointment cancelled"]
    assert "/b/demo/times?service=101&location=l1" in after.links()
    assert "Cancel appointment" not in after.text


def test_the_reason_may_be_left_out_or_be_nonsense(client: CheckingClient, use_cases: FakeUseCases) -> None:
    page = client.page(ADDRESS + "/cancel")
    client.send(page.form_to("/cancel"), {"token": page.token(), "reason": "<b>"})
    assert use_cases.managing.cancelled_for == "other"


def test_a_forged_cancellation_changes_nothing(client: CheckingClient, use_cases: FakeUseCases) -> None:
    response = client.send(ADDRESS + "/cancel", {"token": "x", "reason": "sick"}, status=422)
    assert "please send it again" in response.text
    assert use_cases.managing.cancelled_for is None
    assert 'value="sick" checked' in response.text


def test_too_late_says_whom_to_call(client: CheckingClient, use_cases: FakeUseCases) -> None:
    form = client.page(ADDRESS + "/cancel")
    use_cases.managing.starts_at = NOW + timedelta(hours=5)
    page = client.page(ADDRESS)
    assert "please call (08) 5550 1234" in page.text
    assert "Cancel appointment" not in page.text
    assert client.get(ADDRESS + "/cancel").headers["Location"] == ADDRESS
    response = client.send(form.form_to("/cancel"), {"token": form.token()}, status=409)
    assert Page(response.text).h1 == ["Too late to cancel online"]


def test_the_calendar_file_says_when_and_where_and_nothing_of_what_for(client: CheckingClient) -> None:
    response = client.get(ADDRESS + "/booking.ics")
    assert response.content_type == "text/calendar; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    (event,) = Calendar.from_ical(response.data).walk("VEVENT")
    assert event.start.astimezone(NOW.tzinfo) == NOW + timedelta(days=3)
    assert "12 Pirie Street" in str(event["location"])
    assert "consultation" not in response.text


def test_a_booking_of_a_service_no_longer_offered_still_shows(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.browse.offered = replace(use_cases.browse.offered, locations={}, practitioners={}, services={})
    assert "Thursday 26 November 2026" in client.page(ADDRESS).text
