"""The web application: the use cases in, every package of pages registered."""

from flask import Flask

from booking_app.pages import console, embed, manage, ops, pay, shared, verify, widget
from booking_app.pages.shared.kept_pages import keep_pages
from booking_app.pages.use_cases import UseCases


def create_app(use_cases: UseCases) -> Flask:
    """The WSGI app over the use cases it is handed; it makes none itself."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config["SECRET_KEY"] = use_cases.settings.secret_key
    app.extensions["use_cases"] = use_cases
    for package in (shared, console, widget, manage, pay, verify, embed, ops):
        package.register(app)
    keep_pages(app)
    return app
