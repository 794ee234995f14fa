"""The people of a clinic: add, give a role, remove, let in again."""

from collections.abc import Callable
from typing import Any, cast

from flask import Response, abort, flash, redirect, request, url_for
from wtforms import EmailField, RadioField
from wtforms.validators import Email, InputRequired, Length

from booking_app.clinics.people import LastOwner, Member, NotAMember, NotYours
from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, author, current_clinic, current_staff
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.page import show
from booking_app.pages.console.passwords import one_time_link
from booking_app.pages.shared import use_cases

ROLES: Any = {
    Role.RECEPTIONIST.value: "Receptionist: sees bookings and settings, replays what needs a hand",
    Role.MANAGER.value: "Manager: also changes how the clinic looks, its services, questions, waivers and rules",
    Role.OWNER.value: "Owner: also changes connections and people",
}
LAST_OWNER = "A clinic needs an owner. Make somebody else one first."
NOT_YOURS = (
    "This person works for another clinic, too, so you cannot open their account. They can ask an owner there, "
    "or whoever runs this server."
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
    """Add somebody; who has no password yet gets a one-time link, shown now."""
    form = AddForm()
    if not form.validate():
        return _page(form, status=422)
    try:
        member = use_cases().people.add(author(), current_clinic().id, str(form.email.data), Role(form.role.data))
    except LastOwner:
        form.role.errors = [LAST_OWNER]
        return _page(form, status=422)
    if not member.has_password and _is_ours(member.staff_id):
        return _link_page(member)
    flash("Added. They sign in with the account they have.", "quiet")
    return _back()


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
    """A new one-time link for somebody who has forgotten their password; shown once."""
    try:
        member = use_cases().people.answers_for(current_staff().id, current_clinic().id, staff_id)
    except NotAMember:
        abort(404)
    except NotYours:
        flash(NOT_YOURS, "wrong")
        return _back()
    return _link_page(member)


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


def _is_ours(staff_id: int) -> bool:
    try:
        use_cases().people.answers_for(current_staff().id, current_clinic().id, staff_id)
    except NotYours:
        return False
    return True


def _member(staff_id: int) -> Member:
    found = [member for member in use_cases().people.members(current_clinic().id) if member.staff_id == staff_id]
    return found[0] if found else abort(404)


def _page(form: AddForm, *, status: int = 200) -> Response:
    members = use_cases().people.members(current_clinic().id)
    return show(
        "console/people.html", title="People", status=status, form=form, members=members, roles=list(Role),
        slug=current_clinic().slug, own_id=current_staff().id,
    )  # fmt: skip


def _link_page(member: Member) -> Response:
    link = one_time_link(member.email)
    return show("console/people_link.html", title="One-time link", member=member, link=link, slug=current_clinic().slug)


def _back() -> Response:
    return cast(Response, redirect(url_for("console.people", slug=current_clinic().slug), code=303))
