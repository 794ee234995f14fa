"""A clinic's own system, at the other end of a webhook: it verifies what arrives, and keeps it."""
