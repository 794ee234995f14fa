"""Which field of a contact each of ours goes to, and our own custom fields in the clinic's account.

A custom field shows, and takes values, only where it is related to a list; one made through the API is related to none
until a relation is made as well. A value sent to such a field is lost without a word, so it is counted as missing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from booking_app.core.outbound_http.errors import VendorConflict
from booking_app.core.outbound_http.json_api import JsonObject, records_in
from booking_app.crm.vendors.activecampaign.transport import ActiveCampaignApi, id_of
from booking_app.crm.vendors.records import FIRST_TOUCH, LATEST_TOUCH, Names, PlannedProperty

FIELDS = "/fields"
RELATIONS = "/fieldRels"
ALL_LISTS = 0
CORE = ("email", "firstName", "lastName", "phone")


@dataclass(frozen=True)
class OwnField:
    """A custom field that we bring along, known by its personalisation tag. Texts stay plain: clinics add choices."""

    tag: str
    title: str
    type: str = "text"

    def to_json(self) -> JsonObject:
        return {"title": self.title, "type": self.type, "perstag": self.tag, "visible": 1}


OWN_FIELDS = {
    "source": OwnField("BOOKING_SOURCE", "Booking source"),
    "utm_source": OwnField("BOOKING_UTM_SOURCE", "Booking UTM source"),
    "utm_medium": OwnField("BOOKING_UTM_MEDIUM", "Booking UTM medium"),
    "utm_campaign": OwnField("BOOKING_UTM_CAMPAIGN", "Booking UTM campaign"),
    "utm_term": OwnField("BOOKING_UTM_TERM", "Booking UTM term"),
    "utm_content": OwnField("BOOKING_UTM_CONTENT", "Booking UTM content"),
    **{
        name: OwnField(f"BOOKING_{name.upper()}", f"Booking {name.replace('_', ' ')}")
        for name in (*LATEST_TOUCH, *FIRST_TOUCH)
    },
    "email_marketing": OwnField("BOOKING_EMAIL_MARKETING", "Booking e-mail marketing"),
    "sms_marketing": OwnField("BOOKING_SMS_MARKETING", "Booking SMS marketing"),
    "consent_at": OwnField("BOOKING_CONSENT_AT", "Booking consent at", "datetime"),
    "consent_wording": OwnField("BOOKING_CONSENT_WORDING", "Booking consent wording"),
    "consent_source": OwnField("BOOKING_CONSENT_SOURCE", "Booking consent source"),
    "patient_kind": OwnField("BOOKING_PATIENT_KIND", "Booking new or returning"),
    "next_booking_at": OwnField("BOOKING_NEXT_AT", "Booking next at", "datetime"),
    "category": OwnField("BOOKING_CATEGORY", "Booking category"),
    "service_name": OwnField("BOOKING_SERVICE", "Booking service"),
    "practitioner": OwnField("BOOKING_PRACTITIONER", "Booking practitioner"),
}
DEFAULT_NAMES: Names = {
    "email": ("email",),
    "first_name": ("firstName",),
    "last_name": ("lastName",),
    "mobile": ("phone",),
    **{ours: (own.tag,) for ours, own in OWN_FIELDS.items()},
}


@dataclass(frozen=True)
class Definition:
    """A custom field as the account has it; `is_related` says whether contacts can carry it."""

    field_id: str
    tag: str
    title: str
    type: str
    is_related: bool


@dataclass(frozen=True)
class Definitions:
    """The custom fields of one account."""

    known: tuple[Definition, ...]

    @classmethod
    def read(cls, api: ActiveCampaignApi) -> "Definitions":
        pages = list(api.pages(FIELDS, "fields"))
        related = _related(api, pages)
        return cls(tuple(_definition(row, related) for page in pages for row in records_in(page, "fields")))

    def of(self, name: str) -> Definition | None:
        """The field with this personalisation tag or, failing that, this title, in any case of letters.

        A field of ours is known by its title as well, because the account may have given it another tag.
        """
        wanted = name.casefold()
        titles = {wanted, *(own.title.casefold() for own in OWN_FIELDS.values() if own.tag == name)}
        by_tag = next((each for each in self.known if each.tag.casefold() == wanted), None)
        return by_tag or next((each for each in self.known if each.title.casefold() in titles), None)

    def missing(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names that contacts cannot carry: no such field, or one related to nothing."""
        return tuple(name for name in names if name not in CORE and not self._takes(name))

    def body_of(self, values: Mapping[str, str]) -> JsonObject:
        """Members of a write; every name must be known."""
        members: JsonObject = {name: text for name, text in values.items() if name in CORE}
        custom = [
            {"field": definition.field_id, "value": text}
            for name, text in values.items()
            if name not in CORE and (definition := self.of(name))
        ]
        return members | ({"fieldValues": custom} if custom else {})

    def _takes(self, name: str) -> bool:
        definition = self.of(name)
        return definition is not None and definition.is_related


class Schema:
    """The fields a connection writes, compared with those the account has."""

    def __init__(self, api: ActiveCampaignApi, names: Names) -> None:
        self._api = api
        self._names = names
        self._own = {each.tag: each for each in OWN_FIELDS.values()}

    def plan(self) -> tuple[PlannedProperty, ...]:
        """Every field that contacts of this connection are written to; only reads."""
        return self._planned(Definitions.read(self._api))

    def apply(self) -> tuple[PlannedProperty, ...]:
        """Make our own missing fields with their relations and return the plan as it then stands.

        Repeats are harmless, also after a stop between a field and its relation.
        """
        definitions = Definitions.read(self._api)
        for planned in self._planned(definitions):
            if planned.state == "missing" and planned.name in self._own:
                self._make(self._own[planned.name], definitions.of(planned.name))
        return self.plan()

    def _planned(self, definitions: Definitions) -> tuple[PlannedProperty, ...]:
        wanted = dict.fromkeys(name for names in self._names.values() for name in names)
        return tuple(self._state_of(name, definitions.of(name)) for name in wanted)

    def _state_of(self, name: str, there: Definition | None) -> PlannedProperty:
        own = self._own.get(name)
        label = own.title if own else name
        if name in CORE:
            return PlannedProperty(name, label, "present")
        if there is None or not there.is_related:
            return PlannedProperty(name, label, "missing")
        return PlannedProperty(name, label, "differs" if own and own.type != there.type else "present")

    def _make(self, own: OwnField, there: Definition | None) -> None:
        field_id = there.field_id if there else self._create(own)
        if field_id:
            self._api.write_in("fieldRel", "POST", RELATIONS, body={"field": int(field_id), "relid": ALL_LISTS})

    def _create(self, own: OwnField) -> str | None:
        try:
            return id_of(self._api.write_in("field", "POST", FIELDS, body=own.to_json()))
        except VendorConflict:
            made_meanwhile = Definitions.read(self._api).of(own.tag)
            return made_meanwhile.field_id if made_meanwhile and not made_meanwhile.is_related else None


def _related(api: ActiveCampaignApi, pages: list[JsonObject]) -> frozenset[str]:
    """The ids of related fields: the list of fields carries their relations along, or they are asked for."""
    if all(isinstance(page.get("fieldRels"), list) for page in pages):
        rows = [row for page in pages for row in records_in(page, "fieldRels")]
    else:
        rows = list(api.rows(RELATIONS, "fieldRels"))
    return frozenset(str(row.get("field")) for row in rows)


def _definition(row: JsonObject, related: frozenset[str]) -> Definition:
    field_id = id_of(row)
    return Definition(
        field_id, str(row.get("perstag", "")), str(row.get("title", "")), str(row.get("type", "")), field_id in related
    )
