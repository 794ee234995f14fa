"""A clinic's own system: it is told of bookings by signed messages. Built to Standard Webhooks 1.0.0."""

from booking_app.vendors.webhook.client import DEFAULT_NAMES, Webhook
from booking_app.vendors.webhook.records import BookingEvent
from booking_app.vendors.webhook.way_out import open_outlet

__all__ = ["DEFAULT_NAMES", "BookingEvent", "Webhook", "open_outlet"]
