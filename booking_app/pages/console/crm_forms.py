"""The forms of a CRM connection: what each vendor needs, what may go there, and why the rest may not."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired

from booking_app.crm.vendors.meanings import TITLES
from booking_app.crm.vendors.names import default_names
from booking_app.crm.vendors.records import CONTACT_FIELDS, KEY_FIELD, Names
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.setting_fields import LinesField, SettingsForm, whole

WEBHOOK = "webhook"
MAPPED = tuple(name for name in CONTACT_FIELDS if name != KEY_FIELD)
PREFIX = "map_"
# The vendor's own words for what it needs beside the token: (key, label, where to find it).
NEEDED = {
    "gohighlevel": ("account", "Location id", "In GoHighLevel under Settings, Business profile."),
    "activecampaign": (
        "account",
        "API address",
        "In ActiveCampaign under Settings, Developer, such as https://you.api-us1.com.",
    ),
    "webhook": ("url", "Address to send to", "Your own system’s; https only."),
}
TOKENS = {
    "hubspot": (
        "Token of a private app",
        "In HubSpot under Settings, Integrations, Private apps. It begins with pat-.",
    ),
    "gohighlevel": (
        "Private integration token",
        "In GoHighLevel under Settings, Private integrations. It begins with pit-.",
    ),
    "activecampaign": ("API key", "In ActiveCampaign under Settings, Developer."),
    "mailchimp": (
        "API key",
        "In Mailchimp under Profile, Extras, API keys. It ends in the data centre, such as -us19.",
    ),
    "webhook": ("Signing secret", "Begins with whsec_. Leave it as it is, or enter the one your receiver gave you."),
}
LABELS = {
    "mobile": "Mobile phone",
    "patient_kind": "New or returning patient",
    "next_booking_at": "Next booking",
    "service_name": "Service’s name",
    "practitioner": "Practitioner’s name",
    "email_marketing": "Agreed to news by e-mail",
    "sms_marketing": "Agreed to news by text message",
}
# What a vendor asks for about consent, beside the rule that all have.
CONSENT_KEYS: Mapping[str, tuple[str, ...]] = {
    "hubspot": ("subscription",),
    "gohighlevel": ("do_not_disturb_without_consent",),
    "mailchimp": ("double_opt_in",),
}
VERSIONED = ("hubspot", "gohighlevel")
SENT_KEYS = ("send_category", "send_service_name", "send_practitioner", "send_landing_path", "leave_out")
HEALTH = "Beside a person’s name this is health information. Leave it off unless your privacy notice says so."


def title_of(vendor: str) -> str:
    return "Webhook" if vendor == WEBHOOK else TITLES[vendor]


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
    list = StringField("List", description="The id of the list that contacts are added to. Empty: none.")
    tags = LinesField(
        "Tags",
        description="One a line; every contact gets them. Tags must not tell what somebody comes for.",
        render_kw={"rows": 3},
    )
    subscription = whole(
        "Subscription type", "Its number. A fresh consent subscribes to it; empty: consents stay in our own fields."
    )
    do_not_disturb_without_consent = BooleanField(
        "Set “do not disturb” for e-mail where the box was left empty", description="That stops your own mails as well."
    )
    double_opt_in = BooleanField(
        "Have Mailchimp ask whoever ticked the box to confirm",
        description="Off: the tick is taken for it.",
        default=True,
    )
    version = StringField(
        "Version of the interface",
        description="Empty: the one this program was built for. Change it only when told to.",
    )
    account = StringField("Account")
    url = StringField("Address")

    def raw(self) -> dict[str, Any]:
        """By key; the mapping is what was typed into its rows."""
        named = {name: self[name].data for name in self._names() if not name.startswith(PREFIX) and name in self}
        named["fields"] = self._mapping()
        return named

    def _names(self) -> tuple[str, ...]:
        return tuple(name for _, keys in self.groups for name in keys)

    def _mapping(self) -> dict[str, str]:
        if self.vendor == WEBHOOK:
            return {KEY_FIELD: KEY_FIELD} if self["send_email"].data else {}
        rows = {ours: str(self[PREFIX + ours].data or "").strip() for ours in MAPPED}
        return {ours: theirs for ours, theirs in rows.items() if theirs}


def form_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Stored values as the form shows them: the mapping taken apart into its rows."""
    fields: Mapping[str, str] = values["fields"]
    return {**values, **{PREFIX + ours: theirs for ours, theirs in fields.items()}, "send_email": KEY_FIELD in fields}


def connection_form(vendor: str) -> type[ConnectionForm]:
    """The form of a vendor: what it needs, what it is told, and one row a field where it has fields."""
    names = default_names(vendor)
    rows = {} if vendor == WEBHOOK else {PREFIX + ours: _row(ours, names) for ours in MAPPED}
    own = {} if vendor != WEBHOOK else {"send_email": BooleanField("Send the patient’s e-mail address")}
    needed = {}
    if vendor == "mailchimp":
        needed["list"] = StringField("Audience", description="Its id, in Mailchimp under Audience, Settings. Needed.")
    if vendor in NEEDED:
        key, label, hint = NEEDED[vendor]
        needed[key] = StringField(label, description=hint, render_kw={"required": True})
    groups = tuple((heading, keys) for heading, keys in _groups(vendor, tuple(rows)) if keys)
    return type("VendorForm", (ConnectionForm,), {"vendor": vendor, "groups": groups, **rows, **own, **needed})


def new_connection_form(vendor: str) -> type[ConnectionForm]:
    """The same with the token, for a connection that is being added."""
    label, hint = TOKENS[vendor]
    attributes = {"autocomplete": "off", "required": True}
    kind = StringField if vendor == WEBHOOK else PasswordField
    secret = kind(label, description=hint, render_kw=attributes)
    return type("NewVendorForm", (connection_form(vendor),), {"secret": secret})


def _groups(vendor: str, rows: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    account = tuple(key for key, _, _ in (NEEDED[vendor],)) if vendor in NEEDED else ()
    account += ("version",) if vendor in VERSIONED else ()
    if vendor == WEBHOOK:
        return (("Account", account), ("What is sent", ("send_email",)))
    return (
        ("Account", account),
        ("Where contacts go", ("list", "tags")),
        ("Who is sent there", ("only_with_consent", *CONSENT_KEYS.get(vendor, ()))),
        ("What is sent beside name, e-mail and phone", SENT_KEYS),
        ("Names of fields", rows),
    )


def _row(ours: str, names: Names) -> StringField:
    usual = ", ".join(names.get(ours, ())) or "not sent"
    return StringField(LABELS.get(ours, ours.replace("_", " ").capitalize()), render_kw={"placeholder": usual})
