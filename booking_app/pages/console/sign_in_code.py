"""The second step of signing in, for whoever has turned it on."""

from typing import cast

from flask import Response, redirect, url_for
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from booking_app.clinics.sign_ins import TooManyTries
from booking_app.pages.console.access import open_to_all
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.credentials import check_code, waiting
from booking_app.pages.console.entering import enter, half_way
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.page import show
from booking_app.pages.shared.limits import limit_sign_ins

WRONG = "This code is not right, or has been used. Wait for the next one, or use a recovery code."


class CodeForm(ConsoleForm):
    """What the app shows."""

    code = StringField(
        "Code",
        [InputRequired("Enter the code"), Length(max=40)],
        description="Six digits from your authenticator app, or one of your recovery codes.",
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
    )


@blueprint.get("/sign-in/code", endpoint="sign_in_code")
@open_to_all
def sign_in_code() -> Response:
    """The form; whoever has not shown a password yet begins with that."""
    return _form(CodeForm()) if half_way() else _from_the_start()


@blueprint.post("/sign-in/code", endpoint="sign_in_code_now")
@open_to_all
@limit_sign_ins
def sign_in_code_now() -> Response:
    """Check the code and begin the session."""
    found = half_way()
    if found is None:
        return _from_the_start()
    form = CodeForm()
    if not form.validate():
        return _form(form, status=422)
    account, wanted = found
    try:
        if check_code(account, str(form.code.data)):
            return enter(account, wanted)
        form.code.errors = [WRONG]
    except TooManyTries as error:
        form.code.errors = [waiting(error)]
        return _form(form, status=429)
    return _form(form, status=422)


def _form(form: CodeForm, *, status: int = 200) -> Response:
    return show("console/sign_in_code.html", title="Your code", status=status, form=form)


def _from_the_start() -> Response:
    return cast(Response, redirect(url_for("console.sign_in"), code=303))
