"""What a CRM of the sandbox holds, in the same words for every vendor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from booking_app.crm.vendors.registered import SPECS
from tests.crm.sync.samples import FACTS

if TYPE_CHECKING:
    from tests.crm.sync.conftest import Desk

# The calls that make a contact, write a booking down, tag and subscribe: method and path, for faults.
CONTACT_CALLS = {
    "hubspot": ("POST", "/contacts$"),
    "gohighlevel": ("POST", "/contacts/upsert"),
    "activecampaign": ("POST", "/contact/sync"),
    "mailchimp": ("PUT", "/members/"),
}
RECORD_CALLS = {
    "hubspot": ("POST", "/meetings/batch/upsert"),
    "gohighlevel": ("POST", "/notes"),
    "activecampaign": ("POST", "/notes"),
    "mailchimp": ("POST", "/notes"),
}
TAG_CALLS = {
    "hubspot": ("PUT", "/memberships/add"),
    "gohighlevel": ("POST", "/tags"),
    "activecampaign": ("POST", "/contactTags"),
    "mailchimp": ("POST", "/tags"),
}
# GoHighLevel has nothing to subscribe to.
CONSENT_CALLS = {
    "hubspot": ("POST", "/statuses/"),
    "activecampaign": ("POST", "/contactLists"),
    "mailchimp": ("PATCH", "/members/"),
}


@dataclass(frozen=True)
class Crm:
    """The vendor's account of the sample clinic."""

    desk: Desk
    vendor: str

    def contacts(self) -> list[dict[str, str]]:
        """Every contact as its values, under the vendor's names."""
        state, rows = self._state, []
        if self.vendor == "hubspot":
            rows = [row["properties"] for row in state["contacts"]]
        elif self.vendor == "gohighlevel":
            rows = [{**row["members"], **row["custom"]} for row in state["contacts"]]
        elif self.vendor == "activecampaign":
            rows = [{**row, **row["values"]} for row in state["contacts"]]
        else:
            rows = [{**row["merge_fields"], "email_address": row["email_address"]} for row in self._members]
        return rows

    def value(self, ours: str) -> str | None:
        """What the one contact holds for a field of ours."""
        (contact,) = self.contacts()
        found = contact.get(SPECS[self.vendor].names[ours][0])
        return str(found) if found else None

    def tags(self) -> list[str]:
        """The tags of the one contact."""
        if self.vendor == "hubspot":
            (contact,) = self.contacts()
            return [tag for tag in contact.get("booking_tags", "").split(";") if tag]
        rows = self._members if self.vendor == "mailchimp" else self._state["contacts"]
        return list(rows[0]["tags"])

    def records(self) -> list[str]:
        """The bookings that are written down, as text."""
        state = self._state
        if self.vendor == "hubspot":
            return [row["properties"]["hs_meeting_body"].replace("<br>", "\n") for row in state["meetings"]]
        if self.vendor == "gohighlevel":
            contacts = self.desk.sandbox.control.world.gohighlevel["demo"].contacts.values()
            return [note["body"] for contact in contacts for note in contact.notes.values()]
        if self.vendor == "activecampaign":
            return [row["note"] for row in state["notes"]]
        return [note["note"] for row in self._members for note in row["notes"]]

    def fault(self, kind: str, call: tuple[str, str], **more: Any) -> None:
        self.desk.sandbox.control.fault(kind, service=self.vendor, method=call[0], path=call[1], **more)

    def has_left(self) -> None:
        """The person has said no to the clinic's mail before."""
        control, email = self.desk.sandbox.control, FACTS.email
        if self.vendor == "hubspot":
            control.opt_out("demo", email)
        elif self.vendor == "gohighlevel":
            (contact,) = control.world.gohighlevel["demo"].contacts.values()
            contact.dnd_settings = {"Email": {"status": "permanent"}}
        elif self.vendor == "activecampaign":
            account = control.world.activecampaign["demo"]
            account.add(
                "contactLists", contact=account.rows("contacts")[0]["id"], list="1", status="2", resubscribed=False
            )
        else:
            control.world.mailchimp["demo"].audience.put(email, "unsubscribed")

    def is_merged(self) -> None:
        """The one contact has another id from now on; Mailchimp's are made of the address."""
        contacts = self._stored
        ((known, contact),) = contacts.items()
        del contacts[known]
        contacts["777"] = contact
        if self.vendor == "activecampaign":
            contact["id"] = "777"
        else:
            contact.id = "777"

    def is_deleted(self) -> None:
        """Somebody takes the contact out."""
        self._stored.clear()

    def is_subscribed(self) -> bool:
        """Whether the clinic may mail them, as far as the vendor knows."""
        control = self.desk.sandbox.control
        if self.vendor == "hubspot":
            return "SUBSCRIBED" in [row["status"] for row in self._state["statuses"]]
        if self.vendor == "gohighlevel":
            (contact,) = control.world.gohighlevel["demo"].contacts.values()
            return not contact.dnd_settings
        if self.vendor == "activecampaign":
            return "1" in [row["status"] for row in self._state["contactLists"]]
        return self._members[0]["status"] in ("subscribed", "pending")

    @property
    def _stored(self) -> dict[str, Any]:
        world = self.desk.sandbox.control.world
        if self.vendor == "hubspot":
            return world.portals["demo"].objects["contacts"]
        if self.vendor == "gohighlevel":
            return world.gohighlevel["demo"].contacts
        if self.vendor == "activecampaign":
            return world.activecampaign["demo"].tables["contacts"]
        return world.mailchimp["demo"].audience.members

    @property
    def _state(self) -> dict[str, Any]:
        state = self.desk.sandbox.control.state("demo")
        return dict(state["crm" if self.vendor == "hubspot" else self.vendor])

    @property
    def _members(self) -> list[dict[str, Any]]:
        return list(self._state["audiences"][0]["members"])
