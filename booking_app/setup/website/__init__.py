"""A clinic's own website: the lines it pastes, and a doctor that says what on a page would break them."""

from booking_app.setup.website.advice import Advice, Level
from booking_app.setup.website.doctor import Expected, examine

__all__ = ["Advice", "Expected", "Level", "examine"]
