"""Which property each field of a contact goes to, and our own properties in the clinic's account."""

from collections.abc import Iterable
from dataclasses import dataclass

from booking_app.core.outbound_http.errors import VendorConflict
from booking_app.core.outbound_http.json_api import records_in
from booking_app.crm.vendors.hubspot.transport import HubSpotApi
from booking_app.crm.vendors.records import FIRST_TOUCH, LATEST_TOUCH, Names, PlannedProperty

GROUP = "online_booking"
GROUP_LABEL = "Online booking"
TAGS = "booking_tags"
PROPERTIES = "/crm/properties/{version}/contacts"
GROUPS = "/crm/properties/{version}/contacts/groups"


@dataclass(frozen=True)
class OwnProperty:
    """A property that we bring along. Texts stay plain: an enumeration would refuse what the clinic adds later."""

    name: str
    label: str
    type: str = "string"
    field_type: str = "text"
    choices: tuple[tuple[str, str], ...] = ()  # label, value

    def to_json(self) -> dict[str, object]:
        options = [
            {"label": label, "value": value, "displayOrder": order, "hidden": False}
            for order, (label, value) in enumerate(self.choices)
        ]
        return {
            "name": self.name, "label": self.label, "type": self.type, "fieldType": self.field_type,
            "groupName": GROUP, "options": options,
        }  # fmt: skip


def yes_no(name: str, label: str) -> OwnProperty:
    return OwnProperty(name, label, "bool", "booleancheckbox", (("Yes", "true"), ("No", "false")))


def tags_property(tags: Iterable[str]) -> OwnProperty:
    choices = tuple((choice, choice) for choice in map(tag_choice, tags))
    return OwnProperty(TAGS, "Booking: tags", "enumeration", "checkbox", choices)


def tag_choice(tag: str) -> str:
    """A tag as a choice; the semicolon is HubSpot's separator of choices."""
    return " ".join(tag.replace(";", " ").split())


OWN_PROPERTIES = {
    "source": OwnProperty("booking_source", "Booking: source"),
    "utm_source": OwnProperty("booking_utm_source", "Booking: utm_source"),
    "utm_medium": OwnProperty("booking_utm_medium", "Booking: utm_medium"),
    "utm_campaign": OwnProperty("booking_utm_campaign", "Booking: utm_campaign"),
    "utm_term": OwnProperty("booking_utm_term", "Booking: utm_term"),
    "utm_content": OwnProperty("booking_utm_content", "Booking: utm_content"),
    **{name: OwnProperty(f"booking_{name}", f"Booking: {name}") for name in LATEST_TOUCH},
    **{name: OwnProperty(f"booking_{name}", f"Booking: {name.replace('_', ' ', 1)}") for name in FIRST_TOUCH},
    "email_marketing": yes_no("booking_email_marketing", "Booking: e-mail marketing"),
    "sms_marketing": yes_no("booking_sms_marketing", "Booking: SMS marketing"),
    "consent_at": OwnProperty("booking_consent_at", "Booking: consent given at", "datetime", "date"),
    "consent_wording": OwnProperty("booking_consent_wording", "Booking: consent, its wording"),
    "consent_source": OwnProperty("booking_consent_source", "Booking: consent given in"),
    "patient_kind": OwnProperty("booking_patient_kind", "Booking: new or returning"),
    "next_booking_at": OwnProperty("booking_next_at", "Booking: next booking", "datetime", "date"),
    "category": OwnProperty("booking_category", "Booking: category"),
    "service_name": OwnProperty("booking_service", "Booking: service"),
    "practitioner": OwnProperty("booking_practitioner", "Booking: practitioner"),
}
DEFAULT_NAMES: Names = {
    "email": ("email",),
    "first_name": ("firstname",),
    "last_name": ("lastname",),
    "mobile": ("phone", "mobilephone"),
    **{ours: (own.name,) for ours, own in OWN_PROPERTIES.items()},
}


class Schema:
    """The properties a connection writes, compared with those the account has."""

    def __init__(self, api: HubSpotApi, names: Names, tags: tuple[str, ...]) -> None:
        self._api = api
        self._names = names
        self._own = {each.name: each for each in OWN_PROPERTIES.values()}
        if tags:
            self._own[TAGS] = tags_property(tags)

    def plan(self) -> tuple[PlannedProperty, ...]:
        """Every property that contacts of this connection are written to; only reads."""
        types = self._account_types()
        wanted = dict.fromkeys(name for names in self._names.values() for name in names)
        if TAGS in self._own:
            wanted[TAGS] = None
        return tuple(_planned(name, self._own.get(name), types.get(name)) for name in wanted)

    def apply(self) -> tuple[PlannedProperty, ...]:
        """Make our own missing properties and return the plan as it then stands. Repeats are harmless."""
        missing = [each.name for each in self.plan() if each.state == "missing" and each.name in self._own]
        if missing:
            self._make_group()
        for name in missing:
            self._make(self._own[name])
        return self.plan()

    def _account_types(self) -> dict[str, str]:
        rows = records_in(self._api.read(PROPERTIES), "results")
        return {str(row.get("name")): str(row.get("type")) for row in rows}

    def _make_group(self) -> None:
        try:
            self._api.command("POST", GROUPS, body={"name": GROUP, "label": GROUP_LABEL})
        except VendorConflict:
            return  # it is there already

    def _make(self, own: OwnProperty) -> None:
        try:
            self._api.command("POST", PROPERTIES, body=own.to_json())
        except VendorConflict:
            return


def _planned(name: str, own: OwnProperty | None, type_there: str | None) -> PlannedProperty:
    label = own.label if own else name
    if type_there is None:
        return PlannedProperty(name, label, "missing")
    return PlannedProperty(name, label, "differs" if own and own.type != type_there else "present")
