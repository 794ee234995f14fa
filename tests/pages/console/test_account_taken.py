"""One clinic's owner never speaks for a person whom another clinic trusts. Three actors: two owners and the person.

`owner` owns the clinic demo, `stranger` the clinic other; the person is somebody whom both add.
"""

from typing import Any

import pytest

from booking_app.clinics.staff import Role
from booking_app.pages.console.forgotten import _sending
from booking_app.pages.use_cases import UseCases
from tests.pages.console.desk import (
    CLINIC,
    OTHER,
    PASSWORD,
    Desk,
    Visitor,
    email_of,
    mailed_link,
    shown_link,
    without_mail,
)

PERSON = "kim@example.com"
NEW = "seven quiet lemon trees"
HERE, THERE = f"/console/{CLINIC}/people", f"/console/{OTHER}/people"


def people(desk: Desk) -> UseCases:
    use_cases: UseCases = desk.app.extensions["use_cases"]
    return use_cases


def add(desk: Desk, owner: str, where: str, email: str = PERSON, role: str = "receptionist") -> Any:
    token = desk.sign_in(owner).token()
    return desk.sign_in(owner).post(where, data={"csrf_token": token, "email": email, "role": role})


def set_password(desk: Desk, link: str, password: str = PASSWORD, *, status: int = 303) -> None:
    visitor = desk.visitor()
    if status == 410:
        assert visitor.page(link, status=410).h1 == ["This link has been used or is too old"]
    visitor.send_form(link, {"password": password, "again": password}, status=status)


def signed_in(desk: Desk, email: str, password: str = PASSWORD) -> Visitor:
    visitor = desk.visitor()
    visitor.send_form("/console/sign-in", {"email": email, "password": password})
    return visitor


def id_of(desk: Desk, email: str, slug: str) -> int:
    members = people(desk).people.members(desk.clinic(slug).id)
    return next(member.staff_id for member in members if member.email == email)


def sees(visitor: Visitor, slug: str) -> bool:
    return visitor.get(f"/console/{slug}/").status_code == 200


def test_a_first_owners_link_dies_when_a_second_clinic_has_the_person(desk: Desk) -> None:
    """The attack: A's link would have set the password of an account that reads clinic B."""
    without_mail(desk)
    link = shown_link(add(desk, "owner", HERE))
    answer = add(desk, "stranger", THERE)
    assert "works for another clinic, too" in desk.sign_in("stranger").page(answer.location).text
    set_password(desk, link, status=410)
    for owner, where in (("owner", HERE), ("stranger", THERE)):
        slug = where.split("/")[2]
        answer = desk.sign_in(owner).send_form(f"{where}/{id_of(desk, PERSON, slug)}/link", {})
        assert "/password/" not in answer.text


def test_an_owner_who_set_the_password_first_does_not_reach_the_next_clinic(desk: Desk) -> None:
    """A opens the account himself, waits, and B adds the address: signing in is no acceptance for such an account."""
    without_mail(desk)
    set_password(desk, shown_link(add(desk, "owner", HERE)), "known to the first owner")
    invitation = shown_link(add(desk, "stranger", THERE))
    taken = signed_in(desk, PERSON, "known to the first owner")
    assert sees(taken, CLINIC) and not sees(taken, OTHER)
    page = taken.page("/console/?choose=1")
    assert "Other Clinic has invited you" in page.text and "Accept" not in page.text
    taken.send_form(f"/console/invitations/{desk.clinic(OTHER).id}/accept", {})
    assert not sees(taken, OTHER)
    # The person has B's link. Joining takes a new password, so that the first owner is out.
    person = signed_in(desk, PERSON, "known to the first owner")
    passwords = {"current_password": "known to the first owner", "password": NEW, "again": NEW}
    assert "Enter your password" in person.send_form(invitation, {}, status=422).text
    person.send_form(invitation, passwords)
    assert sees(person, OTHER) and sees(person, CLINIC)
    assert not sees(taken, CLINIC), "the session under the old password has ended"
    desk.visitor().send_form(
        "/console/sign-in", {"email": PERSON, "password": "known to the first owner"}, status=422
    )  # fmt: skip


def test_a_mailed_link_proves_the_person_and_further_clinics_are_accepted_signed_in(desk: Desk) -> None:
    answer = add(desk, "owner", HERE)
    assert "/password/" not in answer.text and "We have written to" in answer.text
    set_password(desk, mailed_link(desk, PERSON))
    person = signed_in(desk, PERSON)
    assert sees(person, CLINIC)
    add(desk, "stranger", THERE)
    assert not sees(person, OTHER)
    assert person.get("/console/").status_code == 200, "the invitation is shown before the only clinic"
    person.send_form(f"/console/invitations/{desk.clinic(OTHER).id}/accept", {})
    assert sees(person, OTHER)
    assert person.page(mailed_link(desk, PERSON), status=410)
    text = desk.page("stranger", f"/console/{OTHER}/changes").text
    assert "Accepted an invitation" in text


def test_an_invitation_by_mail_is_accepted_by_the_person_it_is_for_and_by_nobody_else(desk: Desk) -> None:
    set_password(desk, (add(desk, "owner", HERE), mailed_link(desk, PERSON))[1])
    add(desk, "stranger", THERE)
    link = mailed_link(desk, PERSON)
    assert desk.visitor().get(link).headers["Location"].startswith("/console/sign-in?next=")
    for somebody in ("owner", "manager", "stranger"):
        assert "This invitation is for" in desk.sign_in(somebody).page(link).text
        desk.sign_in(somebody).send_form(link, {}, status=403)
    person = signed_in(desk, PERSON)
    person.send_form(link, {})
    assert sees(person, OTHER)


def test_a_declined_invitation_is_gone(desk: Desk) -> None:
    set_password(desk, (add(desk, "owner", HERE), mailed_link(desk, PERSON))[1])
    add(desk, "stranger", THERE)
    link, person = mailed_link(desk, PERSON), signed_in(desk, PERSON)
    person.send_form(f"/console/invitations/{desk.clinic(OTHER).id}/decline", {})
    person.page(link, status=410)
    assert not sees(person, OTHER) and sees(person, CLINIC)
    assert PERSON not in {member.email for member in people(desk).people.members(desk.clinic(OTHER).id)}
    person.send_form(f"/console/invitations/{desk.clinic(OTHER).id}/accept", {}, status=404)
    person.send_form(f"/console/invitations/{desk.clinic(CLINIC).id}/decline", {})
    assert sees(person, CLINIC), "whoever has accepted leaves by closing their account, or is removed"


@pytest.mark.parametrize("change", ["link", "role", "remove", "password"])
def test_a_link_dies_at_every_change_after_it(desk: Desk, change: str) -> None:
    without_mail(desk)
    owner = desk.sign_in("owner")
    link = shown_link(add(desk, "owner", HERE))
    assert desk.visitor().page(link).h1 == ["Choose a password"]
    where = f"{HERE}/{id_of(desk, PERSON, CLINIC)}"
    if change == "link":
        set_password(desk, shown_link(owner.send_form(f"{where}/link", {}, status=200)))
    elif change == "role":
        owner.send_form(f"{where}/role", {"role": "manager"})
    elif change == "remove":
        owner.send_form(f"{where}/remove", {})
    else:
        set_password(desk, link, NEW)
    set_password(desk, link, "taken by an old link", status=410)


def test_a_reset_link_dies_when_its_issuer_leaves(desk: Desk) -> None:
    without_mail(desk)
    people(desk).people.add(desk.author(), desk.clinic().id, email_of("stranger"), Role.OWNER)

    link = shown_link(desk.sign_in("owner").send_form(f"{HERE}/{desk.staff_id('manager')}/link", {}, status=200))
    people(desk).people.add(desk.author(), desk.clinic().id, email_of("manager"), Role.OWNER)
    assert desk.visitor().page(link, status=410), "their role has changed"
    link = shown_link(desk.sign_in("owner").send_form(f"{HERE}/{desk.staff_id('receptionist')}/link", {}, status=200))
    people(desk).people.change_role(desk.author("manager"), desk.clinic().id, desk.staff_id("owner"), Role.MANAGER)
    set_password(desk, link, status=410)


@pytest.mark.parametrize("action", ["link", "second-factor"])
def test_nobody_elses_person_is_opened_anew(desk: Desk, action: str) -> None:
    """The agency belongs to both clinics: neither owner may reset them."""
    without_mail(desk)
    for owner, where in (("owner", HERE), ("stranger", THERE)):
        answer = desk.sign_in(owner).send_form(f"{where}/{desk.staff_id('agency')}/{action}", {"show": "1"})
        assert "works for another clinic, too" in desk.sign_in(owner).page(answer.location).text


def test_a_removal_ends_nothing_at_the_clinic_of_somebody_else(desk: Desk) -> None:
    desk.sign_in("owner").send_form(f"{HERE}/{desk.staff_id('agency')}/remove", {})
    agency = signed_in(desk, email_of("agency"))
    assert sees(agency, OTHER) and not sees(agency, CLINIC)


def test_an_invitation_that_is_taken_back_ends_no_session(desk: Desk) -> None:
    """A stranger who invites and uninvites somebody must not be able to sign them out."""
    agency = desk.sign_in("manager")
    assert sees(agency, CLINIC)
    add(desk, "stranger", THERE, email_of("manager"))
    desk.sign_in("stranger").send_form(f"{THERE}/{desk.staff_id('manager')}/role", {"role": "owner"})
    desk.sign_in("stranger").send_form(f"{THERE}/{desk.staff_id('manager')}/remove", {})
    assert sees(agency, CLINIC)


def test_a_waiting_invitation_does_not_keep_ones_own_owner_from_helping(desk: Desk) -> None:
    without_mail(desk)
    add(desk, "stranger", THERE, email_of("manager"))
    link = shown_link(desk.sign_in("owner").send_form(f"{HERE}/{desk.staff_id('manager')}/link", {}, status=200))
    set_password(desk, link, NEW)
    taken = signed_in(desk, email_of("manager"), NEW)
    assert sees(taken, CLINIC)
    taken.send_form(f"/console/invitations/{desk.clinic(OTHER).id}/accept", {})
    assert not sees(taken, OTHER), "whoever was let in by an owner's link does not join elsewhere by signing in"


def test_whoever_forgot_their_password_asks_for_a_mail_and_nobody_learns_who_has_an_account(desk: Desk) -> None:
    visitor = desk.visitor()
    addresses = (email_of("owner"), "nobody@example.com")
    answers = [visitor.send_form("/console/forgotten", {"email": email}, status=200) for email in addresses]
    assert answers[0].text == answers[1].text
    _sending.submit(lambda: None).result(timeout=10)
    mails = [each for each in desk.sandbox.control.mails() if each.subject == "Set a new password"]
    assert [each.recipients for each in mails] == [(email_of("owner"),)]
    before = desk.sign_in("owner")
    set_password(desk, mailed_link(desk, email_of("owner")), NEW)
    assert not sees(before, CLINIC)
    assert sees(signed_in(desk, email_of("owner"), NEW), CLINIC)


def test_without_mail_there_is_no_page_that_promises_one(desk: Desk) -> None:
    without_mail(desk)
    desk.visitor().page("/console/forgotten", status=404)
    assert "An owner of your clinic can make you a link" in desk.visitor().page("/console/sign-in").text
