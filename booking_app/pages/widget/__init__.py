"""The five steps a patient sees: category, service, time, details, confirm."""

from flask import Flask

from booking_app.pages.widget import autosave, categories, check, confirming, details, proof, services, times
from booking_app.pages.widget.blueprint import blueprint

__all__ = ["register"]

STEPS = (categories, services, times, details, autosave, check, proof, confirming)  # importing them adds their routes


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
