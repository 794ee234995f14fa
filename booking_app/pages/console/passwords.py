"""Setting a password by a one-time link."""

from typing import cast

from flask import Response, current_app, flash, redirect, url_for
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from booking_app.clinics.audit import Author
from booking_app.clinics.staff_links import OpenLink, Purpose
from booking_app.pages.console import security
from booking_app.pages.console.access import open_to_all
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
        "Repeat password",
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
    link = use_cases().staff_links.opened(token, Purpose.PASSWORD, use_cases().clock.now())
    return _form(NewPasswordForm(), link) if link else _gone()


@blueprint.post("/password/<token>", endpoint="password_set")
@open_to_all
@limit_sign_ins
def password_set(token: str) -> Response:
    """Set it: the link and every session of the person end."""
    now = use_cases().clock.now()
    link = use_cases().staff_links.opened(token, Purpose.PASSWORD, now)
    if link is None:
        return _gone()
    form = NewPasswordForm()
    if not form.validate():
        return _form(form, link, status=422)
    if not use_cases().staff_accounts.set_password_by_link(token, security.hashed(str(form.password.data)), now):
        return _gone()
    flash("Your password is set. Sign in with it.", "quiet")
    return cast(Response, redirect(url_for("console.sign_in"), code=303))


def set_password(email: str, password: str) -> None:
    """Give the person with this address a password; every session of theirs ends. For the server's own commands."""
    account = security.account(email=email)
    assert account is not None
    hashed = security.hashed(password)
    use_cases().staff_accounts.set_password(account.id, hashed, is_proven=True, now=use_cases().clock.now())


def one_time_link(email: str) -> str:
    """The address where the person sets a password, made by whoever runs the server. Needs no request."""
    account = security.account(email=email)
    assert account is not None
    author = Author(None, use_cases().clock.now())
    key = use_cases().staff_links.issue(author, account.id, Purpose.PASSWORD, None, mailed=False)
    return link_address(Purpose.PASSWORD, key)


def link_address(purpose: Purpose, key: str) -> str:
    """The address behind which a link's key opens. Needs no request."""
    with current_app.test_request_context():
        path = url_for("console.password_link" if purpose == Purpose.PASSWORD else "console.invitation", token=key)
    return f"{use_cases().settings.base_url}{path}"


def _form(form: NewPasswordForm, link: OpenLink, *, status: int = 200) -> Response:
    return show("console/password.html", title="Choose a password", status=status, form=form, email=link.email)


def _gone() -> Response:
    return show("console/password_gone.html", title="This link has been used or is too old", status=410)
