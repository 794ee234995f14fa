"""The sections of a clinic's file. What a key may hold stands beside it; `docs/clinic-file.md` explains each one."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, ClassVar

from booking_app.clinic_file.kinds import (
    CLINIKO_ID,
    LOCALE,
    SLUG,
    Address,
    Choice,
    Color,
    Email,
    EnvName,
    FileName,
    Flag,
    Font,
    Kind,
    ListId,
    ListOf,
    MapOf,
    Origin,
    Pattern,
    Radius,
    Text,
    Whole,
    Zone,
)
from booking_app.clinics.branding import Branding
from booking_app.clinics.connections import VENDORS
from booking_app.clinics.records import CONFIRMATION_MAILS, BookingRules
from booking_app.intake.fields import KEY, TYPES
from booking_app.vendors.records import CONTACT_FIELDS

ID = Pattern(CLINIKO_ID, "the id of a record in Cliniko, as text")
PICTURE = FileName((".png", ".jpg", ".jpeg", ".webp"))
BODY = FileName((".md", ".txt"))
FIELD_KEY = Pattern(KEY, "1 to 40 small letters, digits and underscores, a letter first")
SERVICES = ListOf(ID, least=1)
PARAGRAPHS = Text(5000, is_long=True)


def key(kind: Kind, default: Any = MISSING) -> Any:
    """A key and what it may hold; without a default it is required."""
    return field(default=default, metadata={"kind": kind})


def kind_of(each: Field[Any]) -> Kind:
    kind: Kind = each.metadata["kind"]
    return kind


def is_required(each: Field[Any]) -> bool:
    return each.default is MISSING


@dataclass(frozen=True, kw_only=True)
class ClinicSection:
    title: ClassVar[str] = "[clinic]"

    slug: str = key(Pattern(SLUG, "1 to 63 small letters, digits and hyphens"))
    name: str = key(Text())
    legal_name: str = key(Text(), "")
    business_number: str = key(Text(40), "")
    time_zone: str = key(Zone())
    phone: str = key(Text(40), "")
    email: str = key(Email(), "")
    website: str = key(Address(), "")
    allowed_sites: tuple[str, ...] = key(ListOf(Origin()), ())
    locale: str = key(Pattern(LOCALE, 'a locale like "en-AU"'), "en-AU")


@dataclass(frozen=True, kw_only=True)
class ClinikoSection:
    title: ClassVar[str] = "[cliniko]"

    api_key_env: str = key(EnvName())
    account_time_zone: str | None = key(Zone(), None)


@dataclass(frozen=True, kw_only=True)
class BrandingSection:
    title: ClassVar[str] = "[branding]"

    primary_color: str = key(Color(), Branding.primary_color)
    accent_color: str = key(Color(), Branding.accent_color)
    background: str = key(Color(), Branding.background)
    font: str = key(Font(), Branding.font)
    radius: int = key(Radius(), Branding.radius)
    logo: str | None = key(PICTURE, None)
    welcome_text: str = key(PARAGRAPHS, "")


@dataclass(frozen=True, kw_only=True)
class BookingSection:
    title: ClassVar[str] = "[booking]"

    hold_minutes: int = key(Whole(1, 120), BookingRules.hold_minutes)
    lead_hours: int = key(Whole(0, 672), BookingRules.lead_hours)
    horizon_days: int = key(Whole(1, 730), BookingRules.horizon_days)
    cancel_notice_hours: int = key(Whole(0, 672), BookingRules.cancel_notice_hours)
    reschedule_notice_hours: int = key(Whole(0, 672), BookingRules.reschedule_notice_hours)
    allow_any_practitioner: bool = key(Flag(), BookingRules.allow_any_practitioner)
    attach_signature_png: bool = key(Flag(), BookingRules.attach_signature_png)
    retention_days: int = key(Whole(1, 30), BookingRules.retention_days)
    confirmation_mail: str = key(Choice(CONFIRMATION_MAILS), BookingRules.confirmation_mail)


@dataclass(frozen=True, kw_only=True)
class ConsentsSection:
    title: ClassVar[str] = "[consents]"

    privacy: str | None = key(PARAGRAPHS, None)
    email_marketing: str | None = key(PARAGRAPHS, None)
    sms_marketing: str | None = key(PARAGRAPHS, None)


@dataclass(frozen=True, kw_only=True)
class ServiceEntry:
    title: ClassVar[str] = "[[services]]"

    cliniko_id: str = key(ID)
    category: str | None = key(Text(), None)
    name: str | None = key(Text(), None)
    description: str | None = key(PARAGRAPHS, None)
    order: int | None = key(Whole(0, 100_000), None)
    hidden: bool = key(Flag(), False)
    practitioner_label: str | None = key(Text(60), None)
    image: str | None = key(PICTURE, None)


@dataclass(frozen=True, kw_only=True)
class PractitionerEntry:
    title: ClassVar[str] = "[[practitioners]]"

    cliniko_id: str = key(ID)
    name: str | None = key(Text(), None)
    description: str | None = key(PARAGRAPHS, None)
    photo: str | None = key(PICTURE, None)
    order: int | None = key(Whole(0, 100_000), None)
    hidden: bool = key(Flag(), False)
    equipment: bool = key(Flag(), False)


@dataclass(frozen=True, kw_only=True)
class LocationEntry:
    title: ClassVar[str] = "[[locations]]"

    cliniko_id: str = key(ID)
    name: str | None = key(Text(), None)
    directions: str | None = key(PARAGRAPHS, None)
    hidden: bool = key(Flag(), False)


@dataclass(frozen=True, kw_only=True)
class ShowIfEntry:
    title: ClassVar[str] = "show_if of [[intake]]"

    field: str = key(FIELD_KEY)
    equals: str = key(Text(255))


@dataclass(frozen=True)
class TableOf:
    """The kind of an inline table; `read` is done by the reader of sections, which knows the lines."""

    record: type[ShowIfEntry]

    def read(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, kw_only=True)
class IntakeEntry:
    title: ClassVar[str] = "[[intake]]"

    key: str = key(FIELD_KEY)
    label: str = key(Text(255))
    type: str = key(Choice(TYPES))
    required: bool = key(Flag(), False)
    help: str = key(Text(2000, is_long=True), "")
    options: tuple[str, ...] = key(ListOf(Text(255)), ())
    services: tuple[str, ...] | None = key(SERVICES, None)
    show_if: ShowIfEntry | None = key(TableOf(ShowIfEntry), None)
    maps_to: str = key(Text(120), "form")


@dataclass(frozen=True, kw_only=True)
class WaiverEntry:
    title: ClassVar[str] = "[[waivers]]"

    key: str = key(FIELD_KEY)
    title_: str = key(Text(200))
    kind: str = key(Choice(("consent", "policies", "recreational")))
    body: str = key(BODY)
    services: tuple[str, ...] | None = key(SERVICES, None)
    signature: str = key(Choice(("required", "optional", "none")), "required")
    resign_after_days: int | None = key(Whole(1, 3650), None)


@dataclass(frozen=True, kw_only=True)
class CrmEntry:
    title: ClassVar[str] = "[[crm]]"

    vendor: str = key(Choice(VENDORS))
    token_env: str = key(EnvName())
    account: str | None = key(Text(), None)
    url: str | None = key(Address(), None)
    list: str | None = key(ListId(), None)
    tags: tuple[str, ...] = key(ListOf(Text(100)), ())
    fields: Mapping[str, str] | None = key(MapOf(CONTACT_FIELDS), None)
    only_with_consent: bool = key(Flag(), False)
    send_category: bool = key(Flag(), False)
    send_service_name: bool = key(Flag(), False)
    send_practitioner: bool = key(Flag(), False)


@dataclass(frozen=True, kw_only=True)
class AlertsSection:
    title: ClassVar[str] = "[alerts]"

    email: str | None = key(Email(), None)
    webhook: str | None = key(Address(), None)


@dataclass(frozen=True, kw_only=True)
class ClinicFileSections:
    """The whole file. One table a section, or a list of tables."""

    clinic: ClinicSection
    cliniko: ClinikoSection | None = None
    branding: BrandingSection = BrandingSection()
    booking: BookingSection = BookingSection()
    consents: ConsentsSection = ConsentsSection()
    services: tuple[ServiceEntry, ...] = ()
    practitioners: tuple[PractitionerEntry, ...] = ()
    locations: tuple[LocationEntry, ...] = ()
    intake: tuple[IntakeEntry, ...] = ()
    waivers: tuple[WaiverEntry, ...] = ()
    crm: tuple[CrmEntry, ...] = ()
    alerts: AlertsSection = AlertsSection()


TABLES: Mapping[str, type[Any]] = {
    "clinic": ClinicSection,
    "cliniko": ClinikoSection,
    "branding": BrandingSection,
    "booking": BookingSection,
    "consents": ConsentsSection,
    "alerts": AlertsSection,
}
LISTS: Mapping[str, type[Any]] = {
    "services": ServiceEntry,
    "practitioners": PractitionerEntry,
    "locations": LocationEntry,
    "intake": IntakeEntry,
    "waivers": WaiverEntry,
    "crm": CrmEntry,
}
ORDER = ("clinic", "cliniko", "branding", "booking", "consents", *LISTS, "alerts")


def keys_of(record: type[Any]) -> dict[str, Field[Any]]:
    """The keys as they stand in the file. A trailing underscore sets a key apart from a name of Python's or ours."""
    return {each.name.rstrip("_"): each for each in fields(record)}
