"""The page that says whether a signed document is genuine."""

from booking_app.pages.verify.views import register

__all__ = ["register"]
