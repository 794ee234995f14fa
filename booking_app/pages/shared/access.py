"""The use cases, from within a request."""

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:  # they reach packages with pages of their own, which need this module first
    from booking_app.pages.use_cases import UseCases


def use_cases() -> "UseCases":
    """What wiring put together for this process."""
    return cast("UseCases", current_app.extensions["use_cases"])
