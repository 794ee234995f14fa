"""Individual appointments: nothing is guarded on creation, everything can be asked afterwards."""

import pytest

from booking_sandbox.server import SandboxServer

from .conftest import NOW, Clinic, last_part, linked


def test_a_booking_ends_after_the_types_length_and_shows_what_a_live_one_shows(clinic: Clinic) -> None:
    row = clinic.book(starts_at="2026-11-24T10:30:00+10:30")
    assert (row["starts_at"], row["ends_at"]) == ("2026-11-24T00:00:00Z", "2026-11-24T00:30:00Z")
    assert (row["repeat_rule"], row["repeats"], row["cancellation_reason_description"]) == ({}, None, "")
    assert (row["did_not_arrive"], row["patient_arrived"]) == (False, False)
    assert (row["booking_ip_address"], row["online_booking_policy_accepted"]) == (None, None)
    assert row["telehealth_url"].startswith("https://")
    assert row["patient_name"] == "Robin Sample"
    assert row["patient_case"] is None


@pytest.mark.parametrize("missing", ["business", "practitioner", "patient"])
def test_a_missing_reference_is_named_by_its_inner_name(clinic: Clinic, missing: str) -> None:
    body = clinic.booking(patient_id=clinic.add_patient())
    for value in ({}, {f"{missing}_id": "1"}, {f"{missing}_id": None}):
        rest = {name: item for name, item in body.items() if name != f"{missing}_id"}
        answer = clinic.api.post("/individual_appointments", json={**rest, **value})
        assert (answer.status_code, answer.json()["errors"]) == (422, {missing: "can’t be blank"})


def test_an_unknown_type_is_complained_about_as_max_attendees(clinic: Clinic) -> None:
    body = clinic.booking(patient_id=clinic.add_patient(), appointment_type_id="1")
    answer = clinic.api.post("/individual_appointments", json=body)
    assert answer.json() == {"message": "Validation Failed", "errors": {"max_attendees": "is not a number"}}


def test_a_start_is_needed_and_an_end_must_come_after_it(clinic: Clinic) -> None:
    body = clinic.booking(patient_id=clinic.add_patient())
    nothing = clinic.api.post("/individual_appointments", json={**body, "starts_at": ""})
    assert list(nothing.json()["errors"]) == ["starts_at"]
    early = clinic.api.post("/individual_appointments", json={**body, "ends_at": "2026-11-23T00:00:00Z"})
    assert list(early.json()["errors"]) == ["ends_at"]


def test_two_bookings_of_one_time_are_both_taken_and_conflicts_tells(clinic: Clinic) -> None:
    clinic.free_practitioner()
    first = clinic.book()
    assert clinic.api.get(first["conflicts"]["links"]["self"]).json() == {"conflicts": {"exist": False}}
    second = clinic.book(starts_at="2026-11-24T00:15:00Z")
    for row in (first, second):
        assert clinic.api.get(row["conflicts"]["links"]["self"]).json() == {"conflicts": {"exist": True}}
    clinic.api.post(f"/individual_appointments/{second['id']}/archive")
    assert clinic.api.get(first["conflicts"]["links"]["self"]).json() == {"conflicts": {"exist": False}}


def test_bookings_that_only_touch_do_not_conflict(clinic: Clinic) -> None:
    clinic.free_practitioner()
    first = clinic.book()
    clinic.book(starts_at=first["ends_at"])
    assert clinic.api.get(f"/individual_appointments/{first['id']}/conflicts").json()["conflicts"]["exist"] is False


def test_hidden_types_past_times_and_short_notice_can_be_booked(clinic: Clinic) -> None:
    assert clinic.book(appointment_type_id=clinic.type("Orthotics fitting"))["id"]
    assert clinic.book(starts_at="2020-01-01T00:00:00Z")["id"]
    assert clinic.book(starts_at="2026-11-22T21:01:00Z")["id"]


def test_an_archived_case_is_refused_at_the_base(clinic: Clinic) -> None:
    case = {"id": "1299999999999999999", "archived_at": NOW, "created_at": NOW, "updated_at": NOW}
    clinic.control.account("demo").table("patient_cases").put(case)
    body = clinic.booking(patient_id=clinic.add_patient(), patient_case_id=case["id"])
    answer = clinic.api.post("/individual_appointments", json=body)
    assert answer.json()["errors"] == {"base": "Case has been archived."}


def test_moving_the_start_keeps_the_end_until_null_computes_it_anew(clinic: Clinic) -> None:
    path = f"/individual_appointments/{clinic.book()['id']}"
    moved = clinic.api.patch(path, json={"starts_at": "2026-11-24T00:10:00Z"}).json()
    assert moved["ends_at"] == "2026-11-24T00:30:00Z"
    assert clinic.api.patch(path, json={"ends_at": None}).json()["ends_at"] == "2026-11-24T00:40:00Z"


def test_cancelling_needs_one_of_the_reasons_and_answers_nothing(clinic: Clinic) -> None:
    path = f"/individual_appointments/{clinic.book()['id']}"
    for reason in (None, 99, True, "sick"):
        assert clinic.api.patch(f"{path}/cancel", json={"cancellation_reason": reason}).status_code == 422
    answer = clinic.api.patch(f"{path}/cancel", json={"cancellation_reason": 31, "cancellation_note": "Unwell"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert (
        clinic.api.post(f"{path}/cancel", json={"cancellation_reason": 31})
        .headers["Content-Type"]
        .startswith("text/html")
    )


def test_a_cancelled_booking_is_hidden_until_it_is_asked_for_and_tells_why(clinic: Clinic) -> None:
    row = clinic.book()
    path = f"/individual_appointments/{row['id']}"
    clinic.api.patch(f"{path}/cancel", json={"cancellation_reason": 31})
    mine = f"patient_id:={last_part(row['patient'])}"
    assert linked(clinic.api.get("/individual_appointments", params={"q[]": mine}), "individual_appointments") == []
    shown = clinic.api.get("/individual_appointments", params={"q[]": [mine, "cancelled_at:?"]}).json()
    (cancelled,) = shown["individual_appointments"]
    assert cancelled["cancellation_reason_description"] == "COVID-19 related"
    assert clinic.api.get(path).status_code == 404
    assert clinic.api.get(path, params={"q[]": "cancelled_at:*"}).json()["cancelled_at"] == NOW


def test_cancelling_twice_is_quiet_or_refused(sandbox: SandboxServer, clinic: Clinic) -> None:
    path = f"/individual_appointments/{clinic.book()['id']}/cancel"
    assert clinic.api.patch(path, json={"cancellation_reason": 50}).status_code == 204
    assert clinic.api.patch(path, json={"cancellation_reason": 50}).status_code == 204
    sandbox.control.set_knob(second_cancel="422")
    assert clinic.api.patch(path, json={"cancellation_reason": 50}).status_code == 422


def test_archiving_leaves_no_live_attendee(clinic: Clinic) -> None:
    row = clinic.book()
    assert clinic.api.post(f"/individual_appointments/{row['id']}/archive").status_code == 204
    query = {"q[]": f"booking_id:={row['id']}"}
    assert linked(clinic.api.get("/attendees", params=query), "attendees") == []


def test_a_retry_can_find_what_it_made_by_patient_and_start(clinic: Clinic) -> None:
    row = clinic.book()
    span = ["starts_at:>=2026-11-24T00:00:00Z", "starts_at:<=2026-11-24T00:00:00Z"]
    query = {"q[]": [f"patient_id:={last_part(row['patient'])}", *span]}
    assert linked(clinic.api.get("/individual_appointments", params=query), "individual_appointments") == [row["id"]]


def test_later_bookings_have_higher_ids(clinic: Clinic) -> None:
    ids = [int(clinic.book()["id"]) for _ in range(3)]
    assert ids == sorted(ids)


def test_a_repeat_rule_makes_copies_that_name_the_first(clinic: Clinic) -> None:
    rule = {"repeat_type": "Weekly", "number_of_repeats": 2, "repeating_interval": 1}
    row = clinic.book(repeat_rule=rule)
    copies = clinic.api.get(row["repeats"]["links"]["self"]).json()["individual_appointments"]
    assert [copy["starts_at"] for copy in copies] == ["2026-12-01T00:00:00Z", "2026-12-08T00:00:00Z"]
    assert last_part(copies[0]["repeated_from"]) == row["id"]


def test_cancelling_may_take_the_repeats_with_it(clinic: Clinic) -> None:
    rule = {"repeat_type": "Daily", "number_of_repeats": 2, "repeating_interval": 1}
    row = clinic.book(repeat_rule=rule)
    body = {"cancellation_reason": 40, "apply_to_repeats": True}
    clinic.api.patch(f"/individual_appointments/{row['id']}/cancel", json=body)
    assert clinic.api.get(row["repeats"]["links"]["self"]).json()["individual_appointments"] == []


def test_an_appointment_has_one_attendee_who_may_show_a_moment_later(sandbox: SandboxServer, clinic: Clinic) -> None:
    sandbox.control.set_knob(attendee_lag_reads=2)
    row = clinic.book()
    link = row["attendees"]["links"]["self"]
    counts = [len(clinic.api.get(link).json()["attendees"]) for _ in range(3)]
    assert counts == [0, 0, 1]


def test_arrival_is_written_on_the_attendee_and_unticking_leaves_both_flags_null(clinic: Clinic) -> None:
    row = clinic.book()
    (attendee_id,) = linked(clinic.api.get(row["attendees"]["links"]["self"]), "attendees")
    flags = []
    for arrived in (True, False, None):
        shown = clinic.api.patch(f"/attendees/{attendee_id}", json={"arrived": arrived}).json()
        assert shown["arrived"] is arrived
        booking = clinic.api.get(f"/individual_appointments/{row['id']}").json()
        flags.append((booking["patient_arrived"], booking["did_not_arrive"]))
    assert flags == [(True, False), (False, True), (None, None)]


def test_only_attendees_of_groups_can_be_cancelled_by_themselves(clinic: Clinic) -> None:
    row = clinic.book()
    (attendee_id,) = linked(clinic.api.get(row["attendees"]["links"]["self"]), "attendees")
    answer = clinic.api.patch(f"/attendees/{attendee_id}/cancel", json={"cancellation_reason": 50})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["base"])


def test_a_seat_in_a_session_is_an_attendee_under_booking_id(clinic: Clinic) -> None:
    session = clinic.control.records("demo", "group_appointments")[0]["id"]
    patient_id = clinic.add_patient()
    wrong = clinic.api.post("/attendees", json={"appointment_id": session, "patient_id": patient_id})
    assert wrong.json()["errors"] == {"appointment_id": "can’t be blank"}
    seat = clinic.api.post("/attendees", json={"booking_id": session, "patient_id": patient_id}).json()
    assert last_part(seat["booking"]) == session
    assert patient_id in clinic.api.get(f"/group_appointments/{session}").json()["patient_ids"]
    assert clinic.api.patch(f"/attendees/{seat['id']}/cancel", json={"cancellation_reason": 40}).status_code == 204
    assert patient_id not in clinic.api.get(f"/group_appointments/{session}").json()["patient_ids"]


def test_bookings_are_the_three_kinds_in_one_list_to_be_told_by_their_members(clinic: Clinic) -> None:
    row = clinic.book()
    booking = clinic.api.get(f"/bookings/{row['id']}").json()
    assert booking["links"]["self"].endswith(f"/bookings/{row['id']}")
    assert "patient_name" in booking
    session = clinic.api.get(f"/bookings/{clinic.control.records('demo', 'group_appointments')[0]['id']}").json()
    block = clinic.api.get(f"/bookings/{clinic.control.records('demo', 'unavailable_blocks')[0]['id']}").json()
    assert "patient_ids" in session
    assert not {"patient_name", "max_attendees"} & block.keys()
    query = {"q[]": f"patient_ids:~{last_part(row['patient'])}"}
    assert linked(clinic.api.get("/bookings", params=query), "bookings") == [row["id"]]
