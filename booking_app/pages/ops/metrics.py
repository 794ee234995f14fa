"""Numbers for whoever watches the product: counts and durations, never a person."""

from booking_app.pages.ops.metrics_views import register

__all__ = ["register"]
