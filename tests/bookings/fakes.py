"""A practice system in memory that behaves as Cliniko is documented: it never refuses an overlap."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import count
from typing import TypeVar

from booking_app.core.failures import RemoteFailure
from booking_app.pms.diary import DiaryEntry, UsualHours
from booking_app.pms.errors import (
    OutOfTime,
    PracticeMissing,
    PracticeOutcomeUnknown,
    PracticeRefused,
    PracticeUnavailable,
)
from booking_app.pms.practice import CancelReason, Practice
from booking_app.pms.records import (
    Account,
    Appointment,
    Attendee,
    CustomFieldChoice,
    FinishedForm,
    FormTemplate,
    GroupTime,
    Location,
    NewAppointment,
    NewForm,
    NewPatient,
    Offer,
    PatientRecord,
    PracticeCatalogue,
    Practitioner,
    Service,
    StoredDocument,
)
from booking_app.pms.rights import AREAS, Right

T = TypeVar("T")
ZONE = "Australia/Adelaide"


@dataclass
class FakePractice:
    """`fail_before` and `fail_after` name methods whose next call is lost before or after it took effect.

    `is_down` and `refuses_key` answer every call alike; `on_call` is told the name of each call before it is done.
    """

    free: dict[tuple[str, datetime], bool] = field(default_factory=dict)
    patients: list[PatientRecord] = field(default_factory=list)
    created: list[NewPatient] = field(default_factory=list)
    appointments: dict[str, Appointment] = field(default_factory=dict)
    forms: list[NewForm] = field(default_factory=list)
    documents: list[tuple[StoredDocument, bytes]] = field(default_factory=list)
    groups: list[GroupTime] = field(default_factory=list)
    hours: tuple[UsualHours, ...] = ()
    breaks: list[DiaryEntry] = field(default_factory=list)
    found: PracticeCatalogue | None = None
    fail_before: list[str] = field(default_factory=list)
    fail_after: list[str] = field(default_factory=list)
    failures: list[RemoteFailure] = field(default_factory=list)
    merges: dict[str, PatientRecord] = field(default_factory=dict)
    processes_at_once: bool = True
    attendees_come: bool = True
    join_url: str = "https://demo.au1.cliniko.example/telehealth/1"
    is_down: bool = False
    refuses_key: bool = False
    on_call: Callable[[str], None] | None = None
    monotonic: Callable[[], float] | None = None
    custom: tuple[CustomFieldChoice, ...] = ()
    templates: tuple[FormTemplate, ...] = ()
    deadline: float | None = None
    before_write: Callable[[], None] | None = None
    on_move_appointment: Callable[["FakePractice"], None] | None = None
    on_create_appointment: Callable[["FakePractice"], None] | None = None
    after_create_appointment: Callable[["FakePractice"], None] | None = None
    calls: list[str] = field(default_factory=list)
    cancellations: list[str] = field(default_factory=list)  # the note of each
    ids: "count[int]" = field(default_factory=lambda: count(1001))

    def within(self, *, deadline: float | None = None, before_write: Callable[[], None] | None = None) -> Practice:
        return replace(self, deadline=deadline, before_write=before_write)

    def whoami(self) -> Account:
        return Account(budget_key="au1:1", account_key="au1:7", user_role="administrator")

    def read_catalogue(self) -> PracticeCatalogue:
        self._enter("read_catalogue")
        return self.found or catalogue()

    def slot_starts(
        self, *, location_id: str, practitioner_id: str, service_id: str, from_day: date, to_day: date
    ) -> tuple[datetime, ...]:
        self._enter("slot_starts")
        return tuple(sorted(at for (who, at), is_free in self.free.items() if is_free and who == practitioner_id))

    def next_start(self, *, location_id: str, practitioner_id: str, service_id: str, from_day: date) -> datetime | None:
        return next(iter(self.slot_starts(
            location_id=location_id, practitioner_id=practitioner_id, service_id=service_id,
            from_day=from_day, to_day=from_day,
        )), None)  # fmt: skip

    def group_times(
        self, *, location_id: str, practitioner_id: str, service_id: str, from_day: date, to_day: date
    ) -> tuple[GroupTime, ...]:
        self._enter("group_times")
        return tuple(self.groups)

    def group(self, group_id: str) -> GroupTime | None:
        self._enter("group")
        return next((one for one in self.groups if one.group_id == group_id), None)

    def find_place(self, group_id: str, *, patient_id: str | None, marker: str) -> Appointment | None:
        self._enter("find_place")
        return None

    def is_in_group(self, group_id: str, patient_id: str) -> bool:
        self._enter("is_in_group")
        return False

    def find_patients(self, *, email: str, last_name: str, date_of_birth: date) -> tuple[PatientRecord, ...]:
        self._enter("find_patients")
        return tuple(
            p
            for p in self.patients
            if p.email.lower() == email.lower() or (p.last_name == last_name and p.date_of_birth == date_of_birth)
        )

    def patients_by_email(self, email: str) -> tuple[PatientRecord, ...]:
        self._enter("patients_by_email")
        return tuple(one for one in self.patients if one.email.lower() == email.lower())

    def find_patient_by_marker(self, marker: str) -> PatientRecord | None:
        self._enter("find_patient_by_marker")
        return next((p for p in self.patients if p.marker == marker), None)

    def current_patient(self, patient_id: str) -> PatientRecord | None:
        self._enter("current_patient")
        if patient_id in self.merges:
            return self.merges[patient_id]
        return next((p for p in self.patients if p.cliniko_id == patient_id), None)

    def patients_by_id(self, patient_ids: Sequence[str]) -> tuple[PatientRecord, ...]:
        self._enter("patients_by_id")
        return tuple(one for one in self.patients if one.cliniko_id in patient_ids)

    def patients_named(self, words: Sequence[str]) -> tuple[PatientRecord, ...]:
        self._enter("patients_named")
        return tuple(one for one in self.patients if words[-1].lower() in one.last_name.lower())

    def create_patient(self, patient: NewPatient) -> PatientRecord:
        def do() -> PatientRecord:
            record = PatientRecord(
                cliniko_id=self._id(),
                first_name=patient.first_name,
                last_name=patient.last_name,
                preferred_first_name="",
                email=patient.email,
                phones=(patient.phone,),
                date_of_birth=patient.date_of_birth,
                marker=patient.marker,
                created_at=datetime(2026, 11, 21, tzinfo=UTC),
            )
            self.patients.append(record)
            self.created.append(patient)
            return record

        return self._write("create_patient", do)

    def correct_patient(
        self, patient_id: str, *, phone: str | None, address: Mapping[str, str], email: str | None = None
    ) -> None:
        def do() -> None:
            for at, one in enumerate(self.patients):
                if one.cliniko_id == patient_id:
                    phones = (phone,) if phone else one.phones
                    known = {**one.address, **address}
                    self.patients[at] = replace(one, phones=phones, address=known, email=email or one.email)

        self._write("correct_patient", do)

    def find_appointment(self, *, patient_id: str, starts_at: datetime, marker: str) -> Appointment | None:
        self._enter("find_appointment")
        return next(
            (
                a
                for a in self.appointments.values()
                if a.patient_id == patient_id and a.starts_at == starts_at and marker in a.note and not a.is_archived
            ),
            None,
        )

    def appointment(self, appointment_id: str) -> Appointment | None:
        self._enter("appointment")
        return self.appointments.get(appointment_id)

    def create_appointment(self, appointment: NewAppointment) -> Appointment:
        if self.on_create_appointment:
            self.on_create_appointment(self)

        def do() -> Appointment:
            self.free[(appointment.practitioner_id, appointment.starts_at)] = False
            return self.receptionist_books(
                appointment.practitioner_id, appointment.starts_at, appointment.ends_at,
                note=appointment.note, patient_id=appointment.patient_id,
            )  # fmt: skip

        created = self._write("create_appointment", do)
        if self.after_create_appointment:
            self.after_create_appointment(self)
        return created

    def receptionist_books(
        self, practitioner_id: str, starts_at: datetime, ends_at: datetime, *, note: str = "", patient_id: str = "1"
    ) -> Appointment:
        booked = Appointment(
            cliniko_id=self._id(),
            starts_at=starts_at,
            ends_at=ends_at,
            created_at=datetime(2026, 11, 21, tzinfo=UTC),
            note=note,
            patient_id=patient_id,
            practitioner_id=practitioner_id,
        )
        self.appointments[booked.cliniko_id] = booked
        return booked

    def changed_appointments(self, since: datetime, *, with_places: bool = False) -> tuple[Appointment, ...]:
        self._enter("changed_appointments")
        return tuple(one for one in self.appointments.values() if one.changed_at and one.changed_at >= since)

    def move_appointment(
        self, appointment_id: str, *, practitioner_id: str, starts_at: datetime, ends_at: datetime
    ) -> Appointment:
        if self.on_move_appointment:
            self.on_move_appointment(self)

        def do() -> Appointment:
            before = self.appointments[appointment_id]
            self.free[(before.practitioner_id or "", before.starts_at)] = True
            self.free[(practitioner_id, starts_at)] = False
            moved = replace(before, practitioner_id=practitioner_id, starts_at=starts_at, ends_at=ends_at)
            self.appointments[appointment_id] = moved
            return moved

        return self._write("move_appointment", do)

    def has_conflict(self, appointment_id: str) -> bool:
        self._enter("has_conflict")
        ours = self.appointments[appointment_id]
        if ours.is_archived or ours.is_cancelled:
            raise PracticeMissing("cliniko_404")
        others = self.overlapping(
            practitioner_id=ours.practitioner_id or "", starts_at=ours.starts_at, ends_at=ours.ends_at
        )
        return any(other.cliniko_id != appointment_id for other in others)

    def overlapping(self, *, practitioner_id: str, starts_at: datetime, ends_at: datetime) -> tuple[Appointment, ...]:
        return tuple(
            a
            for a in self.appointments.values()
            if a.practitioner_id == practitioner_id
            and a.starts_at < ends_at
            and a.ends_at > starts_at
            and not a.is_archived
            and not a.is_cancelled
        )

    def diary(self, *, practitioner_id: str, starts_at: datetime, ends_at: datetime) -> tuple[DiaryEntry, ...]:
        self._enter("diary")
        booked = self.overlapping(practitioner_id=practitioner_id, starts_at=starts_at, ends_at=ends_at)
        return (*(DiaryEntry("appointment", one.starts_at, one.ends_at, "l1") for one in booked), *self.breaks)

    def usual_hours(self, *, practitioner_id: str, location_id: str) -> tuple[UsualHours, ...]:
        self._enter("usual_hours")
        return self.hours

    def rights(self) -> tuple[Right, ...]:
        self._enter("rights")
        return tuple(Right(area, is_given=True) for area in AREAS)

    def archive_patient(self, patient_id: str) -> None:
        self.patients[:] = [patient for patient in self.patients if patient.cliniko_id != patient_id]

    def archive_appointment(self, appointment_id: str) -> None:
        def do() -> None:
            self.appointments[appointment_id] = replace(self.appointments[appointment_id], is_archived=True)

        self._write("archive_appointment", do)

    def cancel_appointment(self, appointment_id: str, *, reason: CancelReason, note: str) -> None:
        def do() -> None:
            self.appointments[appointment_id] = replace(self.appointments[appointment_id], is_cancelled=True)
            self.cancellations.append(note)

        self._write("cancel_appointment", do)

    def attendee_of(self, appointment_id: str) -> Attendee | None:
        self._enter("attendee_of")
        return Attendee(f"att{appointment_id}", self.join_url) if self.attendees_come else None

    def find_form(self, *, patient_id: str, attendee_id: str, marker: str) -> str | None:
        self._enter("find_form")
        ours = (i for i, form in enumerate(self.forms) if form.attendee_id == attendee_id and marker in form.name)
        return next((f"form-{i}" for i in ours), None)

    def finished_forms(self, patient_id: str) -> tuple[FinishedForm, ...]:
        self._enter("finished_forms")
        at = datetime(2026, 11, 21, tzinfo=UTC)
        mine = [form for form in self.forms if form.patient_id == patient_id]
        return tuple(FinishedForm(f"form-{i}", form.name, at, form.sections) for i, form in enumerate(mine))

    def move_form(self, form_id: str, *, attendee_id: str) -> None:
        self._enter("move_form")

    def complete_form(self, form: NewForm) -> str:
        def do() -> str:
            self.forms.append(form)
            return f"form-{len(self.forms) - 1}"

        return self._write("complete_form", do)

    def find_document(self, *, patient_id: str, marker: str) -> StoredDocument | None:
        self._enter("find_document")
        return next((stored for stored, _ in self.documents if marker in stored.description), None)

    def attach_document(
        self, *, patient_id: str, file_name: str, media_type: str, content: bytes, description: str
    ) -> StoredDocument:
        def do() -> StoredDocument:
            stored = StoredDocument(self._id(), description, len(content), is_processed=self.processes_at_once)
            self.documents.append((stored, content))
            return stored

        return self._write("attach_document", do)

    def process_documents(self) -> None:
        """What Cliniko does by itself some seconds after an upload."""
        self.documents[:] = [(replace(stored, is_processed=True), content) for stored, content in self.documents]

    def document_content(self, document_id: str) -> bytes | None:
        self._enter("document_content")
        return next((content for stored, content in self.documents if stored.cliniko_id == document_id), None)

    def document(self, document_id: str) -> StoredDocument | None:
        self._enter("document")
        return next((stored for stored, _ in self.documents if stored.cliniko_id == document_id), None)

    def custom_fields(self) -> tuple[CustomFieldChoice, ...]:
        self._enter("custom_fields")
        return self.custom

    def form_templates(self) -> tuple[FormTemplate, ...]:
        self._enter("form_templates")
        return self.templates

    def _id(self) -> str:
        return str(next(self.ids))

    def _enter(self, name: str) -> None:
        self.calls.append(name)
        if self.on_call:
            self.on_call(name)
        if self.deadline is not None and self.monotonic is not None and self.monotonic() >= self.deadline:
            raise OutOfTime("out_of_time")
        if self.is_down:
            raise PracticeUnavailable("cliniko_5xx")
        if self.refuses_key:
            raise PracticeRefused("cliniko_401")
        if name in self.fail_before:
            self.fail_before.remove(name)
            raise self.failures.pop() if self.failures else PracticeUnavailable("cliniko_5xx")

    def _write(self, name: str, do: Callable[[], T]) -> T:
        if self.before_write:
            self.before_write()
        self._enter(name)
        result = do()
        if name in self.fail_after:
            self.fail_after.remove(name)
            raise PracticeOutcomeUnknown("cliniko_timeout")
        return result


def catalogue() -> PracticeCatalogue:
    """One location, two practitioners, and a short and a long service that both offer."""
    return PracticeCatalogue(
        account_key="au1:7",
        account_name="Synthetic Health",
        account_time_zone=ZONE,
        currency_symbol="$",
        is_online_booking_enabled=True,
        lead_hours=0,
        horizon_days=None,
        practitioner_order=("p1", "p2"),
        locations=(Location("l1", "City", ZONE, "1 Sample Street, Adelaide", is_bookable=True),),
        practitioners=(
            Practitioner("p1", "Dr Ada Lee", "", is_bookable=True),
            Practitioner("p2", "Dr Ben Roe", "", is_bookable=True),
        ),
        services=(service("s1", "Initial", minutes=30), service("s2", "Long", minutes=60)),
        offers=tuple(Offer(service, "l1", who) for service in ("s1", "s2") for who in ("p1", "p2")),
    )  # fmt: skip


def service(cliniko_id: str, name: str, *, minutes: int) -> Service:
    return Service(
        cliniko_id=cliniko_id,
        name=name,
        category="Physiotherapy",
        description="",
        minutes=minutes,
        price=None,
        deposit=None,
        places=1,
        is_telehealth=False,
        lead_hours=None,
        sends_confirmation=False,
        is_bookable=True,
    )
