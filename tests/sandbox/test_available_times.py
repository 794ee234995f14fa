"""Available times: computed, in reach, and 404 for what is not booked online."""

from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from booking_sandbox.server import SandboxServer

from .conftest import FRIDAY, MONDAY, SUNDAY, Clinic

ADELAIDE, PERTH = ZoneInfo("Australia/Adelaide"), ZoneInfo("Australia/Perth")
STANDARD, INITIAL = "Standard physiotherapy consultation", "Initial physiotherapy consultation"


def path(clinic: Clinic, *, person: str = "mia", kind: str = STANDARD, place: str = "Adelaide") -> str:
    triple = clinic.place(place), clinic.person(person), clinic.type(kind)
    return "/businesses/{}/practitioners/{}/appointment_types/{}".format(*triple)


def ask(clinic: Clinic, first: str = MONDAY, last: str = SUNDAY, **where: str) -> httpx.Response:
    return clinic.api.get(
        f"{path(clinic, **where)}/available_times", params={"from": first, "to": last, "per_page": 100}
    )


def starts(answer: httpx.Response) -> list[str]:
    return [row["appointment_start"] for row in answer.raise_for_status().json()["available_times"]]


def local(answer: httpx.Response, zone: ZoneInfo = ADELAIDE) -> list[str]:
    return [f"{datetime.fromisoformat(start).astimezone(zone):%a %H:%M}" for start in starts(answer)]


def test_times_are_utc_starts_in_order_and_nothing_else(clinic: Clinic) -> None:
    answer = ask(clinic)
    found = starts(answer)
    assert found == sorted(found)
    assert all(start.endswith("Z") for start in found)
    assert all(row.keys() == {"appointment_start"} for row in answer.json()["available_times"])


def test_an_empty_day_is_open_from_the_practitioners_hours_on_their_grid(clinic: Clinic) -> None:
    clinic.free_practitioner()
    morning = [f"Tue {hour:02}:{minute:02}" for hour in range(8, 12) for minute in (0, 30)]
    afternoon = [f"Tue {hour:02}:{minute:02}" for hour in range(13, 17) for minute in (0, 30)]
    assert local(ask(clinic, "2026-11-24", "2026-11-24")) == morning + afternoon


def test_the_grid_is_the_default_types_and_the_asked_type_decides_what_fits(clinic: Clinic) -> None:
    clinic.free_practitioner()
    # 45 minutes on a grid of 30: the last start before noon is 11:00, not 11:30 and not 11:15.
    times = local(ask(clinic, "2026-11-24", "2026-11-24", kind=INITIAL))
    assert [time for time in times if time < "Tue 12:00"][-2:] == ["Tue 10:30", "Tue 11:00"]


def test_a_booking_takes_its_time_away_and_a_cancellation_gives_it_back(clinic: Clinic) -> None:
    clinic.free_practitioner()
    booked = clinic.book(starts_at="2026-11-23T22:30:00Z")  # Tuesday 9:00
    times = local(ask(clinic, "2026-11-24", "2026-11-24"))
    assert times[:3] == ["Tue 08:00", "Tue 08:30", "Tue 09:30"]  # what only touches it stays free
    clinic.api.patch(f"/individual_appointments/{booked['id']}/cancel", json={"cancellation_reason": 50})
    assert "2026-11-23T22:30:00Z" in starts(ask(clinic))


def test_a_booking_elsewhere_keeps_the_practitioner_busy_here(clinic: Clinic) -> None:
    clinic.free_practitioner()
    clinic.book(starts_at="2026-11-23T22:45:00Z", business_id=clinic.place("Perth"))
    # 9:15 to 9:45 takes two cells of the grid.
    times = local(ask(clinic, "2026-11-24", "2026-11-24"))
    assert [time for time in times if time < "Tue 10:30"] == ["Tue 08:00", "Tue 08:30", "Tue 10:00"]


def test_an_unavailable_block_takes_its_times_away(clinic: Clinic) -> None:
    person = clinic.free_practitioner()
    body = {
        "starts_at": "2026-11-23T21:00:00Z",
        "ends_at": "2026-11-24T02:00:00Z",
        "business_id": clinic.place("Adelaide"),
        "practitioner_id": person,
    }
    assert clinic.api.post("/unavailable_blocks", json=body).status_code == 201
    assert local(ask(clinic, "2026-11-24", "2026-11-24"))[0] == "Tue 13:00"


def test_opening_hours_are_wall_times_of_the_location(clinic: Clinic) -> None:
    clinic.free_practitioner("zara")
    times = local(ask(clinic, "2026-11-24", "2026-11-24", person="zara", place="Perth"), PERTH)
    assert times[0] == "Tue 08:00"


def test_days_are_cut_in_the_accounts_zone_even_for_a_location_elsewhere(clinic: Clinic) -> None:
    clinic.free_practitioner("sauna")
    clinic.control.change("demo", "practitioners", clinic.person("sauna"), business_ids=[clinic.place("Perth")])
    for row in clinic.control.records("demo", "daily_availabilities", practitioner_id=clinic.person("sauna")):
        hours = [{"starts_at": "18:00", "ends_at": "23:59"}]
        values = {"business_id": clinic.place("Perth"), "availabilities": hours}
        clinic.control.change("demo", "daily_availabilities", row["id"], **values)
    kind = clinic.type("Infrared sauna session")
    perth = clinic.control.records("demo", "businesses", id=clinic.place("Perth"))[0]
    offered = [*perth["appointment_type_ids"], kind]
    clinic.control.change("demo", "businesses", perth["id"], appointment_type_ids=offered)
    answer = ask(clinic, "2026-11-25", "2026-11-25", person="sauna", kind="Infrared sauna session", place="Perth")
    # Wednesday in Adelaide begins at 21:30 on Tuesday in Perth.
    assert local(answer, PERTH)[0] == "Tue 21:45"
    assert local(answer, PERTH)[-1] == "Wed 21:00"


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (None, None),
        (MONDAY, None),
        ("2026-11-22", SUNDAY),
        ("2026-11-23", "2026-12-01"),
        (SUNDAY, MONDAY),
        ("2026-11-23T00:00:00Z", SUNDAY),
        ("soon", "later"),
    ],
)
def test_a_window_that_is_missing_past_too_long_or_no_dates_is_a_400(
    clinic: Clinic, first: str | None, last: str | None
) -> None:
    params = {name: value for name, value in (("from", first), ("to", last)) if value}
    answer = clinic.api.get(f"{path(clinic)}/available_times", params=params)
    assert answer.status_code == 400
    message = "Invalid time frame definition. Please check from/to param limitations."
    assert answer.json() == {"message": message}


def test_seven_days_apart_are_allowed_unless_the_knob_says_six(sandbox: SandboxServer, clinic: Clinic) -> None:
    assert ask(clinic, MONDAY, "2026-11-30").status_code == 200
    sandbox.control.set_knob(available_times_max_days=6)
    assert ask(clinic, MONDAY, "2026-11-30").status_code == 400
    assert ask(clinic, MONDAY, SUNDAY).status_code == 200


def test_today_is_judged_in_the_accounts_zone(sandbox: SandboxServer, clinic: Clinic) -> None:
    sandbox.control.set_now("2026-11-23T13:00:00Z", frozen=True)  # Monday in London, half past 11 at night in Adelaide
    assert ask(clinic, MONDAY, MONDAY).status_code == 200
    sandbox.control.set_now("2026-11-23T13:31:00Z", frozen=True)  # a minute past midnight
    assert ask(clinic, MONDAY, MONDAY).status_code == 400


def test_what_is_not_shown_online_is_a_404_and_not_an_empty_list(clinic: Clinic) -> None:
    assert ask(clinic, person="ruth").status_code == 404
    assert ask(clinic, person="grace", kind="Orthotics fitting").status_code == 404
    assert ask(clinic, person="peter").status_code == 404
    assert ask(clinic, person="pool").status_code == 404
    clinic.control.change("demo", "businesses", clinic.place("Adelaide"), show_in_online_bookings=False)
    assert ask(clinic).status_code == 404


def test_nothing_is_bookable_when_the_account_has_online_bookings_off(clinic: Clinic) -> None:
    clinic.control.set_setting("demo", "online_bookings", "enabled", False)
    assert ask(clinic).status_code == 404


def test_an_archived_type_is_a_404(clinic: Clinic) -> None:
    clinic.control.archive_type("demo", clinic.type(STANDARD))
    assert ask(clinic).status_code == 404


def test_lead_time_of_the_account_or_of_the_type_hides_near_times(clinic: Clinic) -> None:
    clinic.free_practitioner()
    assert local(ask(clinic, MONDAY, MONDAY))[0] == "Mon 08:30"  # half past seven, and an hour's notice
    clinic.control.change("demo", "appointment_types", clinic.type(STANDARD), online_bookings_lead_time_hours=24)
    assert local(ask(clinic))[0] == "Tue 08:00"


def test_nothing_is_offered_beyond_the_horizon(clinic: Clinic) -> None:
    clinic.control.set_setting("demo", "online_bookings", "allow_bookings_days_in_advance", 28)
    assert starts(ask(clinic, "2027-01-04", "2027-01-10")) == []


def test_a_cap_per_part_of_the_day_spreads_what_is_offered(clinic: Clinic) -> None:
    clinic.free_practitioner()
    clinic.control.set_setting("demo", "online_bookings", "max_appointments_per_day_segment", 2)
    assert local(ask(clinic, "2026-11-24", "2026-11-24")) == ["Tue 08:00", "Tue 10:00", "Tue 13:00", "Tue 15:00"]


def test_a_group_type_offers_the_sessions_that_have_a_seat(clinic: Clinic) -> None:
    kind = "Clinical Pilates class"
    person, type_id = clinic.free_practitioner(), clinic.type(kind)
    session = {
        "starts_at": "2026-11-24T06:45:00Z",
        "appointment_type_id": type_id,
        "business_id": clinic.place("Adelaide"),
        "practitioner_id": person,
        "max_attendees": 1,
    }
    session_id = clinic.api.post("/group_appointments", json=session).json()["id"]
    assert starts(ask(clinic, kind=kind)) == ["2026-11-24T06:45:00Z"]
    seat = {"booking_id": session_id, "patient_id": clinic.add_patient()}
    assert clinic.api.post("/attendees", json=seat).status_code == 201
    assert starts(ask(clinic, kind=kind)) == []


def test_a_full_week_has_more_than_one_page_and_the_link_may_be_relative(
    sandbox: SandboxServer, clinic: Clinic
) -> None:
    clinic.free_practitioner()
    params = {"from": MONDAY, "to": SUNDAY}
    answer = clinic.api.get(f"{path(clinic)}/available_times", params=params).json()
    assert (len(answer["available_times"]), answer["total_entries"]) == (50, 79)
    assert len(clinic.api.get(answer["links"]["next"]).json()["available_times"]) == 29
    sandbox.control.set_knob(relative_available_times_link=True)
    links = clinic.api.get(f"{path(clinic)}/available_times", params=params).json()["links"]
    assert links["self"].startswith("/v1/businesses/")


def test_the_next_time_is_the_first_of_the_window_or_from_now(clinic: Clinic) -> None:
    clinic.free_practitioner()
    url = f"{path(clinic)}/next_available_time"
    first = clinic.api.get(url, params={"from": FRIDAY, "to": SUNDAY}).json()
    assert first["appointment_start"] == "2026-11-26T21:30:00Z"
    assert clinic.api.get(url).json()["appointment_start"] == "2026-11-22T22:00:00Z"


def test_no_next_time_is_a_404_or_null(sandbox: SandboxServer, clinic: Clinic) -> None:
    url = f"{path(clinic)}/next_available_time"
    weekend = {"from": "2026-11-28", "to": SUNDAY}
    assert clinic.api.get(url, params=weekend).status_code == 404
    sandbox.control.set_knob(next_available_time_none="null")
    assert clinic.api.get(url, params=weekend).json()["appointment_start"] is None


def test_a_change_of_the_clocks_moves_the_instants_and_not_the_wall_times(sandbox: SandboxServer) -> None:
    control = sandbox.control
    control.reset("2026-10-23T08:00:00Z", frozen=True)
    with httpx.Client(base_url=sandbox.cliniko_url, auth=(sandbox.key("kingsway"), "")) as api:
        clinic = Clinic(api, control, "kingsway")
        clinic.free_practitioner("tom")
        place, kind = clinic.named("businesses"), clinic.type("Osteopathy, follow-up")
        url = f"/businesses/{place}/practitioners/{clinic.person('tom')}/appointment_types/{kind}/available_times"
        found = api.get(url, params={"from": "2026-10-23", "to": "2026-10-26", "per_page": 100}).json()
    times = [row["appointment_start"] for row in found["available_times"]]
    assert min(time for time in times if time > "2026-10-24") == "2026-10-26T09:00:00Z"  # winter time began on Sunday
    assert max(time for time in times if time < "2026-10-24") == "2026-10-23T16:30:00Z"
