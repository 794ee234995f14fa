"""The use cases, from within a request."""

from typing import cast

from flask import current_app

from booking_app.pages.use_cases import Front


def front() -> Front:
    """What wiring put together for this process."""
    return cast(Front, current_app.extensions["use_cases"])
