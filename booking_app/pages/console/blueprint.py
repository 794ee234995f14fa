"""The blueprint that every page of this package adds its routes to."""

from flask import Blueprint

PATH = "/console"

blueprint = Blueprint("console", __name__, url_prefix=PATH)


def is_console(path: str) -> bool:
    """Whether an address belongs to the console."""
    return path == PATH or path.startswith(f"{PATH}/")
