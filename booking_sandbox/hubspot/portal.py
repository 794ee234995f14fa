"""One HubSpot account: objects, property definitions, lists and consent."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from booking_sandbox.hubspot import standard_properties
from booking_sandbox.hubspot.standard_properties import PropertyTable

TYPES = ("contacts", "notes", "meetings", "deals")
LIST_ID = "101"
SUBSCRIPTION_ID = 9_100_001


@dataclass
class CrmObject:
    """A contact, note, meeting or deal, with what the search index knows of it and when."""

    id: str
    kind: str
    properties: dict[str, str]
    created_at: str
    updated_at: str
    archived: bool = False
    associations: dict[str, dict[str, set[int]]] = field(default_factory=dict)
    index: list[tuple[float, dict[str, str]]] = field(default_factory=list)

    def remember_for_search(self, lag: float) -> None:
        """Let the index learn the present properties after ``lag`` seconds."""
        self.index = [*self.index[-3:], (time.monotonic() + lag, dict(self.properties))]

    def as_indexed(self) -> dict[str, str] | None:
        """The properties a search sees now, or None while it sees nothing."""
        seen = [properties for at, properties in self.index if at <= time.monotonic()]
        return seen[-1] if seen else None


@dataclass
class ContactList:
    """A static list."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)


class Portal:
    """The state behind one token."""

    def __init__(
        self, *, name: str, token: str, portal_id: int, time_zone: str, currency: str, scopes: list[str]
    ) -> None:
        self.name, self.token, self.portal_id = name, token, portal_id
        self.time_zone, self.currency, self.scopes = time_zone, currency, set(scopes)
        self.reset()

    def reset(self) -> None:
        """Empty the portal: standard properties, one list, one subscription type."""
        self._next_id = self.portal_id * 1000
        self.objects: dict[str, dict[str, CrmObject]] = {kind: {} for kind in TYPES}
        self.properties: dict[str, PropertyTable] = {kind: standard_properties.of(kind) for kind in TYPES}
        self.groups: dict[str, dict[str, str]] = {kind: {f"{kind[:-1]}information": "Information"} for kind in TYPES}
        self.lists = {LIST_ID: ContactList(LIST_ID, "New patients")}
        self.subscriptions = {SUBSCRIPTION_ID: "Clinic news"}
        self.statuses: dict[tuple[str, int], dict[str, Any]] = {}
        self.opted_out: set[str] = set()

    def new_id(self) -> str:
        """The next object id."""
        self._next_id += 1
        return str(self._next_id)

    def find(self, kind: str, name: str, value: str) -> CrmObject | None:
        """The live object whose unique property has a value; e-mails compare without case, secondary ones too."""
        wanted = value.strip().lower() if name == "email" else value
        for item in self.objects[kind].values():
            if not item.archived and wanted in _keys(item, name):
                return item
        return None

    def to_json(self) -> dict[str, Any]:
        """What arrived, for the control API."""
        shown = {
            kind: [
                {
                    "id": item.id,
                    "properties": item.properties,
                    "archived": item.archived,
                    "associations": {to: sorted(ids) for to, ids in item.associations.items()},
                    "createdAt": item.created_at,
                    "updatedAt": item.updated_at,
                }
                for item in items.values()
            ]
            for kind, items in self.objects.items()
        }
        lists = {item.id: sorted(item.members) for item in self.lists.values()}
        statuses = [
            {"email": email, "subscriptionId": number, **status} for (email, number), status in self.statuses.items()
        ]
        return {**shown, "lists": lists, "statuses": statuses}


def _keys(item: CrmObject, name: str) -> set[str]:
    value = item.properties.get(name, "")
    if name != "email":
        return {value} - {""}
    others = item.properties.get("hs_additional_emails", "").split(";")
    return {address.strip().lower() for address in (value, *others)} - {""}
