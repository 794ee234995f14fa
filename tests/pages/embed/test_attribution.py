"""Where a patient came from reaches the draft from the clinic's page, through the frame, and nothing else does."""

import sqlite3

from playwright.sync_api import BrowserContext

from booking_app.core.sealing import Keyring
from booking_app.core.settings import load_settings
from tests.pages.embed.conftest import Hosts
from tests.pages.embed.visitor import CATEGORY, SERVICE, Visitor, framed, opened

CAME = "?utm_source=letter&utm_campaign=spring&gclid=click-1&fbclid=click-2&email=pat%40example.com"


def kept(hosts: Hosts) -> dict[str, str]:
    """The attribution of the newest draft, opened with the product's own key."""
    product = hosts.product
    with sqlite3.connect(product.database_url.removeprefix("sqlite:///")) as database:
        (sealed,) = database.execute("select sealed_attribution from draft order by id desc limit 1").fetchone()
    database.close()
    keyring = Keyring(load_settings(product.environment).encryption_keys)
    return dict(keyring.unseal_json(sealed)) if sealed else {}


def reach_details(hosts: Hosts, context: BrowserContext, path: str) -> None:
    page = opened(hosts, context, path + CAME)
    patient = Visitor(framed(page))
    patient.chooses_category(CATEGORY)
    patient.chooses_service(SERVICE)
    patient.chooses_first_time()
    patient.sees("Your details")


def test_a_draft_knows_the_marks_of_the_clinics_page(hosts: Hosts, context: BrowserContext) -> None:
    reach_details(hosts, context, "/plain")
    assert kept(hosts) == {"utm_source": "letter", "utm_campaign": "spring"}


def test_a_page_with_consent_that_asks_for_it_hands_on_its_path_and_the_clicks(
    hosts: Hosts, context: BrowserContext
) -> None:
    reach_details(hosts, context, "/marked")
    assert kept(hosts) == {
        "utm_source": "letter",
        "utm_campaign": "spring",
        "landing_path": "/marked",
        "gclid": "click-1",
        "fbclid": "click-2",
    }
