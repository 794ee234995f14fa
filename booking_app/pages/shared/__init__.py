"""What every package with pages shares: rendering, assets, headers, form tokens, limits and error pages."""

from flask import Flask
from jinja2 import FileSystemLoader, StrictUndefined

from booking_app.core.assets import asset_folder
from booking_app.pages.shared import (
    assets,
    bodies,
    brand,
    errors,
    fields,
    guard,
    headers,
    limits,
    proxies,
    proxy_signs,
    request_log,
    typed_values,
    words,
)
from booking_app.pages.shared.access import use_cases
from booking_app.pages.shared.form_bodies import FormRequest

__all__ = ["register", "use_cases"]

# Room for a signature that is far too large: it is refused in the form, with everything else that was typed kept.
LARGEST_BODY = 8 * 1024 * 1024


def register(app: Flask) -> None:
    """Prepare the application for the packages that follow; call it first, after the front is in place."""
    app.jinja_loader = FileSystemLoader(asset_folder("templates"))
    app.static_folder = str(asset_folder("static"))
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    app.request_class = FormRequest
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters["tel"] = words.tel
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    bodies.register(app, largest=LARGEST_BODY)
    for part in (guard, typed_values, request_log, headers, assets, fields, proxies, limits, errors, proxy_signs):
        part.register(app)
    app.register_blueprint(brand.blueprint)
