"""For whoever runs the product: alive, ready."""

from booking_app.pages.ops.health import register

__all__ = ["register"]
