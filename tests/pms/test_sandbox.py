"""A whole booking over real HTTP against the sandbox, and what is found again when an answer is lost."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from booking_app.pms.cliniko import CallRecord, ClinikoPractice
from booking_app.pms.errors import PracticeBusy, PracticeOutcomeUnknown, PracticeRefused, PracticeUnavailable
from booking_app.pms.practice import Practice
from booking_app.pms.records import (
    Appointment,
    FormQuestion,
    FormSection,
    NewAppointment,
    NewForm,
    NewPatient,
    PatientRecord,
    PracticeCatalogue,
)
from booking_sandbox.control import SandboxControl
from booking_sandbox.server import SandboxServer

MONDAY = date(2026, 11, 23)
ZONE = ZoneInfo("Australia/Adelaide")
MARKER = "BK-7F3K2M9Q"
PATIENT = NewPatient(
    first_name="Mara",
    last_name="Linden-Fjord",
    email="mara.linden@example.com",
    phone="+61491570156",
    date_of_birth=date(1990, 5, 4),
    marker=MARKER,
    emergency_contact="Ove Linden, 0491 570 157",
    accepted_email_marketing=False,
    accepted_sms_marketing=True,
    time_zone="Australia/Adelaide",
    attributes={"occupation": "Cartographer"},
)
PDF = b"%PDF-1.7 signed"
SIGNATURE = (
    "data:image/svg+xml;base64,"
    "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSIxMCIgaGVpZ2h0PSIxMCI+PHBhdGggZD0iTTEgMUw5IDkiLz48L3N2Zz4="
)


@dataclass(frozen=True)
class Slot:
    location_id: str
    practitioner_id: str
    service_id: str


@pytest.fixture(scope="module")
def running() -> Iterator[SandboxServer]:
    with SandboxServer(smtp_port=None) as sandbox:
        yield sandbox


@pytest.fixture
def control(running: SandboxServer) -> SandboxControl:
    """The sandbox on a Saturday evening, as it is at first."""
    running.control.reset("2026-11-21T09:00:00Z")
    return running.control


@pytest.fixture
def calls() -> list[CallRecord]:
    return []


@pytest.fixture
def practice(running: SandboxServer, control: SandboxControl, calls: list[CallRecord]) -> Iterator[ClinikoPractice]:
    made = ClinikoPractice.connect(
        running.key("demo"),
        contact_email="desk@example.com",
        base_url=running.cliniko_url,
        on_call=calls.append,
        timeout=5.0,
    )
    yield made
    made.close()


@pytest.fixture
def catalogue(practice: ClinikoPractice) -> PracticeCatalogue:
    return practice.read_catalogue()


@pytest.fixture
def slot(catalogue: PracticeCatalogue) -> Slot:
    """A standard physiotherapy consultation with Mia in Adelaide."""
    service = next(one for one in catalogue.services if one.name == "Standard physiotherapy consultation")
    location = next(one for one in catalogue.locations if one.name.endswith("Adelaide"))
    practitioner = next(one for one in catalogue.practitioners if "Mia" in one.name)
    return Slot(location.cliniko_id, practitioner.cliniko_id, service.cliniko_id)


def starts(practice: Practice, slot: Slot, from_day: date = MONDAY) -> tuple[datetime, ...]:
    return practice.slot_starts(
        location_id=slot.location_id,
        practitioner_id=slot.practitioner_id,
        service_id=slot.service_id,
        from_day=from_day,
        to_day=from_day + timedelta(days=6),
    )


@pytest.fixture
def free(practice: ClinikoPractice, slot: Slot) -> datetime:
    return starts(practice, slot)[0]


@pytest.fixture
def patient(practice: ClinikoPractice) -> PatientRecord:
    return practice.create_patient(PATIENT)


def new_appointment(slot: Slot, patient: PatientRecord, starts_at: datetime, marker: str = MARKER) -> NewAppointment:
    return NewAppointment(
        patient_id=patient.cliniko_id,
        service_id=slot.service_id,
        location_id=slot.location_id,
        practitioner_id=slot.practitioner_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        note=f"Booked online, reference {marker}",
    )


@pytest.fixture
def appointment(practice: ClinikoPractice, slot: Slot, patient: PatientRecord, free: datetime) -> Appointment:
    return practice.create_appointment(new_appointment(slot, patient, free))


def new_form(patient: PatientRecord, attendee_id: str) -> NewForm:
    health = FormSection(
        "Health",
        (
            FormQuestion("What brings you?", "text", answer="Line one\nline two & < three"),
            FormQuestion("More", "paragraph", answer="<p>Nothing\nelse</p>"),
            FormQuestion("Since", "date", answer="2026-11-01"),
            FormQuestion("Where", "checkboxes", options=(("Left", True), ("Right", False))),
            FormQuestion("Again", "radio", options=(("Yes", False), ("No", True))),
            FormQuestion("Not answered", "text"),
        ),
    )
    waiver = FormSection("Waiver", (FormQuestion("Signature", "signature", signature=SIGNATURE),), "<p>I agree.</p>")
    return NewForm(patient.cliniko_id, attendee_id, f"Online intake {MARKER}", (health, waiver))


def attach(practice: Practice, patient: PatientRecord) -> str:
    return practice.attach_document(
        patient_id=patient.cliniko_id,
        file_name="signed waiver.pdf",
        media_type="application/pdf",
        content=PDF,
        description=f"Signed waiver, reference {MARKER}",
    ).cliniko_id


def attendee_of(practice: Practice, appointment: Appointment) -> str:
    found = practice.attendee_of(appointment.cliniko_id)
    assert found is not None
    return found.cliniko_id


def test_it_does_everything_a_practice_does(practice: ClinikoPractice) -> None:
    wanted = {name for name in vars(Practice) if not name.startswith("_")}
    assert {name for name in wanted if not callable(getattr(practice, name, None))} == set()


def test_who_the_key_is(practice: ClinikoPractice, running: SandboxServer, catalogue: PracticeCatalogue) -> None:
    account = practice.whoami()
    server = running.url.removeprefix("http://")
    assert account.user_role == "administrator"
    assert account.account_key == catalogue.account_key == f"{server}/au1:31001"
    assert account.budget_key == f"{server}/au1:user:1100001000007919470"


def test_a_wrong_key_is_refused(running: SandboxServer) -> None:
    stranger = ClinikoPractice.connect("stranger-au1", contact_email="desk@example.com", base_url=running.cliniko_url)
    with pytest.raises(PracticeRefused):
        stranger.whoami()
    stranger.close()


def test_the_catalogue_is_whole(catalogue: PracticeCatalogue, calls: list[CallRecord]) -> None:
    assert len(calls) <= 8
    services = {one.name: one for one in catalogue.services}
    assert services["Initial physiotherapy consultation"].price == Decimal("110.00")
    assert services["Free fifteen-minute chat"].price is None
    assert services["Extended physiotherapy consultation"].deposit == Decimal("50.00")
    assert services["Clinical Pilates class"].places == 8
    assert services["Standard podiatry consultation"].sends_confirmation
    assert not services["Orthotics fitting"].is_bookable
    assert "Sports massage" not in services, "archived"
    zones = {one.name: one.time_zone for one in catalogue.locations}
    assert zones["Harbour Street Health Perth"] == "Australia/Perth"
    assert catalogue.account_time_zone is None, "three zones and none of them named as the account's"
    assert {one.service_id for one in catalogue.offers} <= {one.cliniko_id for one in catalogue.services}


def test_starts_lie_on_the_days_asked_for(practice: ClinikoPractice, slot: Slot) -> None:
    found = starts(practice, slot)
    assert list(found) == sorted(set(found))
    assert len(found) > 20
    assert {one.astimezone(ZONE).date() for one in found} <= {MONDAY + timedelta(days=n) for n in range(7)}


def test_a_week_that_began_yesterday_still_shows_what_is_left(practice: ClinikoPractice, slot: Slot) -> None:
    yesterday = date(2026, 11, 20)
    with_yesterday = starts(practice, slot, yesterday)
    assert with_yesterday
    assert with_yesterday[0] >= datetime(2026, 11, 21, tzinfo=ZONE)


def test_the_next_start_is_the_first_one(practice: ClinikoPractice, slot: Slot) -> None:
    where = {
        "location_id": slot.location_id,
        "practitioner_id": slot.practitioner_id,
        "service_id": slot.service_id,
    }
    assert practice.next_start(**where, from_day=MONDAY) == starts(practice, slot)[0]


@pytest.mark.parametrize("answer", ["404", "null"])
def test_no_next_start_is_none_however_cliniko_says_it(
    practice: ClinikoPractice, control: SandboxControl, slot: Slot, answer: str
) -> None:
    control.set_knob(next_available_time_none=answer)
    where = {"location_id": slot.location_id, "practitioner_id": slot.practitioner_id, "service_id": slot.service_id}
    assert practice.next_start(**where, from_day=date(2028, 1, 3)) is None


def test_what_is_switched_off_has_no_starts(practice: ClinikoPractice, control: SandboxControl, slot: Slot) -> None:
    control.set_setting("demo", "online_bookings", "enabled", False)
    assert starts(practice, slot) == ()
    control.set_setting("demo", "online_bookings", "enabled", True)


class TestAWholeBooking:
    def test_leaves_every_record_where_the_clinic_looks_for_it(
        self, practice: ClinikoPractice, control: SandboxControl, slot: Slot, calls: list[CallRecord]
    ) -> None:
        starts_at = starts(practice, slot)[0]
        calls.clear()
        known = practice.find_patients(email=PATIENT.email, last_name="Linden-Fjord", date_of_birth=date(1990, 5, 4))
        assert known == ()
        patient = practice.create_patient(PATIENT)
        appointment = practice.create_appointment(new_appointment(slot, patient, starts_at))
        assert not practice.has_conflict(appointment.cliniko_id)
        attendee_id = attendee_of(practice, appointment)
        form_id = practice.complete_form(new_form(patient, attendee_id))
        document_id = attach(practice, patient)
        made = Counter(f"{one.method} {one.route}" for one in calls)
        assert sum(made.values()) == 10, made

        stored = control.records("demo", "patients", id=patient.cliniko_id)[0]
        assert (stored["first_name"], stored["email"], stored["occupation"]) == (
            "Mara",
            "mara.linden@example.com",
            "Cartographer",
        )
        assert (stored["accepted_privacy_policy"], stored["accepted_email_marketing"]) == (True, False)
        assert stored["accepted_sms_marketing"] is True
        booked = control.records("demo", "individual_appointments", id=appointment.cliniko_id)[0]
        assert booked["patient_id"] == patient.cliniko_id
        form = control.records("demo", "patient_forms", id=form_id)[0]
        assert form["completed_at"]
        assert form["attendee_id"] == attendee_id
        assert control.attachment(document_id) == (PDF, "application/pdf")
        assert starts_at not in starts(practice, slot)

    def test_shows_the_document_once_it_is_processed(
        self, practice: ClinikoPractice, control: SandboxControl, patient: PatientRecord
    ) -> None:
        control.set_knob(attachment_lag_reads=1)
        document_id = attach(practice, patient)
        first, second = practice.document(document_id), practice.document(document_id)
        assert first is not None
        assert second is not None
        assert (first.is_processed, second.is_processed, second.size) == (False, True, len(PDF))

    def test_waits_for_an_attendee_that_lags(
        self, practice: ClinikoPractice, control: SandboxControl, slot: Slot, patient: PatientRecord, free: datetime
    ) -> None:
        control.set_knob(attendee_lag_reads=2)
        appointment = practice.create_appointment(new_appointment(slot, patient, free))
        seen = [practice.attendee_of(appointment.cliniko_id) for _ in range(4)]
        assert seen[0] is None
        assert seen[-1] is not None

    def test_fills_custom_fields(self, practice: ClinikoPractice, control: SandboxControl) -> None:
        sections = control.account("demo").settings["patient_custom_fields_definition"]["sections"]
        field = next(one for one in sections[0]["fields"] if one["type"] in ("radiobuttons", "checkboxes"))
        chosen = field["options"][0]
        made = practice.create_patient(replace(PATIENT, custom_answers={field["token"]: [chosen["name"]]}))
        stored = control.records("demo", "patients", id=made.cliniko_id)[0]["custom_fields"]
        options = stored["sections"][0]["fields"][0]["options"]
        assert [one["token"] for one in options if one.get("selected")] == [chosen["token"]]


class TestALostAnswer:
    """The sandbox does what it is told and then hangs up; the look-up finds it, so nothing is done twice."""

    def test_to_the_patient(self, practice: ClinikoPractice, control: SandboxControl) -> None:
        control.fault("drop_after", method="POST", path="/patients$")
        with pytest.raises(PracticeOutcomeUnknown):
            practice.create_patient(PATIENT)
        found = practice.find_patient_by_marker(MARKER)
        assert found is not None
        assert (found.first_name, found.marker) == ("Mara", MARKER)

    def test_to_the_appointment(
        self, practice: ClinikoPractice, control: SandboxControl, slot: Slot, patient: PatientRecord, free: datetime
    ) -> None:
        control.fault("drop_after", method="POST", path="/individual_appointments$")
        with pytest.raises(PracticeOutcomeUnknown):
            practice.create_appointment(new_appointment(slot, patient, free))
        found = practice.find_appointment(patient_id=patient.cliniko_id, starts_at=free, marker=MARKER)
        assert found is not None
        assert found.starts_at == free
        assert practice.find_appointment(patient_id=patient.cliniko_id, starts_at=free, marker="BK-22222222") is None

    def test_to_the_form(
        self, practice: ClinikoPractice, control: SandboxControl, patient: PatientRecord, appointment: Appointment
    ) -> None:
        attendee_id = attendee_of(practice, appointment)
        where = {"patient_id": patient.cliniko_id, "attendee_id": attendee_id, "marker": MARKER}
        assert practice.find_form(**where) is None
        control.fault("status", method="POST", path="/patient_forms$", status=504, after_commit=True)
        with pytest.raises(PracticeOutcomeUnknown):
            practice.complete_form(new_form(patient, attendee_id))
        assert practice.find_form(**where) is not None

    def test_to_the_document(self, practice: ClinikoPractice, control: SandboxControl, patient: PatientRecord) -> None:
        control.fault("malformed", method="POST", path="/patient_attachments$", body="html")
        with pytest.raises(PracticeOutcomeUnknown):
            attach(practice, patient)
        found = practice.find_document(patient_id=patient.cliniko_id, marker=MARKER)
        assert found is not None
        assert MARKER in found.description

    def test_that_never_arrived_leaves_nothing(self, practice: ClinikoPractice, control: SandboxControl) -> None:
        control.fault("drop_before", method="POST", path="/patients$")
        with pytest.raises(PracticeOutcomeUnknown):
            practice.create_patient(PATIENT)
        assert practice.find_patient_by_marker(MARKER) is None

    def test_of_a_tired_gateway_is_read_again(
        self, practice: ClinikoPractice, control: SandboxControl, slot: Slot
    ) -> None:
        control.fault("status", method="GET", path="/available_times$", status=502, times=1)
        assert starts(practice, slot)
        control.fault("status", method="GET", path="/available_times$", status=502, times=3)
        with pytest.raises(PracticeUnavailable) as raised:
            starts(practice, slot)
        assert raised.value.code == "cliniko_502"

    def test_at_the_limit_says_when_to_come_back(self, practice: ClinikoPractice, control: SandboxControl) -> None:
        control.fault("rate_limit", seconds=20)
        with pytest.raises(PracticeBusy) as raised:
            practice.whoami()
        assert 1 <= (raised.value.retry_after or 0) <= 60


class TestSomebodyFaster:
    def test_shows_as_a_conflict_and_by_name_of_the_note(
        self, practice: ClinikoPractice, control: SandboxControl, slot: Slot, patient: PatientRecord, free: datetime
    ) -> None:
        theirs = control.receptionist_books(
            "demo", practitioner_id=slot.practitioner_id, starts_at=free + timedelta(minutes=15), minutes=30
        )
        ours = practice.create_appointment(new_appointment(slot, patient, free))
        assert practice.has_conflict(ours.cliniko_id)
        found = practice.overlapping(
            practitioner_id=slot.practitioner_id, starts_at=free, ends_at=free + timedelta(minutes=30)
        )
        notes = {one.cliniko_id: one.note for one in found}
        assert notes == {theirs: "Booked at the front desk", ours.cliniko_id: f"Booked online, reference {MARKER}"}

    def test_is_stepped_back_from_as_if_nothing_had_been(
        self, practice: ClinikoPractice, appointment: Appointment
    ) -> None:
        practice.archive_appointment(appointment.cliniko_id)
        practice.archive_appointment(appointment.cliniko_id)
        gone = practice.appointment(appointment.cliniko_id)
        assert gone is None or gone.is_archived
        found = practice.overlapping(
            practitioner_id=str(appointment.practitioner_id),
            starts_at=appointment.starts_at,
            ends_at=appointment.ends_at,
        )
        assert found == ()


@pytest.mark.parametrize("by_id", ["404", "200"])
@pytest.mark.parametrize("second", ["204", "422"])
def test_an_appointment_can_be_cancelled_twice(
    practice: ClinikoPractice, control: SandboxControl, appointment: Appointment, by_id: str, second: str
) -> None:
    control.set_knob(cancelled_by_id=by_id, second_cancel=second)
    for _ in range(2):
        practice.cancel_appointment(appointment.cliniko_id, reason="sick", note=f"Cancelled online, {MARKER}")
    found = practice.appointment(appointment.cliniko_id)
    assert found is not None
    assert found.is_cancelled
    stored = control.records("demo", "individual_appointments", id=appointment.cliniko_id)[0]
    assert stored["cancellation_reason"] == 30


@pytest.mark.parametrize("is_strict", [True, False])
def test_a_patient_is_found_whatever_the_case_of_the_email(
    practice: ClinikoPractice, control: SandboxControl, is_strict: bool
) -> None:
    control.set_knob(string_filter_case_sensitive=is_strict)
    made = practice.create_patient(PATIENT)
    found = practice.find_patients(
        email="Mara.Linden@Example.com", last_name="Somebody-Else", date_of_birth=date(1950, 1, 1)
    )
    assert [one.cliniko_id for one in found] == [made.cliniko_id]


def test_an_archived_patient_is_nobody(practice: ClinikoPractice, patient: PatientRecord) -> None:
    practice.archive_patient(patient.cliniko_id)
    assert practice.current_patient(patient.cliniko_id) is None
    assert practice.find_patient_by_marker(MARKER) is None


def test_the_form_templates_in_use_are_read_with_what_can_be_asked(practice: Practice) -> None:
    names = [template.name for template in practice.form_templates()]
    assert names == ["Consent and waiver", "New patient form", "Pool and sauna health check"]
    consent, new_patient, _ = practice.form_templates()
    assert [question.kind for question in consent.sections[0].questions] == ["checkboxes", "signature", "text"]
    visit, health = new_patient.sections
    assert (visit.name, visit.questions[0].name, visit.questions[0].is_required) == (
        "About your visit", "What brings you here?", True,
    )  # fmt: skip
    assert visit.questions[2].options == ("Yes", "No", "Not sure")
    assert (health.questions[0].has_other, visit.questions[2].has_other) == (True, False)


def test_the_custom_fields_in_use_are_read_with_their_options(practice: Practice) -> None:
    fields = practice.custom_fields()
    assert [(field.name, field.kind) for field in fields] == [
        ("How did you hear about us?", "radio"), ("Preferred contact", "checkboxes"), ("NDIS number", "text"),
        ("Referral letter dated", "date"), ("Access needs", "paragraph"),
    ]  # fmt: skip
    assert (fields[0].section, fields[0].options, fields[0].has_other) == (
        "Booking", ("Friend or family", "Search engine"), True,
    )  # fmt: skip
