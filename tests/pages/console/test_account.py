"""One's own account: password, codes of an app, recovery codes, other devices."""

import re
from datetime import timedelta

from passlib.totp import TOTP

from tests.pages.console.desk import PASSWORD, Desk, Visitor, email_of

NEW = "seven quiet lemon trees"
FACTOR = "/console/account/second-factor"


def turn_on(desk: Desk, person: str) -> tuple[TOTP, list[str]]:
    """Turn codes on; returns the app and the recovery codes."""
    visitor = desk.sign_in(person)
    page = visitor.page(FACTOR)
    found = re.search(r"<code>([A-Z2-7-]+)</code>", page.html)
    assert found is not None
    app = TOTP(key=found[1].replace("-", ""))
    assert next(values["src"] for tag, values in page.tags if tag == "img").startswith("data:image/svg+xml")
    answer = visitor.send_form(FACTOR, {"code": code(desk, app), "current_password": PASSWORD}, status=200)
    return app, re.findall(r"<code>([0-9a-f-]+)</code>", answer.text)


def code(desk: Desk, app: TOTP) -> str:
    return str(app.generate(desk.services.clock.now()).token)


def begin(desk: Desk, person: str) -> Visitor:
    """A new browser in which the password was right."""
    visitor = desk.visitor()
    assert visitor.sign_in(person).headers["Location"] == "/console/sign-in/code"
    return visitor


def enter(visitor: Visitor, typed: str, *, status: int = 303) -> str:
    return visitor.send_form("/console/sign-in/code", {"code": typed}, status=status).text


def test_with_codes_on_the_password_alone_opens_nothing(desk: Desk) -> None:
    app, _ = turn_on(desk, "owner")
    visitor = begin(desk, "owner")
    assert visitor.get("/console/demo/").status_code == 303
    assert "not right" in enter(visitor, "000000", status=422)
    desk.shop.clock.ahead += timedelta(seconds=60)
    enter(visitor, code(desk, app))
    assert visitor.page("/console/demo/").h1 == ["Today"]


def test_a_code_is_good_once(desk: Desk) -> None:
    app, _ = turn_on(desk, "owner")
    desk.shop.clock.ahead += timedelta(seconds=60)
    seen = code(desk, app)
    enter(begin(desk, "owner"), seen)
    enter(begin(desk, "owner"), seen, status=422)


def test_a_recovery_code_lets_in_once_however_it_is_typed(desk: Desk) -> None:
    _, recovery = turn_on(desk, "owner")
    assert len(set(recovery)) == 10
    enter(begin(desk, "owner"), recovery[0].upper().replace("-", " "))
    enter(begin(desk, "owner"), recovery[0], status=422)
    assert "9 recovery codes left" in desk.page("owner", "/console/account").text


def test_guessing_codes_is_slowed_down(desk: Desk) -> None:
    turn_on(desk, "owner")
    visitor = begin(desk, "owner")
    for _ in range(5):
        enter(visitor, "000000", status=422)
    assert "too many tries" in enter(visitor, "000000", status=429)


def test_a_password_shown_too_long_ago_does_not_count(desk: Desk) -> None:
    app, _ = turn_on(desk, "owner")
    visitor = begin(desk, "owner")
    token = visitor.token()
    desk.shop.clock.ahead += timedelta(minutes=11)
    answer = visitor.send("/console/sign-in/code", {"csrf_token": token, "code": code(desk, app)})
    assert answer.headers["Location"] == "/console/sign-in"
    assert visitor.get("/console/demo/").status_code == 303


def test_the_secret_and_the_codes_are_kept_sealed(desk: Desk) -> None:
    app, recovery = turn_on(desk, "owner")
    stored = b"".join(path.read_bytes() for path in desk.services.settings.data_dir.rglob("*.sqlite3*"))
    assert app.base32_key.encode() not in stored
    assert recovery[0].encode() not in stored


def test_turning_codes_on_needs_the_password_and_a_code_of_now(desk: Desk) -> None:
    owner = desk.sign_in("owner")
    owner.page(FACTOR)
    answer = owner.send_form(FACTOR, {"code": "000000", "current_password": PASSWORD}, status=422)
    assert "not the code of now" in answer.text
    answer = owner.send_form(FACTOR, {"code": "000000", "current_password": "wrong"}, status=422)
    assert "The password is not right." in answer.text
    assert "Off." in owner.page("/console/account").text


def test_codes_are_turned_off_by_oneself_or_by_an_owner_who_answers_for_one(desk: Desk) -> None:
    turn_on(desk, "owner")
    desk.sign_in("owner").send_form(f"{FACTOR}/off", {"current_password": "wrong"}, status=422)
    desk.sign_in("owner").send_form(f"{FACTOR}/off", {"current_password": PASSWORD})
    turn_on(desk, "manager")
    desk.sign_in("owner").send_form(f"/console/demo/people/{desk.staff_id('manager')}/second-factor", {})
    assert desk.visitor().sign_in("manager").headers["Location"] == "/console/"
    turn_on(desk, "agency")
    desk.sign_in("owner").send_form(f"/console/demo/people/{desk.staff_id('agency')}/second-factor", {})
    begin(desk, "agency")


def test_new_recovery_codes_replace_the_old(desk: Desk) -> None:
    _, old = turn_on(desk, "owner")
    answer = desk.sign_in("owner").send_form(
        "/console/account/recovery-codes", {"current_password": PASSWORD}, status=200
    )
    fresh = re.findall(r"<code>([0-9a-f-]+)</code>", answer.text)
    visitor = begin(desk, "owner")
    enter(visitor, old[1], status=422)
    enter(visitor, fresh[1])


def test_changing_the_password_signs_other_devices_out_and_keeps_this_one(desk: Desk) -> None:
    other = desk.visitor()
    other.sign_in("owner")
    owner = desk.sign_in("owner")
    answer = owner.send_form(
        "/console/account/password", {"current_password": "wrong", "password": NEW, "again": NEW}, status=422
    )
    assert "The password is not right." in answer.text
    owner.send_form("/console/account/password", {"current_password": PASSWORD, "password": NEW, "again": NEW})
    assert owner.get("/console/demo/").status_code == 200
    assert other.get("/console/demo/").status_code == 303
    desk.visitor().send_form("/console/sign-in", {"email": email_of("owner"), "password": NEW})


def test_signing_out_everywhere_leaves_this_device_alone(desk: Desk) -> None:
    other = desk.visitor()
    other.sign_in("owner")
    desk.sign_in("owner").send_form("/console/account/sign-out-everywhere", {})
    assert other.get("/console/demo/").status_code == 303
    assert desk.sign_in("owner").get("/console/demo/").status_code == 200
