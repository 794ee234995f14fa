"""Everything a signed document says, handed in from outside: nothing here reads a clock, a database or a setting."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from booking_app.intake.answers import Answers
from booking_app.intake.earlier import Agreement
from booking_app.intake.people import Guardian, is_minor
from booking_app.intake.signatures import Signature
from booking_app.intake.waivers import WaiverText


@dataclass(frozen=True)
class DocumentClinic:
    """The clinic as its papers show it. `logo` is a clean PNG or JPEG; `color` like `#0a6b5e`."""

    name: str
    time_zone: str
    legal_name: str = ""
    business_number: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    locale: str = "en-AU"
    color: str = ""
    logo: bytes | None = None
    logo_media_type: str = "image/png"


@dataclass(frozen=True)
class DocumentPatient:
    first_name: str
    last_name: str
    date_of_birth: date
    email: str = ""
    phone: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class DocumentAppointment:
    """What is booked, as known when it was signed. `time_zone` is the location's."""

    starts_at: datetime
    time_zone: str
    service: str = ""
    practitioner: str = ""
    practitioner_label: str = "With"
    location: str = ""


@dataclass(frozen=True)
class Consent:
    """One consent asked for, its exact wording, and the answer."""

    key: str
    title: str
    wording: str
    given: bool


@dataclass(frozen=True)
class Circumstances:
    """How and when it was signed.

    `shown_at`: when the page with the texts was sent to the browser, where that is known; `language`: of that page;
    `signed_at`: when it came back; `submitted_at`: when the booking was sent.
    """

    signed_at: datetime
    shown_at: datetime | None = None
    submitted_at: datetime | None = None
    language: str = "en-AU"
    ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True)
class DocumentFacts:
    """The whole content of one document. `verify_url` is the address before the hash, without a slash at the end."""

    reference: str
    clinic: DocumentClinic
    patient: DocumentPatient
    waivers: tuple[WaiverText, ...]
    circumstances: Circumstances
    verify_url: str
    answers: Answers = field(default_factory=Answers)
    consents: tuple[Consent, ...] = ()
    signature: Signature | None = None
    guardian: Guardian | None = None
    appointment: DocumentAppointment | None = None
    kept_answers: frozenset[str] = frozenset()  # keys of those given at an earlier visit, and shown again
    agreed_earlier: tuple[Agreement, ...] = ()

    @property
    def signer(self) -> str:
        """Who signed: the guardian where there is one, else the patient."""
        return self.guardian.name if self.guardian is not None else self.patient.name

    @property
    def is_for_minor(self) -> bool:
        """Whether the patient was under 18 on the day of signing, in the clinic's zone."""
        return is_minor(self.patient.date_of_birth, self.signed_day)

    @property
    def signed_day(self) -> date:
        return self.circumstances.signed_at.astimezone(ZoneInfo(self.clinic.time_zone)).date()
