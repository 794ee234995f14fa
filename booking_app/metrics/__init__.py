"""Numbers for whoever watches the product: counts and durations, never a person."""

from booking_app.metrics.views import register

__all__ = ["register"]
