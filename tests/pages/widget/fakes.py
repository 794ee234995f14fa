"""Hand-written use cases with the behaviour of the real ones as the pages see it, all in memory."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from booking_app.availability.first_times import FirstTimes
from booking_app.availability.records import Slot, SlotDay, SlotWeek
from booking_app.bookings.booking_limits import BookingLimits
from booking_app.bookings.deadlines import Deadlines
from booking_app.bookings.desk_messages import CannotAsk
from booking_app.bookings.errors import (
    AlreadyBooked,
    BookingGone,
    BookingOver,
    DetailsMissing,
    DraftGone,
    SlotGone,
    TooLate,
)
from booking_app.bookings.records import (
    BookingStatus,
    Choice,
    Draft,
    Evidence,
    ManagedBooking,
    Move,
    PatientDetails,
    Questions,
)
from booking_app.bookings.signed_copies import CopyGone, SignedCopy
from booking_app.bookings.typed import NOTHING, Typing
from booking_app.catalogue.catalogue import Catalogue
from booking_app.catalogue.records import Category, LocationView, PractitionerView, ServiceView
from booking_app.clinics.models import Clinic
from booking_app.core.clock import FixedClock
from booking_app.core.one_time_codes import Verdict
from booking_app.core.rate_limits.rates import Rule
from booking_app.core.settings import Settings
from booking_app.core.tokens import new_token
from booking_app.deposits.paying import Offer as DepositOffer
from booking_app.intake.fields import FieldSpec, ShowIf
from booking_app.intake.waiver_text import body_html, body_sha256
from booking_app.intake.waivers import WaiverText
from booking_app.pages import manage, shared, widget
from booking_app.pms.practice import CancelReason
from booking_app.pms.records import Offer

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday 11:30 am in Adelaide
ADELAIDE = "Australia/Adelaide"

FIELDS = (
    FieldSpec(key="reason", label="What brings you in?", type="long_text", required=True, help="A sentence is enough."),
    FieldSpec(key="referred", label="Were you referred?", type="yes_no", required=True),
    FieldSpec(key="referrer", label="Who referred you?", type="text", required=True, show_if=ShowIf("referred", "yes")),
    FieldSpec(key="areas", label="Where does it hurt?", type="checkboxes", options=("Neck", "Back", "Knee")),
    FieldSpec(key="side", label="Which side?", type="radio", options=("Left", "Right", "Both")),
    FieldSpec(key="heard", label="How did you hear of us?", type="select", options=("A friend", "Search", "My doctor")),
    FieldSpec(key="since", label="Since when?", type="date"),
    FieldSpec(key="pain", label="Pain from 0 to 10", type="number"),
    FieldSpec(key="contact_email", label="Doctor’s email", type="email"),
    FieldSpec(key="contact_phone", label="Doctor’s phone", type="phone"),
)
WAIVER_BODY = "# What we do\n\nYour physiotherapist **examines** you.\n\n- You may stop at any time.\n- Ask anything.\n"


def waiver(key: str = "treatment", *, signature: str = "required", body: str = WAIVER_BODY) -> WaiverText:
    return WaiverText(
        key=key,
        title="Consent to treatment",
        kind="consent",
        signature=signature,  # type: ignore[arg-type]
        version_sha256=body_sha256(body),
        body_markdown=body,
        body_html=body_html(body),
        effective_at=NOW,
        placeholders=(),
    )


def sample_clinic(**changes: Any) -> Clinic:
    values: dict[str, Any] = {
        "id": 1,
        "slug": "demo",
        "name": "Harbour Physiotherapy",
        "legal_name": "Harbour Physiotherapy Pty Ltd",
        "business_number": "",
        "time_zone": ADELAIDE,
        "phone": "(08) 5550 1234",
        "email": "hello@harbour.example",
        "website": "https://harbour.example",
        "locale": "en-AU",
        "allowed_sites": ["https://www.harbour.example"],
        "branding": {"welcome_text": "Welcome. Booking takes about three minutes."},
        "rules": {},
        "consents": {"email_marketing": "Send me news by email", "sms_marketing": "Send me news by SMS"},
        "alerts": {},
    }
    return Clinic(**{**values, **changes})


def service(cliniko_id: str, name: str, category: str, minutes: int, price: str | None, **more: Any) -> ServiceView:
    values: dict[str, Any] = {
        "description": "", "deposit": None, "telehealth": False, "lead_hours": 0, "sends_confirmation": False,
    }  # fmt: skip
    return ServiceView(
        cliniko_id=cliniko_id,
        name=name,
        category_key=category,
        minutes=minutes,
        price=Decimal(price) if price else None,
        **{**values, **more},
    )


def sample_catalogue() -> Catalogue:
    services = (
        service("101", "Initial consultation", "c1", 45, "95", description="We listen, examine and make a plan."),
        service("102", "Follow-up", "c1", 30, "79.50"),
        service("103", "Video consultation", "c1", 30, "70", telehealth=True),
        service("201", "Float session", "c2", 90, None, description="Ninety quiet minutes."),
        service("202", "Group hydrotherapy", "c2", 60, "0"),
        service("301", "Sports massage", "c3", 60, "110"),
    )
    offers = {
        "101": (Offer("101", "l1", "p1"), Offer("101", "l1", "p2"), Offer("101", "l2", "p1")),
        "102": (Offer("102", "l1", "p1"), Offer("102", "l1", "p2")),
        "103": (Offer("103", "l1", "p2"),),
        "201": (Offer("201", "l1", "e1"),),
        "202": (Offer("202", "l1", "e1"),),
        "301": (Offer("301", "l2", "p1"),),
    }
    return Catalogue(
        taken_at=NOW,
        account_key="fake",
        account_time_zone=ADELAIDE,
        currency_symbol="$",
        horizon_days=60,
        categories=(Category("c1", "Physiotherapy"), Category("c2", "Wellness"), Category("c3", "Massage")),
        services={one.cliniko_id: one for one in services},
        locations={
            "l1": LocationView("l1", "City", ADELAIDE, "12 Pirie Street, Adelaide SA 5000", "Lift to level 2."),
            "l2": LocationView("l2", "Glenelg", ADELAIDE, "3 Jetty Road, Glenelg SA 5045"),
        },
        practitioners={
            "p1": PractitionerView("p1", "Dr Lee"),
            "p2": PractitionerView("p2", "Amira Haddad"),
            "e1": PractitionerView("e1", "Float pod", is_equipment=True),
        },
        offers=offers,
    )


@dataclass
class FakeBrowse:
    """Weeks with times at 9:00, 9:30 and 2:00 pm of every weekday; `taken` are starts nobody can have."""

    known: Clinic
    clock: FixedClock
    offered: Catalogue = field(default_factory=sample_catalogue)
    asked: Questions | None = None
    taken: set[tuple[str, datetime]] = field(default_factory=set)
    empty_until: date | None = None
    has_more: bool = False
    is_stale: bool = False
    is_away: bool = False
    gone_since: set[tuple[str, datetime]] = field(default_factory=set)  # what a new reading would not have
    reread: list[Choice] = field(default_factory=list)
    failure: Exception | None = None

    def clinic(self, slug: str) -> Clinic | None:
        return self.known if slug == self.known.slug else None

    def catalogue(self, clinic: Clinic) -> Catalogue:
        if self.failure:
            raise self.failure
        return self.offered

    def questions(self, clinic: Clinic, service_id: str) -> Questions:
        return self.asked or Questions(FIELDS, (waiver(),), clinic.consent_wording())

    def week_watch(self, clinic: Clinic, **_asked: object) -> Callable[[], bool]:
        return lambda: True

    def week(
        self,
        clinic: Clinic,
        *,
        service_id: str,
        location_id: str,
        practitioner_id: str | None,
        from_day: date | None = None,
        asker: object = (),
    ) -> SlotWeek:
        today = self.clock.now().astimezone(ZoneInfo(ADELAIDE)).date()
        start = max(from_day or today, today)
        people = [
            offer.practitioner_id
            for offer in self.offered.offers_of(service_id)
            if offer.location_id == location_id and practitioner_id in (None, offer.practitioner_id)
        ]
        days = (start + timedelta(days=n) for n in range(7))
        week = tuple(SlotDay(day, self._slots(day, service_id, location_id, people)) for day in days)
        return SlotWeek(
            week,
            self.clock.now() - timedelta(minutes=7 if self.is_stale else 0),
            self.is_stale,
            self.has_more,
            self.is_away,
        )

    def first_times(self, clinic: Clinic, service_id: str, location_ids: Sequence[str]) -> FirstTimes:
        """What was read: everything of the first location; of the others nobody asked yet."""
        if self.failure or not location_ids:
            return {}
        week = self.week(clinic, service_id=service_id, location_id=location_ids[0], practitioner_id=None)
        found: FirstTimes = {}
        for slot in (slot for day in week.days for slot in day.slots):
            found.setdefault((slot.location_id, slot.practitioner_id), slot.starts_at)
        return found

    def is_still_free(self, clinic: Clinic, choice: Choice, asker: object = ()) -> bool:
        self.reread.append(choice)
        return (choice.practitioner_id, choice.starts_at) not in self.gone_since

    def next_day(
        self, clinic: Clinic, *, service_id: str, location_id: str, practitioner_id: str | None, after: date,
        asker: object = (),
    ) -> date | None:  # fmt: skip
        return self.empty_until

    def nearest(self, clinic: Clinic, choice: Choice, count: int = 3) -> tuple[Slot, ...]:
        day = choice.starts_at.astimezone(ZoneInfo(ADELAIDE)).date()
        week = self.week(
            clinic,
            service_id=choice.service_id,
            location_id=choice.location_id,
            practitioner_id=choice.practitioner_id,
            from_day=day,
        )
        return tuple(slot for one in week.days for slot in one.slots)[:count]

    def _slots(self, day: date, service_id: str, location_id: str, people: list[str]) -> tuple[Slot, ...]:
        if day.weekday() > 4 or (self.empty_until and day < self.empty_until):
            return ()
        found = []
        for hour, minute in ((9, 0), (9, 30), (14, 0)):
            at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(ADELAIDE)).astimezone(UTC)
            for person in people:
                if at > self.clock.now() and (person, at) not in self.taken:
                    view = self.offered.service(service_id)
                    assert view is not None
                    found.append(Slot(at, at + timedelta(minutes=view.minutes), person, location_id, service_id))
        return tuple(found)


@dataclass
class FakeDrafts:
    """Drafts by token. The first details move to a new token, and the old one shows choices only."""

    browse: FakeBrowse
    clock: FixedClock
    held: dict[str, Draft] = field(default_factory=dict)
    evidence: Evidence | None = None
    refusal: Exception | None = None
    saves: int = 0

    def open(self, clinic: Clinic, choice: Choice, *, visitor: str, attribution: Mapping[str, str]) -> str:
        if self.refusal:
            raise self.refusal
        self._take(choice)
        token = new_token()
        now = self.clock.now()
        self.held[token] = Draft(choice, None, False, self._until(), None, dict(attribution), opened_at=now)
        return token

    def load(self, clinic: Clinic, token: str) -> Draft:
        if token not in self.held:
            raise DraftGone
        return self.held[token]

    def choose_slot(self, clinic: Clinic, token: str, choice: Choice) -> None:
        draft = self.load(clinic, token)
        self._take(choice)
        self.held[token] = replace(draft, choice=choice, booking_state=None, hold_ends_at=self._until())

    def keep_typed(self, clinic: Clinic, token: str, typing: Typing) -> str:
        draft = self.load(clinic, token)
        typed = typing.onto(draft.typed)
        if not typed.values and not draft.is_personal:
            return token
        self.saves += 1
        new = token if draft.is_personal else new_token()
        self.held[new] = replace(draft, typed=typed, is_personal=True)
        return new

    def save_details(
        self, clinic: Clinic, token: str, details: PatientDetails, evidence: Evidence, typing: Typing = NOTHING
    ) -> str:
        draft = self.load(clinic, token)
        self.evidence = evidence
        new = token if draft.is_personal else new_token()
        self.held[new] = replace(draft, details=details, typed=typing.onto(draft.typed), is_personal=True)
        return new

    def prove_email(self, clinic: Clinic, token: str) -> str:
        new = new_token()
        self.held[new] = replace(self.held.pop(token), has_proven_email=True)
        return new

    def extend(self, clinic: Clinic, token: str) -> datetime | None:
        draft = self.load(clinic, token)
        if (draft.choice.practitioner_id, draft.choice.starts_at) in self.browse.taken:
            return None
        self.held[token] = replace(draft, hold_ends_at=self._until())
        return self._until()

    def _take(self, choice: Choice) -> None:
        if (choice.practitioner_id, choice.starts_at) in self.browse.taken:
            raise SlotGone

    def _until(self) -> datetime:
        return self.clock.now() + timedelta(minutes=10)


@dataclass
class FakePlacing:
    """Books at once, or stays in `outcome` until told otherwise. With `waits_until` Cliniko does not answer."""

    drafts: FakeDrafts
    outcome: str = "confirmed"
    confirmed: list[str] = field(default_factory=list)
    waits_until: datetime | None = None
    is_held: bool = False
    is_double: bool = False

    def confirm(self, clinic: Clinic, token: str, *, as_well: bool = False) -> None:
        draft = self.drafts.load(clinic, token)
        if self.is_double and not as_well:
            raise AlreadyBooked
        if draft.details is None and draft.booking_state is None:
            raise DetailsMissing
        if (draft.choice.practitioner_id, draft.choice.starts_at) in self.drafts.browse.taken:
            raise SlotGone
        if self.outcome == "slot_lost":
            self.drafts.held[token] = replace(draft, booking_state="slot_lost")
            self.drafts.browse.taken.add((draft.choice.practitioner_id, draft.choice.starts_at))
        else:
            self.drafts.held[token] = replace(draft, booking_state=self.outcome, details=None)
        self.confirmed.append(token)

    def status(self, clinic: Clinic, token: str) -> BookingStatus:
        draft = self.drafts.load(clinic, token)
        if draft.booking_state is None:
            raise DraftGone
        return BookingStatus(
            self.outcome, "BK-7F3K2M9Q", draft.choice, "manage-token", True, self.waits_until, self.is_held
        )


@dataclass
class FakeHeldRequests:
    """Turns the one booking of `placing` into a held or withdrawn one."""

    placing: FakePlacing

    def hold(self, clinic: Clinic, token: str) -> None:
        self.placing.is_held = True

    def withdraw(self, clinic: Clinic, token: str) -> None:
        self.placing.outcome = "withdrawn"


@dataclass
class FakeManaging:
    """One booking behind the token `manage-token`."""

    known: Clinic
    clock: FixedClock
    state: str = "confirmed"
    cancelled_for: str | None = None
    starts_at: datetime = NOW + timedelta(days=3)
    practitioner_id: str = "p1"
    last_move: Move | None = None
    move_notice: timedelta = timedelta(hours=24)
    is_over: bool = False

    def load(self, token: str, *, with_requests: bool = False) -> ManagedBooking:
        if token != "manage-token":
            raise BookingGone
        if self.is_over:
            raise BookingOver(self.known)
        deadlines = Deadlines(self.starts_at - self.move_notice, self.starts_at - timedelta(hours=24))
        ahead = deadlines.open_at(self.clock.now())
        return ManagedBooking(
            clinic=self.known,
            reference="BK-7F3K2M9Q",
            state=self.state,
            choice=Choice("101", "l1", self.practitioner_id, self.starts_at, self.starts_at + timedelta(minutes=45)),
            service_name="Initial consultation",
            deadlines=deadlines,
            is_cancellable=self.state == "confirmed" and ahead.cancel_until is not None,
            sequence=0,
            is_movable=self.state == "confirmed" and ahead.move_until is not None,
            move=self.last_move,
        )

    def cancel(self, token: str, reason: CancelReason) -> None:
        if not self.load(token).is_cancellable and self.state == "confirmed":
            raise TooLate
        self.state, self.cancelled_for = "cancelled", reason


class FakePageCounts:
    """Keeps which steps were counted."""

    def __init__(self) -> None:
        self.counted: list[str] = []

    def count(self, clinic_id: int, time_zone: str, step: str) -> None:
        self.counted.append(step)


@dataclass
class FakeMoving:
    """Moves at once, or leaves it at `outcome`; `refusal` is raised instead."""

    managing: FakeManaging
    outcome: str = "moved"
    refusal: Exception | None = None
    asked: list[Choice] = field(default_factory=list)

    def move(self, token: str, choice: Choice) -> None:
        if self.refusal:
            raise self.refusal
        seen = self.managing.load(token)
        if not seen.is_movable:
            raise TooLate
        self.asked.append(choice)
        self.managing.last_move = Move(1, seen.choice, choice, self.outcome)
        if self.outcome == "pending":
            self.managing.state = "moving"
        elif self.outcome == "moved":
            self.managing.starts_at, self.managing.practitioner_id = choice.starts_at, choice.practitioner_id


class FakeCodes:
    """Makes one code, which is right as often as it is typed for what it was made for."""

    CODE = "01234567"

    def __init__(self) -> None:
        self.made: dict[str, str] = {}

    def new(self, _purpose: str, subject: str, about: str) -> str:
        self.made[subject] = about
        return self.CODE

    def check(self, _purpose: str, subject: str, about: str, typed: str) -> Verdict:
        if self.made.get(subject) != about:
            return Verdict.OVER
        return Verdict.RIGHT if typed == self.CODE else Verdict.WRONG


@dataclass
class FakeCodeMail:
    is_set_up: bool = True
    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(self, _clinic: Clinic, email: str, code: str, _mark: str) -> bool:
        self.sent.append((email, code))
        return True


@dataclass
class FakeBlocks:
    """Blocks everybody's network, or one e-mail domain."""

    networks: bool = False
    domain: str = ""

    def is_blocked(self, _clinic_id: int, networks: Sequence[str], email: str | None = None) -> bool:
        return bool(self.networks and networks) or bool(self.domain and email and email.endswith(self.domain))


class FakeRateLimits:
    """Counts as the real ones do, within one window and in memory."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def hit(self, *rules: Rule) -> float:
        if self.is_refused(*rules):
            return 60.0
        self.counts.update(rule.key for rule in rules)
        return 0.0

    def is_refused(self, *rules: Rule) -> bool:
        return any(self.counts[rule.key] >= rule.rate.calls for rule in rules)


@dataclass
class FakePaying:
    """No deposit is asked for until a test says so."""

    offered: DepositOffer | None = None

    def offer(self, clinic: Clinic, service: object, token: str) -> DepositOffer | None:
        return self.offered

    def is_settling(self, reference: str) -> bool:
        return False

    def paid_for(self, reference: str) -> None:
        return None


@dataclass
class FakeDeskMessages:
    asked: list[str] = field(default_factory=list)

    def ask(self, token: str, text: str) -> None:
        if len(self.asked) == 3:
            raise CannotAsk
        self.asked.append(text)


@dataclass
class FakeLostLinks:
    asked: list[str] = field(default_factory=list)

    def ask(self, clinic: Clinic, email: str) -> None:
        self.asked.append(email)


@dataclass
class FakeSignedCopies:
    """Every booking has a copy at the token `copy`, while `found` says what there is behind it."""

    clinic: Clinic
    pdf: bytes | None = b"%PDF-signed"
    is_away: bool = False
    is_signed: bool = True

    def token(self, reference: str) -> str | None:
        return "copy" if self.is_signed else None

    def read(self, token: str) -> SignedCopy:
        if token != "copy":
            raise CopyGone
        return SignedCopy(self.clinic, self.pdf, self.is_away)


@dataclass
class FakeUseCases:
    """Every part of the front, each changeable by a test."""

    settings: Settings
    clock: FixedClock
    browse: FakeBrowse
    drafts: FakeDrafts
    placing: FakePlacing
    held_requests: FakeHeldRequests
    managing: FakeManaging
    page_counts: FakePageCounts
    moving: FakeMoving
    rate_limits: FakeRateLimits = field(default_factory=FakeRateLimits)
    blocks: FakeBlocks = field(default_factory=FakeBlocks)
    codes: FakeCodes = field(default_factory=lambda: FakeCodes())
    code_mail: FakeCodeMail = field(default_factory=lambda: FakeCodeMail())
    paying: FakePaying = field(default_factory=lambda: FakePaying())
    desk_messages: FakeDeskMessages = field(default_factory=lambda: FakeDeskMessages())
    lost_links: FakeLostLinks = field(default_factory=lambda: FakeLostLinks())
    signed_copies: FakeSignedCopies = field(default_factory=lambda: FakeSignedCopies(sample_clinic()))

    @property
    def booking_limits(self) -> BookingLimits:
        return BookingLimits(self.rate_limits, self.settings.booking_rates)  # type: ignore[arg-type]


def fake_front(clinic: Clinic | None = None, *, now: datetime = NOW, trusted_proxies: int = 0) -> FakeUseCases:
    clock = FixedClock(now)
    known = clinic or sample_clinic()
    browse = FakeBrowse(known, clock)
    drafts = FakeDrafts(browse, clock)
    settings = Settings(
        environment="development",
        data_dir=Path("var"),
        database_url="sqlite://",
        queue_url=None,
        base_url="http://127.0.0.1:8000",
        contact_email="bookings@example.com",
        mail_from="bookings@example.com",
        smtp_url=None,
        trusted_proxies=trusted_proxies,
        secret_key="a secret only for tests",
        encryption_keys=(),
        seal_key="",
        metrics_token=None,
        webhook_allow_private=False,
        clinic_creation="invited",
        log_level="info",
        cliniko_base_url=None,
        vendor_base_urls={},
    )
    placing, managing = FakePlacing(drafts), FakeManaging(known, clock)
    return FakeUseCases(
        settings,
        clock,
        browse,
        drafts,
        placing,
        FakeHeldRequests(placing),
        managing,
        FakePageCounts(),
        FakeMoving(managing),
    )


class SharedTemplates(BytecodeCache):
    """Templates compiled once for the whole run: each test has an application of its own."""

    compiled: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key + bucket.checksum in self.compiled:
            bucket.bytecode_from_string(self.compiled[bucket.key + bucket.checksum])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


def fake_app(use_cases: FakeUseCases) -> Flask:
    """The packages with pages over fakes."""
    app = Flask("booking_app.pages.app", static_folder=None, template_folder=None)
    app.extensions["use_cases"] = use_cases
    for package in (shared, widget, manage):
        package.register(app)
    app.jinja_env.bytecode_cache = SharedTemplates()
    return app
