"""A clinic's own system: it is told of bookings by signed messages. Built to Standard Webhooks 1.0.0."""
