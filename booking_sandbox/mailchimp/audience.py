"""One audience: members in their six states, the fields they have, and those who may not come back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

MergeField = dict[str, Any]
STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional")
BY_CONTACT, BY_ADMIN = "N/A (Unsubscribed by contact)", "N/A (Unsubscribed by an admin)"
_STANDARD = (
    ("FNAME", "First Name", "text"),
    ("LNAME", "Last Name", "text"),
    ("ADDRESS", "Address", "address"),
    ("PHONE", "Phone Number", "phone"),
    ("BIRTHDAY", "Birthday", "birthday"),
    ("COMPANY", "Company", "text"),
)


def hash_of(email: str) -> str:
    """The key of a member: MD5 of the address in lower case."""
    return hashlib.md5(email.lower().encode(), usedforsecurity=False).hexdigest()


@dataclass
class Member:
    """One person. ``status`` may be ``archived`` besides those that can be written."""

    email: str
    status: str
    number: int
    merge_fields: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    unsubscribe_reason: str = ""
    confirmations_sent: int = 0
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The member's key in paths."""
        return hash_of(self.email)

    @property
    def contact_id(self) -> str:
        """The other key that paths take."""
        return hashlib.md5(f"contact {self.number}".encode(), usedforsecurity=False).hexdigest()

    @property
    def is_locked(self) -> bool:
        """Whether a caller may no longer subscribe them."""
        return self.status == "cleaned" or (self.status == "unsubscribed" and self.unsubscribe_reason == BY_CONTACT)


class Audience:
    """A list. ``forgotten`` were deleted for good; ``paused_signups`` joined too many lists of late."""

    def __init__(self, list_id: str, name: str) -> None:
        self.id, self.name = list_id, name
        self.members: dict[str, Member] = {}
        self.forgotten: set[str] = set()
        self.paused_signups: set[str] = set()
        self.fields: dict[str, MergeField] = {}
        self._numbers = 0
        for tag, label, kind in _STANDARD:
            self.add_field(tag, label, kind)

    def new_number(self) -> int:
        """The next number for a member, field or tag."""
        self._numbers += 1
        return self._numbers

    def add_field(self, tag: str, name: str, kind: str, **more: Any) -> MergeField:
        """Let the audience keep another value of its members."""
        options: dict[str, Any] = {"phone_format": "none"} if kind == "phone" else {}
        options |= more.pop("options", {})
        if kind == "date":
            options.setdefault("date_format", "YYYY-MM-DD")
        made = {
            "merge_id": len(self.fields) + 1, "tag": tag, "name": name, "type": kind, "required": False,
            "default_value": "", "public": False, "display_order": len(self.fields) + 1, "options": options,
            "help_text": "", "list_id": self.id, "_links": [], **more,
        }  # fmt: skip
        self.fields[tag] = made
        return made

    def find(self, key: str) -> Member | None:
        """A member by the MD5 of their address, the address itself or their contact id; archived ones too."""
        for member in self.members.values():
            if key in (member.id, member.contact_id) or key.lower() == member.email.lower():
                return member
        return None

    def put(self, email: str, status: str, **merge_fields: Any) -> Member:
        """Somebody joins past the API, or stands otherwise from now on."""
        member = self.find(email) or Member(email, status, self.new_number())
        member.status = status
        member.unsubscribe_reason = BY_CONTACT if status == "unsubscribed" else ""
        member.merge_fields |= merge_fields
        self.members[member.id] = member
        return member

    def forget(self, email: str) -> None:
        """Delete somebody for good."""
        self.members.pop(hash_of(email), None)
        self.forgotten.add(email.lower())

    def to_json(self) -> dict[str, Any]:
        """What arrived, for the control API."""
        members = [
            {
                "id": member.id,
                "email_address": member.email,
                "status": member.status,
                "merge_fields": member.merge_fields,
                "tags": sorted(member.tags),
                "events": member.events,
                "notes": member.notes,
                "confirmations_sent": member.confirmations_sent,
            }
            for member in self.members.values()
        ]
        return {"id": self.id, "members": members, "merge_fields": list(self.fields)}
