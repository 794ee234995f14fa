"""How an organisation is set up: itself, what its user may do, accounts, tax rates and tracking."""

from __future__ import annotations

from datetime import UTC, datetime

from werkzeug.wrappers import Response

from booking_sandbox.xero.context import XeroCall, matches
from booking_sandbox.xero.errors import as_json
from booking_sandbox.xero.organisation import xero_time

ACTIONS = ("CreateApprovedInvoice", "CreateDraftInvoice", "CreateInvoicePayment", "CreateContact")


def organisation(call: XeroCall) -> Response:
    """The organisation, with its lock dates."""
    found = call.organisation
    locks = {"PeriodLockDate": found.period_lock, "EndOfYearLockDate": found.year_lock}
    row = {
        "OrganisationID": found.tenant_id,
        "Name": found.name,
        "BaseCurrency": found.currency,
        "CountryCode": found.country,
        "PaysTax": True,
        "SalesTaxBasis": "CASH",
        "Timezone": "AUSEASTERNSTANDARDTIME",
        "Class": "STANDARD",
        "IsDemoCompany": True,
        "ShortCode": "!abc12",
        "PaymentTerms": {"Sales": {"Day": 14, "Type": "DAYSAFTERBILLDATE"}},
        **{name: xero_time(datetime.fromisoformat(day).replace(tzinfo=UTC)) for name, day in locks.items() if day},
    }
    return as_json({"Organisations": [row]})


def actions(call: XeroCall) -> Response:
    """What the connecting user and the plan allow."""
    stopped = call.organisation.approvals_left == 0
    rows = [
        {"Name": name, "Status": "NOT-ALLOWED" if stopped and name == "CreateApprovedInvoice" else "ALLOWED"}
        for name in ACTIONS
    ]
    return as_json({"Actions": rows})


def accounts(call: XeroCall) -> Response:
    """The chart of accounts."""
    where = call.request.args.get("where", "")
    return as_json({"Accounts": [row for row in call.organisation.accounts if matches(where, row)]})


def tax_rates(call: XeroCall) -> Response:
    """Every tax rate, with what it may stand on."""
    rows = [
        {
            "Name": title,
            "TaxType": code,
            "Status": "ACTIVE",
            "CanApplyToRevenue": on_revenue,
            "DisplayTaxRate": rate,
            "EffectiveRate": rate,
        }
        for code, (title, rate, on_revenue) in call.organisation.taxes.items()
    ]
    return as_json({"TaxRates": rows})


def tracking(call: XeroCall) -> Response:
    """The tracking categories in use, each with its options."""
    return as_json({"TrackingCategories": call.organisation.tracking})


ROUTES = [
    ("GET", "/Organisation", organisation),
    ("GET", "/Organisation/Actions", actions),
    ("GET", "/Accounts", accounts),
    ("GET", "/TaxRates", tax_rates),
    ("GET", "/TrackingCategories", tracking),
]
