"""Signing in and out."""

from typing import cast

from flask import Response, redirect, request, session, url_for
from flask_security import logout_user
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from booking_app.clinics.sign_ins import TooManyTries
from booking_app.pages.console.access import is_signed_in, open_to_all
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.credentials import WrongCredentials, check_password, waiting
from booking_app.pages.console.entering import ask_for_code, enter, go_on, leave
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.limits import limit_sign_ins

WRONG = "The email address or the password is not right."


class SignInForm(ConsoleForm):
    """Who you are."""

    email = EmailField("Email", [InputRequired("Enter your email address"), Length(max=254)],
                       render_kw={"autocomplete": "username", "autofocus": True})  # fmt: skip
    password = PasswordField("Password", [InputRequired("Enter your password"), Length(max=1000)],
                             render_kw={"autocomplete": "current-password"})  # fmt: skip
    next = HiddenField()


@blueprint.get("/sign-in", endpoint="sign_in")
@open_to_all
def sign_in() -> Response:
    """The form; whoever is signed in goes on to their clinics."""
    if is_signed_in():
        return go_on(request.args.get("next", ""))
    return _form(SignInForm(data={"next": request.args.get("next", "")}))


@blueprint.post("/sign-in", endpoint="sign_in_now")
@open_to_all
@limit_sign_ins
def sign_in_now() -> Response:
    """Check and go on to where one wanted to be."""
    form = SignInForm()
    if not form.validate():
        return _form(form, status=422)
    try:
        account = check_password(str(form.email.data), str(form.password.data))
    except WrongCredentials:
        form.password.errors = [WRONG]
        return _form(form, status=422)
    except TooManyTries as error:
        form.password.errors = [waiting(error)]
        return _form(form, status=429)
    wanted = str(form.next.data or "")
    if account.has_second_factor:
        return ask_for_code(account, wanted)
    return enter(account, wanted)


@blueprint.post("/sign-out", endpoint="sign_out")
@open_to_all
def sign_out() -> Response:
    """End this session, and every copy of its cookie; other devices stay signed in."""
    leave()
    logout_user()
    session.clear()
    return cast(Response, redirect(url_for("console.sign_in"), code=303))


def _form(form: SignInForm, *, status: int = 200) -> Response:
    sends_mail = use_cases().staff_mail.is_set_up
    return show("console/sign_in.html", title="Sign in", status=status, form=form, sends_mail=sends_mail)
