"""Which merge field each field of a contact goes to, and our own merge fields in the clinic's audience.

Mailchimp drops values of fields that it does not know, and says nothing. So the plan reads what is there, whole, and a
write is compared with what came back of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from booking_app.core.failures import RemoteFailure
from booking_app.core.outbound_http.json_api import records_in
from booking_app.crm.vendors.mailchimp.transport import MailchimpApi
from booking_app.crm.vendors.records import KEY_FIELD, Names, PlannedProperty

MERGE_FIELDS = "/lists/{list_id}/merge-fields"
# Ten are shown where no number is asked for; a thousand is the most.
EVERYTHING = {"count": "1000", "fields": "merge_fields.tag,merge_fields.type,merge_fields.options"}
NEXT_BOOKING = "next_booking_at"


@dataclass(frozen=True)
class OwnField:
    """A merge field that we bring along: never required, never shown to the public."""

    tag: str  # ten characters at most
    label: str
    type: str = "text"

    def to_json(self) -> dict[str, object]:
        options = {"options": {"date_format": "YYYY-MM-DD"}} if self.type == "date" else {}
        return {
            "tag": self.tag, "name": self.label, "type": self.type, "required": False, "public": False, **options,
        }  # fmt: skip


# An audience takes thirty merge fields on smaller plans: click ids, and the lesser marks of a first visit, stay out.
OWN_FIELDS = {
    "source": OwnField("BKSOURCE", "Booking: source"),
    "utm_source": OwnField("BKUTMSRC", "Booking: utm_source"),
    "utm_medium": OwnField("BKUTMMED", "Booking: utm_medium"),
    "utm_campaign": OwnField("BKUTMCAMP", "Booking: utm_campaign"),
    "utm_term": OwnField("BKUTMTERM", "Booking: utm_term"),
    "utm_content": OwnField("BKUTMCONT", "Booking: utm_content"),
    "referrer_host": OwnField("BKREFHOST", "Booking: referrer"),
    "landing_path": OwnField("BKLANDING", "Booking: landing page"),
    "first_source": OwnField("BK1SOURCE", "Booking: first source"),
    "first_utm_source": OwnField("BK1UTMSRC", "Booking: first utm_source"),
    "first_utm_medium": OwnField("BK1UTMMED", "Booking: first utm_medium"),
    "first_utm_campaign": OwnField("BK1UTMCAM", "Booking: first utm_campaign"),
    "first_referrer_host": OwnField("BK1REFHOST", "Booking: first referrer"),
    "first_landing_path": OwnField("BK1LANDING", "Booking: first landing page"),
    "email_marketing": OwnField("BKEMAILOK", "Booking: e-mail marketing"),
    "sms_marketing": OwnField("BKSMSOK", "Booking: SMS marketing"),
    "consent_at": OwnField("BKCONSAT", "Booking: consent given at"),
    "consent_wording": OwnField("BKCONSTEXT", "Booking: consent, its wording"),
    "consent_source": OwnField("BKCONSSRC", "Booking: consent given in"),
    "patient_kind": OwnField("BKKIND", "Booking: new or returning"),
    NEXT_BOOKING: OwnField("BKNEXT", "Booking: next booking", "date"),
    "category": OwnField("BKCATEGORY", "Booking: category"),
    "service_name": OwnField("BKSERVICE", "Booking: service"),
    "practitioner": OwnField("BKPRACT", "Booking: practitioner"),
}
DEFAULT_NAMES: Names = {
    KEY_FIELD: ("email_address",),
    "first_name": ("FNAME",),
    "last_name": ("LNAME",),
    "mobile": ("PHONE",),
    **{ours: (own.tag,) for ours, own in OWN_FIELDS.items()},
}


@dataclass(frozen=True)
class FieldThere:
    """A merge field of the audience; `takes_e164` is false for telephone fields of the American format."""

    type: str
    takes_e164: bool


class Schema:
    """The merge fields a connection writes, compared with those the audience has."""

    def __init__(self, api: MailchimpApi, names: Names) -> None:
        self._api = api
        self._names = names
        self._own = {each.tag: each for each in OWN_FIELDS.values()}
        self._mobile = names.get("mobile", ())

    def plan(self) -> tuple[PlannedProperty, ...]:
        """Every merge field that members of this connection are written to; only reads."""
        there = self._fields()
        wanted = dict.fromkeys(tag for ours, tags in self._names.items() if ours != KEY_FIELD for tag in tags)
        return tuple(self._planned(tag, there.get(tag)) for tag in wanted)

    def apply(self) -> tuple[PlannedProperty, ...]:
        """Make our own missing merge fields and return the plan as it then stands. Repeats are harmless."""
        for planned in self.plan():
            if planned.state == "missing" and planned.name in self._own:
                self._make(self._own[planned.name])
        return self.plan()

    def _planned(self, tag: str, there: FieldThere | None) -> PlannedProperty:
        own = self._own.get(tag)
        label = own.label if own else tag
        if there is None:
            return PlannedProperty(tag, label, "missing")
        differs = (own is not None and own.type != there.type) or (tag in self._mobile and not there.takes_e164)
        return PlannedProperty(tag, label, "differs" if differs else "present")

    def _make(self, own: OwnField) -> None:
        try:
            self._api.write("POST", MERGE_FIELDS, body=own.to_json())
        except RemoteFailure:
            # Two people may press the button at once: one that is there now is as good as made.
            if own.tag not in self._fields():
                raise

    def _fields(self) -> Mapping[str, FieldThere]:
        document = self._api.read(MERGE_FIELDS, query=EVERYTHING)
        return {str(row.get("tag")): _field(row) for row in records_in(document, "merge_fields")}


def _field(row: Mapping[str, object]) -> FieldThere:
    options = row.get("options")
    phone_format = options.get("phone_format") if isinstance(options, dict) else None
    kind = str(row.get("type"))
    return FieldThere(kind, takes_e164=not (kind == "phone" and phone_format == "US"))
