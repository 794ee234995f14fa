"""What stands in the way in the console, said in words for whoever works at the clinic."""

import structlog
from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, NotFound

from booking_app.pages.console.blueprint import blueprint, is_console
from booking_app.pages.console.page import show
from booking_app.pages.shared.errors import ErrorPage, http_error
from booking_app.pages.shared.guard import place_of

log = structlog.get_logger("booking_app.pages.console")

NOT_FOUND = ErrorPage(
    404, "Page not found", "There is nothing here for your account. Check the address, or sign in with another account."
)
TOO_LOW = ErrorPage(
    403, "Your role does not reach here",
    "A manager or an owner of the clinic can open this page, or give you another role under People.",
)  # fmt: skip
SIGNED_OUT = ErrorPage(
    401, "You have been signed out",
    "Nothing was saved. Sign in in a new tab, come back to this one and send it again.",
)  # fmt: skip
STALE = ErrorPage(
    400, "This page was open too long", "Nothing was saved. Send it again; what you typed is kept here.",
)  # fmt: skip
TOO_LARGE = ErrorPage(413, "That is too much to send", "The file or text is larger than the console can take.")
TOO_MANY = ErrorPage(429, "Please wait a little", "There were many tries from your connection. Wait a few minutes.")
NOT_ALLOWED = ErrorPage(405, "Page not found", "This address cannot be opened that way.")
BAD_REQUEST = ErrorPage(400, "That could not be read", "Nothing was saved. Go back and send the form again.")
BROKEN = ErrorPage(500, "Something went wrong", "The fault is ours and has been recorded. Nothing else was changed.")

BY_STATUS = {page.status: page for page in (NOT_FOUND, NOT_ALLOWED, TOO_LOW, TOO_LARGE, TOO_MANY)}
NEVER_KEPT = ("csrf_token", "password", "code", "secret", "key", "token")


def register(app: Flask) -> None:
    blueprint.register_error_handler(CSRFError, lambda _error: error_page(STALE))
    blueprint.register_error_handler(HTTPException, _http_error)
    blueprint.register_error_handler(Exception, _unexpected)


def lost(error: NotFound) -> ResponseReturnValue:
    """For an address that no view has: the console's page below its path, the patients' elsewhere."""
    return error_page(NOT_FOUND) if is_console(request.path) else http_error(error)


def error_page(page: ErrorPage) -> Response:
    """The page for an error; where something was posted it is kept, to be sent again."""
    kept = _posted() if page in (SIGNED_OUT, STALE) else None
    return show("console/error.html", title=page.heading, status=page.status, error=page, kept=kept)


def _posted() -> list[tuple[str, str]] | None:
    """What was typed, secrets left out; None where a file or a secret would be missing."""
    if request.method != "POST" or request.files:
        return None
    names = [name for name in request.form if any(word in name for word in NEVER_KEPT) and name != "csrf_token"]
    if names:
        return None
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    return error_page(BY_STATUS.get(error.code or 500, BAD_REQUEST if (error.code or 500) < 500 else BROKEN))


def _unexpected(error: Exception) -> Response:
    # The type and the place say what broke; the message and the values may hold a person's words.
    log.error("unexpected", error=type(error).__name__, where=place_of(error))
    g.pop("seat", None)
    return error_page(BROKEN)
