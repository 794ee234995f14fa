"""The blueprint that every page of this package adds its routes to."""

from flask import Blueprint

blueprint = Blueprint("manage", __name__, url_prefix="/manage/<token>")
