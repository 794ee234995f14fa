"""What is asked when booking and what is given back, and the accounts that the money goes to."""

from collections.abc import Mapping
from typing import Any, cast

from flask import Response, abort, flash, redirect, url_for
from wtforms import BooleanField, PasswordField, SelectField, StringField
from wtforms.validators import Length

from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, author, current_clinic, may
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.page import show
from booking_app.pages.console.setting_fields import SettingsForm, WholeField, long_text, whole
from booking_app.pages.console.settings_screens import SettingsScreen, add_screen
from booking_app.pages.shared import use_cases
from booking_app.setup.checking import SettingsInvalid

PAYMENTS = {"off": "Not asked", "optional": "May be paid", "required": "Has to be paid"}
LATE = {"keep": "Keep all of it", "keep_part": "Keep a part", "refund": "Give all of it back"}
TAX = {"ask": "Nothing", "gst_free": "No GST is charged", "gst": "GST is included"}


class DepositsForm(SettingsForm):
    """Every key of [deposits] but the ways to pay."""

    groups = (
        ("What is asked", ("payment", "amount", "wording")),
        ("When it is cancelled", ("free_cancellation_hours", "late", "keep_part", "refund_when_clinic_cancels")),
        ("Receipt", ("tax",)),
    )

    payment = SelectField("Deposit when booking", choices=PAYMENTS, validate_choice=False)
    amount = StringField(
        "Amount", description="Like 50.00, or 30% of the price. A service’s own amount, and its deposit in Cliniko, "
        "count before this.",
    )  # fmt: skip
    wording = long_text("Your own words", "Shown before paying, and kept with the booking.")
    free_cancellation_hours: WholeField = whole(
        "Full refund until, in hours before the appointment", "Leave empty to use the notice for cancelling online."
    )
    late = SelectField("Cancelled later, or did not come", choices=LATE, validate_choice=False)
    keep_part = StringField("The part that is kept", description="Like 20.00, or 50% of the deposit.")
    refund_when_clinic_cancels = BooleanField("Give all of it back when the appointment is cancelled in Cliniko")
    tax = SelectField("What the receipt says about GST", choices=TAX, validate_choice=False)


class KeyForm(ConsoleForm):
    """A key to a payment account."""

    secret = PasswordField(
        "Restricted key",
        [Length(max=400)],
        description="In Stripe under Developers, API keys. It may write Checkout Sessions, PaymentIntents, Refunds and "
        "Webhook Endpoints, and read Charges, Balance and Account.",
        render_kw={"autocomplete": "off", "maxlength": 400},
    )


def _methods() -> Mapping[str, Any]:
    return {"methods": use_cases().setup.deposits.all(current_clinic()), "may_own": may(Role.OWNER)}


add_screen(
    SettingsScreen(
        "deposit_rules",
        "deposits",
        "Deposit rules",
        "Patients see these rules before they pay, and keep them for their booking. No money is taken until the "
        "appointment is in Cliniko.",
        DepositsForm,
        beside="console/deposit_methods.html",
        prepare=_methods,
    )
)


@blueprint.get("/<slug>/deposit-rules/stripe", endpoint="deposit_rules_key")
@allow(Role.OWNER)
def key(slug: str) -> Response:
    """The box for a key."""
    return _page(KeyForm())


@blueprint.post("/<slug>/deposit-rules/stripe", endpoint="deposit_rules_connect")
@allow(Role.OWNER)
def connect(slug: str) -> Response:
    """Try a key, and keep it if it works."""
    form = KeyForm()
    if not form.validate():
        return _page(form, status=422)
    try:
        use_cases().setup.deposits.connect(author(), current_clinic(), "stripe", str(form.secret.data))
    except SettingsInvalid as invalid:
        form.secret.errors = [f"The key {sentence}." for sentence in invalid.problems.values()]
        return _page(form, status=422)
    flash("Stripe is connected.", "quiet")
    return _back(slug)


@blueprint.post("/<slug>/deposit-rules/<vendor>/test", endpoint="deposit_rules_test")
@allow(Role.MANAGER)
def test(slug: str, vendor: str) -> Response:
    """Ask whose account it is."""
    try:
        flash(use_cases().setup.deposits.test(current_clinic(), vendor), "quiet")
    except LookupError:
        abort(404)
    return _back(slug)


@blueprint.post("/<slug>/deposit-rules/<vendor>/remove", endpoint="deposit_rules_remove")
@allow(Role.OWNER)
def remove(slug: str, vendor: str) -> Response:
    """Forget the key; deposits are asked no more."""
    try:
        use_cases().setup.deposits.remove(author(), current_clinic(), vendor)
    except LookupError:
        abort(404)
    flash("The key is removed. Deposits can’t be paid this way any more.", "quiet")
    return _back(slug)


def _page(form: KeyForm, *, status: int = 200) -> Response:
    return show("console/deposit_key.html", title="Connect Stripe", form=form, status=status)


def _back(slug: str) -> Response:
    return cast(Response, redirect(url_for("console.deposit_rules", slug=slug), code=303))
