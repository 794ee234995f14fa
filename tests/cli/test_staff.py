"""`staff add / link / list`: the first person of a clinic gets in without anybody's help."""

import re
from typing import Any

import pytest

from booking_app.cli.web_app import make_web_app
from booking_app.cli.wiring import Services
from booking_app.clinics.models import Clinic
from booking_app.pages.console.passwords import set_password
from tests.cli.conftest import Run, refused
from tests.pages.shared.client import Page

PASSWORD = "harbour kettle violet"


@pytest.fixture(autouse=True)
def clinic(services: Services) -> None:
    with services.database.begin() as session:
        session.add(Clinic(slug="demo", name="Harbour Street Health", time_zone="Australia/Adelaide"))


def link_in(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/console/password/\S+)", text)
    assert found is not None, text
    return found[1]


def test_a_new_owner_gets_a_link_chooses_a_password_and_is_in(run: Run, services: Services) -> None:
    result = run("staff", "add", "Kim@Example.com", "--clinic", "demo", "--role", "owner")
    assert (result.exit_code, result.stderr) == (0, "")
    browser: Any = make_web_app(services).test_client()
    address = link_in(result.stdout)
    for where, values in (
        (address, {"password": PASSWORD, "again": PASSWORD}),
        ("/console/sign-in", {"email": "kim@example.com", "password": PASSWORD}),
    ):
        token = Page(browser.get(where).text).values("csrf_token")[-1]
        assert browser.post(where, data={"csrf_token": token, **values}).status_code == 303
    assert browser.get("/console/demo/people").status_code == 200


def test_whoever_has_a_password_gets_no_link(run: Run, services: Services) -> None:
    run("staff", "add", "kim@example.com", "--clinic", "demo", "--role", "owner")
    with make_web_app(services).app_context():
        set_password("kim@example.com", PASSWORD)
    result = run("staff", "add", "kim@example.com", "--clinic", "demo", "--role", "owner")
    assert "with the password they have" in result.stdout
    assert "/password/" not in result.stdout
    assert link_in(run("staff", "link", "kim@example.com").stdout)


def test_somebody_without_a_clinic_may_sign_in_and_make_one(run: Run, services: Services) -> None:
    result = run("staff", "add", "kim@example.com")
    assert "kim@example.com may sign in and make a clinic." in result.stdout
    assert link_in(result.stdout)
    half = run("staff", "add", "kim@example.com", "--role", "owner")
    assert half.exit_code == 2
    assert "Give --clinic and --role together" in half.stderr


def test_everybody_of_a_clinic_is_listed_with_their_role(run: Run) -> None:
    run("staff", "add", "kim@example.com", "--clinic", "demo", "--role", "owner")
    run("staff", "add", "alex@example.com", "--clinic", "demo", "--role", "receptionist")
    assert run("staff", "list", "--clinic", "demo").stdout == (
        "alex@example.com\treceptionist\tno password yet\nkim@example.com\towner\tno password yet\n"
    )


def test_what_cannot_be_is_refused_in_a_sentence(run: Run) -> None:
    assert refused(run("staff", "add", "kim", "--clinic", "demo", "--role", "owner")) == "kim is not an email address."
    assert "no clinic nowhere" in refused(
        run("staff", "add", "k@example.com", "--clinic", "nowhere", "--role", "owner")
    )
    assert "Nobody has the address" in refused(run("staff", "link", "kim@example.com"))
    run("staff", "add", "kim@example.com", "--clinic", "demo", "--role", "owner")
    assert "the only owner" in refused(run("staff", "add", "kim@example.com", "--clinic", "demo", "--role", "manager"))
