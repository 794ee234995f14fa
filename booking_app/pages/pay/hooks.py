"""Where Stripe reports. The signature decides; what is said is only a reason to look."""

import structlog
from flask import Blueprint, Response, abort, request

from booking_app.pages.shared import use_cases

blueprint = Blueprint("hooks", __name__, url_prefix="/hooks")
LARGEST = 256 * 1024

log = structlog.get_logger("booking_app.web")


@blueprint.post("/stripe/<slug>", endpoint="stripe")
def stripe(slug: str) -> Response:
    """200 for a message that is believed, whether or not it is news; 400 for any other."""
    clinic = use_cases().browse.clinic(slug)
    if clinic is None:
        abort(404)
    if (request.content_length or 0) > LARGEST:
        abort(413)
    is_believed = use_cases().hearing.stripe(clinic, request.get_data(), request.headers.get("Stripe-Signature", ""))
    if not is_believed:
        log.warning("webhook_refused", clinic_id=clinic.id)
        return _plain("This message is not signed by this clinic's Stripe account, or is too old.", 400)
    return _plain("Thank you.", 200)


def _plain(sentence: str, status: int) -> Response:
    return Response(f"{sentence}\n", status, content_type="text/plain; charset=utf-8")
