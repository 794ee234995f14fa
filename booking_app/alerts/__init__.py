"""Alerts: one for each cause that a person has to fix, by mail and webhook, with nothing of any patient in it."""
