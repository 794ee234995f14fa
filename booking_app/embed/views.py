"""The loader at two addresses: the newest one, and each release under its version for pages that pin its bytes."""

from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, send_from_directory

from booking_app.embed.releases import newest, read_releases

blueprint = Blueprint("embed", __name__)

PACKAGE = Path(__file__).resolve().parents[1]
# In a checkout the static files stand beside the package, in an installed wheel inside it.
RELEASES = next(
    (
        root / "static" / "embed"
        for root in (PACKAGE.parent, PACKAGE / "_assets")
        if (root / "static" / "embed").is_dir()
    ),
    PACKAGE / "_assets" / "static" / "embed",
)
NEWEST_SECONDS = 600
PINNED_SECONDS = 365 * 24 * 3600


def register(app: Flask, *, folder: Path = RELEASES) -> None:
    """Serve the loaders of `folder`."""
    app.config["EMBED_FOLDER"] = folder
    app.register_blueprint(blueprint)


@blueprint.get("/embed.js")
def newest_loader() -> Response:
    """The newest loader; short-lived, so that a mended one reaches every site within minutes."""
    return _loader(newest(_releases(_folder())).file_name, NEWEST_SECONDS)


@blueprint.get("/embed-<version>.js")
def pinned_loader(version: str) -> Response:
    """One released loader; it never changes, so it may be kept for a year."""
    release = _releases(_folder()).get(version)
    if release is None:
        abort(404)
    response = _loader(release.file_name, PINNED_SECONDS)
    response.cache_control.immutable = True
    return response


def _loader(file_name: str, max_age: int) -> Response:
    response = send_from_directory(_folder(), file_name, mimetype="text/javascript", max_age=max_age)
    response.cache_control.public = True
    # A clinic's own page asks for this script: it must be allowed across origins even where that page isolates itself.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _folder() -> Path:
    return Path(current_app.config["EMBED_FOLDER"])


_releases = cache(read_releases)
