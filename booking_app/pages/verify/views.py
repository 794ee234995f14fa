"""`/verify/<hash>`: genuine or not, when and which version was signed; neither name nor answer."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response

from booking_app.core.dates import spoken_instant
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.limits import limit_lookups
from booking_app.pages.shared.rendering import render
from booking_app.pages.shared.shell import keep_clinic, shell

blueprint = Blueprint("verify", __name__)
METHODS = {
    "drawn": "drawn by hand on a screen",
    "typed": "typed as a full name",
    "agreed": "agreed to without a signature",
}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/verify/<digest>", endpoint="document")
@limit_lookups
def document(digest: str) -> Response:
    """What can be said of the document with this hash; 404 when it was not signed here."""
    verified = use_cases().verifying.find(digest)
    if verified is None:
        return render("verify/unknown.html", title="Document not known", status=404, shell=shell())
    keep_clinic(verified.clinic)
    proof = verified.proof
    return render(
        "verify/document.html",
        title="Signed document",
        shell=shell(),
        clinic=verified.clinic,
        proof=proof,
        signed_at=spoken_instant(proof.signed_at, ZoneInfo(verified.clinic.time_zone).key),
        method=METHODS.get(proof.method, proof.method),
    )
