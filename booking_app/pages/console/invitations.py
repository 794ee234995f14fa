"""Answering the invitation of a further clinic: by its link, or from the list of one's clinics."""

from typing import cast

from flask import Response, abort, flash, redirect, url_for

from booking_app.clinics.memberships import NotAMember, NotYours
from booking_app.clinics.staff_links import Invitation, OpenLink, Purpose
from booking_app.pages.console import security
from booking_app.pages.console.access import allow_signed_in, current_staff
from booking_app.pages.console.account import ChangePasswordForm
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.entering import come_back
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.limits import limit_sign_ins

JOINED = "You belong to this clinic now."


@blueprint.get("/invitation/<token>", endpoint="invitation")
@allow_signed_in
def invitation(token: str) -> Response:
    """What the link invites to; whoever is signed out signs in first."""
    link, found = _opened(token)
    if link is None or found is None:
        return _gone()
    return _page(link, found, ChangePasswordForm() if found.needs_password else ConsoleForm())


@blueprint.post("/invitation/<token>", endpoint="invitation_accept")
@allow_signed_in
@limit_sign_ins
def accept_by_link(token: str) -> Response:
    """Join the clinic. An account that an owner opened takes a new password with it, known to nobody else."""
    link, found = _opened(token)
    if link is None or found is None:
        return _gone()
    form = ChangePasswordForm() if found.needs_password else ConsoleForm()
    if link.staff_id != current_staff().id:
        return _page(link, found, form, status=403)
    if not form.validate():
        return _page(link, found, form, status=422)
    hashed = security.hashed(str(form["password"].data)) if found.needs_password else None
    if not use_cases().staff_accounts.accept_by_link(token, current_staff().id, hashed, use_cases().clock.now()):
        return _gone()
    if hashed:
        return come_back(JOINED, url_for("console.clinics"))
    flash(JOINED, "quiet")
    return _to_clinics()


@blueprint.post("/invitations/<int:clinic_id>/accept", endpoint="invitation_answer_yes")
@allow_signed_in
def accept(clinic_id: int) -> Response:
    """Join from the list: for accounts that were shown to be their person's."""
    try:
        use_cases().people.accept(current_staff().id, clinic_id, use_cases().clock.now())
    except NotAMember:
        abort(404)
    except NotYours:
        flash("Open the link that the clinic sent or gave you: it shows that the invitation is yours.", "wrong")
    else:
        flash(JOINED, "quiet")
    return _to_clinics()


@blueprint.post("/invitations/<int:clinic_id>/decline", endpoint="invitation_answer_no")
@allow_signed_in
def decline(clinic_id: int) -> Response:
    """Answer no; the clinic may ask again."""
    use_cases().people.decline(current_staff().id, clinic_id, use_cases().clock.now())
    flash("Declined.", "quiet")
    return _to_clinics()


def _opened(token: str) -> tuple[OpenLink | None, Invitation | None]:
    link = use_cases().staff_links.opened(token, Purpose.INVITATION, use_cases().clock.now())
    return link, use_cases().staff_links.invitation(link) if link else None


def _page(link: OpenLink, found: Invitation, form: ConsoleForm, *, status: int = 200) -> Response:
    is_mine = link.staff_id == current_staff().id
    return show(
        "console/invitation.html", title="An invitation", status=status, form=form, invitation=found, link=link,
        is_mine=is_mine,
    )  # fmt: skip


def _gone() -> Response:
    return show("console/password_gone.html", title="This link has been used or is too old", status=410)


def _to_clinics() -> Response:
    return cast(Response, redirect(url_for("console.clinics", choose=1), code=303))
