"""The patient's own booking, behind the link in the confirmation: look, cancel, add to a calendar."""

from flask import Flask

# Importing a module adds its routes.
from booking_app.pages.manage import asking, bookings, calendar, cancelling, moving, requests, signed_copies, times
from booking_app.pages.manage.blueprint import blueprint

__all__ = ["register"]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.register_blueprint(signed_copies.blueprint)
