"""The link to the patient's copy of what was signed."""

from flask import url_for

from booking_app.pages.shared.access import use_cases


def copy_url(reference: str) -> str | None:
    """Where the copy of a booking's document is for a week; None where nothing is signed."""
    token = use_cases().signed_copies.token(reference)
    return url_for("signed.copy", token=token) if token else None
