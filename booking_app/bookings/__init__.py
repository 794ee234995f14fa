"""Drafts, holds and bookings: how a patient's choice becomes an appointment."""
