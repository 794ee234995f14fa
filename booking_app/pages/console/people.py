"""The people of a clinic: add, give a role, remove, let in again."""

from collections.abc import Callable
from typing import Any, cast

from flask import Response, abort, flash, redirect, request, url_for
from wtforms import EmailField, RadioField
from wtforms.validators import Email, InputRequired, Length

from booking_app.clinics.memberships import LastOwner, NotAMember, NotYours
from booking_app.clinics.people import Member
from booking_app.clinics.staff import Role
from booking_app.clinics.staff_links import Purpose
from booking_app.pages.console.access import allow, author, current_clinic, current_staff
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.page import show
from booking_app.pages.console.passwords import link_address
from booking_app.pages.shared import use_cases

ROLES: Any = {
    Role.RECEPTIONIST.value: "Receptionist: sees patients and bookings, and retries what needs attention",
    Role.DESIGNER.value: "Designer: changes branding, questions and the website; sees no patient",
    Role.BOOKKEEPER.value: "Bookkeeper: sees accounting, deposits and reports; sees no patient",
    Role.MANAGER.value: "Manager: also changes how the clinic looks, its services, questions, waivers and rules",
    Role.OWNER.value: "Owner: also changes connections and people",
}
LAST_OWNER = "A clinic needs an owner. Make somebody else one first."
NOT_YOURS = (
    "This person works for another clinic, too, or has been invited there, so you cannot open their account. "
    "A link can only be mailed to them, or made by whoever runs this server."
)


class AddForm(ConsoleForm):
    """Somebody new."""

    email = EmailField("Email", [InputRequired("Enter an email address"), Length(max=254),
                                 Email("Enter an email address such as kim@example.com")],
                       render_kw={"autocomplete": "off"})  # fmt: skip
    role = RadioField("Role", [InputRequired("Choose a role")], choices=ROLES)


@blueprint.get("/<slug>/people", endpoint="people")
@allow(Role.OWNER)
def people(slug: str) -> Response:
    """Who belongs to the clinic, and a form for one more."""
    return _page(AddForm(formdata=None))


@blueprint.post("/<slug>/people", endpoint="people_add")
@allow(Role.OWNER)
def add(slug: str) -> Response:
    """Add somebody; they are sent a link, or it is shown now to be passed on."""
    form = AddForm()
    if not form.validate():
        return _page(form, status=422)
    try:
        member = use_cases().people.add(author(), current_clinic().id, str(form.email.data), Role(form.role.data))
    except LastOwner:
        form.role.errors = [LAST_OWNER]
        return _page(form, status=422)
    if member.has_accepted:
        flash("They belong to the clinic already, and have that role now.", "quiet")
        return _back()
    return _link_page(member)


@blueprint.post("/<slug>/people/<int:staff_id>/role", endpoint="people_role")
@allow(Role.OWNER)
def change_role(slug: str, staff_id: int) -> Response:
    """Give somebody another role."""
    wanted = request.form.get("role", "")
    if wanted not in list(Role):
        abort(400)
    return _done(
        lambda: use_cases().people.change_role(author(), current_clinic().id, staff_id, Role(wanted)), "Changed."
    )


@blueprint.get("/<slug>/people/<int:staff_id>/remove", endpoint="people_removing")
@allow(Role.OWNER)
def removing(slug: str, staff_id: int) -> Response:
    """The question before removing."""
    return show("console/people_remove.html", title="Remove a person", member=_member(staff_id))


@blueprint.post("/<slug>/people/<int:staff_id>/remove", endpoint="people_remove")
@allow(Role.OWNER)
def remove(slug: str, staff_id: int) -> Response:
    """End their membership; what they changed stays in the log."""
    return _done(lambda: use_cases().people.remove(author(), current_clinic().id, staff_id), "Removed.")


@blueprint.post("/<slug>/people/<int:staff_id>/link", endpoint="people_link")
@allow(Role.OWNER)
def link(slug: str, staff_id: int) -> Response:
    """A new one-time link: mailed where mail is set up, and shown once where that was asked for or cannot be."""
    return _link_page(_member(staff_id), is_shown="show" in request.form)


@blueprint.post("/<slug>/people/<int:staff_id>/second-factor", endpoint="people_factor_off")
@allow(Role.OWNER)
def factor_off(slug: str, staff_id: int) -> Response:
    """Turn the code off for somebody who has lost their phone."""

    def turn_off() -> None:
        use_cases().people.answers_for(current_staff().id, current_clinic().id, staff_id)
        use_cases().factors.turn_off(author(), staff_id)

    return _done(turn_off, "Their password alone signs them in until they turn codes on again.")


def _done(change: Callable[[], None], sentence: str) -> Response:
    try:
        change()
    except NotAMember:
        abort(404)
    except LastOwner:
        flash(LAST_OWNER, "wrong")
    except NotYours:
        flash(NOT_YOURS, "wrong")
    else:
        flash(sentence, "quiet")
    return _back()


def _member(staff_id: int) -> Member:
    found = [member for member in use_cases().people.members(current_clinic().id) if member.staff_id == staff_id]
    return found[0] if found else abort(404)


def _page(form: AddForm, *, status: int = 200) -> Response:
    members = use_cases().people.members(current_clinic().id)
    return show(
        "console/people.html", title="People", status=status, form=form, members=members, roles=list(Role),
        slug=current_clinic().slug, own_id=current_staff().id, sends_mail=use_cases().staff_mail.is_set_up,
    )  # fmt: skip


def _link_page(member: Member, *, is_shown: bool = False) -> Response:
    """Mail the person a link; where mail is not set up, fails, or is not wanted, show one to pass on instead."""
    purpose = Purpose.INVITATION if member.has_password and not member.has_accepted else Purpose.PASSWORD
    if use_cases().staff_mail.is_set_up and not is_shown and _mail_link(member, purpose):
        return show("console/people_mailed.html", title="A link is on its way", member=member, purpose=purpose.value)
    try:
        link = _new_link(member, purpose, mailed=False)
    except NotYours:
        flash(NOT_YOURS, "wrong")
        return _back()
    return show("console/people_link.html", title="One-time link", member=member, link=link, purpose=purpose.value)


def _mail_link(member: Member, purpose: Purpose) -> bool:
    link, mail, clinic = _new_link(member, purpose, mailed=True), use_cases().staff_mail, current_clinic()
    if purpose == Purpose.INVITATION:
        return mail.invite(clinic, member.email, link)
    if member.has_password:
        return mail.reset(member.email, link, clinic)
    return mail.invite_newcomer(clinic, member.email, link)


def _new_link(member: Member, purpose: Purpose, *, mailed: bool) -> str:
    key = use_cases().staff_links.issue(author(), member.staff_id, purpose, current_clinic().id, mailed=mailed)
    return link_address(purpose, key)


def _back() -> Response:
    return cast(Response, redirect(url_for("console.people", slug=current_clinic().slug), code=303))
