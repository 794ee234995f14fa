"""Where the documents leave the truth open, a knob chooses; every knob can be set while the sandbox runs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


@dataclass
class Knobs:
    """The choices a real account may make differently."""

    rate_limit_per_minute: int = 200
    strict_user_agent: bool = False
    available_times_max_days: int = 7
    available_times_overrun: bool = False
    relative_available_times_link: bool = False
    next_available_time_none: str = "404"  # or "null"
    string_filter_case_sensitive: bool = True
    not_found_body: str = "json"  # or "empty"
    account_time_zone_in_settings: bool = False
    archived_by_id: str = "404"  # or "200"
    cancelled_by_id: str = "404"  # or "200"
    phone_numbers_on_patch: str = "replace"  # or "merge"
    second_cancel: str = "204"  # or "422"
    per_page_over_100: str = "clamp"  # or "400"
    sunday: int = 0  # or 7
    signatures: str = "object"  # or "array"
    schema_errors: str = "text"  # or "null": what stands under errors.content
    attendee_patient_check: bool = True
    full_group: str = "accept"  # or "422": an attendee more than a group has places for
    attendee_lag_reads: int = 0
    attendee_lag_seconds: float = 0.0
    attachment_lag_reads: int = 1
    attachment_lag_seconds: float = 0.0
    attachment_url_error: str = "temp_attachment_url"  # or "upload_url"
    s3_url_trailing_slash: bool = False
    presigned_minutes: int = 60
    practitioners_link: str = "flat"  # or "nested"
    invoice_totals: str = "number"  # or "text": how a line's total comes
    hubspot_search_lag_seconds: float = 5.0
    hubspot_requests_per_10_seconds: int = 190
    hubspot_searches_per_second: int = 5
    hubspot_retry_after: bool = False
    gohighlevel_duplicates: str = "email,phone"  # the order of keys: also "phone,email", "email"; or "allowed"
    gohighlevel_tells_duplicate: bool = True
    gohighlevel_unknown_fields: str = "ignore"  # or "reject"
    gohighlevel_requests_per_10_seconds: int = 100
    activecampaign_requests_per_second: int = 5
    xero_simultaneous_calls: int = 5
    xero_calls_per_minute: int = 60
    xero_calls_per_day: int = 1000
    mailchimp_simultaneous_calls: int = 10
    mailchimp_archived_put: str = "revive"  # or "keep"
    stripe_refunds: str = "succeeded"  # or "pending"
    stripe_kept_failures: int = 0  # so many further writes fail, and go on failing under their key
    stripe_webhook_copies: int = 1  # 0 is never
    stripe_webhook_seconds: float = 0.0
    stripe_webhook_reversed: bool = False

    def set(self, name: str, value: Any) -> None:
        """Turn one knob. Raises KeyError for an unknown name, ValueError for a value of another type."""
        known = {field.name for field in fields(self)}
        if name not in known:
            raise KeyError(name)
        wanted = type(getattr(self, name))
        if wanted is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not wanted:
            raise ValueError(f"{name} wants {wanted.__name__}")
        setattr(self, name, value)
