"""Which field of a contact each of ours goes to, and our own custom fields in the clinic's sub-account.

Values are written by a custom field's id, which differs from account to account. Definitions are read for each write,
so that a field made a moment ago is used at once and one deleted is dropped and named.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from booking_app.core.outbound_http.errors import VendorConflict
from booking_app.core.outbound_http.json_api import JsonObject, records_in
from booking_app.crm.vendors.gohighlevel.transport import GoHighLevelApi
from booking_app.crm.vendors.records import FIRST_TOUCH, LATEST_TOUCH, Names, PlannedProperty

FIELDS = "/locations/{location_id}/customFields"
OF_CONTACTS = {"model": "contact"}
KEY_PREFIX = "contact."
STANDARD = ("email", "firstName", "lastName", "name", "phone", "source")
TEXT_TYPES = ("TEXT", "LARGE_TEXT")


@dataclass(frozen=True)
class OwnField:
    """A custom field that we bring along. GoHighLevel makes its key of the name, so that names stay plain words."""

    name: str

    @property
    def key(self) -> str:
        return KEY_PREFIX + self.name.lower().replace(" ", "_")

    def to_json(self) -> dict[str, str]:
        # A DATE there has no time and a choice refuses what is added later, so that every field is a text.
        return {"name": self.name, "dataType": "TEXT", "model": "contact"}


OWN_FIELDS = {
    "utm_source": OwnField("Booking UTM source"),
    "utm_medium": OwnField("Booking UTM medium"),
    "utm_campaign": OwnField("Booking UTM campaign"),
    "utm_term": OwnField("Booking UTM term"),
    "utm_content": OwnField("Booking UTM content"),
    **{name: OwnField(f"Booking {name.replace('_', ' ')}") for name in (*LATEST_TOUCH, *FIRST_TOUCH)},
    "email_marketing": OwnField("Booking email marketing"),
    "sms_marketing": OwnField("Booking SMS marketing"),
    "consent_at": OwnField("Booking consent at"),
    "consent_wording": OwnField("Booking consent wording"),
    "consent_source": OwnField("Booking consent source"),
    "patient_kind": OwnField("Booking patient kind"),
    "next_booking_at": OwnField("Booking next at"),
    "category": OwnField("Booking category"),
    "service_name": OwnField("Booking service"),
    "practitioner": OwnField("Booking practitioner"),
}
DEFAULT_NAMES: Names = {
    "email": ("email",),
    "first_name": ("firstName",),
    "last_name": ("lastName",),
    "mobile": ("phone",),
    "source": ("source",),
    **{ours: (own.key,) for ours, own in OWN_FIELDS.items()},
}


@dataclass(frozen=True)
class Definition:
    """A custom field as the sub-account has it."""

    field_id: str
    key: str
    data_type: str


@dataclass(frozen=True)
class Definitions:
    """The custom fields of contacts in one sub-account."""

    known: tuple[Definition, ...]

    @classmethod
    def read(cls, api: GoHighLevelApi) -> "Definitions":
        rows = records_in(api.read(FIELDS, query=OF_CONTACTS), "customFields")
        return cls(tuple(_definition(row) for row in rows if isinstance(row.get("id"), str)))

    def of(self, name: str) -> Definition | None:
        """The field of this key (with or without "contact.") or id."""
        keys = (name, KEY_PREFIX + name)
        return next((each for each in self.known if each.key in keys or each.field_id == name), None)

    def missing(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name not in STANDARD and self.of(name) is None)

    def body_of(self, values: Mapping[str, str], value_member: str) -> JsonObject:
        """Members of a write; every name must be known."""
        members: JsonObject = {name: text for name, text in values.items() if name in STANDARD}
        custom = [
            {"id": definition.field_id, value_member: text}
            for name, text in values.items()
            if name not in STANDARD and (definition := self.of(name))
        ]
        return members | ({"customFields": custom} if custom else {})

    def values_of(self, contact: JsonObject, names: Iterable[str]) -> dict[str, str]:
        """What stands in a contact, under the names we write it by."""
        texts = {row.get("id"): str(row.get("value", "")) for row in records_in(contact, "customFields")}
        found = {}
        for name in names:
            definition = None if name in STANDARD else self.of(name)
            found[name] = texts.get(definition.field_id, "") if definition else _text(contact.get(name))
        return found


class Schema:
    """The fields a connection writes, compared with those the sub-account has."""

    def __init__(self, api: GoHighLevelApi, names: Names) -> None:
        self._api = api
        self._names = names
        self._own = {each.key: each for each in OWN_FIELDS.values()}

    def plan(self) -> tuple[PlannedProperty, ...]:
        """Every field that contacts of this connection are written to; only reads."""
        definitions = Definitions.read(self._api)
        wanted = dict.fromkeys(name for names in self._names.values() for name in names)
        return tuple(self._planned(name, definitions) for name in wanted)

    def apply(self) -> tuple[PlannedProperty, ...]:
        """Make our own missing fields and return the plan as it then stands. Repeats are harmless."""
        for planned in self.plan():
            if planned.state == "missing" and planned.name in self._own:
                self._make(self._own[planned.name])
        return self.plan()

    def _planned(self, name: str, definitions: Definitions) -> PlannedProperty:
        own, there = self._own.get(name), definitions.of(name)
        label = own.name if own else name
        if name in STANDARD:
            return PlannedProperty(name, label, "present")
        if there is None:
            return PlannedProperty(name, label, "missing")
        return PlannedProperty(name, label, "differs" if own and there.data_type not in TEXT_TYPES else "present")

    def _make(self, own: OwnField) -> None:
        try:
            self._api.write("POST", FIELDS, body=own.to_json())
        except VendorConflict:
            return  # somebody else made it meanwhile


def _definition(row: JsonObject) -> Definition:
    return Definition(str(row["id"]), str(row.get("fieldKey", "")), str(row.get("dataType", "")))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
