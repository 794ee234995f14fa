"""The least a page can cost: a Flask application that answers a few lines, under the same kind of server."""

from flask import Flask

PAGE = "<!doctype html><html lang=en><title>Floor</title><h1>Floor</h1><p>" + "Nothing is looked up here. " * 60


def create_app() -> Flask:
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/", view_func=lambda: PAGE)
    return app
