"""Every command of `booking-app`."""

from booking_app.cli.main import main

__all__ = ["main"]
