"""Beginning a session, at once or after the code of a second factor."""

from typing import cast

from flask import Response, flash, redirect, session, url_for
from flask_login import current_user
from flask_security import login_user

from booking_app.pages.console import security
from booking_app.pages.console.accounts import Account
from booking_app.pages.console.blueprint import is_console
from booking_app.pages.console.devices import device_name, remember_device
from booking_app.pages.shared import use_cases

HALF_WAY = "half_way"  # in the session: whose password was right, when, and where they want to go
CODE_SECONDS = 600
LONGEST_ADDRESS = 500  # it is kept in a cookie meanwhile


def enter(account: Account, wanted: str) -> Response:
    """Begin a session for somebody who has proved who they are."""
    leave()
    session.permanent = True
    account.session_key = use_cases().staff_sessions.begin(account.id, device_name(), use_cases().clock.now())
    login_user(account)
    response = go_on(wanted)
    remember_device(response, account)
    return response


def come_back(sentence: str, wanted: str) -> Response:
    """Begin a session anew for whoever has just ended all of theirs, and say why."""
    account = security.account(id=current_user.id)
    assert account is not None
    response = enter(account, wanted)
    flash(sentence, "quiet")
    return response


def leave() -> None:
    """End the session of this browser, also for whoever has a copy of its cookie."""
    if key := session.get("_user_id"):
        use_cases().staff_sessions.end(str(key))
    session.clear()


def ask_for_code(account: Account, wanted: str) -> Response:
    """The password was right; the session begins when the code is, too."""
    leave()
    session[HALF_WAY] = [account.fs_uniquifier, _now(), wanted[:LONGEST_ADDRESS]]
    return cast(Response, redirect(url_for("console.sign_in_code"), code=303))


def half_way() -> tuple[Account, str] | None:
    """Whose password was right a moment ago, and where they want to go."""
    key, since, wanted = session.get(HALF_WAY, (None, 0, ""))
    if key is None or _now() - since > CODE_SECONDS:
        return None
    account = security.account(fs_uniquifier=key)
    return (account, wanted) if account and account.active else None


def go_on(wanted: str) -> Response:
    """To an address of the console; to nowhere else, whatever a link says."""
    is_ours = is_console(wanted.partition("?")[0]) and "\\" not in wanted and wanted.isprintable()
    is_ours &= len(wanted) <= LONGEST_ADDRESS
    return cast(Response, redirect(wanted if is_ours else url_for("console.clinics"), code=303))


def _now() -> int:
    return int(use_cases().clock.now().timestamp())
