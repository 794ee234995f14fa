"""Every command of `booking-app`."""

import gc

# Thousands of modules' objects are made at the start and none of them is garbage: looking for some takes a fifth of it.
gc.set_threshold(50_000, 20, 20)

from booking_app.cli.main import main  # noqa: E402 - after the line that makes importing quicker

__all__ = ["main"]
