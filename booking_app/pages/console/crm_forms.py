"""The forms of a CRM connection: what each vendor needs, what may go there, and why the rest may not."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired

from booking_app.crm.vendors.records import CONTACT_FIELDS, KEY_FIELD, Names
from booking_app.crm.vendors.registered import SPECS
from booking_app.crm.vendors.spec import Asked, VendorSpec
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.setting_fields import LinesField, SettingsForm, whole

MAPPED = tuple(name for name in CONTACT_FIELDS if name != KEY_FIELD)
PREFIX = "map_"
LABELS = {
    "mobile": "Mobile phone",
    "patient_kind": "New or returning patient",
    "next_booking_at": "Next booking",
    "service_name": "Service’s name",
    "practitioner": "Practitioner’s name",
    "email_marketing": "Agreed to news by e-mail",
    "sms_marketing": "Agreed to news by text message",
}
CONSENT_KEYS = ("subscription", "do_not_disturb_without_consent", "double_opt_in")
SENT_KEYS = ("send_category", "send_service_name", "send_practitioner", "send_landing_path", "leave_out")
HEALTH = "Beside a person’s name this is health information. Leave it off unless your privacy notice says so."


class SecretForm(ConsoleForm):
    """A token to take the place of the one before. It is sealed, and shown to nobody again."""

    secret = PasswordField("Token", [InputRequired("Enter the token")], render_kw={"autocomplete": "off"})


class ConnectionForm(SettingsForm):
    """Every key of [[crm]] but the token. One class a vendor is made by `connection_form`."""

    vendor = ""

    only_with_consent = BooleanField(
        "Only patients who ticked a box for news", description="Others are not sent there at all."
    )
    send_category = BooleanField("Send the category", description=HEALTH)
    send_service_name = BooleanField("Send the service’s name", description=HEALTH)
    send_practitioner = BooleanField(
        "Send the practitioner’s name",
        description="A practitioner’s name often tells the kind of treatment. Leave it off unless you need it.",
    )
    send_landing_path = BooleanField(
        "Send the page on which the visit began",
        description="The address of a page often tells what somebody comes for. Leave it off unless you need it.",
    )
    leave_out = LinesField(
        "Fields that are not sent",
        description="Our names, one a line, such as utm_term. They are not made in the account either.",
        render_kw={"rows": 3},
    )
    tags = LinesField(
        "Tags",
        description="One per line; every contact gets them. Tags must not tell what somebody comes for.",
        render_kw={"rows": 3},
    )
    subscription = whole(
        "Subscription type", "Its number. A fresh consent subscribes to it; empty: consents stay in our own fields."
    )
    do_not_disturb_without_consent = BooleanField(
        "Set “do not disturb” for e-mail where the box was left empty", description="That stops your own mails as well."
    )
    double_opt_in = BooleanField(
        "Have the CRM ask whoever ticked the box to confirm",
        description="Off: the tick is taken for it.",
        default=True,
    )
    version = StringField(
        "Version of the interface",
        description="Empty: the one this program was built for. Change it only when told to.",
    )

    def raw(self) -> dict[str, Any]:
        """By key; the mapping is what was typed into its rows."""
        named = {name: self[name].data for name in self._names() if not name.startswith(PREFIX) and name in self}
        named["fields"] = self._mapping()
        return named

    def _names(self) -> tuple[str, ...]:
        return tuple(name for _, keys in self.groups for name in keys)

    def _mapping(self) -> dict[str, str]:
        if not SPECS[self.vendor].keeps_contacts:
            return {KEY_FIELD: KEY_FIELD} if self["send_email"].data else {}
        rows = {ours: str(self[PREFIX + ours].data or "").strip() for ours in MAPPED}
        return {ours: theirs for ours, theirs in rows.items() if theirs}


def form_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Stored values as the form shows them: the mapping taken apart into its rows."""
    fields: Mapping[str, str] = values["fields"]
    return {**values, **{PREFIX + ours: theirs for ours, theirs in fields.items()}, "send_email": KEY_FIELD in fields}


def connection_form(vendor: str) -> type[ConnectionForm]:
    """The form of a vendor: what it needs, what it is told, and one row a field where it has fields."""
    spec = SPECS[vendor]
    rows = {PREFIX + ours: _row(ours, spec.names) for ours in MAPPED} if spec.keeps_contacts else {}
    own = {} if spec.keeps_contacts else {"send_email": BooleanField("Send the patient’s e-mail address")}
    needed = {"list": _box(spec.list)}
    if spec.needed:
        needed[spec.needed.key] = _box(spec.needed.asked, is_required=True)
    groups = tuple((heading, keys) for heading, keys in _groups(spec, tuple(rows)) if keys)
    return type("VendorForm", (ConnectionForm,), {"vendor": vendor, "groups": groups, **rows, **own, **needed})


def new_connection_form(vendor: str) -> type[ConnectionForm]:
    """The same with the token, for a connection that is being added."""
    spec = SPECS[vendor]
    attributes = {"autocomplete": "off", "required": True}
    kind = PasswordField if spec.keeps_contacts else StringField
    secret = kind(spec.token.label, description=spec.token.hint, render_kw=attributes)
    return type("NewVendorForm", (connection_form(vendor),), {"secret": secret})


def _box(asked: Asked, *, is_required: bool = False) -> StringField:
    return StringField(asked.label, description=asked.hint, render_kw={"required": True} if is_required else None)


def _groups(spec: VendorSpec, rows: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    account: tuple[str, ...] = (spec.needed.key,) if spec.needed else ()
    account += ("version",) if "version" in spec.options else ()
    if not spec.keeps_contacts:
        return (("Account", account), ("What is sent", ("send_email",)))
    return (
        ("Account", account),
        ("Where contacts go", ("list", "tags")),
        ("Who is sent there", ("only_with_consent", *(key for key in CONSENT_KEYS if key in spec.options))),
        ("What is sent beside name, e-mail and phone", SENT_KEYS),
        ("Names of fields", rows),
    )


def _row(ours: str, names: Names) -> StringField:
    usual = ", ".join(names.get(ours, ())) or "not sent"
    return StringField(LABELS.get(ours, ours.replace("_", " ").capitalize()), render_kw={"placeholder": usual})
