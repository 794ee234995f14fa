"""The blueprint that every step adds its routes to."""

from flask import Blueprint

blueprint = Blueprint("widget", __name__, url_prefix="/b/<slug>")
