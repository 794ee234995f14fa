"""How invoices are posted: whom they name, which accounts and tax codes, what is closed. Read live from the vendor."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, cast

from flask import Response, abort, flash, redirect, url_for
from wtforms import DateField, Field, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from booking_app.accounting.connecting import Standing
from booking_app.accounting.settings import AccountingSettings, TaxPair, tax_pair
from booking_app.accounting.vendors.records import Chart
from booking_app.accounting.wording import meaning_of
from booking_app.clinics.staff import Role
from booking_app.core.failures import RemoteFailure
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.money import percent
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases
from booking_app.pms.invoices import BillingFacts

PRIVACY = {
    "pseudonym": "A pseudonym for each patient (“Patient 1234”)",
    "one_contact": "One contact for each location",
    "named": "Name and email address of each patient",
}
STATUS = {"draft": "As drafts, for your bookkeeper to approve", "authorised": "Approved at once"}
LOCKED = {
    "hold": "Hold until someone decides",
    "next_open_day": "Post on the next open day, with the true date in the reference",
}
PREFIX = Length(max=10)


class SettingsForm(ConsoleForm):
    """Every key of `[accounting]` that is no secret; the maps' rows are added by `settings_form`."""

    groups: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()

    start_date = DateField(
        "First day", [InputRequired("Give the first day")],
        description="Invoices issued before it are left alone. Choose the day after the last one entered another way.",
    )  # fmt: skip
    # Every page has an element that is called "status" already.
    status = SelectField("New invoices are posted", choices=STATUS, id="posted_as")
    privacy = SelectField(
        "Invoices are made out to", choices=PRIVACY,
        description="Treatment names are never sent, whatever you choose.",
    )  # fmt: skip
    number_prefix = StringField(
        "Number prefix", [InputRequired("Give a prefix"), PREFIX],
        description="Before Cliniko’s number, such as CLK-4711. It can’t be changed once an invoice has been posted.",
    )  # fmt: skip
    terms_days = IntegerField("Days until payment is due", [InputRequired("Give a number"), NumberRange(0, 365)])
    settle_hours = IntegerField(
        "Hours to wait after an invoice’s last change", [InputRequired("Give a number"), NumberRange(0, 168)],
        description="The front desk often corrects an invoice on the same day.",
    )  # fmt: skip
    lock_date = SelectField("Invoices in a closed period", choices=LOCKED)


@blueprint.get("/<slug>/accounting/settings", endpoint="accounting_settings")
@allow(Role.BOOKKEEPER)
def settings(slug: str) -> Response:
    """The form, filled with what is kept; accounts and codes as they are there now."""
    standing = _standing()
    return _show(standing, None)


@blueprint.post("/<slug>/accounting/settings", endpoint="accounting_settings_save")
@allow(Role.BOOKKEEPER)
def save(slug: str) -> Response:
    """Keep it; what was held is looked at again."""
    standing = _standing()
    chart, facts, problem = _read(standing)
    form = settings_form(standing, chart, facts)()
    if not form.validate():
        return _show(standing, form, status=422, problem=problem)
    use_cases().accounting.connecting.save(author(), current_clinic(), values_of(form, standing.settings))
    flash("Saved. Anything waiting for this will be checked again.", "quiet")
    return cast(Response, redirect(url_for("console.accounting_settings", slug=slug), code=303))


def settings_form(standing: Standing, chart: Chart | None, facts: BillingFacts | None) -> type[SettingsForm]:
    """The form with a row for every tax, article, person and place that there is."""
    accounts = _accounts(chart)
    rows: dict[str, Field] = {
        "default_account": _choice("Account for everything else", accounts),
        "rounding_account": _choice("Account for differences of up to 5 cents", accounts),
    }
    taxes = {tax_field(pair): pair for pair in _pairs(standing, facts)}
    codes = {"": "Not mapped: wait", **{one.code: f"{one.name} ({percent(one.rate)})" for one in _taxes(chart)}}
    rows |= {name: _choice(f"{pair[0] or 'No tax'} {percent(pair[1])}", codes) for name, pair in taxes.items()}
    tracked = {"": "Not tracked", **{one.name: one.name for one in (chart.tracking if chart else ())}}
    rows["track_practitioner"] = _choice("Practitioner", tracked)
    rows["track_location"] = _choice("Location", tracked)
    billed = {f"{each.kind}-{each.cliniko_id}": each for each in (facts.billed if facts else ())}
    rows |= {f"account_{key}": _choice(f"{each.name}: account", accounts) for key, each in billed.items()}
    rows |= {f"text_{key}": _text(f"{each.name}: text on the invoice") for key, each in billed.items()}
    groups = (
        (
            "What is posted",
            ("start_date", "status", "privacy", "number_prefix", "terms_days", "settle_hours", "lock_date"),
        ),
        ("Taxes", tuple(taxes)),
        ("Accounts", ("default_account", "rounding_account")),
        ("Tracking categories", ("track_practitioner", "track_location")),
    )
    folded = tuple(name for key in billed for name in (f"account_{key}", f"text_{key}"))
    extra = {"groups": groups, "folded": folded, "pairs": taxes, **rows}
    return type("FilledSettingsForm", (SettingsForm,), extra)


def tax_field(pair: TaxPair) -> str:
    """The name of a tax's row: always the same for the same tax, whatever others there are by then."""
    name, rate = pair
    return f"tax_{hashlib.sha256(f'{name}|{rate:f}'.encode()).hexdigest()[:8]}"


def values_of(form: SettingsForm, before: AccountingSettings) -> dict[str, Any]:
    """As the keys of `[accounting]`. What the form does not show (practitioners, locations) stays as it was."""
    pairs: Mapping[str, tuple[str, Any]] = form.pairs
    plain = (
        "status", "privacy", "number_prefix", "terms_days", "settle_hours", "lock_date", "default_account",
        "rounding_account", "track_practitioner", "track_location",
    )  # fmt: skip
    day = form.start_date.data
    assert day is not None
    shown = [field for field in form if field.short_name.startswith(("account_", "text_"))]
    kept = [
        {"kind": kind, "cliniko_id": key, "account": account}
        for (kind, key), account in before.accounts.items()
        if f"account_{kind}-{key}" not in form
    ]
    texts = {key: text for key, text in before.descriptions.items() if not any(key in one.short_name for one in shown)}
    for field in shown:
        kind, _, key = field.short_name.partition("_")[2].partition("-")
        text = str(field.data or "").strip()
        if text and field.short_name.startswith("account_"):
            kept.append({"kind": kind, "cliniko_id": key, "account": text})
        elif text:
            texts[key] = text
    return {
        **{name: form[name].data for name in plain},
        "style": before.style,
        "payments": before.payments,
        "start_date": day.isoformat(),
        "tax": [
            {"name": name, "rate": format(rate, "f"), "code": form[field].data}
            for field, (name, rate) in pairs.items()
            if form[field].data
        ],
        "account": kept,
        "description": [{"cliniko_id": key, "text": text} for key, text in texts.items()],
    }


def filled(settings: AccountingSettings, form: type[SettingsForm]) -> dict[str, Any]:
    """What is kept, by the names of the form's fields."""
    plain = {name: getattr(settings, name) for name in vars(settings) if name not in ("taxes", "accounts")}
    pairs: Mapping[str, tuple[str, Any]] = form.pairs
    return {
        **plain,
        **{field: settings.taxes.get(pair, "") for field, pair in pairs.items()},
        **{f"account_{kind}-{key}": account for (kind, key), account in settings.accounts.items()},
        **{
            f"text_{kind}-{key}": text
            for key, text in settings.descriptions.items()
            for kind in ("billable_item", "product")
        },
    }


def _standing() -> Standing:
    standing = use_cases().accounting.connecting.standing(current_clinic())
    if standing is None:
        abort(404)
    return standing


def _read(standing: Standing) -> tuple[Chart | None, BillingFacts | None, str]:
    """What there is to choose from; where a side cannot be asked the form takes what is typed."""
    connecting, problem = use_cases().accounting.connecting, ""
    chart, facts = None, None
    try:
        facts = connecting.billing_facts(current_clinic())
        if standing.is_authorised and standing.connection.config.get("tenant_id"):
            chart = connecting.chart(current_clinic())
    except RemoteFailure as failure:
        meaning = meaning_of(failure.code)
        problem = f"{meaning.sentence} {meaning.fix}"
    return chart, facts, problem


def _show(standing: Standing, form: SettingsForm | None, *, status: int = 200, problem: str = "") -> Response:
    if form is None:
        chart, facts, problem = _read(standing)
        kind = settings_form(standing, chart, facts)
        form = kind(formdata=None, data=filled(standing.settings, kind))
    return show(
        "console/accounting_settings.html", title="Accounting settings", status=status, form=form, problem=problem,
        practitioners=len([1 for kind, _ in standing.settings.accounts if kind in ("practitioner", "location")]),
    )  # fmt: skip


def _pairs(standing: Standing, facts: BillingFacts | None) -> list[TaxPair]:
    """Every tax that the account has, that an invoice carries, or that is mapped already; no tax among them."""
    preview = use_cases().accounting.overview.preview(current_clinic())
    offered = [tax_pair(one.name, one.rate) for one in (facts.taxes if facts else ())]
    seen = list(preview.taxes) if preview else []
    return sorted({tax_pair("", 0), *offered, *seen, *standing.settings.taxes})


def _accounts(chart: Chart | None) -> dict[str, str]:
    """Those for income first."""
    found = sorted(chart.accounts if chart else (), key=lambda one: (not one.is_income, one.code))
    return {"": "None", **{one.code: f"{one.code} {one.name}" for one in found}}


def _taxes(chart: Chart | None) -> Iterable[Any]:
    return chart.taxes if chart else ()


def _choice(label: str, choices: dict[str, str]) -> Field:
    """A choice, or a box where the choices could not be read."""
    if len(choices) < 2:
        return StringField(label, [Length(max=50)])
    return SelectField(label, choices=choices, validate_choice=False)


def _text(label: str) -> Field:
    return StringField(label, [Optional(), Length(max=100)])
