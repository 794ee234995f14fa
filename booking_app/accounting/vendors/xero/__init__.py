"""Xero: its OAuth, its accounting API, and what its refusals mean."""
