"""The sections of a clinic's file. What a key may hold stands beside it; `docs/clinic-file.md` explains each one.

The keys of [booking] are declared with their words in `clinics/records.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from booking_app.accounting.settings import (
    ACCOUNT_KINDS,
    LOCK_DATES,
    PRIVACIES,
    STATUSES,
    STYLES,
    AccountingSettings,
)
from booking_app.accounting.settings import PAYMENTS as ACCOUNTING_PAYMENTS
from booking_app.accounting.settings import VENDORS as ACCOUNTING_VENDORS
from booking_app.catalogue.records import PRICE_DISPLAYS
from booking_app.clinics.branding import Branding
from booking_app.clinics.key_kinds import (
    CLINIKO_ID,
    LOCALE,
    SLUG,
    Address,
    Choice,
    Color,
    Day,
    Email,
    EnvName,
    FileName,
    Flag,
    Font,
    ListId,
    ListOf,
    MapOf,
    Named,
    Origin,
    Pattern,
    Radius,
    Rate,
    Share,
    Text,
    Whole,
    Zone,
)
from booking_app.clinics.keys import holds
from booking_app.clinics.records import LATE_RULES, PAYMENTS, TAX_WORDS, BookingRules, DepositRules
from booking_app.crm.vendors.records import CONTACT_FIELDS
from booking_app.crm.vendors.registered import VENDORS
from booking_app.deposits.vendors.registered import SPECS as PAYMENT_VENDORS
from booking_app.intake.field_kinds import KINDS
from booking_app.intake.field_kinds.base import LONGEST_LABEL
from booking_app.intake.fields import ASK_AGAIN, KEY, LONGEST_GROUP, LONGEST_HELP, MOST_DAYS
from booking_app.intake.waivers import LONGEST_TITLE

PREFIX = Pattern(re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,9}"), "1 to 10 letters, digits, hyphens and underscores")
ID = Pattern(CLINIKO_ID, "the id of a record in Cliniko, as text")
PICTURE = FileName((".png", ".jpg", ".jpeg", ".webp"))
BODY = FileName((".md", ".txt"))
FIELD_KEY = Pattern(KEY, "1 to 40 small letters, digits and underscores, a letter first")
WAIVER_KEY = Pattern(
    re.compile(r"[a-z][a-z0-9_-]{0,39}"), "1 to 40 small letters, digits, hyphens and underscores, a letter first"
)
SERVICES = ListOf(ID, least=1)
API_VERSION = Pattern(re.compile(r"v?\d[0-9-]{0,11}"), 'a version of the CRM\'s interface like "2026-09" or "v3"')
PARAGRAPHS = Text(5000, is_long=True)


@dataclass(frozen=True, kw_only=True)
class ClinicSection:
    heading: ClassVar[str] = "[clinic]"

    slug: str = holds(Pattern(SLUG, "1 to 63 small letters, digits and hyphens"))
    name: str = holds(Text())
    legal_name: str = holds(Text(), "")
    business_number: str = holds(Text(40), "")
    time_zone: str = holds(Zone())
    phone: str = holds(Text(40), "")
    email: str = holds(Email(), "")
    website: str = holds(Address(), "")
    allowed_sites: tuple[str, ...] = holds(ListOf(Origin()), ())
    locale: str = holds(Pattern(LOCALE, 'a locale like "en-AU"'), "en-AU")


@dataclass(frozen=True, kw_only=True)
class ClinikoSection:
    heading: ClassVar[str] = "[cliniko]"

    api_key_env: str = holds(EnvName())
    account_time_zone: str | None = holds(Zone(), None)


@dataclass(frozen=True, kw_only=True)
class BrandingSection:
    heading: ClassVar[str] = "[branding]"

    primary_color: str = holds(Color(), Branding.primary_color)
    accent_color: str = holds(Color(), Branding.accent_color)
    background: str = holds(Color(), Branding.background)
    font: str = holds(Font(), Branding.font)
    radius: int = holds(Radius(), Branding.radius)
    logo: str | None = holds(PICTURE, None)
    logo_dark: str | None = holds(PICTURE, None)
    welcome_text: str = holds(PARAGRAPHS, "")
    confirmation_text: str = holds(PARAGRAPHS, "")
    email_header: str = holds(Text(120), "")


@dataclass(frozen=True, kw_only=True)
class ConsentsSection:
    heading: ClassVar[str] = "[consents]"

    privacy: str | None = holds(PARAGRAPHS, None)
    email_marketing: str | None = holds(PARAGRAPHS, None)
    sms_marketing: str | None = holds(PARAGRAPHS, None)


@dataclass(frozen=True, kw_only=True)
class ServiceEntry:
    heading: ClassVar[str] = "[[services]]"

    cliniko_id: str = holds(ID)
    category: str | None = holds(Text(), None)
    name: str | None = holds(Text(), None)
    description: str | None = holds(PARAGRAPHS, None)
    order: int | None = holds(Whole(0, 100_000), None)
    hidden: bool = holds(Flag(), False)
    practitioner_label: str | None = holds(Text(60), None)
    image: str | None = holds(PICTURE, None)
    price_display: str | None = holds(Choice(PRICE_DISPLAYS), None)
    confirmation_text: str | None = holds(PARAGRAPHS, None)
    what_to_bring: str | None = holds(PARAGRAPHS, None)
    payment: str | None = holds(Choice(PAYMENTS), None)
    amount: str | None = holds(Share(), None)
    free_cancellation_hours: int | None = holds(Whole(0, 672), None)
    late: str | None = holds(Choice(LATE_RULES), None)


@dataclass(frozen=True, kw_only=True)
class PractitionerEntry:
    heading: ClassVar[str] = "[[practitioners]]"

    cliniko_id: str = holds(ID)
    name: str | None = holds(Text(), None)
    description: str | None = holds(PARAGRAPHS, None)
    photo: str | None = holds(PICTURE, None)
    order: int | None = holds(Whole(0, 100_000), None)
    hidden: bool = holds(Flag(), False)
    equipment: bool = holds(Flag(), False)


@dataclass(frozen=True, kw_only=True)
class LocationEntry:
    heading: ClassVar[str] = "[[locations]]"

    cliniko_id: str = holds(ID)
    name: str | None = holds(Text(), None)
    directions: str | None = holds(PARAGRAPHS, None)
    hidden: bool = holds(Flag(), False)


@dataclass(frozen=True, kw_only=True)
class ShowIfEntry:
    heading: ClassVar[str] = "show_if of [[intake]]"

    field: str = holds(FIELD_KEY)
    equals: str = holds(Text(255))


@dataclass(frozen=True)
class TableOf:
    """The kind of an inline table; `read` is done by the reader of sections, which knows the lines."""

    record: type[ShowIfEntry]

    def read(self, value: Any) -> Any:
        return value


@dataclass(frozen=True)
class TablesOf:
    """The kind of a list of tables within a table; `read` is done by the reader of sections as well."""

    record: type[Any]
    most: int = 20

    def read(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, kw_only=True)
class IntakeEntry:
    heading: ClassVar[str] = "[[intake]]"

    key: str = holds(FIELD_KEY)
    label: str = holds(Text(LONGEST_LABEL))
    type: str = holds(Choice(KINDS))
    required: bool = holds(Flag(), False)
    help: str = holds(Text(LONGEST_HELP, is_long=True), "")
    group: str = holds(Text(LONGEST_GROUP), "")
    options: tuple[str, ...] = holds(ListOf(Text(LONGEST_LABEL)), ())
    services: tuple[str, ...] | None = holds(SERVICES, None)
    show_if: ShowIfEntry | None = holds(TableOf(ShowIfEntry), None)
    maps_to: str = holds(Text(120), "form")
    ask_again: str = holds(Choice(ASK_AGAIN), "always")
    ask_again_days: int | None = holds(Whole(1, MOST_DAYS), None)


@dataclass(frozen=True, kw_only=True)
class WaiverEntry:
    heading: ClassVar[str] = "[[waivers]]"

    key: str = holds(WAIVER_KEY)
    title: str = holds(Text(LONGEST_TITLE))
    kind: str = holds(Choice(("consent", "policies", "recreational")))
    body: str = holds(BODY)
    services: tuple[str, ...] | None = holds(SERVICES, None)
    signature: str = holds(Choice(("required", "optional", "none")), "required")
    resign_after_days: int | None = holds(Whole(1, 3650), None)


@dataclass(frozen=True, kw_only=True)
class CrmEntry:
    heading: ClassVar[str] = "[[crm]]"

    vendor: str = holds(Choice(VENDORS))
    token_env: str = holds(EnvName())
    account: str | None = holds(Text(), None)
    version: str | None = holds(API_VERSION, None)
    url: str | None = holds(Address(), None)
    list: str | None = holds(ListId(), None)
    tags: tuple[str, ...] = holds(ListOf(Text(100)), ())
    fields: Mapping[str, str] | None = holds(MapOf(CONTACT_FIELDS), None)
    only_with_consent: bool = holds(Flag(), False)
    send_category: bool = holds(Flag(), False)
    send_service_name: bool = holds(Flag(), False)
    send_practitioner: bool = holds(Flag(), False)
    send_landing_path: bool = holds(Flag(), False)
    leave_out: tuple[str, ...] = holds(ListOf(Choice(CONTACT_FIELDS[1:])), ())
    subscription: int | None = holds(Whole(1, 10**12), None)
    do_not_disturb_without_consent: bool = holds(Flag(), False)
    double_opt_in: bool = holds(Flag(), True)


@dataclass(frozen=True, kw_only=True)
class DepositMethodEntry:
    heading: ClassVar[str] = "[[deposits.methods]]"

    vendor: str = holds(Choice(PAYMENT_VENDORS))
    secret_env: str = holds(EnvName())
    webhook_secret_env: str | None = holds(EnvName(), None)


@dataclass(frozen=True, kw_only=True)
class DepositsSection:
    heading: ClassVar[str] = "[deposits]"

    payment: str = holds(Choice(PAYMENTS), DepositRules.payment)
    amount: str | None = holds(Share(), None)
    free_cancellation_hours: int | None = holds(Whole(0, 672), None)
    late: str = holds(Choice(LATE_RULES), DepositRules.late)
    keep_part: str | None = holds(Share(), None)
    refund_when_clinic_cancels: bool = holds(Flag(), DepositRules.refund_when_clinic_cancels)
    wording: str = holds(Text(2000, is_long=True), "")
    tax: str = holds(Choice(TAX_WORDS), DepositRules.tax)
    methods: tuple[DepositMethodEntry, ...] = holds(TablesOf(DepositMethodEntry), ())


@dataclass(frozen=True, kw_only=True)
class AccountingTaxEntry:
    heading: ClassVar[str] = "[[accounting.tax]]"

    name: str = holds(Text(100), "")
    rate: str = holds(Rate(), "0")
    code: str = holds(Text(50))


@dataclass(frozen=True, kw_only=True)
class AccountingAccountEntry:
    heading: ClassVar[str] = "[[accounting.account]]"

    kind: str = holds(Choice(ACCOUNT_KINDS))
    cliniko_id: str = holds(ID)
    account: str = holds(Text(50))


@dataclass(frozen=True, kw_only=True)
class AccountingDescriptionEntry:
    heading: ClassVar[str] = "[[accounting.description]]"

    cliniko_id: str = holds(ID)
    text: str = holds(Text(100))


@dataclass(frozen=True, kw_only=True)
class AccountingSection:
    """Without it the stored connection stays; the authorisation itself is given in the console."""

    heading: ClassVar[str] = "[accounting]"

    vendor: str = holds(Choice(ACCOUNTING_VENDORS))
    client_id_env: str = holds(EnvName())
    client_secret_env: str = holds(EnvName())
    style: str = holds(Choice(STYLES), AccountingSettings.style)
    payments: str = holds(Choice(ACCOUNTING_PAYMENTS), AccountingSettings.payments)
    privacy: str = holds(Choice(PRIVACIES), AccountingSettings.privacy)
    status: str = holds(Choice(STATUSES), AccountingSettings.status)
    start_date: str | None = holds(Day(), None)
    number_prefix: str = holds(PREFIX, AccountingSettings.number_prefix)
    terms_days: int = holds(Whole(0, 365), AccountingSettings.terms_days)
    settle_hours: int = holds(Whole(0, 168), AccountingSettings.settle_hours)
    lock_date: str = holds(Choice(LOCK_DATES), AccountingSettings.lock_date)
    default_account: str = holds(Text(50), "")
    rounding_account: str = holds(Text(50), "")
    track_practitioner: str = holds(Named("Practitioner"), "")
    track_location: str = holds(Named("Location"), "")
    tax: tuple[AccountingTaxEntry, ...] = holds(TablesOf(AccountingTaxEntry, 100), ())
    account: tuple[AccountingAccountEntry, ...] = holds(TablesOf(AccountingAccountEntry, 2000), ())
    description: tuple[AccountingDescriptionEntry, ...] = holds(TablesOf(AccountingDescriptionEntry, 2000), ())


@dataclass(frozen=True, kw_only=True)
class AlertsSection:
    heading: ClassVar[str] = "[alerts]"

    email: str | None = holds(Email(), None)
    webhook: str | None = holds(Address(), None)


@dataclass(frozen=True, kw_only=True)
class ClinicFileSections:
    """The whole file. One table a section, or a list of tables."""

    clinic: ClinicSection
    cliniko: ClinikoSection | None = None
    branding: BrandingSection = BrandingSection()
    booking: BookingRules = BookingRules()
    consents: ConsentsSection = ConsentsSection()
    services: tuple[ServiceEntry, ...] = ()
    practitioners: tuple[PractitionerEntry, ...] = ()
    locations: tuple[LocationEntry, ...] = ()
    intake: tuple[IntakeEntry, ...] = ()
    waivers: tuple[WaiverEntry, ...] = ()
    crm: tuple[CrmEntry, ...] = ()
    deposits: DepositsSection | None = None
    accounting: AccountingSection | None = None
    alerts: AlertsSection = AlertsSection()


TABLES: Mapping[str, type[Any]] = {
    "clinic": ClinicSection,
    "cliniko": ClinikoSection,
    "branding": BrandingSection,
    "booking": BookingRules,
    "consents": ConsentsSection,
    "deposits": DepositsSection,
    "accounting": AccountingSection,
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
ORDER = ("clinic", "cliniko", "branding", "booking", "consents", *LISTS, "deposits", "accounting", "alerts")
