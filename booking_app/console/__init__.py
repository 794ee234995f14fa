"""The console: what the people of a clinic see and set. One module a noun."""

from flask import Flask

from booking_app.console import (
    account,
    branding,
    changes,
    clinics,
    documents,
    errors,
    home,
    locations,
    passwords,
    people,
    practitioners,
    questions,
    security,
    services,
    sessions,
    sign_in,
    sign_in_code,
    times,
    waivers,
)
from booking_app.console.blueprint import blueprint

__all__ = ["register"]

# Importing a module adds its routes.
PAGES = (
    account,
    branding,
    changes,
    clinics,
    documents,
    home,
    locations,
    passwords,
    people,
    practitioners,
    questions,
    services,
    sign_in,
    sign_in_code,
    times,
    waivers,
)


def register(app: Flask) -> None:
    """Sessions first, because signing in and form tokens stand on them."""
    sessions.register(app)
    security.register(app)
    if not blueprint._got_registered_once:
        errors.register(app)
    app.register_blueprint(blueprint)
