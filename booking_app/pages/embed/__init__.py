"""What a clinic pastes into its own site: the loader script and the snippet around it."""

from booking_app.pages.embed.views import register

__all__ = ["register"]
