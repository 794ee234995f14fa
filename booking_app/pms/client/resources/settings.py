"""The account's public settings, including the only definition of its custom patient fields."""

from __future__ import annotations

from dataclasses import dataclass

from booking_app.pms.client.records import JsonObject

from .base import Resource


@dataclass(frozen=True, kw_only=True)
class CustomFieldOption:
    """One choice of a custom field."""

    token: str
    name: str
    is_archived: bool

    @classmethod
    def from_json(cls, found: JsonObject) -> CustomFieldOption:
        return cls(token=found.text("token"), name=found.text("name"), is_archived=found.is_true("archived"))


@dataclass(frozen=True, kw_only=True)
class CustomField:
    """A custom patient field; ``type`` is text, paragraph, checkboxes, radiobuttons or date."""

    token: str
    name: str
    type: str
    is_archived: bool
    options: tuple[CustomFieldOption, ...]
    has_other: bool

    @classmethod
    def from_json(cls, found: JsonObject) -> CustomField:
        other = found.nested("other")
        return cls(
            token=found.text("token"),
            name=found.text("name"),
            type=found.optional_text("type"),
            is_archived=found.is_true("archived"),
            options=tuple(CustomFieldOption.from_json(one) for one in found.nested_list("options")),
            has_other=other.is_true("enabled") and not other.is_true("archived"),
        )


@dataclass(frozen=True, kw_only=True)
class CustomFieldSection:
    """A section of custom patient fields."""

    token: str
    name: str
    is_archived: bool
    fields: tuple[CustomField, ...]

    @classmethod
    def from_json(cls, found: JsonObject) -> CustomFieldSection:
        return cls(
            token=found.text("token"),
            name=found.text("name"),
            is_archived=found.is_true("archived"),
            fields=tuple(CustomField.from_json(one) for one in found.nested_list("fields")),
        )


@dataclass(frozen=True, kw_only=True)
class OnlineBookings:
    """The rules of online booking. Cliniko applies them to available times only, never to a created appointment."""

    is_enabled: bool
    days_in_advance: int | None
    min_hours_advance: int | None
    min_hours_notice_to_cancel: int | None
    most_per_day_segment: int | None
    most_per_day: int | None
    reservation_minutes: int | None
    policy: str
    privacy_policy_url: str
    practitioner_order: tuple[str, ...]
    requires_address: bool
    shows_prices: bool
    shows_duration: bool

    @classmethod
    def from_json(cls, found: JsonObject) -> OnlineBookings:
        return cls(
            is_enabled=found.flag("enabled") is not False,
            days_in_advance=found.optional_integer("allow_bookings_days_in_advance"),
            min_hours_advance=found.optional_integer("min_hours_advance_required_to_book"),
            min_hours_notice_to_cancel=found.optional_integer("min_hours_notice_for_patient_cancellation"),
            most_per_day_segment=found.optional_integer("max_appointments_per_day_segment"),
            most_per_day=found.optional_integer("daily_bookings_limit"),
            reservation_minutes=found.optional_integer("booking_reservation_minutes"),
            policy=found.optional_text("policy"),
            privacy_policy_url=found.optional_text("privacy_policy_url"),
            practitioner_order=found.ids("practitioner_order"),
            requires_address=found.is_true("require_patient_address"),
            shows_prices=found.is_true("show_prices"),
            shows_duration=found.is_true("show_appointment_duration"),
        )


@dataclass(frozen=True, kw_only=True)
class PublicSettings:
    """What any user of the account may read. ``time_zone`` is a label (e.g. ``Adelaide``) and often not given."""

    account_id: str
    account_name: str
    country_code: str
    currency_symbol: str
    subdomain: str
    time_zone: str
    time_zone_support: bool
    online_bookings: OnlineBookings
    online_payments_activated: bool
    exports_to_xero: bool
    patient_titles: tuple[str, ...]
    patient_word: str
    default_reminder_type: str
    custom_field_sections: tuple[CustomFieldSection, ...]

    @classmethod
    def from_json(cls, found: JsonObject) -> PublicSettings:
        account = found.nested("account")
        terminology = found.nested("terminology")
        sections = found.nested("patient_custom_fields_definition").nested_list("sections")
        return cls(
            account_id=account.id(),
            account_name=account.optional_text("name"),
            country_code=account.optional_text("country_code"),
            currency_symbol=account.optional_text("currency_symbol"),
            subdomain=account.optional_text("subdomain"),
            time_zone=account.optional_text("time_zone"),
            time_zone_support=account.is_true("time_zone_support"),
            online_bookings=OnlineBookings.from_json(found.nested("online_bookings")),
            online_payments_activated=found.nested("online_payments").is_true("activated"),
            exports_to_xero=found.nested("integrations").nested("xero").is_true("enabled"),
            patient_titles=terminology.texts("titles"),
            patient_word=terminology.optional_text("patient") or "patient",
            default_reminder_type=found.nested("reminders").optional_text("default_reminder_type"),
            custom_field_sections=tuple(CustomFieldSection.from_json(one) for one in sections),
        )


class SettingsResource(Resource):
    """The account's settings; read-only."""

    def get(self) -> PublicSettings:
        """The settings any user may read (``/settings/public``; ``/settings`` itself needs a role)."""
        return self._one("/settings/public", PublicSettings.from_json)
