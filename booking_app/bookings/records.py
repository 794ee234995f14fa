"""What the widget and the use cases say to each other."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from booking_app.bookings.deadlines import Deadlines
from booking_app.bookings.returning.known import Known
from booking_app.bookings.typed import Typed
from booking_app.clinics.models import Clinic
from booking_app.clinics.records import ConsentWording
from booking_app.intake.answers import Posted
from booking_app.intake.earlier import Agreement
from booking_app.intake.fields import FieldSpec
from booking_app.intake.people import ADULT_AT, Guardian, is_minor
from booking_app.intake.signatures import Signature
from booking_app.intake.waivers import WaiverText


@dataclass(frozen=True)
class Choice:
    """The slot a patient chose; in a group appointment one of the `places` that were left when it was chosen."""

    service_id: str
    location_id: str
    practitioner_id: str
    starts_at: datetime
    ends_at: datetime
    any_practitioner: bool = False
    group_id: str | None = None
    places: int = field(default=0, compare=False)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Choice":
        instants = {name: datetime.fromisoformat(value[name]) for name in ("starts_at", "ends_at")}
        return cls(**{**value, **instants})


@dataclass(frozen=True)
class Move:
    """A patient's wish for another time. `outcome`: pending, moved, lost (somebody was faster) or failed."""

    number: int
    origin: Choice
    target: Choice
    outcome: str = "pending"

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "origin": self.origin.to_json(), "target": self.target.to_json()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Move":
        choices = {name: Choice.from_json(value[name]) for name in ("origin", "target")}
        return cls(**{**value, **choices})


@dataclass(frozen=True)
class PatientDetails:
    """What the details step collected. `consents` by name: privacy, email_marketing, sms_marketing.

    Of a patient who came back, `kept_answers` are the keys of answers left as they were, and `agreed_earlier` the texts
    that were not shown again; `waiver_versions` are those agreed to now.
    """

    first_name: str
    last_name: str
    email: str
    phone: str
    date_of_birth: date
    guardian: Guardian | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    consents: Mapping[str, bool] = field(default_factory=dict)
    signature: Signature | None = None
    waiver_versions: Mapping[str, str] = field(default_factory=dict)
    kept_answers: tuple[str, ...] = ()
    agreed_earlier: tuple[Agreement, ...] = ()

    @property
    def contact_email(self) -> str:
        """Where messages go: to the guardian, who has an address of their own where they were asked for it."""
        return self.guardian.email if self.guardian and self.guardian.email else self.email

    def is_minor_alone(self, on_day: date) -> bool:
        """Whether somebody under 18 books, and signs, without a guardian."""
        return self.guardian is None and is_minor(self.date_of_birth, on_day)

    def to_json(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in ("first_name", "last_name", "email", "phone")}
        return {
            **plain,
            "date_of_birth": self.date_of_birth.isoformat(),
            "guardian": asdict(self.guardian) if self.guardian else None,
            "answers": dict(self.answers),
            "consents": dict(self.consents),
            "signature": self.signature.to_json() if self.signature else None,
            "waiver_versions": dict(self.waiver_versions),
            "kept_answers": list(self.kept_answers),
            "agreed_earlier": [one.to_json() for one in self.agreed_earlier],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "PatientDetails":
        return cls(
            **{
                **value,
                "date_of_birth": date.fromisoformat(value["date_of_birth"]),
                "guardian": Guardian(**value["guardian"]) if value["guardian"] else None,
                "signature": Signature.from_json(value["signature"]) if value["signature"] else None,
                "kept_answers": tuple(value.get("kept_answers", ())),
                "agreed_earlier": tuple(Agreement.from_json(one) for one in value.get("agreed_earlier", ())),
            }
        )


@dataclass(frozen=True)
class Evidence:
    """The circumstances of signing: kept sealed with the details, printed on the document's evidence page."""

    ip: str
    user_agent: str
    language: str
    shown_at: datetime
    signed_at: datetime

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "shown_at": self.shown_at.isoformat(), "signed_at": self.signed_at.isoformat()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Evidence":
        instants = {name: datetime.fromisoformat(value[name]) for name in ("shown_at", "signed_at")}
        return cls(**{**value, **instants})


@dataclass(frozen=True)
class Questions:
    """What the details step asks for one service.

    Of a patient who came back, `reused` are the answers that may stand (field key -> what a form posts),
    `agreed_earlier` the texts left out of `waivers`, and `consented` the answers to consents that are not asked again.

    `asks_whom`: whether it is asked who the booking is for; `alone_from_age`: from which age no guardian is needed.
    """

    fields: tuple[FieldSpec, ...]
    waivers: tuple[WaiverText, ...]
    consents: ConsentWording
    reused: Posted = field(default_factory=dict)
    agreed_earlier: tuple[Agreement, ...] = ()
    consented: Mapping[str, bool] = field(default_factory=dict)
    asks_whom: bool = False
    alone_from_age: int = ADULT_AT

    @property
    def asked_consents(self) -> dict[str, str]:
        """Each consent that is asked for, with its wording."""
        worded = {name: getattr(self.consents, name) for name in ("privacy", "email_marketing", "sms_marketing")}
        return {name: text for name, text in worded.items() if text and name not in self.consented}


@dataclass(frozen=True)
class Draft:
    """A booking being filled in. `details` are None until they were typed in full and without a mistake.

    `typed` is everything typed so far, `known` what a proven e-mail told. All are there on the newest id only.
    `opened_at` is when its first time was chosen. `has_moved`: what was typed stands under a newer id.
    """

    choice: Choice
    details: PatientDetails | None
    is_personal: bool
    hold_ends_at: datetime | None
    booking_state: str | None
    attribution: Mapping[str, str]
    typed: Typed = field(default_factory=Typed)
    has_proven_email: bool = False
    opened_at: datetime | None = None
    known: Known | None = None
    has_moved: bool = False


@dataclass(frozen=True)
class JoinLink:
    """The patient's own link to a visit by video, as a page or mail may show it.

    `is_coming` while it is not known yet and worth waiting for.
    """

    url: str | None = field(default=None, repr=False)
    is_coming: bool = False


NO_LINK = JoinLink()


@dataclass(frozen=True)
class PayingDraft:
    """A draft whose patient goes to a payment page; `family` is shared by all its copies."""

    draft_id: int
    family: str
    choice: Choice
    details: PatientDetails


@dataclass(frozen=True)
class BookingStatus:
    """How far a confirmed draft has come.

    `waits_until`: Cliniko does not answer, and without the patient's consent to hold the request it is given up then.
    `is_held`: the patient agreed that it is held.
    """

    state: str
    reference: str
    choice: Choice
    manage_token: str | None
    documents_done: bool
    waits_until: datetime | None = None
    is_held: bool = False
    join: JoinLink = NO_LINK


@dataclass(frozen=True)
class ManagedBooking:
    """A booking as its patient sees it. `sequence` counts changes, for calendars; `move` is the last wish to move."""

    clinic: Clinic
    reference: str
    state: str
    choice: Choice
    service_name: str
    is_cancellable: bool
    sequence: int
    deadlines: Deadlines
    is_movable: bool
    move: Move | None = None
    join: JoinLink = NO_LINK
