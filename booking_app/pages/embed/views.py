"""The loader at two addresses: the newest one, and each release under its version for pages that pin its bytes."""

from functools import cache

from flask import Blueprint, Flask, Response, abort, request

from booking_app.core.assets import asset_folder
from booking_app.pages.shared.assets import asset, read_asset
from booking_app.setup.website.releases import Release, newest, read_releases

blueprint = Blueprint("embed", __name__)

FOLDER = asset_folder("static") / "embed"
NEWEST_SECONDS = 600


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/embed.js")
def newest_loader() -> Response:
    """The newest loader; short-lived, so that a fixed one reaches every site within minutes."""
    response = _loader(newest(_releases(FOLDER)))
    response.cache_control.max_age = NEWEST_SECONDS
    response.cache_control.immutable = False
    return response


@blueprint.get("/embed-<version>.js")
def pinned_loader(version: str) -> Response:
    """One released loader; it never changes, so it may be kept for a year."""
    release = _releases(FOLDER).get(version)
    if release is None:
        abort(404)
    return _loader(release)


def _loader(release: Release) -> Response:
    name = f"embed/{release.file_name}"
    response = asset(read_asset(name).digest, name)
    # A page that pins the bytes asks with CORS, from whatever site it is on; there is nothing personal in a script.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    response.make_conditional(request)
    return response


_releases = cache(read_releases)
