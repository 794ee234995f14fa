"""What a practice system holds and does, in this product's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal


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


# What an address consists of, by the names under which answers are mapped to it.
ADDRESS = ("address_1", "address_2", "address_3", "city", "state", "post_code", "country")


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
    phones_as_written: tuple[str, ...] = ()  # the same as `phones`, for a person to ring
    address: Mapping[str, str] = field(default_factory=dict)  # by the names in ADDRESS
    is_live: bool = True  # neither archived nor merged into another


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
class GroupTime:
    """A group appointment and how many may still join it."""

    group_id: str
    starts_at: datetime
    ends_at: datetime
    places_left: int


@dataclass(frozen=True)
class NewAppointment:
    """With `group_id` it is a place in that group appointment."""

    patient_id: str
    service_id: str
    location_id: str
    practitioner_id: str
    starts_at: datetime
    ends_at: datetime
    note: str  # carries the booking's reference
    group_id: str | None = None


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


@dataclass(frozen=True)
class Attendee:
    """A patient's part in an appointment. Whoever holds `join_url` joins a visit by video as them: a secret, empty
    where the practice system tells none."""

    cliniko_id: str
    join_url: str = field(default="", repr=False)


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
class FinishedForm:
    """A finished form with everything in it; `name` carries the booking's reference where it is ours."""

    cliniko_id: str
    name: str
    finished_at: datetime
    sections: tuple[FormSection, ...]


@dataclass(frozen=True)
class StoredDocument:
    cliniko_id: str
    description: str
    size: int | None
    is_processed: bool
    is_archived: bool = False
