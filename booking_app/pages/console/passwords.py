"""Setting a password by a one-time link."""

from typing import cast

from flask import Response, current_app, flash, redirect, url_for
from flask_security.recoverable import generate_reset_password_token, reset_password_token_status, update_password
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from booking_app.pages.console import security
from booking_app.pages.console.access import open_to_all
from booking_app.pages.console.accounts import Account
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.limits import limit_sign_ins

MOST = 1000


class NewPasswordForm(ConsoleForm):
    """A new password, twice."""

    password = PasswordField(
        "New password",
        [InputRequired("Choose a password"), Length(max=MOST)],
        description=f"At least {security.SHORTEST_PASSWORD} characters. Three or four words that do not belong "
        "together are easy to remember and hard to guess.",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        "The same again",
        [InputRequired("Type the password again"), EqualTo("password", "The two are not the same")],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_password(self, field: PasswordField) -> None:
        typed = str(field.data or "")
        if len(security.normal_password(typed)) < security.SHORTEST_PASSWORD:
            raise ValidationError(f"Use at least {security.SHORTEST_PASSWORD} characters")
        if len(set(typed)) < 5:
            raise ValidationError("Use more than a few different characters")


@blueprint.get("/password/<token>", endpoint="password_link")
@open_to_all
def password_link(token: str) -> Response:
    """The form behind a one-time link."""
    account = _owner_of(token)
    return _form(NewPasswordForm(), account) if account else _gone()


@blueprint.post("/password/<token>", endpoint="password_set")
@open_to_all
@limit_sign_ins
def password_set(token: str) -> Response:
    """Set it: the link and every session of the person end."""
    account = _owner_of(token)
    if account is None:
        return _gone()
    form = NewPasswordForm()
    if not form.validate():
        return _form(form, account, status=422)
    update_password(account, security.normal_password(str(form.password.data)))
    flash("Your password is set. Sign in with it.", "quiet")
    return cast(Response, redirect(url_for("console.sign_in"), code=303))


def set_password(email: str, password: str) -> None:
    """Give the person with this address a password; every session of theirs ends. Needs no request."""
    account = security.account(email=email)
    assert account is not None
    update_password(account, security.normal_password(password))


def one_time_link(email: str) -> str:
    """The address where the person sets a password; good once, and for three days. Needs no request."""
    account = security.account(email=email)
    assert account is not None
    token = generate_reset_password_token(account)
    with current_app.test_request_context():
        path = url_for("console.password_link", token=token)
    return f"{use_cases().settings.base_url}{path}"


def _owner_of(token: str) -> Account | None:
    is_expired, is_invalid, account = reset_password_token_status(token)
    return None if is_expired or is_invalid or account is None or not account.active else cast(Account, account)


def _form(form: NewPasswordForm, account: Account, *, status: int = 200) -> Response:
    return show("console/password.html", title="Choose a password", status=status, form=form, email=account.email)


def _gone() -> Response:
    return show("console/password_gone.html", title="This link has been used or is too old", status=410)
