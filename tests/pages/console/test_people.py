"""Who may let whom in, and that nobody takes an account over by it."""

import pytest

from booking_app.clinics.staff import Role
from tests.pages.console.desk import CLINIC, PASSWORD, Desk, email_of, mailed_link, shown_link, without_mail

PEOPLE = f"/console/{CLINIC}/people"


def roles(desk: Desk) -> dict[str, Role]:
    members = desk.app.extensions["use_cases"].people.members(desk.clinic().id)
    return {member.email: member.role for member in members}


def test_an_owner_adds_somebody_by_a_link_and_they_come_in(desk: Desk) -> None:
    without_mail(desk)
    answer = desk.sign_in("owner").send_form(PEOPLE, {"email": "New@Example.com", "role": "receptionist"}, status=200)
    link = shown_link(answer)
    newcomer = desk.visitor()
    newcomer.send_form(link, {"password": PASSWORD, "again": PASSWORD})
    newcomer.send_form("/console/sign-in", {"email": "new@example.com", "password": PASSWORD})
    assert newcomer.page(f"/console/{CLINIC}/").h1 == ["Today"]
    assert newcomer.get(PEOPLE).status_code == 403
    assert roles(desk)["new@example.com"] == Role.RECEPTIONIST


def test_a_new_link_lets_somebody_in_who_forgot_their_password(desk: Desk) -> None:
    where = f"{PEOPLE}/{desk.staff_id('manager')}/link"
    answer = desk.sign_in("owner").send_form(where, {}, status=200)
    assert "/password/" not in answer.text, "mail is set up, so that only the person sees the link"
    assert desk.visitor().page(mailed_link(desk, email_of("manager"))).h1 == ["Choose a password"]
    shown = shown_link(desk.sign_in("owner").send_form(where, {"show": "1"}, status=200))
    assert desk.visitor().page(shown).h1 == ["Choose a password"]
    assert desk.visitor().page(mailed_link(desk, email_of("manager")), status=410)


def test_a_role_is_changed_and_written_down(desk: Desk) -> None:
    desk.sign_in("owner").send_form(f"{PEOPLE}/{desk.staff_id('manager')}/role", {"role": "receptionist"})
    assert roles(desk)[email_of("manager")] == Role.RECEPTIONIST
    manager = desk.visitor()
    manager.sign_in("manager")
    assert manager.get(f"/console/{CLINIC}/changes").status_code == 403
    text = desk.page("owner", f"/console/{CLINIC}/changes").text
    assert "Changed a role" in text
    assert "owner@example.com" in text


def test_whoever_is_removed_finds_nothing_any_more(desk: Desk) -> None:
    manager = desk.sign_in("manager")
    address = f"{PEOPLE}/{desk.staff_id('manager')}/remove"
    assert desk.page("owner", address).h1 == ["Remove a person"]
    desk.sign_in("owner").send_form(address, {})
    assert manager.get(f"/console/{CLINIC}/").status_code == 303, "their session has ended"
    manager.sign_in("manager")
    assert manager.get(f"/console/{CLINIC}/").status_code == 404
    assert "You do not belong to a clinic." in manager.page("/console/").text


@pytest.mark.parametrize("change", ["role", "remove"])
def test_the_last_owner_stays(desk: Desk, change: str) -> None:
    owner = desk.sign_in("owner")
    owner.send_form(f"{PEOPLE}/{desk.staff_id('owner')}/{change}", {"role": "manager"})
    assert roles(desk)[email_of("owner")] == Role.OWNER
    assert "A clinic needs an owner" in owner.page(PEOPLE).text


def test_a_person_of_another_clinic_cannot_be_reached_from_here(desk: Desk) -> None:
    owner = desk.sign_in("owner")
    for action in ("role", "remove", "link", "second-factor"):
        where = f"{PEOPLE}/{desk.staff_id('stranger')}/{action}"
        assert owner.send_form(where, {"role": "manager"}, status=404)
    desk.sign_in("stranger").get("/console/other/")


def test_an_address_that_is_none_is_refused_in_words(desk: Desk) -> None:
    answer = desk.sign_in("owner").send_form(PEOPLE, {"email": "kim", "role": ""}, status=422)
    assert "Enter an email address such as kim@example.com" in answer.text
    assert 'value="kim"' in answer.text


def test_a_role_that_does_not_exist_is_refused(desk: Desk) -> None:
    desk.sign_in("owner").send_form(f"{PEOPLE}/{desk.staff_id('manager')}/role", {"role": "king"}, status=400)
