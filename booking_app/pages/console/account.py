"""One's own account: password, second factor, signing out everywhere."""

from typing import cast

from flask import Response, flash, redirect, session, url_for
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from booking_app.clinics.sign_ins import TooManyTries
from booking_app.pages.console import security
from booking_app.pages.console.access import allow_signed_in, author, current_staff
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.credentials import WrongCredentials, check_password, waiting
from booking_app.pages.console.entering import come_back
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.one_time_codes import codes, is_right, new_recovery_codes
from booking_app.pages.console.page import show
from booking_app.pages.console.passwords import NewPasswordForm
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.limits import limit_sign_ins

SETTING_UP = "totp_setting_up"  # in the session: a secret that no app has confirmed yet


class ProvenForm(ConsoleForm):
    """A form that asks for the password again: an unattended screen must not be enough."""

    current_password = PasswordField(
        "Your password now", [InputRequired("Enter your password"), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )  # fmt: skip

    def validate_current_password(self, field: PasswordField) -> None:
        try:
            check_password(current_staff().email, str(field.data))
        except WrongCredentials as error:
            raise ValidationError("The password is not right.") from error
        except TooManyTries as error:
            raise ValidationError(waiting(error)) from error


class ChangePasswordForm(ProvenForm, NewPasswordForm):
    """The old password and a new one, twice."""


class FactorForm(ProvenForm):
    """The first code of a new authenticator app."""

    code = StringField(
        "Code",
        [InputRequired("Enter the code that the app shows"), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )

    def validate_code(self, field: StringField) -> None:
        if self.current_password.errors:
            return  # a code is used up by looking at it
        secret = session.get(SETTING_UP)
        if not secret or not is_right(current_staff(), secret, str(field.data)):
            raise ValidationError("This is not the code of now. Wait for the next one and try again.")


@blueprint.get("/account", endpoint="account")
@allow_signed_in
def account() -> Response:
    """What one can change about one's own account."""
    staff = current_staff()
    return show("console/account.html", title="Your account", staff=staff, codes_left=_codes_left())


@blueprint.get("/account/password", endpoint="account_password")
@allow_signed_in
def password() -> Response:
    return _password_page(ChangePasswordForm())


@blueprint.post("/account/password", endpoint="account_password_set")
@allow_signed_in
@limit_sign_ins
def set_password() -> Response:
    """Set it; every other device is signed out."""
    form = ChangePasswordForm()
    if not form.validate():
        return _password_page(form, status=422)
    use_cases().staff_accounts.set_password(
        current_staff().id, security.hashed(str(form.password.data)), now=use_cases().clock.now()
    )
    return come_back("Your password is changed. Other devices have been signed out.", url_for("console.account"))


@blueprint.get("/account/second-factor", endpoint="account_factor")
@allow_signed_in
def factor() -> Response:
    """The secret as a picture and as letters, kept in the session until an app has confirmed it."""
    session[SETTING_UP] = codes().generate_totp_secret()
    return _factor_page(FactorForm())


@blueprint.post("/account/second-factor", endpoint="account_factor_on")
@allow_signed_in
@limit_sign_ins
def factor_on() -> Response:
    """Turn it on and show the recovery codes, this once."""
    form = FactorForm()
    if not form.validate():
        session.setdefault(SETTING_UP, codes().generate_totp_secret())
        return _factor_page(form, status=422)
    fresh = new_recovery_codes()
    use_cases().factors.turn_on(author(), current_staff().id, session.pop(SETTING_UP), fresh)
    return _codes_page(fresh)


@blueprint.get("/account/second-factor/off", endpoint="account_factor_asked")
@allow_signed_in
def factor_asked() -> Response:
    return _off_page(ProvenForm())


@blueprint.post("/account/second-factor/off", endpoint="account_factor_off")
@allow_signed_in
@limit_sign_ins
def factor_off() -> Response:
    """Turn it off: the password alone signs in again."""
    form = ProvenForm()
    if not form.validate():
        return _off_page(form, status=422)
    use_cases().factors.turn_off(author(), current_staff().id)
    flash("Signing in asks for your password alone from now on.", "quiet")
    return _back()


@blueprint.get("/account/recovery-codes", endpoint="account_codes")
@allow_signed_in
def recovery_codes() -> Response:
    return _new_codes_page(ProvenForm())


@blueprint.post("/account/recovery-codes", endpoint="account_codes_new")
@allow_signed_in
@limit_sign_ins
def new_codes() -> Response:
    """Make new recovery codes; the old ones are good no more."""
    if not current_staff().has_second_factor:
        return _back()
    form = ProvenForm()
    if not form.validate():
        return _new_codes_page(form, status=422)
    fresh = new_recovery_codes()
    use_cases().factors.replace_codes(author(), current_staff().id, fresh)
    return _codes_page(fresh)


def _codes_left() -> int:
    return use_cases().factors.codes_left(current_staff().id)


def _password_page(form: ChangePasswordForm, *, status: int = 200) -> Response:
    return show("console/account_password.html", title="Change your password", status=status, form=form)


def _factor_page(form: FactorForm, *, status: int = 200) -> Response:
    secret = codes().fetch_setup_values(session[SETTING_UP], current_staff())
    return show("console/account_factor.html", title="Turn on codes", status=status, form=form, secret=secret)


def _off_page(form: ProvenForm, *, status: int = 200) -> Response:
    return show("console/account_off.html", title="Turn off codes", status=status, form=form)


def _new_codes_page(form: ProvenForm, *, status: int = 200) -> Response:
    return show("console/account_new_codes.html", title="New recovery codes", status=status, form=form)


def _codes_page(fresh: list[str]) -> Response:
    return show("console/account_codes.html", title="Your recovery codes", codes=fresh)


def _back() -> Response:
    return cast(Response, redirect(url_for("console.account"), code=303))
