"""Signing in and out, one-time links, and what a guesser meets."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from booking_app.clinics.staff import Staff
from booking_app.pages.console.passwords import one_time_link
from tests.pages.console.desk import PASSWORD, Desk, Visitor, email_of
from tests.pages.shared.client import Page

NEW = "seven quiet lemon trees"


def link_of(desk: Desk, person: str) -> str:
    with desk.app.app_context():
        return one_time_link(email_of(person)).removeprefix(desk.services.settings.base_url)


def test_whoever_signs_in_arrives_where_they_wanted_to_be(desk: Desk) -> None:
    visitor = desk.visitor()
    asked = visitor.get("/console/demo/").headers["Location"]
    assert asked == "/console/sign-in?next=/console/demo/"
    wanted = Page(visitor.get(asked).text).values("next")[0]
    answer = visitor.send_form(
        "/console/sign-in", {"email": "Owner@Example.com ", "password": PASSWORD, "next": wanted}
    )
    assert answer.headers["Location"] == "/console/demo/"
    assert visitor.page("/console/demo/").h1 == ["Today"]


@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "/b/demo", "/console\\@evil.example", ""])
def test_a_link_cannot_lead_away_after_signing_in(desk: Desk, wanted: str) -> None:
    visitor = desk.visitor()
    answer = visitor.send_form("/console/sign-in", {"email": email_of("owner"), "password": PASSWORD, "next": wanted})
    assert answer.headers["Location"] == "/console/"


def test_a_person_with_one_clinic_goes_straight_to_it_and_an_agency_chooses(desk: Desk) -> None:
    assert desk.sign_in("owner").get("/console/").headers["Location"] == "/console/demo/"
    page = desk.page("agency", "/console/")
    assert {"/console/demo/", "/console/other/"} <= set(page.links())


def test_a_wrong_password_an_unknown_address_and_nobodys_password_read_the_same(desk: Desk) -> None:
    with desk.services.database.begin() as session:
        session.execute(update(Staff).where(Staff.email == email_of("manager")).values(password_hash=None))
    visitor = desk.visitor()
    answers = [
        visitor.sign_in(person, "not the password", status=422).text for person in ("owner", "nobody", "manager")
    ]
    for answer in answers:
        assert "The email address or the password is not right." in answer
    assert visitor.get("/console/demo/").status_code == 303


def test_signing_out_ends_the_session(desk: Desk) -> None:
    visitor = desk.visitor()
    visitor.sign_in("owner")
    visitor.send_form("/console/sign-out", {})
    assert visitor.get("/console/demo/").status_code == 303


def test_a_one_time_link_sets_the_password_once_and_ends_every_session(desk: Desk) -> None:
    before = desk.sign_in("owner")
    link = link_of(desk, "owner")
    visitor = desk.visitor()
    assert visitor.page(link).h1 == ["Choose a password"]
    visitor.send_form(link, {"password": NEW, "again": NEW})
    assert visitor.page(link, status=410).h1 == ["This link has been used or is too old"]
    assert before.get("/console/demo/").status_code == 303
    visitor.sign_in("owner", PASSWORD, status=422)
    visitor.sign_in("owner", NEW)


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("too short", "too short", "Use at least 12 characters"),
        (NEW, NEW + "s", "The two are not the same"),
        ("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "Use more than a few different characters"),
        ("", "", "Choose a password"),
    ],
)
def test_a_password_that_will_not_do_is_refused_in_words(desk: Desk, password: str, again: str, sentence: str) -> None:
    link = link_of(desk, "owner")
    answer = desk.visitor().send_form(link, {"password": password, "again": again}, status=422)
    assert sentence in answer.text
    desk.visitor().sign_in("owner")


def test_a_forged_link_opens_nothing(desk: Desk) -> None:
    head, _, tail = link_of(desk, "owner").rpartition("/")
    assert desk.visitor().page(f"{head}/x{tail}", status=410)


def guess(visitor: Visitor, times: int) -> list[int]:
    token = visitor.token()
    return [
        visitor.post(
            "/console/sign-in", data={"csrf_token": token, "email": email_of("owner"), "password": f"guess {n}"}
        ).status_code
        for n in range(times)
    ]


def test_a_guesser_waits_longer_each_time_and_a_known_device_does_not_wait(desk: Desk) -> None:
    known = desk.visitor()
    known.sign_in("owner")
    known.send_form("/console/sign-out", {})
    guesser = desk.visitor()
    assert guess(guesser, 6) == [422] * 5 + [429]
    # Even the right password is not looked at from a device that nobody knows.
    refused = guesser.sign_in("owner", status=429)
    assert re.search(r"There were too many tries for this address\. Wait (2 seconds|1 second),", refused.text)
    known.sign_in("owner")
    desk.shop.clock.ahead += timedelta(seconds=3)
    assert guess(guesser, 2) == [422, 429]
    desk.shop.clock.ahead += timedelta(seconds=3)
    assert guess(guesser, 1) == [429]
    desk.shop.clock.ahead += timedelta(minutes=16)
    guesser.sign_in("owner")


def test_an_address_without_an_account_waits_like_one_with(desk: Desk) -> None:
    visitor = desk.visitor()
    statuses = [visitor.sign_in("nobody", "x", status=status).status_code for status in [422] * 5 + [429]]
    assert statuses[-1] == 429


def test_a_device_is_known_for_its_own_account_alone(desk: Desk) -> None:
    device = desk.visitor()
    device.sign_in("manager")
    device.send_form("/console/sign-out", {})
    guess(desk.visitor(), 6)
    device.sign_in("owner", status=429)


def test_what_was_typed_when_the_session_had_ended_can_be_sent_again(desk: Desk) -> None:
    visitor = desk.visitor()
    visitor.sign_in("owner")
    answer = visitor.send("/console/sign-out", {"csrf_token": "old", "note": "typed <b>words"}, status=400)
    page = Page(answer.text)
    assert page.values("note") == ["typed <b>words"]
    again = dict(zip(["csrf_token", "note"], [page.values("csrf_token")[-1], page.values("note")[0]], strict=True))
    visitor.send("/console/sign-out", again)


def test_a_secret_is_never_written_back_into_a_page(desk: Desk) -> None:
    answer = desk.visitor().send("/console/sign-in", {"csrf_token": "old", "password": "my secret words"}, status=400)
    assert "my secret words" not in answer.text
