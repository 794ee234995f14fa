"""The write log: which write left for which account, when, and how it was answered. Never what was in it."""
