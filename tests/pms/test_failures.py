"""Every way Cliniko can fail, in this product's words."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.pms.cliniko import ClinikoPractice
from booking_app.pms.errors import (
    OutOfTime,
    PracticeBusy,
    PracticeMisconfigured,
    PracticeMissing,
    PracticeOutcomeUnknown,
    PracticeRefused,
    PracticeRejected,
    PracticeUnavailable,
)
from booking_app.pms.records import NewAppointment, NewPatient

STARTS_AT = datetime(2026, 11, 24, tzinfo=UTC)
APPOINTMENT = NewAppointment(
    patient_id="71",
    service_id="21",
    location_id="41",
    practitioner_id="31",
    starts_at=STARTS_AT,
    ends_at=STARTS_AT + timedelta(minutes=45),
    note="Booked online, reference BK-7F3K2M9Q",
)
PATIENT = NewPatient(
    first_name="Mara",
    last_name="Linden",
    email="mara@example.com",
    phone="+61491570156",
    date_of_birth=date(1990, 5, 4),
    marker="BK-7F3K2M9Q",
)


def reset_in(seconds: int) -> httpx.Response:
    reset = datetime.now(UTC).timestamp() + seconds
    return httpx.Response(429, headers={"X-RateLimit-Reset": str(round(reset))})


READS: list[tuple[Any, type[RemoteFailure], str]] = [
    (httpx.Response(401, text="HTTP Basic: Access denied."), PracticeRefused, "cliniko_401"),
    (httpx.Response(403), PracticeRefused, "cliniko_403"),
    (httpx.Response(400, json={"message": "This column is not searchable."}), PracticeRejected, "cliniko_400"),
    (httpx.Response(409), PracticeRejected, "cliniko_409"),
    (httpx.Response(502, text="<html>"), PracticeUnavailable, "cliniko_502"),
    (httpx.Response(200, text="<html>maintenance</html>"), PracticeUnavailable, "cliniko_not_json"),
    (httpx.Response(200, json={"unexpected": True}), PracticeUnavailable, "cliniko_unreadable"),
    (httpx.ReadTimeout("late"), PracticeUnavailable, "cliniko_timeout"),
    (httpx.ConnectError("refused"), PracticeUnavailable, "cliniko_unreachable"),
    (httpx.ReadError("reset"), PracticeUnavailable, "cliniko_disconnected"),
]

WRITES: list[tuple[Any, type[RemoteFailure], str]] = [
    (httpx.ReadTimeout("late"), PracticeOutcomeUnknown, "cliniko_timeout"),
    (httpx.ReadError("reset"), PracticeOutcomeUnknown, "cliniko_no_answer"),
    (httpx.RemoteProtocolError("hung up"), PracticeOutcomeUnknown, "cliniko_no_answer"),
    (httpx.Response(504, text="<html>"), PracticeOutcomeUnknown, "cliniko_504"),
    (httpx.Response(201, text="<html>"), PracticeOutcomeUnknown, "cliniko_not_json"),
    (httpx.Response(201, json={"no": "id"}), PracticeOutcomeUnknown, "cliniko_unreadable"),
    (httpx.ConnectTimeout("no route"), PracticeUnavailable, "cliniko_unreachable"),
    (httpx.ConnectError("refused"), PracticeUnavailable, "cliniko_unreachable"),
    (httpx.Response(404), PracticeMissing, "cliniko_404"),
    (httpx.Response(401), PracticeRefused, "cliniko_401"),
    (httpx.Response(422, json={"message": "must be an object"}), PracticeRejected, "cliniko_422"),
]


@pytest.mark.parametrize(("answer", "failure", "code"), READS, ids=lambda value: getattr(value, "__name__", None))
def test_a_failed_read_says_what_is_wrong(
    cliniko: Any, practice: ClinikoPractice, answer: Any, failure: type[RemoteFailure], code: str
) -> None:
    cliniko.on("GET", "/patients", answer)
    with pytest.raises(RemoteFailure) as raised:
        practice.find_patient_by_marker("BK-7F3K2M9Q")
    assert (type(raised.value), raised.value.code) == (failure, code)


@pytest.mark.parametrize(("answer", "failure", "code"), WRITES, ids=lambda value: getattr(value, "__name__", None))
def test_a_failed_write_says_whether_it_may_have_happened(
    cliniko: Any, practice: ClinikoPractice, answer: Any, failure: type[RemoteFailure], code: str
) -> None:
    cliniko.on("POST", "/individual_appointments", answer)
    with pytest.raises(RemoteFailure) as raised:
        practice.create_appointment(APPOINTMENT)
    assert (type(raised.value), raised.value.code) == (failure, code)
    assert cliniko.calls == ["POST /individual_appointments"], "a write is sent once"


def test_refused_fields_are_named_without_what_was_sent(cliniko: Any, practice: ClinikoPractice) -> None:
    errors = {"email": "mara@example is invalid", "custom_fields": "is invalid", "mara linden": "?"}
    cliniko.on("POST", "/patients", httpx.Response(422, json={"message": "Validation Failed", "errors": errors}))
    with pytest.raises(PracticeRejected) as raised:
        practice.create_patient(PATIENT)
    assert raised.value.fields == ("custom_fields", "email")
    assert raised.value.code == "cliniko_422:custom_fields,email"
    assert raised.value.failure is Failure.DATA
    assert "mara" not in repr(raised.value).lower()


def test_a_code_fits_the_task_however_many_fields_are_refused(cliniko: Any, practice: ClinikoPractice) -> None:
    errors = {f"a_rather_long_field_name_{number}": "is invalid" for number in range(20)}
    cliniko.on("POST", "/patients", httpx.Response(422, json={"errors": errors}))
    with pytest.raises(PracticeRejected) as raised:
        practice.create_patient(PATIENT)
    assert len(raised.value.code) == 120
    assert len(raised.value.fields) == 20


def test_the_limit_says_how_long_to_wait_and_everybody_hears_it(
    cliniko: Any, make_practice: Callable[..., ClinikoPractice]
) -> None:
    heard: list[float] = []
    cliniko.on("GET", "/patients", reset_in(30))
    with pytest.raises(PracticeBusy) as raised:
        make_practice(on_limit=heard.append).find_patient_by_marker("BK-7F3K2M9Q")
    assert raised.value.code == "cliniko_429"
    assert raised.value.retry_after == pytest.approx(30, abs=3)
    assert heard == [raised.value.retry_after]


def test_copies_of_a_practice_pass_the_limit_on_too(
    cliniko: Any, make_practice: Callable[..., ClinikoPractice]
) -> None:
    heard: list[float] = []
    cliniko.on("GET", "/patients", reset_in(30))
    with pytest.raises(PracticeBusy):
        make_practice(on_limit=heard.append).within(before_write=lambda: None).find_patient_by_marker("BK-7F3K2M9Q")
    assert len(heard) == 1


def test_a_deadline_that_is_over_sends_nothing(cliniko: Any, practice: ClinikoPractice) -> None:
    with pytest.raises(OutOfTime) as raised:
        practice.within(deadline=0.0).create_appointment(APPOINTMENT)
    assert raised.value.code == "cliniko_deadline"
    assert cliniko.requests == []


def test_a_lost_lease_stops_the_write_and_is_passed_on_as_it_is(cliniko: Any, practice: ClinikoPractice) -> None:
    class LeaseGone(Exception):
        pass

    def check() -> None:
        raise LeaseGone

    with pytest.raises(LeaseGone):
        practice.within(before_write=check).create_appointment(APPOINTMENT)
    assert cliniko.requests == []


def test_reads_do_not_ask_for_the_lease(cliniko: Any, practice: ClinikoPractice) -> None:
    def check() -> None:
        raise AssertionError

    cliniko.lists("/patients")
    assert practice.within(before_write=check).find_patient_by_marker("BK-7F3K2M9Q") is None


def test_a_deadline_and_a_check_survive_each_other(cliniko: Any, practice: ClinikoPractice, records: Any) -> None:
    checked: list[bool] = []
    cliniko.on("POST", "/individual_appointments", httpx.Response(201, json=records.appointment("91")))
    bound = practice.within(before_write=lambda: checked.append(True)).within(deadline=10**12)
    assert bound.create_appointment(APPOINTMENT).cliniko_id == "91"
    assert checked == [True]


def test_a_budget_that_refuses_is_heard_as_it_is(cliniko: Any, make_practice: Callable[..., ClinikoPractice]) -> None:
    def refuse() -> None:
        raise PracticeBusy("budget_spent", retry_after=4.0)

    with pytest.raises(PracticeBusy) as raised:
        make_practice(budget=refuse).whoami()
    assert raised.value.code == "budget_spent"
    assert cliniko.requests == []


@pytest.mark.parametrize("key", ["", "with blank-au1", "ends-in-evil.example"])
def test_a_key_that_cannot_be_one_is_a_setting_to_fix(key: str) -> None:
    with pytest.raises(PracticeMisconfigured) as raised:
        ClinikoPractice.connect(key, contact_email="desk@example.com")
    assert raised.value.code == "cliniko_settings"
    assert key == "" or key not in str(raised.value)
