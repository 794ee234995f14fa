"""HubSpot: one contact per adult, found by e-mail. Built to the documents of API version 2026-09."""
