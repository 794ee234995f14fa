"""One sub-account ("location") of GoHighLevel: contacts, custom fields and the scopes of its token."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any

from booking_sandbox.demo_keys import DEMO_GOHIGHLEVEL_TOKEN

SCOPES = (
    "contacts.readonly",
    "contacts.write",
    "locations.readonly",
    "locations/customFields.readonly",
    "locations/customFields.write",
)


@dataclass
class GhlContact:
    """A contact. ``custom`` holds values by field id, ``dnd_settings`` by channel, spelt as in the old version."""

    id: str
    date_added: str
    members: dict[str, Any] = field(default_factory=dict)
    additional_emails: list[str] = field(default_factory=list)
    custom: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    dnd: bool = False
    dnd_settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def has_email(self, email: str) -> bool:
        """Whether this is one of the contact's addresses."""
        return email.lower() in {str(self.members.get("email", "")).lower(), *map(str.lower, self.additional_emails)}


class SubAccount:
    """The state behind one token: at first no contact and no custom field."""

    def __init__(
        self, *, name: str, token: str, location_id: str, time_zone: str, scopes: tuple[str, ...] = SCOPES
    ) -> None:
        self.name, self.token, self.location_id, self.time_zone = name, token, location_id, time_zone
        self.scopes = scopes
        self.contacts: dict[str, GhlContact] = {}
        self.fields: dict[str, dict[str, Any]] = {}
        self._made = 0

    def new_id(self) -> str:
        """The next id: twenty letters and digits without an order."""
        self._made += 1
        return hashlib.sha256(f"{self.location_id} {self._made}".encode()).hexdigest()[:20]

    def with_email(self, email: object) -> GhlContact | None:
        """The contact that has this address, also as an additional one."""
        if not isinstance(email, str) or not email:
            return None
        return next((each for each in self.contacts.values() if each.has_email(email)), None)

    def with_phone(self, phone: object) -> GhlContact | None:
        """The contact that has this number."""
        if not isinstance(phone, str) or not phone:
            return None
        return next((each for each in self.contacts.values() if each.members.get("phone") == phone), None)

    def to_json(self) -> dict[str, Any]:
        """What arrived, for the control API; custom values stand under their keys."""
        keys = {field_id: row["fieldKey"] for field_id, row in self.fields.items()}
        shown = [
            {**asdict(each), "custom": {keys[name]: value for name, value in each.custom.items()}}
            for each in self.contacts.values()
        ]
        return {"contacts": shown, "custom_fields": list(self.fields.values())}


def made() -> dict[str, SubAccount]:
    """The sub-accounts of the sandbox, by the names of the clinics. The one of ``narrow`` may only look at contacts."""
    accounts = (
        SubAccount(
            name="demo",
            token=DEMO_GOHIGHLEVEL_TOKEN,
            location_id="SandboxDemoLocation1",
            time_zone="Australia/Adelaide",
        ),
        SubAccount(
            name="northside",
            token="pit-5a4d0b0c-sandbox-northside",  # noqa: S106 - invented
            location_id="SandboxNorthLocation",
            time_zone="Pacific/Auckland",
        ),
        SubAccount(
            name="narrow",
            token="pit-9b1c0b0c-sandbox-narrow",  # noqa: S106 - invented
            location_id="SandboxNarrowLocatio",
            time_zone="Australia/Adelaide",
            scopes=("contacts.readonly",),
        ),
    )
    return {account.name: account for account in accounts}
