"""The use cases, from within a request."""

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from booking_app.front import Front


def front() -> "Front":
    """What wiring put together for this process."""
    return cast("Front", current_app.extensions["front"])
