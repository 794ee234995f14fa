"""What a practice system holds and does, in this product's words: the records and the protocol."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol

from booking_app.pms.diary import DiaryEntry, UsualHours
from booking_app.pms.rights import Right


@dataclass(frozen=True)
class Account:
    """Whom the key belongs to. `budget_key` is shard + user id: all keys of one user share one request limit."""

    budget_key: str
    account_key: str  # shard + account: slots and holds are unique within it
    user_role: str
    region: str = ""  # where the account is kept, e.g. "au1"
    name: str = ""
    web_address: str = ""  # where its people sign in, e.g. `https://harbour.au1.cliniko.com`; empty if not told


@dataclass(frozen=True)
class Location:
    cliniko_id: str
    name: str
    time_zone: str
    address: str
    is_bookable: bool


@dataclass(frozen=True)
class Practitioner:
    cliniko_id: str
    name: str
    description: str
    is_bookable: bool
    profession: str = ""


@dataclass(frozen=True)
class Service:
    """`sends_confirmation`: the practice system mails the patient by itself. `places` above 1 is a group."""

    cliniko_id: str
    name: str
    category: str
    description: str
    minutes: int
    price: Decimal | None
    deposit: Decimal | None
    places: int
    is_telehealth: bool
    lead_hours: int | None
    sends_confirmation: bool
    is_bookable: bool


@dataclass(frozen=True)
class Offer:
    """One practitioner offers one service at one location."""

    service_id: str
    location_id: str
    practitioner_id: str


@dataclass(frozen=True)
class PracticeCatalogue:
    """Everything that could be booked, with what is switched off still in it (`is_bookable`)."""

    account_key: str
    account_name: str
    account_time_zone: str | None
    currency_symbol: str
    is_online_booking_enabled: bool
    lead_hours: int
    horizon_days: int | None
    practitioner_order: tuple[str, ...]
    locations: tuple[Location, ...]
    practitioners: tuple[Practitioner, ...]
    services: tuple[Service, ...]
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class PatientRecord:
    cliniko_id: str
    first_name: str
    last_name: str
    preferred_first_name: str
    email: str
    phones: tuple[str, ...]
    date_of_birth: date | None
    marker: str
    created_at: datetime
    accepted_email_marketing: bool | None = None
    accepted_sms_marketing: bool | None = None


@dataclass(frozen=True)
class NewPatient:
    """`marker` makes the record findable after a lost answer. `attributes` and `custom_answers` come from mapped intake
    fields: attribute name -> text, and custom field token -> answer text or list of option labels."""

    first_name: str
    last_name: str
    email: str
    phone: str
    date_of_birth: date
    marker: str
    emergency_contact: str | None = None
    accepted_privacy: bool = True
    accepted_email_marketing: bool | None = None
    accepted_sms_marketing: bool | None = None
    time_zone: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    custom_answers: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class NewAppointment:
    patient_id: str
    service_id: str
    location_id: str
    practitioner_id: str
    starts_at: datetime
    ends_at: datetime
    note: str  # carries the booking's reference


@dataclass(frozen=True)
class Appointment:
    cliniko_id: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    note: str
    patient_id: str | None
    practitioner_id: str | None
    is_cancelled: bool = False
    is_archived: bool = False
    is_missed: bool = False
    service_id: str | None = None
    location_id: str | None = None
    changed_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Whether it is neither cancelled nor archived."""
        return not (self.is_cancelled or self.is_archived)


QuestionKind = Literal["text", "paragraph", "date", "checkboxes", "radio", "signature"]


@dataclass(frozen=True)
class FormQuestion:
    """`answer` for text, paragraph (safe HTML) and date (ISO); `options` as (label, chosen); `signature` a data URI."""

    name: str
    kind: QuestionKind
    answer: str | None = None
    options: tuple[tuple[str, bool], ...] = ()
    signature: str | None = None


@dataclass(frozen=True)
class FormSection:
    name: str
    questions: tuple[FormQuestion, ...]
    description: str | None = None  # safe HTML


@dataclass(frozen=True)
class NewForm:
    patient_id: str
    attendee_id: str
    name: str  # carries the booking's reference
    sections: tuple[FormSection, ...]


@dataclass(frozen=True)
class TemplateQuestion:
    """A question of a form template; `options` without an answer of one's own, which `has_other` tells."""

    name: str
    kind: QuestionKind
    is_required: bool
    options: tuple[str, ...] = ()
    has_other: bool = False


@dataclass(frozen=True)
class TemplateSection:
    name: str
    questions: tuple[TemplateQuestion, ...]


@dataclass(frozen=True)
class FormTemplate:
    """A form the clinic designed in the practice system. What cannot be read as a question is left out."""

    cliniko_id: str
    name: str
    sections: tuple[TemplateSection, ...]


@dataclass(frozen=True)
class CustomFieldChoice:
    """A custom field of a patient that answers may go to."""

    token: str
    section: str
    name: str
    kind: QuestionKind
    options: tuple[str, ...] = ()
    has_other: bool = False


@dataclass(frozen=True)
class StoredForm:
    """A form as it stands; `name` carries the booking's reference."""

    cliniko_id: str
    name: str
    attendee_id: str | None
    is_finished: bool
    is_archived: bool = False


@dataclass(frozen=True)
class StoredDocument:
    cliniko_id: str
    description: str
    size: int | None
    is_processed: bool
    is_archived: bool = False


CancelReason = Literal["feeling_better", "condition_worse", "sick", "away", "work", "other"]


class Practice(Protocol):
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

    def next_start(self, *, location_id: str, practitioner_id: str, service_id: str, from_day: date) -> datetime | None:
        """The first start within the seven days from `from_day`; None when there is none."""
        ...

    def find_patients(self, *, email: str, last_name: str, date_of_birth: date) -> tuple[PatientRecord, ...]:
        """Live records that share the e-mail, or the last name and date of birth. Not yet a match."""
        ...

    def find_patient_by_marker(self, marker: str) -> PatientRecord | None: ...
    def current_patient(self, patient_id: str) -> PatientRecord | None:
        """The record now standing for this id, merges followed; None when it is gone."""
        ...

    def create_patient(self, patient: NewPatient) -> PatientRecord: ...
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

    def changed_appointments(self, since: datetime) -> tuple[Appointment, ...]:
        """What was made, changed, cancelled or archived at or after that second, the oldest change first."""
        ...

    def create_appointment(self, appointment: NewAppointment) -> Appointment: ...
    def move_appointment(
        self, appointment_id: str, *, practitioner_id: str, starts_at: datetime, ends_at: datetime
    ) -> Appointment:
        """Give it another time, whether that is taken or not; moving it to where it is changes nothing."""
        ...

    def has_conflict(self, appointment_id: str) -> bool: ...
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

    def cancel_appointment(self, appointment_id: str, *, reason: CancelReason, note: str) -> None: ...
    def attendee_of(self, appointment_id: str) -> str | None:
        """The attendee's id; None while the practice system has not made it yet."""
        ...

    def find_form(self, *, patient_id: str, attendee_id: str, marker: str) -> str | None: ...
    def forms_of(self, attendee_ids: Sequence[str]) -> tuple[StoredForm, ...]:
        """The forms of these attendees (50 at most), archived ones left out; one call a hundred forms."""
        ...

    def form(self, form_id: str) -> StoredForm | None:
        """The form as it stands, also when it is archived; None when there is no trace of it."""
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
