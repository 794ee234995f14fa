"""What a clinic has decided about its accounting: the `[accounting]` of its file, typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

VENDORS = ("xero",)
STYLES = ("per_invoice",)
PAYMENTS = ("none",)
PRIVACIES = ("pseudonym", "one_contact", "named")
STATUSES = ("draft", "authorised")
LOCK_DATES = ("hold", "next_open_day")
ACCOUNT_KINDS = ("billable_item", "product", "practitioner", "location")
TaxPair = tuple[str, Decimal]


@dataclass(frozen=True, kw_only=True)
class AccountingSettings:
    """Everything but the secrets. `taxes` maps (name, per cent) to the vendor's code; a line without tax is ("", 0).

    `accounts` maps (kind, id) to an account, the first that fits in the order of ACCOUNT_KINDS; `descriptions` are the
    texts that may leave, by the id of what was billed.
    """

    style: str = "per_invoice"
    payments: str = "none"
    privacy: str = "pseudonym"
    status: str = "draft"
    start_date: date | None = None
    number_prefix: str = "CLK-"
    terms_days: int = 14
    settle_hours: int = 12
    lock_date: str = "hold"
    default_account: str = ""
    rounding_account: str = ""
    track_practitioner: str = ""
    track_location: str = ""
    taxes: Mapping[TaxPair, str] = field(default_factory=dict)
    accounts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "AccountingSettings":
        """From a connection's JSON; what is absent takes its default."""
        plain = {each.name for each in fields(cls)} - {"taxes", "accounts", "descriptions", "start_date"}
        values: dict[str, Any] = {name: config[name] for name in plain if config.get(name) is not None}
        start = config.get("start_date")
        return cls(
            **values,
            start_date=date.fromisoformat(start) if start else None,
            taxes={tax_pair(row.get("name", ""), row.get("rate")): row["code"] for row in config.get("tax", ())},
            accounts={(row["kind"], row["cliniko_id"]): row["account"] for row in config.get("account", ())},
            descriptions={row["cliniko_id"]: row["text"] for row in config.get("description", ())},
        )


def tax_pair(name: str, rate: object) -> TaxPair:
    """Name and per cent, written one way whatever they came as: 10, "10.0" and 10.00 are one rate."""
    try:
        per_cent = Decimal(str(rate)) if rate not in (None, "") else Decimal(0)
    except InvalidOperation:
        per_cent = Decimal(0)
    return name.strip(), per_cent.normalize() + 0
