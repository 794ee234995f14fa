"""Cliniko's API v1, imitated from its documents."""
