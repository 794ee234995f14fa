"""The console: what the people of a clinic see and set. One module a noun."""

from flask import Flask

from booking_app.console import (
    account,
    changes,
    clinics,
    errors,
    home,
    passwords,
    people,
    security,
    sessions,
    sign_in,
    sign_in_code,
)
from booking_app.console.blueprint import blueprint

__all__ = ["register"]

# Importing a module adds its routes.
PAGES = (
    account,
    changes,
    clinics,
    home,
    passwords,
    people,
    sign_in,
    sign_in_code,
)


def register(app: Flask) -> None:
    """Sessions first, because signing in and form tokens stand on them."""
    sessions.register(app)
    security.register(app)
    if not blueprint._got_registered_once:
        errors.register(app)
    app.register_blueprint(blueprint)
