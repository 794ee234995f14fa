"""Alerts: one for each cause that a person has to mend, by mail and webhook, with nothing of any patient in it."""
