"""Every key of a clinic's file can be set in the console: each key of the schema is looked for on its screen.

A new key fails here until somebody says which screen has it.
"""

import pytest

from booking_app.clinics.keys import keys_of
from booking_app.crm.vendors.registered import VENDORS
from booking_app.setup.clinic_file.schema import LISTS, TABLES
from tests.faults.shop import LOCATION, SERVICE
from tests.pages.console.desk import Desk
from tests.pages.shared.client import Page

HOME = "/console/demo"
ACCOUNTING = f"{HOME}/accounting"
# Where a section is edited; `{person}` stands for the first practitioner.
SCREENS = {
    "clinic": f"{HOME}/details",
    "cliniko": f"{HOME}/connections/cliniko",
    "branding": f"{HOME}/branding",
    "booking": f"{HOME}/rules",
    "consents": f"{HOME}/consents",
    "alerts": f"{HOME}/alerts",
    "accounting": f"{ACCOUNTING}/settings",
    "deposits": f"{HOME}/deposit-rules",
    "services": f"{HOME}/services/{SERVICE}",
    "practitioners": f"{HOME}/practitioners/{{person}}",
    "locations": f"{HOME}/locations/{LOCATION}",
    "intake": f"{HOME}/new-question",
    "waivers": f"{HOME}/new-waiver",
}
ELSEWHERE = {
    "clinic.slug": "/console/new",
    "clinic.allowed_sites": f"{HOME}/embed",
    "deposits.methods": f"{HOME}/deposit-rules/stripe",
    "accounting.client_id_env": ACCOUNTING,
    "accounting.client_secret_env": ACCOUNTING,
}
# A key whose field has another name: files are uploaded, secrets typed in, and a table is taken apart into rows, whose
# names begin so where the name here ends in "_".
FIELDS = {
    "cliniko.api_key_env": "key",
    "branding.logo": "logo_file",
    "branding.logo_dark": "logo_dark_file",
    "services.image": "picture_file",
    "practitioners.photo": "picture_file",
    "intake.show_if": "condition",
    "crm.token_env": "secret",
    "deposits.methods": "secret",
    "crm.fields": "map_first_name",
    "accounting.client_id_env": "client_id",
    "accounting.client_secret_env": "client_secret",
    "accounting.tax": "tax_",
    "accounting.account": "account_",
    "accounting.description": "text_",
}
# Set by where one is, or by a button on the list.
BY_PLACE = (
    "services.cliniko_id",
    "practitioners.cliniko_id",
    "locations.cliniko_id",
    "crm.vendor",
    "accounting.vendor",
)
# Keys that have a single value so far: there is nothing to choose.
ONE_VALUE = ("accounting.style", "accounting.payments")
BY_BUTTON = {"services.order": f"{HOME}/services", "practitioners.order": f"{HOME}/practitioners"}

KEYS = [f"{section}.{key}" for section, record in {**TABLES, **LISTS}.items() for key in keys_of(record)]


@pytest.fixture(scope="module")
def desk(shared_desk: Desk) -> Desk:
    shared_desk.sign_in("owner").send_form(f"{HOME}/start/found", {})
    return shared_desk


def names(page: Page) -> set[str]:
    return {given.get("name", "") for tag, given in page.tags if tag in ("input", "select", "textarea")}


def screens_of(desk: Desk, key: str) -> list[Page]:
    section = key.partition(".")[0]
    if section == "crm":
        return [desk.page("owner", f"{HOME}/connections/new/{vendor}") for vendor in VENDORS]
    if section == "accounting" and key not in ELSEWHERE and "client_id" in names(desk.page("owner", ACCOUNTING)):
        desk.sign_in("owner").send_form(f"{ACCOUNTING}/app", {"client_id": "any", "client_secret": "any"})
    links = desk.page("owner", f"{HOME}/practitioners").links()
    person = next(link.rpartition("/")[2] for link in links if link.startswith(f"{HOME}/practitioners/"))
    return [desk.page("owner", ELSEWHERE.get(key, SCREENS[section]).format(person=person))]


@pytest.mark.parametrize("key", [key for key in KEYS if key not in (*BY_PLACE, *BY_BUTTON, *ONE_VALUE)])
def test_a_key_has_a_field_on_its_screen(desk: Desk, key: str) -> None:
    field = FIELDS.get(key, key.partition(".")[2])
    found = set[str]().union(*(names(page) for page in screens_of(desk, key)))
    is_there = field in found or (field.endswith("_") and any(name.startswith(field) for name in found))
    assert is_there, f"{key}: no field {field}"


@pytest.mark.parametrize("key", BY_BUTTON)
def test_order_is_set_by_buttons(desk: Desk, key: str) -> None:
    html = desk.page("owner", BY_BUTTON[key]).html
    assert "/move" in html and "up" in html and "down" in html


def test_what_is_said_here_is_about_keys_that_there_are() -> None:
    assert {*ELSEWHERE, *FIELDS, *BY_PLACE, *BY_BUTTON, *ONE_VALUE} <= set(KEYS)
