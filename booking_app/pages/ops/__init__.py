"""For whoever runs the product: alive, ready, and numbers to watch. Counts and durations, never a person."""

from flask import Flask

from booking_app.pages.ops import health, metrics


def register(app: Flask) -> None:
    app.register_blueprint(health.blueprint)
    app.register_blueprint(metrics.blueprint)
