"""Correct the email address of a booking's patient, and send the confirmation again."""

from typing import cast

from flask import Response, abort, flash, redirect, request, url_for

from booking_app.bookings.contact_fixes import MOST_AGAIN
from booking_app.clinics.staff import Role
from booking_app.core.contact_details import ContactUnreadable
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.shared import use_cases

SENT = {
    "done": ("The confirmation will be sent again within seconds.", "quiet"),
    "not_standing": ("There is nothing to confirm: the booking isn’t active, or its time has passed.", "wrong"),
    "too_often": (f"It has been sent again {MOST_AGAIN} times already. Call the patient instead.", "wrong"),
    "on_its_way": ("The new address is on its way to Cliniko. Send the confirmation in a minute.", "wrong"),
}
CORRECTED = "Corrected for this booking, and in the patient’s record in Cliniko within seconds."
NOT_CORRECTED = "This booking is still being made, or its data was erased. Nothing was changed."
NO_ADDRESS = "That isn’t an email address, so nothing was changed. Enter one such as kim@example.com."


@blueprint.post("/<slug>/bookings/<reference>/confirmation", endpoint="bookings_confirm_again")
@allow(Role.RECEPTIONIST)
def send_again(slug: str, reference: str) -> Response:
    """One more confirmation to the patient."""
    try:
        answer = use_cases().contact_fixes.send_again(author(), current_clinic().id, reference)
    except LookupError:
        abort(404)
    flash(*SENT[answer])
    return _back(reference)


@blueprint.post("/<slug>/bookings/<reference>/email", endpoint="bookings_email")
@allow(Role.RECEPTIONIST)
def correct_email(slug: str, reference: str) -> Response:
    """Another address for the patient of this booking."""
    clinic_id = current_clinic().id
    email = request.form.get("email", "").strip()[:254]
    try:
        answer = use_cases().contact_fixes.correct_email(author(), clinic_id, reference, email)
    except LookupError:
        abort(404)
    except ContactUnreadable:
        flash(NO_ADDRESS, "wrong")
        return _back(reference)
    use_cases().live_people.forget(clinic_id)
    flash(*((CORRECTED, "quiet") if answer == "done" else (NOT_CORRECTED, "wrong")))
    return _back(reference)


def _back(reference: str) -> Response:
    where = url_for("console.bookings_one", slug=current_clinic().slug, reference=reference)
    return cast(Response, redirect(where, code=303))
