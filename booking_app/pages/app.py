"""The web application: parts built, rooms registered."""

from flask import Flask

from booking_app.cli.wiring import Parts, build, build_front
from booking_app.core.settings import load_settings, read_environment
from booking_app.pages import console, embed, manage, ops, shared, verify, widget
from booking_app.pages.ops import metrics


def create_app(parts: Parts | None = None) -> Flask:
    """The WSGI app over `parts`, or over what the environment says."""
    parts = parts or build(load_settings(read_environment()))
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config["SECRET_KEY"] = parts.settings.secret_key
    app.extensions["front"] = build_front(parts)
    for room in (web, console, widget, manage, verify, embed, health, metrics):
        room.register(app)
    return app
