"""A clinic's own system: it is told of bookings by signed messages. Built to Standard Webhooks 1.0.0."""

from booking_app.crm.vendors.webhook.client import DEFAULT_NAMES, Webhook
from booking_app.crm.vendors.webhook.outbound import open_outbound
from booking_app.crm.vendors.webhook.records import BookingEvent

__all__ = ["DEFAULT_NAMES", "BookingEvent", "Webhook", "open_outbound"]
