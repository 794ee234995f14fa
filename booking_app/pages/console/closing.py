"""Closing one's own account."""

from typing import cast

from flask import Response, flash, redirect, url_for
from flask_security import logout_user

from booking_app.clinics.memberships import LastOwner
from booking_app.pages.console.access import allow_signed_in, author, current_staff
from booking_app.pages.console.account import ProvenForm
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.entering import leave
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.limits import limit_sign_ins

LAST_OWNER = "A clinic of yours has no other owner. Make somebody else one first, under People."


@blueprint.get("/account/close", endpoint="account_closing")
@allow_signed_in
def closing() -> Response:
    """The question before it, with the password."""
    return _form(ProvenForm())


@blueprint.post("/account/close", endpoint="account_close")
@allow_signed_in
@limit_sign_ins
def close() -> Response:
    """Close it: every session ends, and no clinic has the person any more."""
    form = ProvenForm()
    if not form.validate():
        return _form(form, status=422)
    try:
        use_cases().staff_accounts.close(author(), current_staff().id)
    except LastOwner:
        form.current_password.errors = [LAST_OWNER]
        return _form(form, status=422)
    leave()
    logout_user()
    flash("Your account is closed.", "quiet")
    return cast(Response, redirect(url_for("console.sign_in"), code=303))


def _form(form: ProvenForm, *, status: int = 200) -> Response:
    return show("console/account_close.html", title="Close your account", status=status, form=form)
