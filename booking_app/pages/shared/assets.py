"""Static files at addresses that carry their content's hash, compressed once and kept for a year by browsers."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from flask import Blueprint, Flask, Response, abort, make_response, request, url_for
from flask_compress import Compress

from booking_app.core.assets import asset_folder
from booking_app.pages.shared.encodings import QUICK

YEAR = 365 * 24 * 3600
OURS = ("css/", "js/")
# Whole lines of comment and what lines are set in by: a tenth of what our files weigh, and nothing to a browser.
COMMENT = re.compile(rb"^[ \t]*/\*.*?\*/[ \t]*\n", re.DOTALL | re.MULTILINE)
INDENT = re.compile(rb"^\s+", re.MULTILINE)
# In a stylesheet also the spaces around these, which our own never write inside a string.
AROUND = re.compile(rb"\s*([{};,>])\s*|(?<=:) +")
COMPRESSIBLE = ("text/", "image/svg", "application/json")

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One file as it is sent. `compressed`: coding -> bytes, empty for what is compressed already."""

    content: bytes
    media_type: str
    digest: str
    compressed: dict[str, bytes]


def register(app: Flask) -> None:
    app.config.setdefault("COMPRESS_ALGORITHM", ["br", "gzip"])
    app.config.setdefault("COMPRESS_STREAMS", False)
    app.config.setdefault("COMPRESS_BR_LEVEL", QUICK)
    Compress(app)
    app.register_blueprint(blueprint)
    app.jinja_env.globals["static_url"] = static_url


def static_url(name: str) -> str:
    """The address of a file below `static/`; another content is another address."""
    return _address(name, read_asset(name).digest)


@lru_cache(maxsize=256)
def _address(name: str, digest: str) -> str:
    return url_for("assets.asset", digest=digest, name=name)


@lru_cache(maxsize=256)
def read_asset(name: str) -> Asset:
    """The file, read and compressed once a process. Raises FileNotFoundError for anything outside `static/`."""
    path = (asset_folder("static") / name).resolve()
    if not path.is_relative_to(asset_folder("static")) or not path.is_file():
        raise FileNotFoundError(name)
    content = path.read_bytes()
    if name.startswith(OURS):
        content = INDENT.sub(b"", COMMENT.sub(b"", content))
    if name.endswith(".css"):
        content = AROUND.sub(rb"\1", content).replace(b";}", b"}")
    return Asset(content, _media_type(path), hashlib.sha256(content).hexdigest()[:16], _compressed(path, content))


@blueprint.get("/assets/<digest>/<path:name>")
def asset(digest: str, name: str) -> Response:
    """A static file. Under an older hash it is sent too, but not kept: pages may be older than a release."""
    try:
        found = read_asset(name)
    except (OSError, ValueError):  # a name too long for a file is one, too
        abort(404)
    coding = request.accept_encodings.best_match(["br", "gzip"]) if found.compressed else None
    response = make_response(found.compressed.get(coding or "", found.content))
    response.content_type = found.media_type
    if coding:
        response.headers["Content-Encoding"] = coding
    response.vary.add("Accept-Encoding")
    response.cache_control.public = True
    response.cache_control.max_age = YEAR if digest == found.digest else 0
    response.cache_control.immutable = digest == found.digest
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _media_type(path: Path) -> str:
    if path.suffix == ".js":
        return "text/javascript; charset=utf-8"
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{guessed}; charset=utf-8" if guessed.startswith("text/") else guessed


def _compressed(path: Path, content: bytes) -> dict[str, bytes]:
    if not _media_type(path).startswith(COMPRESSIBLE):
        return {}
    return {"br": brotli.compress(content, quality=11), "gzip": gzip.compress(content, 9, mtime=0)}
