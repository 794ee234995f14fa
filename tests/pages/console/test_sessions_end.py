"""A session ends on the server: whatever a copied cookie says, it opens nothing afterwards."""

from datetime import timedelta

import pytest

from booking_app.pages.console.my_sessions import ago
from booking_app.pages.console.passwords import one_time_link
from tests.pages.console.desk import CLINIC, PASSWORD, Desk, Visitor, email_of
from tests.pages.shared.client import Page

HOME, SESSIONS = f"/console/{CLINIC}/", "/console/account/sessions"
NEW = "seven quiet lemon trees"


def signed_in(desk: Desk, person: str, agent: str = "") -> Visitor:
    visitor = desk.visitor()
    if agent:
        visitor.environ_base["HTTP_USER_AGENT"] = agent
    visitor.sign_in(person)
    return visitor


def copied(desk: Desk, visitor: Visitor) -> Visitor:
    """Another browser with a copy of this one's cookie."""
    cookie = visitor.get_cookie("console", path="/console")
    assert cookie is not None
    thief = desk.visitor()
    thief.set_cookie("console", cookie.value, path="/console")
    return thief


def is_in(visitor: Visitor) -> bool:
    return visitor.get(HOME).status_code == 200


def sign_out(desk: Desk, visitor: Visitor) -> None:
    visitor.send_form("/console/sign-out", {})


def change_password(desk: Desk, visitor: Visitor) -> None:
    passwords = {"current_password": PASSWORD, "password": NEW, "again": NEW}
    visitor.send_form("/console/account/password", passwords)
    assert is_in(visitor), "whoever changes it stays"


def reset_password(desk: Desk, visitor: Visitor) -> None:
    with desk.app.app_context():
        link = one_time_link(email_of("manager")).removeprefix(desk.services.settings.base_url)
    desk.visitor().send_form(link, {"password": NEW, "again": NEW})


def change_role(desk: Desk, visitor: Visitor) -> None:
    where = f"/console/{CLINIC}/people/{desk.staff_id('manager')}/role"
    desk.sign_in("owner").send_form(where, {"role": "receptionist"})


def remove(desk: Desk, visitor: Visitor) -> None:
    desk.sign_in("owner").send_form(f"/console/{CLINIC}/people/{desk.staff_id('manager')}/remove", {})


def close(desk: Desk, visitor: Visitor) -> None:
    visitor.send_form("/console/account/close", {"current_password": PASSWORD})


def idle(desk: Desk, visitor: Visitor) -> None:
    desk.shop.clock.ahead += timedelta(hours=12, minutes=1)


@pytest.mark.parametrize("end", [sign_out, change_password, reset_password, change_role, remove, close, idle])
def test_a_copied_cookie_is_dead_after(desk: Desk, end: object) -> None:
    visitor = signed_in(desk, "manager")
    thief = copied(desk, visitor)
    assert is_in(thief)
    end(desk, visitor)  # type: ignore[operator]
    assert not is_in(thief)


def test_signing_out_leaves_other_devices_and_other_people_signed_in(desk: Desk) -> None:
    phone, office, other = signed_in(desk, "manager"), signed_in(desk, "manager"), signed_in(desk, "owner")
    sign_out(desk, phone)
    assert not is_in(phone) and is_in(office) and is_in(other)


def test_signing_in_again_in_one_browser_ends_the_session_before(desk: Desk) -> None:
    visitor = signed_in(desk, "manager")
    thief, token = copied(desk, visitor), visitor.token()
    values = {"csrf_token": token, "email": email_of("manager"), "password": PASSWORD}
    visitor.send("/console/sign-in", values)
    assert is_in(visitor) and not is_in(thief)


def test_a_session_in_use_goes_on_and_still_ends_some_day(desk: Desk) -> None:
    visitor = signed_in(desk, "manager")
    for _ in range(59):
        desk.shop.clock.ahead += timedelta(hours=11, minutes=50)
        assert is_in(visitor)
    desk.shop.clock.ahead += timedelta(hours=23)
    assert not is_in(visitor)


def test_my_sessions_are_listed_and_ended_one_by_one_or_all(desk: Desk) -> None:
    here = signed_in(desk, "manager", "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0")
    phone = signed_in(desk, "manager", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604.1")
    page = here.page(SESSIONS)
    assert "Firefox on Windows" in page.text and "This one" in page.text and "Safari on iPhone" in page.text
    (end,) = [values["action"] for tag, values in page.tags if values.get("action", "").endswith("/end")]
    here.send_form(end, {})
    assert not is_in(phone) and is_in(here)
    third = signed_in(desk, "manager")
    here.send_form("/console/account/sign-out-everywhere", {})
    assert not is_in(third) and is_in(here)
    assert Page(here.get(SESSIONS).text).text.count("ago") + Page(here.get(SESSIONS).text).text.count("just now") >= 2


def test_nobody_ends_the_session_of_somebody_else(desk: Desk) -> None:
    mine, theirs = signed_in(desk, "manager"), desk.sign_in("stranger")
    use_cases = desk.app.extensions["use_cases"]
    (session,) = use_cases.staff_sessions.of(desk.staff_id("manager"), "", desk.services.clock.now())
    theirs.send_form(f"{SESSIONS}/{session.id}/end", {})
    assert is_in(mine)


def test_whoever_changes_their_own_role_stays_signed_in(desk: Desk) -> None:
    owner, people = desk.sign_in("owner"), f"/console/{CLINIC}/people"
    owner.send_form(f"{people}/{desk.staff_id('manager')}/role", {"role": "owner"})
    owner.send_form(f"{people}/{desk.staff_id('owner')}/role", {"role": "manager"})
    assert is_in(owner)
    assert owner.get(people).status_code == 403


def test_a_closed_account_opens_nothing_until_somebody_adds_it_again(desk: Desk) -> None:
    visitor = signed_in(desk, "manager")
    assert "not right" in visitor.send_form("/console/account/close", {"current_password": "x"}, status=422).text
    visitor.send_form("/console/account/close", {"current_password": PASSWORD})
    desk.visitor().sign_in("manager", status=422)
    assert email_of("manager") not in desk.page("owner", f"/console/{CLINIC}/people").text
    assert "Closed their account" in desk.page("owner", f"/console/{CLINIC}/changes").text
    answer = desk.sign_in("owner").send_form(
        f"/console/{CLINIC}/people", {"email": email_of("manager"), "role": "manager"}, status=200
    )
    assert "choose a password" in answer.text, "it begins anew, and the old password is gone"


def test_the_last_owner_of_a_clinic_does_not_close_their_account(desk: Desk) -> None:
    owner = desk.sign_in("owner")
    answer = owner.send_form("/console/account/close", {"current_password": PASSWORD}, status=422)
    assert "Make somebody else one first" in answer.text
    assert is_in(owner)


def test_how_long_ago_is_said_in_the_largest_unit_that_fits() -> None:
    spans = [timedelta(seconds=40), timedelta(minutes=1), timedelta(minutes=119), timedelta(hours=30)]
    assert [ago(span) for span in spans] == ["just now", "1 minute ago", "1 hour ago", "1 day ago"]
