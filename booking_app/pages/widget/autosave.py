"""Keeping what is typed while it is typed: a small request from the page's script, seconds after a key was pressed."""

from flask import Response, abort, jsonify, make_response, request

from booking_app.bookings.typed import Typing
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.form_tokens import TokenForm, issue
from booking_app.pages.shared.limits import limit_autosaves
from booking_app.pages.widget.blueprint import blueprint
from booking_app.pages.widget.details import details_scope
from booking_app.pages.widget.forms.likely_emails import email_meant
from booking_app.pages.widget.forms.screens import can_be_kept
from booking_app.pages.widget.holding import hold_scope


@blueprint.post("/d/<token>/autosave", endpoint="autosave")
@limit_autosaves
def autosave(slug: str, token: str) -> Response:
    """Keep the fields of a screen as they stand. Answers where the draft has moved to, when it did.

    It reads neither the catalogue nor the questions: names that no form of ours has are left out.
    """
    clinic = use_cases().browse.clinic(slug)
    if clinic is None:
        abort(404)
    form = TokenForm(request.form, scope=details_scope(token))
    if not form.validate():
        return make_response("", 422)
    asked = [name for name in request.form.get("asks", "").split() if can_be_kept(name)]
    new = use_cases().drafts.keep_typed(clinic, token, Typing.of(request.form, asked))
    return jsonify(
        moved=_moved(token, new, form) if new != token else None,
        email_meant=email_meant(request.form.get("email", "")),
    )


def _moved(old: str, new: str, form: TokenForm) -> dict[str, str]:
    """The new key with the form tokens bound to it; the page was shown when it was, so the token says so still."""
    return {
        "from": old,
        "to": new,
        "token": issue(details_scope(new), form.shown_at),
        "hold_token": issue(hold_scope(new)),
    }
