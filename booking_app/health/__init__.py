"""For whoever runs the product: alive, ready."""

from booking_app.health.views import register

__all__ = ["register"]
