"""What may go to a CRM and what comes back. A field that is not here cannot be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Literal

Names = Mapping[str, tuple[str, ...]]
PatientKind = Literal["new", "returning"]
ConsentChange = Literal["raised", "lowered", "unchanged", "kept_opt_out", "resubscribed"]


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One adult as a CRM may know them; `email` is the key. None means: not known, leave alone what is there.

    The fields that begin with `first_` say where the person came from at first, and are written together or not at all;
    those of the same names without it belong to this booking.

    There is deliberately no place for answers, dates of birth, Medicare numbers, waivers, documents or notes.
    """

    email: str = field(repr=False)
    first_name: str | None = field(default=None, repr=False)
    last_name: str | None = field(default=None, repr=False)
    mobile: str | None = field(default=None, repr=False)
    source: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_term: str | None = None
    utm_content: str | None = None
    referrer_host: str | None = None
    landing_path: str | None = field(default=None, repr=False)
    gclid: str | None = None
    gbraid: str | None = None
    wbraid: str | None = None
    fbclid: str | None = None
    msclkid: str | None = None
    first_source: str | None = None
    first_utm_source: str | None = None
    first_utm_medium: str | None = None
    first_utm_campaign: str | None = None
    first_utm_term: str | None = None
    first_utm_content: str | None = None
    first_referrer_host: str | None = None
    first_landing_path: str | None = field(default=None, repr=False)
    email_marketing: bool | None = None
    sms_marketing: bool | None = None
    consent_at: datetime | None = None
    consent_wording: str | None = None
    consent_source: str | None = None
    patient_kind: PatientKind | None = None
    next_booking_at: datetime | None = None
    category: str | None = field(default=None, repr=False)
    service_name: str | None = field(default=None, repr=False)
    practitioner: str | None = field(default=None, repr=False)


CONTACT_FIELDS = tuple(each.name for each in fields(Contact))
KEY_FIELD = "email"
CLICK_IDS = ("gclid", "gbraid", "wbraid", "fbclid", "msclkid")
LATEST_TOUCH = ("referrer_host", "landing_path", *CLICK_IDS)
FIRST_TOUCH = tuple(name for name in CONTACT_FIELDS if name.startswith("first_") and name != "first_name")


def named_values(contact: Contact, names: Names) -> dict[str, str]:
    """What is known of the contact as texts under the vendor's names, without the key.

    Empty values are left out: an empty text would clear what the clinic has there. Times are UTC in ISO 8601.
    """
    found = {}
    for ours in CONTACT_FIELDS:
        text = _text(getattr(contact, ours))
        if ours != KEY_FIELD and text:
            found.update(dict.fromkeys(names.get(ours, ()), text))
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return iso_utc(value)
    return str(value).strip()


def iso_utc(at: datetime) -> str:
    """An aware time as `2026-11-23T22:30:00Z`."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class Account:
    """Whom the token belongs to. `data_location` is where the data is kept, which a privacy notice has to name."""

    account_id: str
    time_zone: str | None
    data_location: str | None


@dataclass(frozen=True)
class FoundContact:
    """A contact as it stands at the vendor; `values` under the vendor's names."""

    remote_id: str
    values: Mapping[str, str] = field(repr=False)

    def carries(self, values: Mapping[str, str]) -> bool:
        """Whether everything in `values` stands there already."""
        return all(_is_same(self.values.get(name, ""), value) for name, value in values.items())


def _is_same(there: str, ours: str) -> bool:
    return there == ours or (_instant(ours) is not None and _instant(there) == _instant(ours))


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


@dataclass(frozen=True)
class Upserted:
    """The contact is there. `dropped` names the vendor's fields that it does not take and that were left out.

    `warnings` are codes of what a person should look at, such as `split_identity`: address and phone of one booking
    belong to two contacts.
    """

    remote_id: str
    dropped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlannedProperty:
    """A field of ours at the vendor: `state` says whether it is there. `missing` ones are made by `apply_schema`."""

    name: str
    label: str
    state: Literal["present", "missing", "differs"]


@dataclass(frozen=True)
class ConsentProof:
    """One consent as given in a booking: the wording shown, when, where, and whether it was ticked."""

    is_given: bool
    wording: str
    given_at: datetime
    source: str = "an online booking"
