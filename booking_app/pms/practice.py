"""The protocol of a practice system: what this product asks of one, whichever it is."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal, Protocol

from booking_app.pms.diary import DiaryEntry, UsualHours
from booking_app.pms.invoices import InvoiceReader
from booking_app.pms.records import (
    Account,
    Appointment,
    Attendee,
    CustomFieldChoice,
    FinishedForm,
    FormTemplate,
    GroupTime,
    NewAppointment,
    NewForm,
    NewPatient,
    PatientRecord,
    PracticeCatalogue,
    StoredDocument,
    StoredForm,
)
from booking_app.pms.rights import Right

CancelReason = Literal["feeling_better", "condition_worse", "sick", "away", "work", "other"]


class Practice(InvoiceReader, Protocol):
    """One clinic's practice system. Every method raises RemoteFailure (its subclasses in `errors.py`) and nothing else.

    Reads may be repeated freely; a write is sent at most once per call and never retried inside.
    """

    def whoami(self) -> Account: ...
    def read_catalogue(self) -> PracticeCatalogue: ...

    def slot_starts(
        self, *, location_id: str, practitioner_id: str, service_id: str, from_day: date, to_day: date
    ) -> tuple[datetime, ...]:
        """Start instants on the days from `from_day` to `to_day` (6 days later at most) of the account's zone.

        Empty where the combination is not bookable online (the practice system answers 404 there).
        """
        ...

    def group_times(
        self, *, location_id: str, practitioner_id: str, service_id: str, from_day: date, to_day: date
    ) -> tuple[GroupTime, ...]:
        """The group appointments on those days of the account's zone and a little around them, full ones too, earliest
        first. Two calls, and one for every further fifty."""
        ...

    def group(self, group_id: str) -> GroupTime | None:
        """One group appointment as it is now; None when it is archived. Two calls."""
        ...

    def find_place(self, group_id: str, *, patient_id: str | None, marker: str) -> Appointment | None:
        """The live place in the group whose note carries `marker`; of any patient where none is given."""
        ...

    def is_in_group(self, group_id: str, patient_id: str) -> bool:
        """Whether the group names the patient, which it may do before their place is listed."""
        ...

    def next_start(self, *, location_id: str, practitioner_id: str, service_id: str, from_day: date) -> datetime | None:
        """The first start within the seven days from `from_day`; None when there is none."""
        ...

    def find_patients(self, *, email: str, last_name: str, date_of_birth: date) -> tuple[PatientRecord, ...]:
        """Live records that share the e-mail, or the last name and date of birth. Not yet a match."""
        ...

    def patients_by_email(self, email: str) -> tuple[PatientRecord, ...]:
        """Live records with this e-mail, the oldest first; one request mostly."""
        ...

    def find_patient_by_marker(self, marker: str) -> PatientRecord | None: ...
    def current_patient(self, patient_id: str) -> PatientRecord | None:
        """The record now standing for this id, merges followed; None when it is gone."""
        ...

    def patients_by_id(self, patient_ids: Sequence[str]) -> tuple[PatientRecord, ...]:
        """Those of the ids (100 at most) that the practice system shows, archived and merged ones too; one call."""
        ...

    def patients_named(self, words: Sequence[str]) -> tuple[PatientRecord, ...]:
        """Live records with one of the words (3 at most) in the first, and one in the last name; 100 at most of each
        question. One word may stand in either. Two calls.
        """
        ...

    def create_patient(self, patient: NewPatient) -> PatientRecord: ...
    def correct_patient(
        self, patient_id: str, *, phone: str | None, address: Mapping[str, str], email: str | None = None
    ) -> None:
        """Write email, these parts of an address, and the phone in place of the one of its kind; other numbers stay.

        May be repeated: what is there already changes nothing.
        """
        ...

    def archive_patient(self, patient_id: str) -> None:
        """For rehearsals only; already archived is success."""
        ...

    def find_appointment(self, *, patient_id: str, starts_at: datetime, marker: str) -> Appointment | None:
        """The patient's live appointment at that start whose note carries `marker`."""
        ...

    def appointment(self, appointment_id: str) -> Appointment | None: ...
    def appointments(self, appointment_ids: Sequence[str]) -> tuple[Appointment, ...]:
        """Those of the ids (50 at most) that the practice system shows, cancelled and archived ones too; one call."""
        ...

    def changed_appointments(self, since: datetime, *, with_places: bool = False) -> tuple[Appointment, ...]:
        """What was made, changed, cancelled or archived at or after that second, the oldest change first.

        `with_places` also places in groups, for four more calls at most.
        """
        ...

    def create_appointment(self, appointment: NewAppointment) -> Appointment:
        """Make it, or take a place in its group. The id is one for all that can be done to an appointment.

        A place cannot be moved: another is taken and this one archived.
        """
        ...

    def move_appointment(
        self, appointment_id: str, *, practitioner_id: str, starts_at: datetime, ends_at: datetime
    ) -> Appointment:
        """Give it another time, whether that is taken or not; moving it to where it is changes nothing."""
        ...

    def has_conflict(self, appointment_id: str) -> bool:
        """Whether anything overlaps it; of a place, whether it is one too many in its group (the lower ids stay)."""
        ...

    def overlapping(self, *, practitioner_id: str, starts_at: datetime, ends_at: datetime) -> tuple[Appointment, ...]:
        """Live appointments of the practitioner (groups and blocks too) that overlap the span."""
        ...

    def diary(self, *, practitioner_id: str, starts_at: datetime, ends_at: datetime) -> tuple[DiaryEntry, ...]:
        """What fills the practitioner's time in the span, at every location, without whose it is."""
        ...

    def usual_hours(self, *, practitioner_id: str, location_id: str) -> tuple[UsualHours, ...]: ...
    def rights(self) -> tuple[Right, ...]:
        """What the key may read, an area at a time; for whoever connects it."""
        ...

    def archive_appointment(self, appointment_id: str) -> None:
        """As if it had never been; already archived is success."""
        ...

    def add_note(self, appointment_id: str, note: str) -> None:
        """Write a line below what the appointment's note says; one that is there already is left alone."""
        ...

    def cancel_appointment(self, appointment_id: str, *, reason: CancelReason, note: str) -> None: ...
    def attendee_of(self, appointment_id: str) -> Attendee | None:
        """The patient's part in it; None while the practice system has not made it yet."""
        ...

    def find_form(self, *, patient_id: str, attendee_id: str, marker: str) -> str | None: ...
    def forms_of(self, attendee_ids: Sequence[str]) -> tuple[StoredForm, ...]:
        """The forms of these attendees (50 at most), archived ones left out; one call a hundred forms."""
        ...

    def finished_forms(self, patient_id: str) -> tuple[FinishedForm, ...]:
        """The patient's hundred newest forms that are finished and not archived, the newest first; one request."""
        ...

    def form(self, form_id: str) -> StoredForm | None:
        """The form as it stands, also when it is archived; None when there is no trace of it."""
        ...

    def move_form(self, form_id: str, *, attendee_id: str) -> None:
        """Let a form hang on another attendee; doing so again changes nothing."""
        ...

    def complete_form(self, form: NewForm) -> str: ...
    def find_document(self, *, patient_id: str, marker: str) -> StoredDocument | None: ...
    def documents_of(self, patient_ids: Sequence[str], *, marker: str) -> tuple[StoredDocument, ...]:
        """Documents of these patients (50 at most) whose description carries the marker, archived ones too."""
        ...

    def attach_document(
        self, *, patient_id: str, file_name: str, media_type: str, content: bytes, description: str
    ) -> StoredDocument:
        """Upload and register. The description carries the booking's marker; processing may go on afterwards."""
        ...

    def document(self, document_id: str) -> StoredDocument | None: ...
    def document_content(self, document_id: str) -> bytes | None:
        """The file itself; None when it is gone."""
        ...

    def custom_fields(self) -> tuple[CustomFieldChoice, ...]:
        """The custom fields that patients have now; archived ones are left out."""
        ...

    def form_templates(self) -> tuple[FormTemplate, ...]:
        """The form templates that are not archived, by name."""
        ...

    def within(self, *, deadline: float | None = None, before_write: Callable[[], None] | None = None) -> "Practice":
        """The same practice with a deadline (monotonic seconds) and a check called right before a write leaves."""
        ...


Practices = Callable[[int], Practice]  # a clinic's id -> its practice; raises RemoteFailure AUTH while paused
