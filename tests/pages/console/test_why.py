"""Why can't they book, asked at the desk with the patient on the phone."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from booking_app.catalogue.snapshots import offered
from booking_app.clinics.connections import connections_of, pause
from tests.faults.shop import LOCATION, SERVICE
from tests.pages.console.desk import Desk


def ask(desk: Desk, *, days: int = 7, status: int = 200, **changes: str) -> str:
    page = desk.page("receptionist", "/console/demo/why")
    assert "Find out" in page.text
    today = desk.services.clock.now().astimezone(ZoneInfo("Australia/Adelaide")).date()
    with desk.services.database.reading() as session:
        catalogue = offered(session, desk.clinic().id)
    assert catalogue is not None
    person = next(one.practitioner_id for one in catalogue.offers_of(SERVICE) if one.location_id == LOCATION)
    asked = {
        "service": SERVICE, "location": LOCATION, "practitioner": person,
        "day": (today + timedelta(days=days)).isoformat(), **changes,
    }  # fmt: skip
    query = "&".join(f"{key}={value}" for key, value in asked.items())
    return desk.page("receptionist", f"/console/demo/why?{query}", status=status).text


def test_a_day_is_explained_with_its_reasons(desk: Desk) -> None:
    weekdays = [ask(desk, days=days) for days in range(7, 14)]
    assert any("Patients can book on" in said for said in weekdays)
    assert any("Nobody can book on" in said and "has no usual hours" in said for said in weekdays)


def test_a_day_that_is_past_and_one_too_far_are_said(desk: Desk) -> None:
    assert "is past." in ask(desk, days=-1)
    assert "Patients may book" in ask(desk, days=400)


def test_an_unfinished_question_is_asked_again(desk: Desk) -> None:
    assert "Not a valid date value" in ask(desk, status=422, day="soon")
    assert "Not a valid choice" in ask(desk, status=422, service="9999")


def test_a_refused_key_is_an_answer_too(desk: Desk) -> None:
    ask(desk)
    with desk.services.database.begin() as session:
        (connection,) = connections_of(session, desk.clinic().id, "cliniko")
        pause(session, connection.id, "cliniko_401")
    assert "The connection is paused because Cliniko refused the key" in ask(desk)


def test_a_clinic_without_cliniko_is_told_so(desk: Desk) -> None:
    assert "Nothing was read from Cliniko yet" in desk.page("stranger", "/console/other/why").text
