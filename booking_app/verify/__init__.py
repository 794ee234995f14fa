"""The page that says whether a signed document is genuine."""

from booking_app.verify.views import register

__all__ = ["register"]
