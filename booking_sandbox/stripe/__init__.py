"""Stripe, as far as a deposit needs it: checkout pages, authorisations, captures, refunds, events."""
