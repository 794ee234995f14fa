"""The five steps a patient sees: category, service, time, details, confirm."""

from flask import Flask

# Importing a module adds its routes.
from booking_app.pages.widget import (
    autosave,
    categories,
    check,
    confirming,
    details,
    lost_link,
    proof,
    returning,
    services,
    someone_else,
    times,
)
from booking_app.pages.widget.blueprint import blueprint

__all__ = ["register"]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
