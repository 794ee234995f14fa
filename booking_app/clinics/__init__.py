"""Clinics: who they are, how they look, what they allow, and their connections (sealed)."""
